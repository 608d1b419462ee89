"""The sandbox's answers in the words of Wasl."""

import json
from datetime import datetime
from typing import Any

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
from wasl.payments.providers.sandbox import client, secrets

_LANGUAGES = {"ar": "ar", "ckb": "ku", "en": "en"}
# An unknown status is none of ours: it stays pending, and the sweep asks again.
_STATUSES = {
    "SUCCESS": Status.SUCCEEDED,
    "FAILED": Status.FAILED,
    "EXPIRED": Status.EXPIRED,
    "REFUNDED": Status.REFUNDED,
}


class SandboxProvider:
    """Behaves as ZainCash v2 does, faults included; beside it, a page of the sandbox's own."""

    name = client.NAME
    title = _("Trial wallet")
    hint = _("No real money. For trying out only.")
    fee_note = _("Wasl adds no fee.")

    def start(self, order: Order) -> Redirect:
        """This method will ask for a hosted page. SUCCESS in the answer is not yet paid."""
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
            accepted = data["status"] == "SUCCESS" and details["externalReferenceId"] == order.key
            if not accepted:
                raise ProviderError("INIT_NOT_ACCEPTED", permanent=True)
            return Redirect(
                provider_payment_id=str(details["transactionId"]),
                url=str(data["redirectUrl"]),
                expires_at=datetime.fromisoformat(data["expiryTime"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable() from error

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """This method will check the signature of a webhook's body, or of the payer's return."""
        payload = tokens.read(_token_of(request), secrets.api_key(settings.WASL_SANDBOX_SECRET))
        data = payload.get("data")
        event_id = payload.get("eventId")
        if not isinstance(data, dict) or not isinstance(event_id, str) or not event_id:
            raise CallbackRefusedError("WRONG_SHAPE")
        kept = ("transactionId", "merchantReferenceId", "previousStatus", "currentStatus", "amount")
        return CallbackResult(
            event_id=event_id[:100],
            provider_payment_id=str(data.get("transactionId", ""))[:100],
            key=str(data.get("merchantReferenceId", ""))[:100],
            claimed_status=str(data.get("currentStatus", ""))[:40],
            is_signed=True,
            content={"eventType": payload.get("eventType"), **{n: data.get(n) for n in kept}},
        )

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask the inquiry, which is right even when every callback was lost."""
        data = client.inquire(provider_payment_id)
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
                fee_amount=whole_dinars(amount.get("feeValue", 0)) or 0,
                failure=str(details.get("errorMessage") or "")[:60],
                content={"status": raw, "amount": amount, "timeStamps": data.get("timeStamps")},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise _unreadable() from error

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """This method will reverse the payment: one attempt, as a second one would pay twice."""
        if amount is not None:
            raise ProviderError("NO_PARTIAL_REFUND", permanent=True)
        data = client.reverse(provider_payment_id, reason)
        amount = whole_dinars(data.get("amount", ""))
        if data.get("status") != "COMPLETED" or amount is None:
            raise ProviderError("REVERSE_UNCLEAR", permanent=True, may_have_happened=True)
        return Refunded(reference=str(data.get("reversalReferenceId", "")), amount=amount)

    def check_config(self) -> list[str]:
        """It needs its secret, and no real people."""
        if not settings.WASL_SANDBOX_SECRET:
            return ["Set WASL_SANDBOX_SECRET to try payments out, with play money."]
        if not (settings.WASL_DEMO or settings.DEBUG):
            return ["The sandbox takes play money: remove WASL_SANDBOX_SECRET on a real system."]
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


def _unreadable() -> ProviderError:
    return ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
