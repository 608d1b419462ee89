"""What the trial wallet remembers, and the faults of its own."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from wasl.payments.sandbox import store, traps
from wasl.payments.sandbox.clock import Clock

OPEN = {"PENDING", "CUSTOMER_AUTHENTICATION_REQUIRED", "OTP_SENT"}
FEE_PER_MILLE = 5


@dataclass
class Payment:
    """One payment, with the field names of the company."""

    transaction_id: str
    external_reference_id: str
    order_id: str
    service_type: str
    language: str
    value: int
    currency: str
    success_url: str
    failure_url: str
    page_token: str
    created_at: str
    expires_at: str
    status: str = "PENDING"
    error_message: str = ""
    completed_at: str | None = None
    updated_at: str = ""
    operation_id: str | None = None
    reversals: list[str] = field(default_factory=list)


class DuplicateReferenceError(Exception):
    """The shop used the same reference before."""


@dataclass
class Traps(traps.Traps):
    """The common faults, and some of this company's own."""

    # The inquiry names another amount, currency or reference.
    amount_offset: int = 0
    currency: str = ""
    reference: str = ""
    malformed_inquiry: bool = False
    webhook_body_key: str = "webhook_token"


class Store(store.Store[Payment]):
    """The payments. Every change is made under one lock, and written to the file at once."""

    def __init__(self, file: Path | None = None, lasts: timedelta = timedelta(minutes=15)) -> None:
        super().__init__(Payment, file)
        self.lasts = lasts
        self.clock, self.traps = Clock(), Traps()

    @property
    def payments(self) -> dict[str, Payment]:
        """All payments, by the company's id."""
        return self.rows

    @property
    def offset(self) -> timedelta:
        """How far the company's clock was moved."""
        return self.clock.offset

    @offset.setter
    def offset(self, value: timedelta) -> None:
        self.clock.offset = value

    def now(self) -> datetime:
        """The company's own clock, which tests may move."""
        return self.clock.now()

    def open(self, data: dict[str, Any]) -> Payment:
        """Take an order. :raises KeyError: ValueError, TypeError as well: a field is wrong."""
        now = self.now()
        amount, urls = data["amount"], data["redirectUrls"]
        value = int(amount["value"])
        if value < 1 or amount["currency"] != "IQD":
            raise ValueError("amount")
        payment = Payment(
            transaction_id=str(uuid4()),
            external_reference_id=str(data["externalReferenceId"]),
            order_id=str(data["orderId"])[:100],
            service_type=str(data["serviceType"])[:200],
            language=str(data.get("language", "ar")),
            value=value,
            currency="IQD",
            success_url=str(urls["successUrl"]),
            failure_url=str(urls["failureUrl"]),
            page_token=uuid4().hex,
            created_at=now.isoformat(),
            expires_at=(now + self.lasts).isoformat(),
            updated_at=now.isoformat(),
        )
        with self.lock:
            known = {each.external_reference_id for each in self.payments.values()}
            if payment.external_reference_id in known:
                raise DuplicateReferenceError
            self.save(payment.transaction_id, payment)
        return payment

    def get(self, key: str) -> Payment | None:
        """A payment as it stands now: past its time, an open one has expired."""
        with self.lock:
            payment = self.payments.get(key)
            if payment is None or payment.status not in OPEN:
                return payment
            if datetime.fromisoformat(payment.expires_at) <= self.now():
                self.move(payment, "EXPIRED")
            return payment

    def move(self, payment: Payment, status: str, error: str = "") -> str:
        """Give a payment another status; the one before."""
        with self.lock:
            before, now = payment.status, self.now().isoformat()
            payment.status, payment.error_message, payment.updated_at = status, error, now
            if status == "SUCCESS":
                payment.completed_at, payment.operation_id = now, uuid4().hex[:12]
            self.save(payment.transaction_id, payment)
            return before

    def reverse(self, payment: Payment) -> str:
        """Give the money back, once more each time it is asked, as the real one does."""
        with self.lock:
            payment.reversals.append(uuid4().hex[:12])
            self.move(payment, "REFUNDED")
            return payment.reversals[-1]
