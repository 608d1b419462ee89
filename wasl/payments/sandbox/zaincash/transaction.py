"""A transaction of the stand-in, and how it moves from status to status."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from wasl.payments.sandbox.clock import Clock
from wasl.payments.sandbox.store import Store

LASTS = timedelta(minutes=15)
FEE_PER_MILLE = 5
OPEN = {"PENDING", "CUSTOMER_AUTHENTICATION_REQUIRED", "OTP_SENT"}
LANGUAGES = {"ar", "en", "ku"}
_PHONE = re.compile(r"9647\d{9}")
_AMOUNT = re.compile(r"[1-9]\d{0,11}")


@dataclass
class Transaction:
    """One payment. Times are ISO 8601 texts."""

    transaction_id: str
    external_reference_id: str
    order_id: str
    service_type: str
    language: str
    value: int
    success_url: str
    failure_url: str
    page_id: str
    page_token: str
    created_at: str
    expires_at: str
    updated_at: str
    phone: str = ""
    status: str = "PENDING"
    error_message: str | None = None
    wrong_codes: int = 0
    completed_at: str | None = None
    operation_id: str | None = None
    # Each as it was answered; asked twice, there are two.
    reversals: list[dict[str, Any]] = field(default_factory=list)


class DuplicateError(Exception):
    """The shop used the same external reference before."""


class UnusableError(Exception):
    """A field is missing or wrong."""


class Transactions:
    """All transactions; every change under one lock, and kept."""

    def __init__(self, store: Store[Transaction], clock: Clock) -> None:
        self.store, self.clock = store, clock
        self._references = {row.external_reference_id for row in store.rows.values()}
        self._pages = {row.page_id: key for key, row in store.rows.items()}

    def open(self, data: dict[str, Any], *, webhook: str = "") -> Transaction:
        """Take an order. :raises UnusableError: DuplicateError as well."""
        try:
            transaction = self._read(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnusableError from error
        if webhook and webhook in {transaction.success_url, transaction.failure_url}:
            raise UnusableError
        with self.store.lock:
            if transaction.external_reference_id in self._references:
                raise DuplicateError
            self._references.add(transaction.external_reference_id)
            self._pages[transaction.page_id] = transaction.transaction_id
            self.store.save(transaction.transaction_id, transaction)
        return transaction

    def _read(self, data: dict[str, Any]) -> Transaction:
        amount, urls, now = data["amount"], data["redirectUrls"], self.clock.now()
        language = str(data["language"]).lower()  # the documentation writes both en and En
        phone = str((data.get("customer") or {}).get("phone", ""))
        # A text: the number 15000 is refused here, and given back by every answer.
        if not isinstance(amount["value"], str) or not _AMOUNT.fullmatch(amount["value"]):
            raise ValueError("amount")
        if amount["currency"] != "IQD" or language not in LANGUAGES:
            raise ValueError("currency or language")
        if phone and not _PHONE.fullmatch(phone):
            raise ValueError("phone")
        for name in ("successUrl", "failureUrl"):
            if urlsplit(urls[name]).scheme not in {"http", "https"}:
                raise ValueError(name)
        order_id, service_type = data["orderId"], data["serviceType"]
        if not (isinstance(order_id, str) and order_id and isinstance(service_type, str)):
            raise ValueError("orderId or serviceType")
        return Transaction(
            transaction_id=str(uuid4()),
            external_reference_id=str(UUID(data["externalReferenceId"])),
            order_id=order_id[:100],
            service_type=service_type[:200],
            language=language,
            value=int(amount["value"]),
            success_url=urls["successUrl"],
            failure_url=urls["failureUrl"],
            page_id=uuid4().hex[:16],
            page_token=uuid4().hex,
            phone=phone,
            created_at=now.isoformat(),
            expires_at=(now + LASTS).isoformat(),
            updated_at=now.isoformat(),
        )

    def get(self, transaction_id: str) -> Transaction | None:
        """A transaction as it stands now: past its time, an open one has expired."""
        with self.store.lock:
            found = self.store.rows.get(transaction_id)
            if found is not None and found.status in OPEN and self.is_late(found):
                self.move(found, "EXPIRED")
            return found

    def by_page(self, page_id: str, token: str) -> Transaction | None:
        """The transaction of a hosted page, for who has the whole address."""
        found = self.get(self._pages.get(page_id, ""))
        return found if found is not None and found.page_token == token else None

    def is_late(self, transaction: Transaction) -> bool:
        """Whether its quarter of an hour is over."""
        return datetime.fromisoformat(transaction.expires_at) <= self.clock.now()

    def move(self, transaction: Transaction, status: str, error: str | None = None) -> str:
        """Give it another status; the one before."""
        with self.store.lock:
            before, now = transaction.status, self.clock.now().isoformat()
            transaction.status, transaction.error_message = status, error
            transaction.updated_at = now
            if status == "SUCCESS" and before != "SUCCESS":
                transaction.completed_at, transaction.operation_id = now, uuid4().hex[:12]
            self.store.save(transaction.transaction_id, transaction)
            return before

    def reverse(self, transaction: Transaction, amount: int, reason: str) -> dict[str, Any]:
        """
        Give money back, once more each time it is asked: nothing here remembers the last time.

        The status becomes REFUNDED once as much went back as was paid, or more.
        """
        with self.store.lock:
            now = self.clock.now().isoformat()
            done = {
                "id": str(uuid4()),
                "customerId": uuid4().hex[:10],
                "operationId": uuid4().hex[:12],
                "referenceId": transaction.transaction_id,
                "reversalReferenceId": uuid4().hex[:16],
                "status": "COMPLETED",
                "customerMsisdn": transaction.phone,
                "merchantMsisdn": "9647800000000",
                "merchantId": "wasl",
                "reason": reason,
                "amount": amount,
                "createdAt": now,
                "updatedAt": now,
            }
            transaction.reversals.append(done)
            given = sum(each["amount"] for each in transaction.reversals)
            self.move(transaction, "REFUNDED" if given >= transaction.value else "SUCCESS")
            return done
