"""FIB's answers in the words of Wasl."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
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
    Shown,
    Status,
)
from wasl.payments.providers.amounts import whole_dinars
from wasl.payments.providers.fib import client

# Anything else is open, and the sweep asks again. Money that goes back without our asking is for a
# person: the settlement sees to that.
_STATUSES = {
    "PAID": Status.SUCCEEDED,
    "DECLINED": Status.FAILED,
    "REFUND_REQUESTED": Status.REFUNDED,
    "REFUNDED": Status.REFUNDED,
}
_WORDS = {"UNPAID", *_STATUSES}
_LINKS = {
    "personal": "personalAppLink",
    "business": "businessAppLink",
    "corporate": "corporateAppLink",
}
_NEEDED = ("WASL_FIB_URL", "WASL_FIB_CLIENT_ID", "WASL_FIB_CLIENT_SECRET")
_QR = "data:image/png;base64,"
_LONGEST_QR = 64 * 1024


class FibProvider:
    """A bank without a page for cards: its app reads a QR, a code or a link."""

    name = client.NAME
    title = _("FIB, First Iraqi Bank")
    hint = _("You need the FIB app on your phone. Scan the QR, or tap the link.")
    fee_note = _("Wasl adds no fee.")
    link_titles = {
        "personal": _("Open the FIB app"),
        "business": _("FIB app for businesses"),
        "corporate": _("FIB app for companies"),
    }

    def start(self, order: Order) -> Redirect:
        """
        This method will make a payment, and return what the payer's app reads.

        The bank takes no key of ours; the address for its messages holds one.
        """
        data = client.create(
            {
                "monetaryValue": {"amount": order.amount, "currency": order.currency},
                "statusCallbackUrl": order.callback_url,
                "redirectUri": order.return_url,
                "description": f"{order.description[:38]} {order.reference}",
                "expiresIn": settings.WASL_FIB_EXPIRES_IN,
                "refundableFor": settings.WASL_FIB_REFUNDABLE_FOR,
                "category": settings.WASL_FIB_CATEGORY,
            }
        )
        try:
            links = [(name, str(data.get(field) or "")) for name, field in _LINKS.items()]
            return Redirect(
                provider_payment_id=str(UUID(data["paymentId"])),
                expires_at=_moment(data["validUntil"]),
                shown=Shown(
                    qr_image=_picture(data.get("qrCode")),
                    code=str(data["readableCode"])[:40],
                    links=tuple((name, url) for name, url in links if _is_link(url)),
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _unreadable() from error

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """
        This method will read a message. Nobody signed it: it makes us ask, and no more.

        It is heard only at the address that the payment was made with.
        """
        if not request.key:
            raise CallbackRefusedError("COMMON_ADDRESS")
        try:
            data: Any = json.loads(request.body)
            payment_id = str(UUID(data["id"]))
            status = str(data.get("status", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise CallbackRefusedError("WRONG_SHAPE") from None
        claimed = status if status in _WORDS else ""
        return CallbackResult(
            event_id=f"{payment_id}:{claimed}",
            provider_payment_id=payment_id,
            key=request.key,
            claimed_status=claimed,
            is_signed=False,
            content={"id": payment_id, "status": claimed},
        )

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask for the status."""
        data = client.status(_id(provider_payment_id))
        try:
            raw, amount = str(data["status"]), data["amount"]
            reason = str(data.get("decliningReason") or "")
            status = _STATUSES.get(raw, Status.PENDING)
            if raw == "DECLINED" and reason == "PAYMENT_EXPIRATION":
                status = Status.EXPIRED
            # Who paid, and from which account, is not ours to keep.
            kept = ("paymentId", "status", "amount", "paidAt", "decliningReason", "declinedAt")
            return ProviderStatus(
                status=status,
                raw_status=raw[:40],
                provider_payment_id=str(data["paymentId"]),
                key=None,
                amount=whole_dinars(amount["amount"]),
                currency=str(amount["currency"]),
                failure=reason[:60],
                content={name: data.get(name) for name in kept},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise _unreadable() from error

    def cancel(self, provider_payment_id: str) -> ProviderStatus:
        """This method will close an unpaid payment, and ask what it is now."""
        client.cancel(_id(provider_payment_id))
        return self.confirm(provider_payment_id)

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """This method will ask for all of it back: one attempt. The bank completes it later."""
        before = self.confirm(provider_payment_id)
        if before.status != Status.SUCCEEDED or before.amount is None:
            raise ProviderError("NOT_PAID", permanent=True)
        if amount not in {None, before.amount}:
            raise ProviderError("NO_PARTIAL_REFUND", permanent=True)
        client.refund(_id(provider_payment_id))
        return Refunded(
            reference=before.provider_payment_id,
            amount=before.amount,
            is_complete=False,
            content={"status": "REFUND_REQUESTED"},
        )

    def is_refunded(self, provider_payment_id: str) -> bool:
        """Whether it went back. :raises ProviderError: while the bank is still at it."""
        raw = self.confirm(provider_payment_id).raw_status
        if raw == "REFUND_REQUESTED":
            raise ProviderError("REFUND_UNDER_WAY", permanent=False, may_have_happened=True)
        return raw == "REFUNDED"

    def check_config(self) -> list[str]:
        """What is missing, by name."""
        missing = [name for name in _NEEDED if not getattr(settings, name)]
        if missing:
            return [f"Set {', '.join(missing)} to take payments through FIB."]
        is_clear = not settings.WASL_FIB_URL.startswith("https://")
        if is_clear and not (settings.WASL_DEMO or settings.DEBUG):
            return ["WASL_FIB_URL must begin with https://: it carries the client secret."]
        return []


def _id(text: str) -> str:
    """The bank's id goes into a path: a UUID, and nothing else."""
    try:
        return str(UUID(text))
    except ValueError:
        raise ProviderError("WRONG_ID", permanent=True) from None


def _picture(value: Any) -> str:
    """The QR, if it is a picture and nothing else; without it, code and links remain."""
    is_picture = isinstance(value, str) and value.startswith(_QR) and len(value) < _LONGEST_QR
    return value if is_picture else ""


def _is_link(url: str) -> bool:
    """The payer's phone opens it: a web address, in the clear only while trying out."""
    schemes = {"https", "http"} if settings.WASL_DEMO or settings.DEBUG else {"https"}
    return urlsplit(url).scheme in schemes


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment


def _unreadable() -> ProviderError:
    return ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
