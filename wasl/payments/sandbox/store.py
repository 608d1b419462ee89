"""What the sandbox remembers: its payments, in memory and, if wanted, in a file."""

import json
import os
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

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
class Traps:
    """Faults to behave with. Each is used up as it says; tests and the hosted page set them."""

    # How often the next calls of "token", "init", "inquiry" answer with this status instead.
    fail: dict[str, list[int]] = field(default_factory=dict)
    # The next init takes effect, but its answer is lost.
    lose_init_answer: bool = False
    # The inquiry names another amount, currency or reference.
    amount_offset: int = 0
    currency: str = ""
    reference: str = ""
    malformed_inquiry: bool = False
    webhook_body_key: str = "webhook_token"


class Store:
    """The payments. Every change is made under one lock, and written to the file at once."""

    def __init__(self, file: Path | None = None, lasts: timedelta = timedelta(minutes=15)) -> None:
        self.lock = threading.RLock()
        self.file = file
        self.lasts = lasts
        self.offset = timedelta()
        self.payments: dict[str, Payment] = {}
        self.traps = Traps()
        if file is not None and file.exists():
            self._load(file)

    def now(self) -> datetime:
        """The sandbox's own clock, which tests may move."""
        return datetime.now(UTC) + self.offset

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
            self.payments[payment.transaction_id] = payment
            self._save()
        return payment

    def get(self, transaction_id: str) -> Payment | None:
        """A payment as it stands now: past its time, an open one has expired."""
        with self.lock:
            payment = self.payments.get(transaction_id)
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
            self._save()
            return before

    def reverse(self, payment: Payment) -> str:
        """Give the money back, once more each time it is asked, as the real one does."""
        with self.lock:
            payment.reversals.append(uuid4().hex[:12])
            self.move(payment, "REFUNDED")
            return payment.reversals[-1]

    def newest(self) -> list[Payment]:
        """The last fifty payments, newest first."""
        with self.lock:
            keys = list(self.payments)[-50:]
        return [payment for key in reversed(keys) if (payment := self.get(key)) is not None]

    def used_up(self, call: str) -> int:
        """The status that a trap wants the next such call answered with; 0 for none."""
        with self.lock:
            waiting = self.traps.fail.get(call, [])
            return waiting.pop(0) if waiting else 0

    def _load(self, file: Path) -> None:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            self.payments = {each["transaction_id"]: Payment(**each) for each in data}
        except (ValueError, TypeError, KeyError):
            file.rename(file.with_suffix(".unreadable"))

    def _save(self) -> None:
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(each) for each in self.payments.values()], ensure_ascii=False)
        beside = self.file.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self.file)
