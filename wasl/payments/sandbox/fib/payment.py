"""A payment of the stand-in, and how it moves from status to status."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from wasl.payments.sandbox.clock import Clock
from wasl.payments.sandbox.fib import durations
from wasl.payments.sandbox.store import Store

LASTS = timedelta(hours=1)
REFUNDABLE_FOR = timedelta(days=7)
REFUND_TAKES = timedelta(seconds=5)
CATEGORIES = {
    "ERP", "POS", "ECOMMERCE", "UTILITY", "PAYROLL", "SUPPLIER", "LOAN", "GOVERNMENT",
    "MISCELLANEOUS", "OTHER",
}  # fmt: skip
# No letters or digits that are taken for one another when a code is read out.
_CODE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass
class Payment:
    """One payment. Times are ISO 8601 texts; `amount` is the text of the number that was asked."""

    payment_id: str
    readable_code: str
    amount: str
    callback_url: str
    redirect_uri: str
    description: str
    category: str
    created_at: str
    valid_until: str
    refundable_seconds: int
    status: str = "UNPAID"
    paid_at: str | None = None
    declined_at: str | None = None
    declining_reason: str | None = None
    refund_requested_at: str | None = None
    refunded_at: str | None = None

    @property
    def dinars(self) -> int:
        """The amount for pages."""
        return int(Decimal(self.amount))


class UnusableError(Exception):
    """A field is missing or wrong."""


class Payments:
    """All payments; every change under one lock, and kept."""

    def __init__(self, store: Store[Payment], clock: Clock) -> None:
        self.store, self.clock = store, clock

    def open(self, data: dict[str, Any]) -> Payment:
        """Take an order. The same twice makes two. :raises UnusableError: when a field is wrong."""
        try:
            payment = self._read(data)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            raise UnusableError from error
        with self.store.lock:
            self.store.save(payment.payment_id, payment)
        return payment

    def _read(self, data: dict[str, Any]) -> Payment:
        value, now = data["monetaryValue"], self.clock.now()
        # A number from some clients, a text from others.
        if isinstance(value["amount"], bool) or not isinstance(value["amount"], int | float | str):
            raise ValueError("amount")
        amount = Decimal(str(value["amount"]))
        if value["currency"] != "IQD" or not amount.is_finite() or not 0 < amount < 10**12:
            raise ValueError("amount or currency")
        for name in ("statusCallbackUrl", "redirectUri"):
            url = data.get(name) or ""
            if url and not urlsplit(url).scheme:
                raise ValueError(name)
        if data.get("category", "OTHER") not in CATEGORIES:
            raise ValueError("category")
        lasts = durations.parse(data["expiresIn"]) if data.get("expiresIn") else LASTS
        back = data.get("refundableFor")
        refundable = durations.parse(back) if back else REFUNDABLE_FOR
        return Payment(
            payment_id=str(uuid4()),
            readable_code="-".join("".join(secrets.choice(_CODE) for _ in range(4)) for _ in "123"),
            amount=str(amount),
            callback_url=data.get("statusCallbackUrl") or "",
            redirect_uri=data.get("redirectUri") or "",
            description=str(data.get("description") or "")[:200],
            category=data.get("category", "OTHER"),
            created_at=now.isoformat(),
            valid_until=(now + lasts).isoformat(),
            refundable_seconds=int(refundable.total_seconds()),
        )

    def get(self, payment_id: str) -> Payment | None:
        """A payment as it stands now: time declines an unpaid one, and completes a refund."""
        with self.store.lock:
            found = self.store.rows.get(payment_id)
            if found is None:
                return None
            now = self.clock.now()
            if found.status == "UNPAID" and _moment(found.valid_until) <= now:
                self.decline(found, "PAYMENT_EXPIRATION")
            asked = found.refund_requested_at
            if (
                found.status == "REFUND_REQUESTED"
                and asked
                and _moment(asked) + REFUND_TAKES <= now
            ):
                self._refunded(found)
            return found

    def pay(self, payment: Payment) -> None:
        """The payer has agreed in the app."""
        payment.status, payment.paid_at = "PAID", self.clock.now().isoformat()
        self.store.save(payment.payment_id, payment)

    def decline(self, payment: Payment, reason: str) -> None:
        """Nobody will pay it any more."""
        payment.status, payment.declining_reason = "DECLINED", reason
        payment.declined_at = self.clock.now().isoformat()
        self.store.save(payment.payment_id, payment)

    def is_refundable(self, payment: Payment) -> bool:
        """Whether its time for refunds still runs."""
        since = _moment(payment.paid_at or payment.created_at)
        return self.clock.now() < since + timedelta(seconds=payment.refundable_seconds)

    def ask_refund(self, payment: Payment) -> None:
        """The shop wants it back; it takes a while."""
        payment.status = "REFUND_REQUESTED"
        payment.refund_requested_at = self.clock.now().isoformat()
        self.store.save(payment.payment_id, payment)

    def _refunded(self, payment: Payment) -> None:
        payment.status, payment.refunded_at = "REFUNDED", self.clock.now().isoformat()
        self.store.save(payment.payment_id, payment)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
