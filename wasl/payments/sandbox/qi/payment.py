"""What the stand-in remembers of a payment, and how it writes it to a shop."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

LASTS = timedelta(minutes=15)
BROWSER_FIELDS = {
    "browserAcceptHeader", "browserIp", "browserJavaEnabled", "browserLanguage",
    "browserColorDepth", "browserScreenWidth", "browserScreenHeight", "browserTZ",
    "browserUserAgent",
}  # fmt: skip
RUNNING = {
    "CREATED", "FORM_SHOWED", "THREE_DS_METHOD_CALL_REQUIRED", "AUTHENTICATION_REQUIRED",
    "AUTHENTICATION_STARTED", "AUTHENTICATED", "INITIALIZED", "STARTED",
}  # fmt: skip
LONGEST_REQUEST_ID = 36
MOST_ADDITIONAL = 10


class WrongFieldError(Exception):
    """A field of the order is missing or wrong; its name is the argument."""


@dataclass
class Payment:
    """One payment. Amounts are decimal texts; times are UTC, to the second, with a Z."""

    payment_id: str
    request_id: str
    amount: str
    currency: str
    locale: str
    finish_url: str
    notification_url: str
    description: str
    additional_info: dict[str, str]
    creation_date: str
    expires_at: str
    status: str = "CREATED"
    canceled: bool = False
    # Paid, and waiting for the shop's confirmation, where a terminal works in two steps.
    awaits_confirmation: bool = False
    card: str = ""
    tries: int = 0
    paid_at: str = ""
    history: list[str] = field(default_factory=lambda: ["CREATED"])
    cancels: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def value(self) -> Decimal:
        """The amount."""
        return Decimal(self.amount)

    @property
    def refunded(self) -> Decimal:
        """What went back so far, or is on its way."""
        return sum((Decimal(each["amount"]) for each in self.refunds), Decimal(0))

    @property
    def language(self) -> str:
        """The language of its page."""
        return "en" if self.locale.startswith("en") else "ar"


def stamp(at: datetime) -> str:
    """A time as the company writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def read_order(data: dict[str, Any], now: datetime, *, two_steps: bool = False) -> Payment:
    """A payment from a shop's order. :raises WrongFieldError: when the company refuses it."""
    browser = data.get("browserInfo")
    if browser is not None and (not isinstance(browser, dict) or set(browser) != BROWSER_FIELDS):
        raise WrongFieldError("browserInfo")
    more = data.get("additionalInfo") or {}
    if not isinstance(more, dict) or len(more) > MOST_ADDITIONAL:
        raise WrongFieldError("additionalInfo")
    if not all(isinstance(each, str) for pair in more.items() for each in pair):
        raise WrongFieldError("additionalInfo")
    if data.get("currency") != "IQD":
        raise WrongFieldError("currency")
    return Payment(
        payment_id=str(uuid4()),
        request_id=_text(data, "requestId", longest=LONGEST_REQUEST_ID),
        amount=str(read_amount(data.get("amount"))),
        currency="IQD",
        locale=str(data.get("locale") or "ar_IQ"),
        finish_url=_text(data, "finishPaymentUrl", longest=2000),
        notification_url=str(data.get("notificationUrl") or ""),
        description=str(data.get("description") or "")[:200],
        additional_info=dict(more),
        creation_date=stamp(now),
        expires_at=(now + LASTS).isoformat(),
        awaits_confirmation=two_steps,
    )


def read_amount(value: Any) -> Decimal:
    """An amount above nothing, of at most three decimals. :raises WrongFieldError: for another."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WrongFieldError("amount")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise WrongFieldError("amount") from None
    if not amount.is_finite() or not 0 < amount < 10**13:
        raise WrongFieldError("amount")
    if amount != amount.quantize(Decimal("0.001")):
        raise WrongFieldError("amount")
    return amount


def read_request_id(data: dict[str, Any]) -> str:
    """The shop's id of a cancellation or refund. :raises WrongFieldError: when it is none."""
    return _text(data, "requestId", longest=LONGEST_REQUEST_ID)


def _text(data: dict[str, Any], name: str, *, longest: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise WrongFieldError(name)
    return value


def number(amount: str | Decimal) -> float:
    """An amount as it stands in the company's JSON: a number, mostly with `.0`."""
    return float(amount)


def written(payment: Payment, base_url: str) -> dict[str, Any]:
    """The answer to a creation."""
    return {
        "requestId": payment.request_id,
        "paymentId": payment.payment_id,
        "status": payment.status,
        "canceled": payment.canceled,
        "amount": number(payment.amount),
        "currency": payment.currency,
        "creationDate": payment.creation_date,
        "formUrl": f"{base_url}/api/v1/payment/{payment.payment_id}",
        "additionalInfo": payment.additional_info,
    }


def written_in_full(payment: Payment) -> dict[str, Any]:
    """The answer to a question, and the body of a message: what is not known is left out."""
    data: dict[str, Any] = {
        "requestId": payment.request_id,
        "paymentId": payment.payment_id,
        "status": payment.status,
        "canceled": payment.canceled,
        "amount": number(payment.amount),
        "currency": payment.currency,
        "paymentType": "CARD",
        "creationDate": payment.creation_date,
        "additionalInfo": payment.additional_info,
    }
    if payment.status == "SUCCESS":
        if not payment.awaits_confirmation:
            data["confirmedAmount"] = number(payment.amount)
        digits = f"{payment.value:.0f}".rjust(12, "0")
        data["details"] = {
            "resultCode": "00",
            "rrn": digits[-12:],
            "authId": payment.payment_id[:6].upper(),
            "maskedPan": "000000******0000",
            "paymentSystem": "MASTER_CARD" if payment.card == "good-2" else "VISA",
        }
    if payment.cancels:
        data["cancels"] = payment.cancels
    return data


def written_refund(payment: Payment, refund: dict[str, Any]) -> dict[str, Any]:
    """The answer to a refund."""
    return {
        "refundId": refund["refundId"],
        "requestId": refund["requestId"],
        "paymentId": payment.payment_id,
        "amount": number(refund["amount"]),
        "currency": payment.currency,
        "creationDate": refund["creationDate"],
        "message": refund["message"],
        "status": refund["status"],
        "canceled": False,
    }
