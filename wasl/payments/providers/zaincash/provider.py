"""ZainCash's answers in the words of Wasl."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.payments.providers import (
    CallbackRefusedError,
    CallbackRequest,
    CallbackResult,
    Order,
    ProviderError,
    ProviderStatus,
    Redirect,
    Refunded,
    Status,
    tokens,
)
from wasl.payments.providers.amounts import whole_dinars
from wasl.payments.providers.zaincash import client

_LANGUAGES = {"ar": "ar", "ckb": "ku", "en": "en"}
# PENDING, OTP_SENT, CUSTOMER_AUTHENTICATION_REQUIRED, and any status that is not known yet, are
# none of these: the payment stays open, and the sweep asks again.
_STATUSES = {
    "SUCCESS": Status.SUCCEEDED,
    "FAILED": Status.FAILED,
    "EXPIRED": Status.EXPIRED,
    "REFUNDED": Status.REFUNDED,
}
_EVENTS = {"STATUS_CHANGED", "REFUND_COMPLETED", "REFUND_FAILED"}
_NEEDED = (
    "WASL_ZAINCASH_URL",
    "WASL_ZAINCASH_CLIENT_ID",
    "WASL_ZAINCASH_CLIENT_SECRET",
    "WASL_ZAINCASH_API_KEY",
)


class ZainCashProvider:
    """A wallet. Phone number, PIN and one-time code are typed on the company's page alone."""

    name = client.NAME
    title = _("ZainCash")
    hint = _("You need your phone with a ZainCash wallet. Confirm with the code it receives.")
    fee_note = _("Wasl adds no fee.")

    def start(self, order: Order) -> Redirect:
        """This method will ask for a payment page. SUCCESS in the answer is not yet paid."""
        data = client.init(
            {
                "language": _LANGUAGES.get(order.language, "ar"),
                "externalReferenceId": order.key,
                "orderId": order.reference,
                "serviceType": order.description,
                "amount": {"value": str(order.amount), "currency": order.currency},
                "redirectUrls": {"successUrl": order.return_url, "failureUrl": order.return_url},
            }
        )
        try:
            details = data["transactionDetails"]
            is_ours = (
                details["externalReferenceId"] == order.key
                and whole_dinars(details["amount"]["value"]) == order.amount
            )
            if data["status"] != "SUCCESS" or not is_ours:
                raise ProviderError("INIT_NOT_ACCEPTED", permanent=True, may_have_happened=True)
            return Redirect(
                provider_payment_id=str(UUID(details["transactionId"])),
                url=str(data["redirectUrl"]),
                expires_at=_moment(data["expiryTime"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _unreadable() from error

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """This method will check the signature of a webhook's body, or of the payer's return."""
        if not settings.WASL_ZAINCASH_API_KEY:
            raise CallbackRefusedError("NO_API_KEY")
        payload = tokens.read(_token_of(request), settings.WASL_ZAINCASH_API_KEY)
        data, event_id = payload.get("data"), payload.get("eventId")
        if not isinstance(data, dict) or not isinstance(event_id, str) or not event_id:
            raise CallbackRefusedError("WRONG_SHAPE")
        if payload.get("eventType") not in _EVENTS:
            raise CallbackRefusedError("UNKNOWN_EVENT")
        kept = ("transactionId", "merchantReferenceId", "previousStatus", "currentStatus", "amount")
        return CallbackResult(
            event_id=event_id[:100],
            provider_payment_id=str(data.get("transactionId", ""))[:100],
            key=str(data.get("merchantReferenceId", ""))[:100],
            claimed_status=str(data.get("currentStatus", ""))[:40],
            is_signed=True,
            content={"eventType": payload["eventType"], **{name: data.get(name) for name in kept}},
        )

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask the inquiry, which is enough by itself: without any webhook."""
        data = client.inquire(_id(provider_payment_id))
        try:
            details = data["transactionDetails"]
            raw, amount = str(data["status"]), details["amount"]
            return ProviderStatus(
                status=_STATUSES.get(raw, Status.PENDING),
                raw_status=raw[:40],
                provider_payment_id=str(details["transactionId"]),
                key=str(details["externalReferenceId"]),
                amount=whole_dinars(amount["value"]),
                currency=str(amount["currency"]),
                fee_amount=max(0, whole_dinars(amount.get("feeValue") or 0) or 0),
                content={"status": raw, "amount": amount, "timeStamps": data.get("timeStamps")},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise _unreadable() from error

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """
        This method will give all or a part back: one attempt.

        The company has no key for it: a second attempt, however alike, would pay twice.
        """
        transaction_id = _id(provider_payment_id)
        if amount is None:
            data = client.reverse(transaction_id, reason)
        else:
            data = client.reverse_part(transaction_id, amount, reason)
        given = whole_dinars(data.get("amount", ""))
        is_as_asked = given is not None and amount in {None, given}
        if data.get("status") != "COMPLETED" or not is_as_asked:
            raise ProviderError("REVERSE_UNCLEAR", permanent=True, may_have_happened=True)
        kept = ("reversalReferenceId", "operationId", "status", "amount", "createdAt")
        return Refunded(
            reference=str(data.get("reversalReferenceId", ""))[:100],
            amount=given or 0,
            content={name: data.get(name) for name in kept},
        )

    def is_refunded(self, provider_payment_id: str) -> bool:
        """
        Whether all of it went back. Of a part the status says nothing, and nor does this.

        :raises ProviderError: when the payment still stands: then a part may have gone back, which
            only a person can see at the company.
        """
        if self.confirm(provider_payment_id).status == Status.REFUNDED:
            return True
        raise ProviderError("REVERSE_NOT_SEEN", permanent=False, may_have_happened=True)

    def check_config(self) -> list[str]:
        """What is missing, by name; and that the two keys are not the same."""
        missing = [name for name in _NEEDED if not getattr(settings, name)]
        if missing:
            return [f"Set {', '.join(missing)} to take payments through ZainCash."]
        if settings.WASL_ZAINCASH_API_KEY == settings.WASL_ZAINCASH_CLIENT_SECRET:
            return [
                "WASL_ZAINCASH_API_KEY and WASL_ZAINCASH_CLIENT_SECRET are two different texts."
            ]
        is_clear = not settings.WASL_ZAINCASH_URL.startswith("https://")
        if is_clear and not (settings.WASL_DEMO or settings.DEBUG):
            return ["WASL_ZAINCASH_URL must begin with https://: it carries the client secret."]
        return []


def _token_of(request: CallbackRequest) -> str:
    if "token" in request.query:
        return request.query["token"]
    try:
        data: Any = json.loads(request.body)
    except (ValueError, RecursionError):
        raise CallbackRefusedError("WRONG_SHAPE") from None
    # The text of the documentation says webhook_token, its samples say token.
    token = (data.get("webhook_token") or data.get("token")) if isinstance(data, dict) else None
    if not isinstance(token, str):
        raise CallbackRefusedError("WRONG_SHAPE")
    return token


def _id(text: str) -> str:
    """The company's id goes into a path: a UUID, and nothing else."""
    try:
        return str(UUID(text))
    except ValueError:
        raise ProviderError("WRONG_ID", permanent=True) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment


def _unreadable() -> ProviderError:
    return ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
