"""FastPay's calls, its page, and what it tells the shop: success, and nothing else."""

import json
from datetime import datetime
from decimal import Decimal
from hmac import compare_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

from wasl.payments.sandbox import companies
from wasl.payments.sandbox.callbacks import Message
from wasl.payments.sandbox.fastpay import order as book
from wasl.payments.sandbox.fastpay import pages
from wasl.payments.sandbox.fastpay.order import Order, WrongFieldError
from wasl.payments.sandbox.store import Store
from wasl.payments.sandbox.web import Answer, Company, Listed, Route, Switch, Visit, route

PGW = "/api/v1/public/pgw/payment"
VENDING = "/api/v1/public/vending"
STORE_ID = "100001_001"
FEE_PER_MILLE = 5
NOTHING = "Sorry! No transaction has been found against your Order ID."
_ENDS = {"Success": "paid", "Failed": "declined", "Cancel": "declined", "Refunded": "refunded"}
_WAYS = {
    "pay": "", "pay-stay": "", "pay-twice": "twice", "pay-late": "late", "pay-lost": "lost",
    "pay-changed": "changed",
}  # fmt: skip


class FastPay(Company):
    """
    The stand-in for FastPay.

    Its options: for answers about an order `amount_offset` (a decimal text), `currency`,
    `reference`, `status`; `code` is what every call is answered with, in place of its own.
    """

    name = "fastpay"
    look = pages.LOOK
    switches = (
        Switch(
            name="refunds",
            labels={"ar": "إعادة المبالغ", "en": "Refunds"},
            choices=("yes", "no"),
        ),
    )

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None
    ) -> None:
        super().__init__(seed=seed, base_url=base_url, webhook=webhook, file=file)
        self.store: Store[Order] = Store(Order, file)

    def routes(self) -> list[Route]:
        """Its two families of calls, and its page."""
        return [
            route("POST", PGW + r"/initiation", self.initiate, "initiation"),
            route("POST", PGW + r"/validate", self.validate, "validate"),
            route("POST", PGW + r"/refund", self.refund, "refund"),
            route("POST", PGW + r"/refund/validation", self.refund_state, "refund/validation"),
            route("POST", VENDING + r"/qr", self.make_qr, "qr"),
            route("POST", VENDING + r"/validate", self.validate_qr, "qr/validate"),
            route("POST", VENDING + r"/status", self.qr_state, "qr/status"),
            route("GET", r"/qr/([0-9a-f]{32})\.svg", self.qr_picture),
            route("GET", r"/pay", self.page),
            route("POST", r"/pay", self.decide),
        ]

    def fault(self, status: int, code: str = "") -> Answer:
        """Its own faults wear HTTP 200; what stands before it (busy, down, no such path) does not."""
        http = status if status in {404, 405, 413, 429, 503} else 200
        return self._say(status, [code or "Sorry! Something went wrong."], http=http)

    def _say(
        self, code: int, messages: list[str], data: dict[str, Any] | None = None, http: int = 200
    ) -> Answer:
        shown = self.traps.option("code", code)
        return Answer(http, {"code": shown, "messages": messages, "data": data})

    @staticmethod
    def _in_qr_form(answer: Answer) -> Answer:
        """The QR calls write their message as one text, and have a field more."""
        said = answer.body
        answer.body = {
            "code": said["code"],
            "messages": " ".join(said["messages"]),
            "errors": [],
            "data": said["data"],
        }
        return answer

    def _refuse(self, code: int, message: str) -> Answer:
        return self._say(code, [message])

    # The payment gateway

    def initiate(self, visit: Visit) -> Answer:
        """A page for a new order."""
        data = self._authorised(visit, "store_id", "store_password")
        if data.get("currency") != "IQD":
            return self._refuse(422, "The selected currency is invalid.")
        try:
            order = book.read_order(data, self.clock.now())
        except WrongFieldError as error:
            return self._refuse(422, str(error))
        if not self._keep(order):
            return self._refuse(422, "The order id has already been taken.")
        return self._say(
            200,
            ["Payment Initiation request processed successfully."],
            {"redirect_uri": f"{self.base_url}/pay?token={order.token}"},
        )

    def validate(self, visit: Visit) -> Answer:
        """The truth about an order that was paid, or refused. Any other is not found."""
        data = self._authorised(visit, "store_id", "store_password")
        return self._truth(data.get("order_id"))

    def _truth(self, order_id: Any) -> Answer:
        order = self.store.get(order_id) if isinstance(order_id, str) else None
        if order is None or not order.status:
            return self._refuse(404, NOTHING)
        return self._say(200, [], self._told(order))

    def _told(self, order: Order) -> dict[str, Any]:
        option = self.traps.option
        received = Decimal(order.amount) + Decimal(str(option("amount_offset", "0")))
        told = book.written(order, received=received)
        changed = {
            "currency": option("currency"),
            "status": option("status"),
            "merchant_order_id": option("reference"),
        }
        return told | {name: value for name, value in changed.items() if value is not None}

    def refund(self, visit: Visit) -> Answer:
        """Pay an amount to a wallet. Nothing tells two refunds of one amount from a repeated one."""
        data = self._authorised(visit, "store_id", "store_password")
        wanted = companies.secret(self.seed, self.name, "refund secret key")
        if not compare_digest(str(data.get("refund_secret_key", "")).encode(), wanted.encode()):
            return self._refuse(422, "The refund secret key is invalid.")
        order, amount = self._order(data), data.get("amount")
        if isinstance(amount, bool) or not isinstance(amount, int) or amount < 1:
            return self._refuse(422, "The amount must be at least 1.")
        if data.get("msisdn") != book.WALLET:
            return self._refuse(422, "The msisdn is not the payer's.")
        with self.store.lock:
            if order is None or order.status != "Success":
                return self._refuse(404, NOTHING)
            if self.traps.option("refunds", "yes") != "yes":
                return self._refuse(422, "Refunds are not allowed for this store.")
            if amount > order.amount - order.refunded:
                return self._refuse(422, "The amount is more than what is left of the order.")
            invoice = self._give_back(order, amount)
        recipient = {"name": book.PAYER, "mobile_number": book.WALLET, "avatar": ""}
        return self._say(
            200,
            ["messages.successfully_refund"],
            {"summary": {"recipient": recipient, "invoice_id": invoice}},
        )

    def _give_back(self, order: Order, amount: int) -> str:
        invoice = "C" + uuid4().hex[:9].upper()
        order.refunds.append(
            {"invoice": invoice, "amount": amount, "at": self.clock.now().isoformat()}
        )
        self.store.save(order.order_id, order)
        return invoice

    def refund_state(self, visit: Visit) -> Answer:
        """Whether anything of an order went back."""
        order = self._order(self._authorised(visit, "store_id", "store_password"))
        if order is None:
            return self._refuse(404, NOTHING)
        checked = book.local(self.clock.now().isoformat())
        return self._say(
            200,
            [],
            {
                "order_id": order.order_id,
                "refund_status": bool(order.refunds),
                "status_checked_at": checked,
            },
        )

    # The QR calls: other names for the same fields

    def make_qr(self, visit: Visit) -> Answer:
        """A code for a new order of at least 1,000 dinars."""
        data = self._authorised_for_qr(visit)
        try:
            order = book.read_qr_order(data, self.clock.now())
        except WrongFieldError as error:
            return self._in_qr_form(self._refuse(422, str(error)))
        if not self._keep(order):
            return self._in_qr_form(self._refuse(422, "The order id has already been taken."))
        picture = f"{self.base_url}/qr/{order.token}.svg"
        answer = self._say(
            200,
            ["QR generation request was successful"],
            {"qrUrl": picture, "qrText": order.token},
        )
        return self._in_qr_form(answer)

    def validate_qr(self, visit: Visit) -> Answer:
        """The truth about a QR order: here the amount is a number, and the status in small letters."""
        answer = self._truth(self._authorised_for_qr(visit).get("orderId"))
        told = answer.body["data"]
        if told is not None:
            told["received_amount"] = float(told["received_amount"])
            told["status"] = str(told["status"]).lower()
        return self._in_qr_form(answer)

    def qr_state(self, visit: Visit) -> Answer:
        """Whether a QR order is paid by now."""
        order_id = self._authorised_for_qr(visit).get("orderId")
        order = self.store.get(order_id) if isinstance(order_id, str) else None
        if order is None or not order.is_qr:
            return self._in_qr_form(self._refuse(404, NOTHING))
        state = {"Success": "PAID", "": "UNPAID"}.get(order.status, "DECLINED")
        received = Decimal(order.amount if state == "PAID" else 0)
        told = {
            "order_id": order.order_id,
            "received_amount": book.two_decimals(received),
            "currency": "IQD",
            "payment_status": state,
        }
        return self._in_qr_form(self._say(200, [], told))

    def qr_picture(self, _visit: Visit, token: str) -> Answer:
        """The picture of a code."""
        order = self._of_token(token)
        if order is None:
            raise Answer(404, pages.missing())
        return Answer(200, pages.qr_svg(order).encode(), kind="image/svg+xml")

    def _keep(self, order: Order) -> bool:
        with self.store.lock:
            if self.store.get(order.order_id) is not None:
                return False
            self.store.save(order.order_id, order)
            return True

    def _order(self, data: dict[str, Any]) -> Order | None:
        order_id = data.get("order_id")
        return self.store.get(order_id) if isinstance(order_id, str) else None

    def _authorised(self, visit: Visit, id_field: str, password_field: str) -> dict[str, Any]:
        data = visit.json()
        wanted = companies.secret(self.seed, self.name, "store password")
        password = str(data.get(password_field, ""))
        is_right = compare_digest(password.encode(), wanted.encode())
        if data.get(id_field) != STORE_ID or not is_right:
            raise self._refuse(422, "Sorry! The Store ID and Store Password combination is wrong.")
        return data

    def _authorised_for_qr(self, visit: Visit) -> dict[str, Any]:
        try:
            return self._authorised(visit, "storeId", "storePassword")
        except Answer as refusal:
            raise self._in_qr_form(refusal) from None

    # What the shop is told

    def end(self, order: Order, status: str, way: str = "") -> None:
        """Give an order its end. Only a success is told, unsigned, to who is named in the order."""
        with self.store.lock:
            order.status = status
            order.transaction_id = "A" + uuid4().hex[:9].upper()
            order.paid_at = self.clock.now().isoformat()
            self.store.save(order.order_id, order)
        if status == "Success":
            self.tell(order, way or self.traps.take_callback())

    def tell(self, order: Order, way: str) -> None:
        """Send a message the way that was chosen; there is none but of success."""
        told = book.written(order, received=Decimal(order.amount))
        changed = book.written(order, received=Decimal(order.amount + 1000))
        right = self._message(order, told)
        forged = self._message(order, {**told, "gw_transaction_id": "A000000000"})
        self.callbacks.go(
            way, right, older=right, forged=forged, changed=self._message(order, changed)
        )

    def _message(self, order: Order, told: dict[str, Any]) -> Message:
        url = order.callback_url or self.webhook_url
        return Message(url=url, body=json.dumps(told | {"status": "Success"}).encode())

    # The page

    def page(self, visit: Visit) -> Answer:
        """The sum and the code, or the end."""
        order, language = self._shown(visit)
        if order.status or self._is_late(order):
            return Answer(200, pages.over(order, language, *self._end_and_back(order)))
        return Answer(200, pages.hosted(order, language, f"/pay?token={order.token}"))

    def decide(self, visit: Visit) -> Answer:
        """What the payer pressed."""
        order, language = self._shown(visit)
        title, back = self._end_and_back(order)
        if order.status or self._is_late(order):
            return Answer(303, location=back) if back else self.page(visit)
        action = visit.form().get("action", "")
        if action in _WAYS:
            self.end(order, "Success", _WAYS[action])
            if action in {"pay-stay", "pay-lost"}:
                return Answer(200, pages.stranded(order, language, action))
        elif action == "pay-forged":
            self.tell(order, "forged")
            return Answer(200, pages.over(order, language, "closed", ""))
        elif action in {"cancel", "fail"}:
            self.end(order, "Cancel" if action == "cancel" else "Failed")
        elif action == "expire":
            self._expire(order)
        else:
            # Who closes the page leaves no trace at all.
            return Answer(200, pages.over(order, language, "left", ""))
        title, back = self._end_and_back(order)
        if not back:
            return Answer(200, pages.over(order, language, title, ""))
        return Answer(303, location=back)

    def _end_and_back(self, order: Order) -> tuple[str, str]:
        title = "Refunded" if order.refunded >= order.amount else order.status or "Expired"
        back = order.success_url if order.status == "Success" else order.cancel_url
        return title, back

    def _expire(self, order: Order) -> None:
        with self.store.lock:
            order.expires_at = self.clock.now().isoformat()
            self.store.save(order.order_id, order)

    def _is_late(self, order: Order) -> bool:
        return datetime.fromisoformat(order.expires_at) <= self.clock.now()

    def _of_token(self, token: str) -> Order | None:
        with self.store.lock:
            for order in self.store.rows.values():
                if token and order.token == token:
                    return order
        return None

    def _shown(self, visit: Visit) -> tuple[Order, str]:
        order = self._of_token(visit.query.get("token", ""))
        if order is None:
            raise Answer(404, pages.missing())
        return order, "en" if visit.query.get("lang") == "en" else "ar"

    # The operator's desk

    def listed(self, number: int | None) -> list[Listed]:
        """The orders, as they stand now."""
        return [self._listed(order) for _key, order in self.store.newest(number or 10**9)]

    def one(self, payment_id: str) -> Listed | None:
        """One of them."""
        order = self.store.get(payment_id)
        return self._listed(order) if order else None

    def act(self, payment_id: str, action: str) -> None:
        """Pay, decline, expire or give back."""
        order = self.store.rows[payment_id]
        if action == "refund":
            with self.store.lock:
                self._give_back(order, order.amount - order.refunded)
        elif action == "expire":
            self._expire(order)
        else:
            self.end(order, "Success" if action == "pay" else "Failed")

    def _listed(self, order: Order) -> Listed:
        status = "Refunded" if order.refunded >= order.amount else order.status
        late = "expired" if self._is_late(order) else "waiting"
        is_paid = order.status == "Success"
        return Listed(
            id=order.order_id,
            reference=order.order_id,
            key=order.order_id,
            settled_id=order.transaction_id,
            amount=order.amount,
            status=status or "–",
            end=_ENDS.get(status, late),
            created_at=order.created_at,
            ends_at=order.expires_at,
            page=f"/pay?token={order.token}",
            fee=order.amount * FEE_PER_MILLE // 1000,
            paid_at=order.paid_at if is_paid else "",
            refunds=tuple((str(each["at"]), int(each["amount"])) for each in order.refunds),
            more={"gw_transaction_id": order.transaction_id},
        )
