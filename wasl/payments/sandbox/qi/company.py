"""Qi's calls, its card page, and what it tells the shop."""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from hmac import compare_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

from wasl.payments.sandbox import companies
from wasl.payments.sandbox.callbacks import Message
from wasl.payments.sandbox.pages import western
from wasl.payments.sandbox.qi import keys, pages
from wasl.payments.sandbox.qi import payment as book
from wasl.payments.sandbox.qi.payment import RUNNING, Payment, WrongFieldError
from wasl.payments.sandbox.store import Store
from wasl.payments.sandbox.web import Answer, Company, Listed, Route, Switch, Visit, route

API = "/api/v1"
OTP = "123456"
TRIES = 3
FEE_PER_MILLE = 10
USERNAME, TERMINAL_ID = "wasl", "WASL0001"
ERRORS = {
    1: "ORDER_ALREADY_EXISTS", 9: "TERMINAL_NOT_FOUND", 10: "PAYMENT_ALREADY_EXISTS",
    12: "PAYMENT_NOT_FOUND", 15: "CAN_NOT_CANCEL_PAYMENT", 18: "REFUNDS_NOT_ALLOWED",
    20: "REFUND_ERROR", 21: "VALIDATION_ERROR", 22: "INCORRECT_PAYMENT_STATE", 23: "INTERNAL",
    24: "EXTERNAL", 27: "BAD_CREDENTIALS", 28: "LIMIT_VIOLATION",
}  # fmt: skip
_FAULTS = {400: 21, 401: 27, 404: 12, 405: 21, 413: 21, 429: 28, 500: 23, 503: 24}
_ENDS = {
    "SUCCESS": "paid", "FAILED": "declined", "AUTHENTICATION_FAILED": "declined",
    "ERROR": "declined", "EXPIRED": "expired", "CANCELED": "declined", "REFUNDED": "refunded",
}  # fmt: skip
_WAYS = {
    "pay": "", "pay-stay": "", "pay-twice": "twice", "pay-late": "late", "pay-muddled": "muddled",
    "pay-forged": "forged", "pay-changed": "changed", "pay-lost": "lost",
}  # fmt: skip
# What a payment passes through between the card and the bank's question.
_TO_THE_BANK = ("INITIALIZED", "THREE_DS_METHOD_CALL_REQUIRED", "AUTHENTICATION_REQUIRED")


class Qi(Company):
    """
    The stand-in for Qi.

    Its options: `decimals` of the signed amount, `dropped` fields of a message, `silent` errors
    without a message, `refunds` (SUCCESS, PROCESSING, FAILED, off), `steps` (one, two), and for
    answers about a payment `amount_offset`, `confirmed`, `currency`, `reference`, `status`,
    `canceled`. `errors_in` is the HTTP status that errors come with; `refund_answer` overwrites
    fields of the answer to a refund.
    """

    name = "qi"
    look = pages.LOOK
    switches = (
        Switch(
            name="decimals",
            labels={"ar": "منازل المبلغ الموقَّع", "en": "Decimals that are signed"},
            choices=("3", "2", "0"),
        ),
        Switch(
            name="silent",
            labels={"ar": "أخطاء بلا نص", "en": "Errors without a message"},
            choices=("no", "yes"),
        ),
        Switch(
            name="refunds",
            labels={"ar": "جواب إعادة المبلغ", "en": "A refund is answered"},
            choices=("SUCCESS", "PROCESSING", "FAILED", "off"),
        ),
        Switch(
            name="steps",
            labels={"ar": "خطوات الدفع", "en": "Payment in steps"},
            choices=("one", "two"),
        ),
    )

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None
    ) -> None:
        super().__init__(seed=seed, base_url=base_url, webhook=webhook, file=file)
        self.store: Store[Payment] = Store(Payment, file)
        self.key = keys.load(file.with_suffix("") if file is not None else None)

    def routes(self) -> list[Route]:
        """Its calls, and its page at the address of the payment."""
        one = API + r"/payment/([0-9a-f-]{36})"
        return [
            route("POST", API + r"/payment", self.create, "create"),
            route("GET", one + r"/status", self.status, "status"),
            route(
                "GET", API + r"/payment/status/by/request/([^/]{1,36})", self.by_request,
                "status-by-request",
            ),
            route("POST", one + r"/cancel", self.cancel, "cancel"),
            route("POST", one + r"/refund", self.refund, "refund"),
            route("GET", one, self.page),
            route("POST", one, self.decide),
        ]  # fmt: skip

    def fault(self, status: int, code: str = "") -> Answer:
        """An error of the company's: HTTP 400 or 500, and a number that says which."""
        number = int(code) if code else _FAULTS.get(status, 23)
        error: dict[str, Any] = {"code": number}
        if self.traps.option("silent", "no") != "yes":
            error["message"] = ERRORS.get(number, "")
        http = status if status in {404, 405, 429} and not code else 400 if status < 500 else 500
        return Answer(self.traps.option("errors_in", http), {"error": error})

    def _refuse(self, code: int) -> Answer:
        return self.fault(400, str(code))

    # The calls

    def create(self, visit: Visit) -> Answer:
        """A new payment, if its requestId is new."""
        self._authorise(visit)
        now = self.clock.now()
        is_two = self.traps.option("steps", "one") == "two"
        try:
            payment = book.read_order(visit.json(), now, two_steps=is_two)
        except WrongFieldError:
            return self._refuse(21)
        with self.store.lock:
            if self._of_request(payment.request_id) is not None:
                return self._refuse(10)
            self.store.save(payment.payment_id, payment)
        return Answer(200, book.written(payment, self.base_url))

    def status(self, visit: Visit, payment_id: str) -> Answer:
        """The truth about a payment."""
        self._authorise(visit)
        return self._told(self.current(payment_id))

    def by_request(self, visit: Visit, request_id: str) -> Answer:
        """The same, by the shop's id."""
        self._authorise(visit)
        found = self._of_request(request_id)
        return self._told(self.current(found.payment_id) if found else None)

    def _told(self, payment: Payment | None) -> Answer:
        if payment is None:
            raise self._refuse(12)
        data, option = book.written_in_full(payment), self.traps.option
        for name in ("amount", "confirmedAmount"):
            if name in data:
                data[name] += float(option("amount_offset", 0))
        if option("confirmed") is not None:
            data["confirmedAmount"] = option("confirmed")
        for name, value in (
            ("currency", option("currency")), ("requestId", option("reference")),
            ("status", option("status")), ("canceled", option("canceled")),
        ):  # fmt: skip
            if value is not None:
                data[name] = value
        return Answer(200, data)

    def cancel(self, visit: Visit, payment_id: str) -> Answer:
        """Take a payment back that nobody has begun to pay, or that waits to be confirmed."""
        self._authorise(visit)
        payment, data = self._known(payment_id), visit.json()
        request_id = self._checked(book.read_request_id, data)
        with self.store.lock:
            is_early = payment.status in {"CREATED", "FORM_SHOWED"}
            waits = payment.status == "SUCCESS" and payment.awaits_confirmation
            if payment.canceled or not (is_early or waits):
                return self._refuse(15)
            self._cancel(payment, request_id)
        return Answer(200, book.written_in_full(payment))

    def refund(self, visit: Visit, payment_id: str) -> Answer:
        """Give back all or a part, never more than was paid in sum."""
        self._authorise(visit)
        payment, data = self._known(payment_id), visit.json()
        request_id = self._checked(book.read_request_id, data)
        outcome = str(self.traps.option("refunds", "SUCCESS"))
        with self.store.lock:
            left = payment.value - payment.refunded
            asked = data.get("amount")
            amount = left if asked is None else self._checked(book.read_amount, asked)
            if self._is_used(request_id):
                return self._refuse(10)
            if payment.status != "SUCCESS" or payment.canceled:
                return self._refuse(22)
            if outcome == "off":
                return self._refuse(18)
            if not 0 < amount <= left:
                return self._refuse(20)
            refund = self._refund(payment, request_id, str(amount), outcome, data.get("message"))
        told = book.written_refund(payment, refund)
        return Answer(200, {**told, **self.traps.option("refund_answer", {})})

    def _refund(
        self, payment: Payment, request_id: str, amount: str, outcome: str, message: object
    ) -> dict[str, Any]:
        refund = {
            "refundId": str(uuid4()),
            "requestId": request_id,
            "amount": amount,
            "creationDate": book.stamp(self.clock.now()),
            "message": str(message or ""),
            "status": outcome,
            "at": self.clock.now().isoformat(),
        }
        if outcome != "FAILED":
            payment.refunds.append(refund)
            self.store.save(payment.payment_id, payment)
        return refund

    def _cancel(self, payment: Payment, request_id: str) -> None:
        payment.canceled = True
        payment.cancels.append(
            {
                "requestId": request_id,
                "created": book.stamp(self.clock.now()),
                "successfully": True,
                "amount": book.number(payment.amount),
            }
        )
        self.store.save(payment.payment_id, payment)

    def _authorise(self, visit: Visit) -> None:
        wanted = companies.secret(self.seed, self.name, "password")
        user, password = visit.basic() or ("", "")
        if user != USERNAME or not compare_digest(password.encode(), wanted.encode()):
            raise self._refuse(27)
        if visit.header("X-Terminal-Id") != TERMINAL_ID:
            raise self._refuse(9)

    def _checked(self, read: Callable[[Any], Any], value: Any) -> Any:
        try:
            return read(value)
        except WrongFieldError:
            raise self._refuse(21) from None

    def _of_request(self, request_id: str) -> Payment | None:
        with self.store.lock:
            for payment in self.store.rows.values():
                if payment.request_id == request_id:
                    return payment
        return None

    def _is_used(self, request_id: str) -> bool:
        with self.store.lock:
            return any(
                each["requestId"] == request_id
                for payment in self.store.rows.values()
                for each in payment.refunds
            )

    def _known(self, payment_id: str) -> Payment:
        payment = self.current(payment_id)
        if payment is None:
            raise self._refuse(12)
        return payment

    def current(self, payment_id: str) -> Payment | None:
        """A payment as it stands now: past its time, an open one has expired."""
        with self.store.lock:
            payment = self.store.get(payment_id)
            if payment is None or payment.canceled or payment.status not in RUNNING:
                return payment
            if datetime.fromisoformat(payment.expires_at) <= self.clock.now():
                self.end(payment, "EXPIRED")
            return payment

    def move(self, payment: Payment, *statuses: str) -> None:
        """Let a payment pass through statuses."""
        with self.store.lock:
            payment.history += statuses
            payment.status = statuses[-1]
            if payment.status == "SUCCESS":
                payment.paid_at = self.clock.now().isoformat()
            self.store.save(payment.payment_id, payment)

    def end(self, payment: Payment, status: str, way: str = "") -> None:
        """Give a payment its end, and tell the shop: only then, and until it answers 200."""
        self.move(payment, status)
        self.tell(payment, way or self.traps.take_callback())

    # What the shop is told

    def message(self, payment: Payment, **changed: Any) -> Message:
        """A signed message about a payment, to the address that its order named."""
        data = {**book.written_in_full(payment), **changed}
        for name in self.traps.option("dropped", ()):
            data.pop(name, None)
        decimals = int(self.traps.option("decimals", 3))
        return self._sent(payment, data, keys.sign(data, key=self.key, decimals=decimals))

    def tell(self, payment: Payment, way: str) -> None:
        """Send it the way that was chosen."""
        message = self.message(payment)
        data = book.written_in_full(payment)
        more = {**data, "amount": data["amount"] + 1000}
        right = message.headers["X-Signature"]
        key = keys.load(None) if way == "forged" else self.key
        self.callbacks.go(
            way,
            message,
            older=self.message(payment, status="STARTED"),
            forged=self._sent(payment, data, keys.sign(data, key=key, decimals=3)),
            # As somebody on the way would do it: another amount under the right signature.
            changed=self._sent(payment, more, right),
        )

    def _sent(self, payment: Payment, data: dict[str, Any], signed: str) -> Message:
        return Message(
            url=payment.notification_url or self.webhook_url,
            body=json.dumps(data).encode(),
            headers={"Content-Type": "application/json", "X-Signature": signed},
        )

    # The page

    def page(self, _visit: Visit, payment_id: str) -> Answer:
        """The card form, the bank's question, or the end."""
        payment = self._shown(payment_id)
        if self._is_over(payment):
            return Answer(200, pages.over(payment))
        if payment.card:
            if payment.status == "AUTHENTICATION_REQUIRED":
                self.move(payment, "AUTHENTICATION_STARTED")
            return Answer(200, pages.bank_question(payment, OTP))
        if payment.status == "CREATED":
            self.move(payment, "FORM_SHOWED")
        return Answer(200, pages.card_form(payment))

    def decide(self, visit: Visit, payment_id: str) -> Answer:
        """What the payer pressed."""
        payment, form = self._shown(payment_id), visit.form()
        action = form.get("action", "")
        if self._is_over(payment) or action == "leave":
            return Answer(303, location=payment.finish_url)
        if action == "card":
            return self._choose(payment, form.get("card", ""))
        if not payment.card:
            return Answer(400, pages.card_form(payment, wrong=True))
        if action in _WAYS or action == "cancel-after":
            if western(form.get("otp", "")) != OTP:
                return self._wrong_code(payment)
            return self._pay(payment, action)
        ends = {"decline": "AUTHENTICATION_FAILED", "error": "ERROR", "expire": "EXPIRED"}
        if action not in ends:
            return Answer(400, pages.bank_question(payment, OTP))
        self.end(payment, ends[action])
        return Answer(303, location=payment.finish_url)

    def _choose(self, payment: Payment, card: str) -> Answer:
        if card not in pages.CARDS:
            return Answer(400, pages.card_form(payment, wrong=True))
        payment.card = card
        self.move(payment, *_TO_THE_BANK)
        return Answer(303, location=f"{API}/payment/{payment.payment_id}")

    def _wrong_code(self, payment: Payment) -> Answer:
        payment.tries += 1
        if payment.tries < TRIES:
            self.store.save(payment.payment_id, payment)
            return Answer(200, pages.bank_question(payment, OTP, wrong=True))
        self.end(payment, "AUTHENTICATION_FAILED")
        return Answer(303, location=payment.finish_url)

    def _pay(self, payment: Payment, action: str) -> Answer:
        if payment.card == "unproved":
            self.end(payment, "AUTHENTICATION_FAILED")
            return Answer(303, location=payment.finish_url)
        self.move(payment, "AUTHENTICATED", "STARTED")
        if payment.card == "refused":
            self.end(payment, "FAILED")
            return Answer(303, location=payment.finish_url)
        self.end(payment, "SUCCESS", _WAYS.get(action, ""))
        if action == "cancel-after":
            # The message said SUCCESS and was right. It is not paid all the same.
            with self.store.lock:
                self._cancel(payment, str(uuid4()))
        if action in {"pay-stay", "pay-lost"}:
            return Answer(200, pages.stranded(payment, action))
        return Answer(303, location=payment.finish_url)

    def _shown(self, payment_id: str) -> Payment:
        payment = self.current(payment_id)
        if payment is None:
            raise Answer(404, pages.missing())
        return payment

    @staticmethod
    def _is_over(payment: Payment) -> bool:
        return payment.canceled or payment.status not in RUNNING

    # The operator's desk

    def listed(self, number: int | None) -> list[Listed]:
        """The payments, as they stand now."""
        return [self._listed(each) for each, _row in self.store.newest(number or 10**9)]

    def one(self, payment_id: str) -> Listed | None:
        """One of them."""
        return self._listed(payment_id) if self.store.get(payment_id) else None

    def act(self, payment_id: str, action: str) -> None:
        """Pay, decline, expire or give back."""
        payment = self.current(payment_id) or self.store.rows[payment_id]
        if action == "refund":
            left = str(payment.value - payment.refunded)
            with self.store.lock:
                self._refund(payment, str(uuid4()), left, "SUCCESS", "")
        elif action == "pay":
            payment.card = payment.card or pages.CARDS[0]
            self.end(payment, "SUCCESS")
        else:
            self.end(payment, "FAILED" if action == "decline" else "EXPIRED")

    def _listed(self, payment_id: str) -> Listed:
        payment = self.current(payment_id) or self.store.rows[payment_id]
        end = pages.end_word(payment)
        return Listed(
            id=payment.payment_id,
            reference=payment.additional_info.get("reference", payment.request_id),
            key=payment.request_id,
            amount=int(payment.value),
            status=payment.status + (" canceled" if payment.canceled else ""),
            end=_ENDS.get(end, "waiting"),
            created_at=payment.creation_date,
            ends_at=payment.expires_at,
            page=f"{API}/payment/{payment.payment_id}",
            fee=int(payment.value) * FEE_PER_MILLE // 1000,
            paid_at=payment.paid_at,
            refunds=tuple((each["at"], int(Decimal(each["amount"]))) for each in payment.refunds),
            more={"requestId": payment.request_id, "history": " → ".join(payment.history)},
        )
