"""The trial wallet's calls and its hosted page: ZainCash v2 in the plainest way."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from wasl.payments.providers import CallbackRefusedError, tokens
from wasl.payments.providers.sandbox import secrets
from wasl.payments.sandbox.pages import western
from wasl.payments.sandbox.trial_wallet import pages
from wasl.payments.sandbox.trial_wallet.callbacks import Webhook, message, return_url
from wasl.payments.sandbox.trial_wallet.store import (
    FEE_PER_MILLE,
    OPEN,
    DuplicateReferenceError,
    Payment,
    Store,
)
from wasl.payments.sandbox.web import Answer, Company, Listed, Route, Visit, route

API = "/api/v2/payment-gateway/transaction"
TOKEN_LASTS = 86_399
OTP = "123456"
PAYING = {"pay", "pay-lost", "pay-twice", "pay-muddled", "pay-late", "pay-stay"}
_WAYS = {"pay-twice": "twice", "pay-muddled": "muddled", "pay-late": "late", "pay-lost": "lost"}
_ENDS = {"SUCCESS": "paid", "FAILED": "declined", "EXPIRED": "expired", "REFUNDED": "refunded"}


class Sandbox(Company):
    """The company: a WSGI application."""

    name = "sandbox"
    look = pages.LOOK

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None,
        lasts: timedelta = timedelta(minutes=15),
    ) -> None:  # fmt: skip
        super().__init__(seed=seed, base_url=base_url, webhook=webhook, file=file)
        self.store = Store(file, lasts)
        self.clock, self.traps = self.store.clock, self.store.traps
        self.webhook = Webhook(webhook, secrets.api_key(seed), self.store, self.callbacks)

    def routes(self) -> list[Route]:
        """Its calls and its page."""
        return [
            route("POST", r"/oauth2/token", self.token, "token"),
            route("POST", API + r"/init", self.init, "init"),
            route("GET", API + r"/inquiry/([0-9a-f-]{36})", self.inquiry, "inquiry"),
            route("POST", API + r"/reverse", self.reverse, "reverse"),
            route("GET", r"/pay/([0-9a-f-]{36})", self.page),
            route("POST", r"/pay/([0-9a-f-]{36})", self.decide),
        ]

    # The company's API

    def token(self, visit: Visit) -> Answer:
        """An access token for the shop's client id and secret."""
        form = visit.form()
        wanted = (secrets.CLIENT_ID, secrets.client_secret(self.seed), "client_credentials")
        if (form.get("client_id"), form.get("client_secret"), form.get("grant_type")) != wanted:
            return Answer(401, {"error": "invalid_client"})
        now = int(self.store.now().timestamp())
        payload = {"sub": secrets.CLIENT_ID, "exp": now + TOKEN_LASTS}
        return Answer(
            200,
            {
                "access_token": tokens.sign(payload, secrets.token_key(self.seed)),
                "scope": form.get("scope", ""),
                "token_type": "Bearer",
                "expires_in": TOKEN_LASTS,
            },
        )

    def init(self, visit: Visit) -> Answer:
        """A new payment. SUCCESS in the answer means that it was taken down, not paid."""
        self._authorise(visit)
        try:
            payment = self.store.open(visit.json())
        except DuplicateReferenceError:
            return _error(400, "PAYMENT_GATEWAY_DUPLICATE_REFERENCE_USE_INQUIRY")
        except (KeyError, ValueError, TypeError):
            return _error(400, "PAYMENT_GATEWAY_BAD_REQUEST")
        return Answer(
            200,
            {
                "status": "SUCCESS",
                "transactionDetails": {
                    "transactionId": payment.transaction_id,
                    "externalReferenceId": payment.external_reference_id,
                    "orderId": payment.order_id,
                    "amount": {"currency": payment.currency, "value": payment.value},
                },
                "redirectUrl": self.page_url(payment),
                "expiryTime": payment.expires_at,
                "createdAt": payment.created_at,
            },
        )

    def page_url(self, payment: Payment) -> str:
        """The hosted page of a payment."""
        return f"{self.base_url}/pay/{payment.transaction_id}?token={payment.page_token}"

    def inquiry(self, visit: Visit, transaction_id: str) -> Answer:
        """The truth about a payment."""
        self._authorise(visit)
        payment, traps = self._payment(transaction_id), self.store.traps
        if traps.malformed_inquiry:
            return Answer(200, "<html>Service temporarily unavailable</html>")
        value = payment.value + traps.amount_offset
        return Answer(
            200,
            {
                "status": payment.status,
                "transactionDetails": {
                    "transactionId": payment.transaction_id,
                    "operationId": payment.operation_id,
                    "externalReferenceId": traps.reference or payment.external_reference_id,
                    "orderId": payment.order_id,
                    "errorMessage": payment.error_message,
                    "amount": {
                        "currency": traps.currency or payment.currency,
                        "value": value,
                        "feeValue": value * FEE_PER_MILLE // 1000,
                    },
                },
                "customer": {"phone": "9647700000000"},
                "timeStamps": {
                    "expiryTime": payment.expires_at,
                    "createdAt": payment.created_at,
                    "updatedAt": payment.updated_at,
                    "completedAt": payment.completed_at,
                },
            },
        )

    def reverse(self, visit: Visit) -> Answer:
        """The money back. As with the real one, asking twice pays twice."""
        self._authorise(visit)
        payment = self._payment(str(visit.json().get("transactionId", "")))
        if payment.status not in {"SUCCESS", "REFUNDED"}:
            return _error(400, "PAYMENT_GATEWAY_NOT_REVERSIBLE")
        reference = self.store.reverse(payment)
        return Answer(
            200,
            {
                "id": payment.transaction_id,
                "referenceId": payment.external_reference_id,
                "reversalReferenceId": reference,
                "status": "COMPLETED",
                "amount": payment.value,
                "updatedAt": payment.updated_at,
            },
        )

    # The company's pages

    def page(self, visit: Visit, transaction_id: str) -> Answer:
        """The hosted page."""
        payment = self._payer(visit, transaction_id)
        if payment.status not in OPEN:
            return Answer(200, pages.over(payment, self._back(payment, payment.status)))
        if payment.status == "PENDING":
            self.store.move(payment, "OTP_SENT")
        return Answer(200, pages.hosted(payment, OTP))

    def decide(self, visit: Visit, transaction_id: str) -> Answer:
        """What the payer pressed."""
        payment, form = self._payer(visit, transaction_id), visit.form()
        if payment.status not in OPEN:
            return Answer(303, location=self._back(payment, payment.status))
        action = form.get("action", "")
        if action in PAYING:
            if western(form.get("otp", "")) != OTP:
                return Answer(200, pages.hosted(payment, OTP, wrong=True))
            return self._pay(payment, action)
        if action in {"decline", "expire"}:
            return Answer(303, location=self._back(payment, self._end(payment, action)))
        return Answer(400, pages.hosted(payment, OTP))

    def _pay(self, payment: Payment, action: str) -> Answer:
        before = self._take(payment, _WAYS.get(action, "") or self.traps.take_callback())
        if action in {"pay-stay", "pay-lost"}:
            return Answer(200, pages.stranded(payment, lost=action == "pay-lost"))
        return Answer(303, location=self._back(payment, before))

    def _take(self, payment: Payment, way: str) -> str:
        before = self.store.move(payment, "SUCCESS")
        paid = message(self.store, payment, before)
        older = message(self.store, payment, "PENDING", status="OTP_SENT")
        if way == "forged":
            self.webhook.send(paid, key="not the key")
        elif way == "changed":
            paid["data"]["amount"]["value"] += 1000
            self.webhook.send(paid)
        elif way != "lost":
            more = {"twice": [paid], "muddled": [older]}.get(way, [])
            self.webhook.send(paid, *more, after=20.0 if way == "late" else 0.0)
        return before

    # The operator's desk

    def listed(self, number: int | None) -> list[Listed]:
        """The payments, as they stand now."""
        return [self._listed(key) for key, _payment in self.store.newest(number or 10**9)]

    def one(self, payment_id: str) -> Listed | None:
        """One of them."""
        return self._listed(payment_id) if self.store.get(payment_id) else None

    def act(self, payment_id: str, action: str) -> None:
        """Pay, decline, expire or give back."""
        payment = self.store.rows[payment_id]
        if action == "pay":
            self._take(payment, self.traps.take_callback())
        elif action == "refund":
            self.store.reverse(payment)
        else:
            self._end(payment, action)

    def _listed(self, key: str) -> Listed:
        payment = self.store.get(key) or self.store.rows[key]
        return Listed(
            id=key,
            reference=payment.order_id,
            key=payment.external_reference_id,
            amount=payment.value,
            status=payment.status,
            end=_ENDS.get(payment.status, "waiting"),
            created_at=payment.created_at,
            ends_at=payment.expires_at,
            page=f"/pay/{key}?token={quote(payment.page_token)}",
            fee=payment.value * FEE_PER_MILLE // 1000,
            paid_at=payment.completed_at or "",
            refunds=tuple((payment.updated_at, payment.value) for _each in payment.reversals),
        )

    def _end(self, payment: Payment, action: str) -> str:
        status, error = ("FAILED", "DECLINED") if action == "decline" else ("EXPIRED", "")
        before = self.store.move(payment, status, error)
        self.webhook.send(message(self.store, payment, before))
        return before

    def _back(self, payment: Payment, before: str) -> str:
        return return_url(self.store, payment, before, secrets.api_key(self.seed))

    def _payment(self, transaction_id: str) -> Payment:
        payment = self.store.get(transaction_id)
        if payment is None:
            raise _error(404, "PAYMENT_GATEWAY_TRANSACTION_NOT_FOUND")
        return payment

    def _payer(self, visit: Visit, transaction_id: str) -> Payment:
        payment = self.store.get(transaction_id)
        if payment is None or visit.query.get("token") != payment.page_token:
            raise Answer(404, pages.missing())
        return payment

    def _authorise(self, visit: Visit) -> None:
        try:
            payload = tokens.read(visit.bearer(), secrets.token_key(self.seed))
        except CallbackRefusedError:
            raise _error(401, "PAYMENT_GATEWAY_INVALID_TOKEN") from None
        if payload["exp"] <= self.store.now().timestamp():
            raise _error(401, "PAYMENT_GATEWAY_INVALID_TOKEN")


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code}})
