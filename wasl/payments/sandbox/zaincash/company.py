"""The stand-in for ZainCash v2: its calls, its hosted page, its webhook."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wasl.payments.sandbox import companies, pages
from wasl.payments.sandbox.callbacks import Message
from wasl.payments.sandbox.store import Store
from wasl.payments.sandbox.web import (
    Answer,
    Company,
    Listed,
    Look,
    Route,
    Switch,
    Visit,
    route,
)
from wasl.payments.sandbox.words import words
from wasl.payments.sandbox.zaincash import messages
from wasl.payments.sandbox.zaincash.access import AccessKey
from wasl.payments.sandbox.zaincash.transaction import (
    OPEN,
    DuplicateError,
    Transaction,
    Transactions,
    UnusableError,
)

CLIENT_ID = "wasl"
API = "/api/v2/payment-gateway/transaction"
SCOPES = {"payment:read", "payment:write", "reverse:write"}
TOKEN_LASTS = 86_399
OTP, WRONG_CODES = "123456", 3
NO_MONEY = "9647700000001"  # this wallet is empty
DEMO_PHONE = "07701234567"
_PHONE = re.compile(r"(?:\+?964|0)?(7\d{9})")
_UUID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_ENDS = {"SUCCESS": "paid", "FAILED": "declined", "EXPIRED": "expired", "REFUNDED": "refunded"}
_CODES = {
    400: "PAYMENT_GATEWAY_BAD_REQUEST",
    401: "PAYMENT_GATEWAY_INVALID_TOKEN",
    403: "PAYMENT_GATEWAY_UNAUTHORIZED",
    429: "PAYMENT_GATEWAY_TOO_MANY_REQUESTS",
}
_WAYS = ("twice", "late", "muddled", "lost", "forged", "changed")


class ZainCash(Company):
    """
    The wallet. Wallet number 07700000001 is empty; the one-time code is always 123456.

    Option `webhook` off is the company's test system, which sends none.
    """

    name = "zaincash"
    look = Look(
        {"ar": "زين كاش – محاكاة", "ku": "زەین کاش – لاسایی", "en": "ZainCash stand-in"},
        colour="#8a1060",
        night="#b03a8b",
    )
    switches = (
        Switch(
            name="webhook",
            labels={"ar": "الإشعارات (غير موجودة في نظام الاختبار)", "en": "Webhook (none in UAT)"},
            choices=("on", "off"),
        ),
        Switch(
            name="body_key",
            labels={"ar": "مفتاح الرمز في الإشعار", "en": "Key of the token in the webhook"},
            choices=("webhook_token", "token"),
        ),
        Switch(
            name="init_scope",
            labels={"ar": "الصلاحية المطلوبة للبدء", "en": "Scope that init asks for"},
            choices=("payment:write", "payment:read"),
        ),
    )

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None
    ) -> None:
        super().__init__(seed=seed, base_url=base_url, webhook=webhook, file=file)
        self.transactions = Transactions(Store(Transaction, file), self.clock)
        self.access = AccessKey()
        self.client_secret = companies.secret(seed, self.name, "client secret")
        self.api_key = companies.secret(seed, self.name, "api key")

    def routes(self) -> list[Route]:
        """The calls of the documentation, and the hosted page."""
        return [
            route("POST", r"/oauth2/token", self.token, "token"),
            route("POST", API + r"/init", self.init, "init"),
            route("GET", API + r"/inquiry/" + _UUID, self.inquiry, "inquiry"),
            route("POST", API + r"/reverse", self.reverse, "reverse"),
            route("POST", API + r"/partial-reverse", self.reverse_part, "partial-reverse"),
            route("GET", r"/transaction/([0-9a-f]{16})", self.page),
            route("POST", r"/transaction/([0-9a-f]{16})", self.decide),
        ]

    def fault(self, status: int, code: str = "") -> Answer:
        """An error in the company's form."""
        known = code or _CODES.get(status, f"PAYMENT_GATEWAY_ERROR_{status}")
        return Answer(status, {"error": {"code": known}})

    # The calls

    def token(self, visit: Visit) -> Answer:
        """An access token for the client id and secret, in the scopes that were asked for."""
        form = visit.form()
        wanted = ("client_credentials", CLIENT_ID, self.client_secret)
        if (form.get("grant_type"), form.get("client_id"), form.get("client_secret")) != wanted:
            return Answer(401, {"error": "invalid_client"})
        scopes = sorted(SCOPES & set(form.get("scope", "").split()))
        expires = int(self.clock.now().timestamp()) + TOKEN_LASTS
        token = self.access.sign({"sub": CLIENT_ID, "exp": expires, "scope": " ".join(scopes)})
        return Answer(
            200,
            {
                "access_token": token,
                "scope": " ".join(scopes),
                "token_type": "Bearer",
                "expires_in": TOKEN_LASTS,
            },
        )

    def init(self, visit: Visit) -> Answer:
        """A new transaction. SUCCESS means that it was taken down: nobody has paid."""
        self._authorise(visit, self.traps.option("init_scope", "payment:write"))
        try:
            found = self.transactions.open(visit.json(), webhook=self.webhook_url)
        except DuplicateError:
            return self.fault(400, "PAYMENT_GATEWAY_DUPLICATE_EXTERNAL_REFERENCE_ID")
        except UnusableError:
            return self.fault(400)
        return Answer(
            200,
            {
                "status": "SUCCESS",
                "transactionDetails": {
                    "transactionId": found.transaction_id,
                    "externalReferenceId": found.external_reference_id,
                    "orderId": found.order_id,
                    "amount": {"currency": "IQD", "value": found.value},
                },
                "redirectUrl": self.base_url + self._page(found),
                "expiryTime": found.expires_at,
                "createdAt": found.created_at,
            },
        )

    def inquiry(self, visit: Visit, transaction_id: str) -> Answer:
        """What became of it. Option `inquiry` overrides parts of the answer, for tests."""
        self._authorise(visit, "payment:read")
        found = self._transaction(transaction_id)
        override: dict[str, Any] = self.traps.option("inquiry", {})
        return Answer(
            200,
            {
                "status": override.get("status", found.status),
                "transactionDetails": {
                    "transactionId": override.get("transactionId", found.transaction_id),
                    "operationId": found.operation_id,
                    "externalReferenceId": override.get(
                        "externalReferenceId", found.external_reference_id
                    ),
                    "orderId": found.order_id,
                    "amount": messages.amount(found.value) | override.get("amount", {}),
                },
                "customer": {"phone": found.phone},
                "timeStamps": {
                    "expiryTime": found.expires_at,
                    "createdAt": found.created_at,
                    "updatedAt": found.updated_at,
                    "completedAt": found.completed_at,
                },
            },
        )

    def reverse(self, visit: Visit) -> Answer:
        """All of it back. Asked a second time, it goes back a second time."""
        self._authorise(visit, "reverse:write")
        data = visit.json()
        found = self._paid(data)
        return Answer(200, self._give_back(found, found.value, data))

    def reverse_part(self, visit: Visit) -> Answer:
        """A part back, as often as it is asked."""
        self._authorise(visit, "reverse:write")
        data = visit.json()
        found = self._paid(data)
        amount = str(data.get("amount", ""))
        if not amount.isdigit() or not 0 < int(amount) <= found.value:
            raise self.fault(400)
        return Answer(200, self._give_back(found, int(amount), data))

    def _paid(self, data: dict[str, Any]) -> Transaction:
        found = self._transaction(str(data.get("transactionId", "")))
        if found.status not in {"SUCCESS", "REFUNDED"}:
            raise self.fault(400, "PAYMENT_GATEWAY_TRANSACTION_NOT_REVERSIBLE")
        return found

    def _give_back(self, found: Transaction, amount: int, data: dict[str, Any]) -> dict[str, Any]:
        before = found.status
        done = self.transactions.reverse(found, amount, str(data.get("reason", ""))[:200])
        self._tell(found, before, kind="REFUND_COMPLETED")
        return done

    # The hosted page: phone, code, done

    def page(self, visit: Visit, page_id: str) -> Answer:
        """What the payer sees at this moment."""
        found = self._payer(visit, page_id)
        if found.status == "PENDING":
            self.transactions.move(found, "CUSTOMER_AUTHENTICATION_REQUIRED")
        return self._shown(found)

    def decide(self, visit: Visit, page_id: str) -> Answer:
        """What the payer pressed."""
        found, form = self._payer(visit, page_id), visit.form()
        action = form.get("action", "")
        if found.status not in OPEN:
            return Answer(303, location=self._back(found, found.status))
        if action in {"decline", "expire"}:
            return Answer(303, location=self._back(found, self._end(found, action)))
        if action == "phone":
            return self._send_code(found, form.get("phone", ""))
        if found.status != "OTP_SENT":
            return self._shown(found)
        if pages.western(form.get("otp", "")) != OTP:
            return self._wrong_code(found)
        return self._pay(found, action)

    def _send_code(self, found: Transaction, typed: str) -> Answer:
        known = _PHONE.fullmatch(re.sub(r"[\s-]", "", pages.western(typed)))
        if known is None:
            return self._shown(found, is_wrong=True)
        found.phone = f"964{known[1]}"
        self.transactions.move(found, "OTP_SENT")
        return self._shown(found)

    def _wrong_code(self, found: Transaction) -> Answer:
        found.wrong_codes += 1
        if found.wrong_codes < WRONG_CODES:
            return self._shown(found, is_wrong=True)
        before = self.transactions.move(found, "FAILED", "TOO_MANY_WRONG_CODES")
        self._tell(found, before)
        return Answer(303, location=self._back(found, before))

    def _pay(self, found: Transaction, action: str) -> Answer:
        if found.phone == NO_MONEY:
            before = self.transactions.move(found, "FAILED", "INSUFFICIENT_BALANCE")
            self._tell(found, before)
            return Answer(303, location=self._back(found, before))
        way = action.removeprefix("pay-")
        before = self._take(found, way if way in _WAYS else self.traps.take_callback())
        if way in {"lost", "stay"}:
            text = words(found.language)
            note = text["stay"] if way == "stay" else text["way-lost"]
            return Answer(200, pages.stranded(self.look, self._bill(found), note))
        return Answer(303, location=self._back(found, before))

    def _shown(self, found: Transaction, *, is_wrong: bool = False) -> Answer:
        bill = self._bill(found)
        if found.status not in OPEN:
            return Answer(200, pages.over(self.look, bill, self._back(found, found.status)))
        if found.status != "OTP_SENT":
            return Answer(200, pages.phone_page(self.look, bill, DEMO_PHONE, wrong=is_wrong))
        text = words(found.language)
        others = {f"pay-{way}": f"{text['pay']}: {text[f'way-{way}']}" for way in _WAYS}
        others |= {"pay-stay": text["stay"], "expire": text["expire"]}
        page = pages.code_page(self.look, bill, OTP, wrong=is_wrong, others=others)
        return Answer(200, page)

    # What happens, and who is told

    def _take(self, found: Transaction, way: str) -> str:
        before = self.transactions.move(found, "SUCCESS")
        self._tell(found, before, way=way)
        return before

    def _end(self, found: Transaction, action: str) -> str:
        status, error = (
            ("FAILED", "DECLINED_BY_CUSTOMER") if action == "decline" else ("EXPIRED", None)
        )
        before = self.transactions.move(found, status, error)
        self._tell(found, before, way=self.traps.take_callback())
        return before

    def _tell(
        self, found: Transaction, before: str, *, kind: str = "STATUS_CHANGED", way: str = "once"
    ) -> None:
        if self.traps.option("webhook", "on") == "off":
            return

        def message(key: str = self.api_key, **values: Any) -> Message:
            payload = messages.event(
                found, self.clock, **{"before": before, "kind": kind, **values}
            )
            body_key = self.traps.option("body_key", "webhook_token")
            return messages.webhook(self.webhook_url, payload, key, body_key)

        self.callbacks.go(
            way,
            message(),
            older=message(before="CUSTOMER_AUTHENTICATION_REQUIRED", status="OTP_SENT"),
            # The likeliest mistake of all: the other secret.
            forged=message(key=self.client_secret),
            changed=message(more=1000),
        )

    def _back(self, found: Transaction, before: str) -> str:
        payload = messages.event(found, self.clock, before=before)
        return messages.return_url(found, payload, self.api_key)

    # The operator's desk

    def listed(self, number: int | None) -> list[Listed]:
        """The transactions, as they stand now."""
        newest = self.transactions.store.newest(number or 10**9)
        return [self._listed(key) for key, _transaction in newest]

    def one(self, payment_id: str) -> Listed | None:
        """One of them."""
        return self._listed(payment_id) if self.transactions.get(payment_id) else None

    def act(self, payment_id: str, action: str) -> None:
        """Pay, decline, expire or give back."""
        found = self._transaction(payment_id)
        if action == "pay":
            self._take(found, self.traps.take_callback())
        elif action == "refund":
            self._give_back(found, found.value, {"reason": "operator"})
        else:
            self._end(found, action)

    def _listed(self, key: str) -> Listed:
        found = self._transaction(key)
        return Listed(
            id=key,
            key=found.external_reference_id,
            reference=found.order_id,
            amount=found.value,
            status=found.status,
            end=_ENDS.get(found.status, "waiting"),
            created_at=found.created_at,
            ends_at=found.expires_at,
            page=self._page(found),
            fee=messages.fee(found.value),
            paid_at=found.completed_at or "",
            refunds=tuple((each["createdAt"], each["amount"]) for each in found.reversals),
            more={
                "externalReferenceId": found.external_reference_id,
                "errorMessage": found.error_message or "",
                "MSISDN": found.phone,
            },
        )

    def _page(self, found: Transaction) -> str:
        return f"/transaction/{found.page_id}?token={quote(found.page_token)}"

    def _bill(self, found: Transaction) -> pages.Bill:
        return pages.Bill(
            language=found.language,
            amount=found.value,
            description=found.service_type,
            reference=found.order_id,
            end=_ENDS.get(found.status, ""),
        )

    def _transaction(self, transaction_id: str) -> Transaction:
        found = self.transactions.get(transaction_id)
        if found is None:
            raise self.fault(404, "PAYMENT_GATEWAY_TRANSACTION_NOT_FOUND")
        return found

    def _payer(self, visit: Visit, page_id: str) -> Transaction:
        found = self.transactions.by_page(page_id, visit.query.get("token", ""))
        if found is None:
            raise Answer(404, pages.missing(self.look))
        return found

    def _authorise(self, visit: Visit, scope: str) -> None:
        payload = self.access.read(visit.bearer())
        if payload is None or payload["exp"] <= self.clock.now().timestamp():
            raise self.fault(401)
        if scope not in str(payload.get("scope", "")).split():
            raise self.fault(403)
