"""The stand-in for FIB: token, payments, the app in the payer's hand, unsigned callbacks."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import segno

from wasl.payments.sandbox import companies, pages
from wasl.payments.sandbox.callbacks import Message
from wasl.payments.sandbox.fib.payment import Payment, Payments, UnusableError
from wasl.payments.sandbox.store import Store
from wasl.payments.sandbox.web import Answer, Company, Listed, Look, Route, Switch, Visit, route
from wasl.payments.sandbox.words import words

CLIENT_ID = "wasl"
REALM = "/auth/realms/fib-online-shop/protocol/openid-connect/token"
API = "/protected/v1/payments"
TOKEN_LASTS = 60
FEE_PER_MILLE = 5
APPS = ("personal", "business", "corporate")
_UUID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_ENDS = {"UNPAID": "waiting", "PAID": "paid", "REFUND_REQUESTED": "refunding",
         "REFUNDED": "refunded"}  # fmt: skip
_TITLES = {
    400: "BAD_REQUEST", 401: "UNAUTHORIZED", 402: "PAYMENT_REQUIRED", 404: "PAYMENT_NOT_FOUND",
    406: "NOT_ACCEPTABLE",
}  # fmt: skip
_WAYS = ("twice", "late", "muddled", "lost", "forged", "changed")


class Fib(Company):
    """
    The bank. It has no page for cards: the payer's own app opens the QR, the code or the link.

    Tokens end after a minute. An amount comes back as a number, a text or with decimals.
    """

    name = "fib"
    look = Look(
        {
            "ar": "تطبيق المصرف العراقي الأول – محاكاة",
            "ku": "ئەپی یەکەم بانکی عێراقی – لاسایی",
            "en": "First Iraqi Bank app, stand-in",
        },
        colour="#0b6b60",
        night="#1c8d80",
    )
    switches = (
        Switch(
            name="amount",
            labels={"ar": "شكل المبلغ في الجواب", "en": "Form of the amount in answers"},
            choices=("number", "text", "decimals"),
        ),
    )

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None
    ) -> None:
        super().__init__(seed=seed, base_url=base_url, webhook=webhook, file=file)
        self.payments = Payments(Store(Payment, file), self.clock)
        self.client_secret = companies.secret(seed, self.name, "client secret")
        self._granted: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """The calls of the client libraries, and the app."""
        one = f"{API}/{_UUID}"
        return [
            route("POST", REALM, self.token, "token"),
            route("POST", API, self.create, "create"),
            route("GET", one + r"/status", self.status, "status"),
            route("POST", one + r"/cancel", self.cancel, "cancel"),
            route("POST", one + r"/refund", self.refund, "refund"),
            route("GET", r"/app/(personal|business|corporate)/" + _UUID, self.app),
            route("POST", r"/app/(personal|business|corporate)/" + _UUID, self.decide),
            route("GET", r"/code", self.find),
        ]

    def fault(self, status: int, code: str = "") -> Answer:
        """An error: a number to ask about, and what is wrong."""
        title = code or _TITLES.get(status, f"ERROR_{status}")
        return Answer(status, {"traceId": uuid4().hex, "errors": [{"code": title, "title": title}]})

    # The calls

    def token(self, visit: Visit) -> Answer:
        """An access token: the client named in the body, or by HTTP Basic."""
        form = visit.form()
        client = visit.basic() or (form.get("client_id", ""), form.get("client_secret", ""))
        if form.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        if client != (CLIENT_ID, self.client_secret):
            description = "Invalid client or Invalid client credentials"
            return Answer(401, {"error": "unauthorized_client", "error_description": description})
        token, now = uuid4().hex + uuid4().hex, self.clock.now().timestamp()
        self._granted = {each: end for each, end in self._granted.items() if end > now}
        self._granted[token] = now + TOKEN_LASTS
        return Answer(
            200,
            {
                "access_token": token,
                "expires_in": TOKEN_LASTS,
                "refresh_expires_in": 0,
                "token_type": "Bearer",
                "not-before-policy": 0,
                "scope": "email profile",
            },
        )

    def create(self, visit: Visit) -> Answer:
        """A new payment, each time that it is asked for: there is no key to know a repeat by."""
        self._authorise(visit)
        try:
            found = self.payments.open(visit.json())
        except UnusableError:
            return self.fault(400)
        links = {f"{kind}AppLink": self.base_url + self._app(kind, found) for kind in APPS}
        code = segno.make(links["personalAppLink"], micro=False)
        return Answer(
            201,
            {
                "paymentId": found.payment_id,
                "readableCode": found.readable_code,
                "qrCode": code.png_data_uri(scale=6, border=3),
                "validUntil": found.valid_until,
                **links,
            },
        )

    def status(self, visit: Visit, payment_id: str) -> Answer:
        """The truth. Option `status` overrides parts of the answer, for tests."""
        self._authorise(visit)
        found = self._payment(payment_id)
        is_paid = found.paid_at is not None
        return Answer(
            200,
            {
                "paymentId": found.payment_id,
                "status": found.status,
                "amount": {"amount": self._amount(found), "currency": "IQD"},
                "paidAt": found.paid_at,
                "decliningReason": found.declining_reason,
                "declinedAt": found.declined_at,
                "paidBy": {"name": "علي حسن", "iban": "IQ00FIQB000000000000001"}
                if is_paid
                else None,
                **self.traps.option("status", {}),
            },
        )

    def cancel(self, visit: Visit, payment_id: str) -> Answer:
        """Nobody shall pay it any more: only while nobody has."""
        self._authorise(visit)
        found = self._payment(payment_id)
        if found.status != "UNPAID":
            return self.fault(406, "PAYMENT_NOT_CANCELLABLE")
        self.payments.decline(found, "PAYMENT_CANCELLATION")
        self._tell(found)
        return Answer(204, None)

    def refund(self, visit: Visit, payment_id: str) -> Answer:
        """All of it back, later: 202 means that it was taken down."""
        self._authorise(visit)
        found = self._payment(payment_id)
        if found.status != "PAID":
            return self.fault(406, "PAYMENT_NOT_REFUNDABLE")
        if not self.payments.is_refundable(found):
            return self.fault(402, "REFUND_PERIOD_OVER")
        self.payments.ask_refund(found)
        return Answer(202, None)

    # The payer's app

    def find(self, visit: Visit) -> Answer:
        """The readable code, typed into the app."""
        wanted = "".join(filter(str.isalnum, visit.query.get("code", "").upper()))
        for key, found in self.payments.store.newest(500):
            if wanted and found.readable_code.replace("-", "") == wanted:
                return Answer(303, location=self._app("personal", self._payment(key)))
        return Answer(404, pages.missing(self.look))

    def app(self, visit: Visit, kind: str, payment_id: str) -> Answer:
        """What the payer's app shows of the payment."""
        found, language = self._payer(visit, payment_id), _language(visit)
        bill = self._bill(found, language)
        if found.status != "UNPAID":
            return Answer(200, pages.over(self.look, bill, found.redirect_uri))
        text = words(language)
        others = {f"pay-{way}": f"{text['pay']}: {text[f'way-{way}']}" for way in _WAYS}
        others |= {"pay-stay": text["stay"], "expire": text["expire"]}
        return Answer(200, pages.app_page(self.look, bill, others))

    def decide(self, visit: Visit, kind: str, payment_id: str) -> Answer:
        """What the payer pressed."""
        found, language = self._payer(visit, payment_id), _language(visit)
        action = visit.form().get("action", "")
        if found.status != "UNPAID":
            return Answer(
                200, pages.over(self.look, self._bill(found, language), found.redirect_uri)
            )
        way = action.removeprefix("pay-")
        if action == "pay" or way in {*_WAYS, "stay"}:
            self.payments.pay(found)
            self._tell(found, way if way in _WAYS else self.traps.take_callback())
        elif action in {"decline", "expire"}:
            self._end(found, action)
        else:
            return self.app(visit, kind, payment_id)
        if way in {"lost", "stay"} or not found.redirect_uri:
            text = words(language)
            note = text["way-lost"] if way == "lost" else text["stay"]
            return Answer(200, pages.stranded(self.look, self._bill(found, language), note))
        return Answer(303, location=found.redirect_uri)

    # What happens, and who is told

    def _end(self, found: Payment, action: str) -> None:
        reason = "PAYMENT_EXPIRATION" if action == "expire" else "PAYMENT_CANCELLATION"
        self.payments.decline(found, reason)
        self._tell(found, self.traps.take_callback())

    def _tell(self, found: Payment, way: str = "once") -> None:
        def message(payment_id: str = found.payment_id, status: str = found.status) -> Message:
            body = {"id": payment_id, "status": status}
            return Message(url=found.callback_url, body=json.dumps(body).encode())

        self.callbacks.go(
            way,
            message(),
            older=message(status="UNPAID"),
            # Whoever knows the address can send this, about a payment that does not exist.
            forged=message(payment_id=str(uuid4()), status="PAID"),
            # There is no amount to change, and no signature either: another status will do.
            changed=message(status="DECLINED" if found.status == "PAID" else "PAID"),
        )

    # The operator's desk

    def listed(self, number: int | None) -> list[Listed]:
        """The payments, as they stand now."""
        return [self._listed(key) for key, _payment in self.payments.store.newest(number or 10**9)]

    def one(self, payment_id: str) -> Listed | None:
        """One of them."""
        return self._listed(payment_id) if self.payments.get(payment_id) else None

    def act(self, payment_id: str, action: str) -> None:
        """Pay, decline, expire or give back."""
        found = self._payment(payment_id)
        if action == "pay":
            self.payments.pay(found)
            self._tell(found, self.traps.take_callback())
        elif action == "refund":
            self.payments.ask_refund(found)
        else:
            self._end(found, action)

    def _listed(self, key: str) -> Listed:
        found = self._payment(key)
        is_late = found.declining_reason == "PAYMENT_EXPIRATION"
        refunds = ((found.refunded_at, found.dinars),) if found.refunded_at else ()
        return Listed(
            id=key,
            reference=found.readable_code,
            amount=found.dinars,
            status=found.status,
            end=_ENDS.get(found.status, "expired" if is_late else "declined"),
            created_at=found.created_at,
            ends_at=found.valid_until,
            page=self._app("personal", found),
            fee=found.dinars * FEE_PER_MILLE // 1000,
            paid_at=found.paid_at or "",
            refunds=refunds,
            more={
                "description": found.description,
                "decliningReason": found.declining_reason or "",
            },
        )

    @staticmethod
    def _app(kind: str, found: Payment) -> str:
        return f"/app/{kind}/{found.payment_id}?code={quote(found.readable_code)}"

    def _bill(self, found: Payment, language: str) -> pages.Bill:
        return pages.Bill(
            language=language,
            amount=found.dinars,
            description=found.description,
            reference=found.readable_code,
            end="" if found.status == "UNPAID" else self._listed(found.payment_id).end,
        )

    def _amount(self, found: Payment) -> Any:
        form = self.traps.option("amount", "number")
        if form == "text":
            return found.amount
        number = float(found.amount)
        return found.dinars if form == "number" and number == found.dinars else number

    def _payment(self, payment_id: str) -> Payment:
        found = self.payments.get(payment_id)
        if found is None:
            raise self.fault(404)
        return found

    def _payer(self, visit: Visit, payment_id: str) -> Payment:
        found = self.payments.get(payment_id)
        if found is None or visit.query.get("code") != found.readable_code:
            raise Answer(404, pages.missing(self.look))
        return found

    def _authorise(self, visit: Visit) -> None:
        if self._granted.get(visit.bearer(), 0.0) <= self.clock.now().timestamp():
            raise self.fault(401)


def _language(visit: Visit) -> str:
    """The app speaks the language of the phone."""
    first = visit.header("Accept-Language")[:2].lower()
    return {"en": "en", "ku": "ku", "ck": "ku"}.get(first, "ar")
