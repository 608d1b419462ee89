"""The sandbox's web server: the company's API and its hosted page. Standard library only."""

import json
import logging
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from wasl.payments.providers import CallbackRefusedError, tokens
from wasl.payments.providers.sandbox import secrets
from wasl.payments.sandbox import pages
from wasl.payments.sandbox.callbacks import Webhook, message, return_url
from wasl.payments.sandbox.store import FEE_PER_MILLE, OPEN, DuplicateReferenceError, Payment, Store

log = logging.getLogger(__name__)
API = "/api/v2/payment-gateway/transaction"
TOKEN_LASTS = 86_399
OTP = "123456"
LARGEST_BODY = 64 * 1024
_PHRASES = {
    200: "OK", 303: "See Other", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found",
    405: "Method Not Allowed", 409: "Conflict", 410: "Gone", 413: "Too Large",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable",
}  # fmt: skip


class Answer(Exception):
    """What a request is answered with; raised or returned."""

    def __init__(self, status: int, body: Any = "", *, location: str = "") -> None:
        super().__init__(status)
        self.status, self.body, self.location = status, body, location


class Sandbox:
    """The company: a WSGI application."""

    def __init__(
        self, *, seed: str, base_url: str, webhook: str, file: Path | None = None,
        lasts: timedelta = timedelta(minutes=15),
    ) -> None:  # fmt: skip
        self.seed, self.base_url = seed, base_url.rstrip("/")
        self.store = Store(file, lasts)
        self.webhook = Webhook(webhook, secrets.api_key(seed), self.store)
        self.routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            ("GET", re.compile(r"/"), self.list_payments),
            ("GET", re.compile(r"/health"), self.health),
            ("POST", re.compile(r"/oauth2/token"), self.token),
            ("POST", re.compile(re.escape(API) + r"/init"), self.init),
            ("GET", re.compile(re.escape(API) + r"/inquiry/([0-9a-f-]{36})"), self.inquiry),
            ("POST", re.compile(re.escape(API) + r"/reverse"), self.reverse),
            ("GET", re.compile(r"/pay/([0-9a-f-]{36})"), self.page),
            ("POST", re.compile(r"/pay/([0-9a-f-]{36})"), self.decide),
        ]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            answer = self._route(environ)
        except Answer as raised:
            answer = raised
        except Exception:
            log.exception("the sandbox failed")
            answer = Answer(500, {"error": {"code": "INTERNAL"}})
        is_page = isinstance(answer.body, str)
        data = (answer.body if is_page else json.dumps(answer.body)).encode()
        kind = "text/html; charset=utf-8" if is_page else "application/json"
        headers = [("Content-Type", kind), ("Content-Length", str(len(data)))]
        headers += [("X-Frame-Options", "DENY"), ("Cache-Control", "no-store")]
        headers += [("Referrer-Policy", "no-referrer")]
        if answer.location:
            headers.append(("Location", answer.location))
        start(f"{answer.status} {_PHRASES[answer.status]}", headers)
        return [data]

    def _route(self, environ: WSGIEnvironment) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        is_known = False
        for wanted, pattern, handler in self.routes:
            found = pattern.fullmatch(path)
            if found is None:
                continue
            is_known = True
            if wanted == method or (wanted == "GET" and method == "HEAD"):
                return handler(environ, *found.groups())
        return Answer(405 if is_known else 404, {"error": {"code": "NO_SUCH_CALL"}})

    # The company's API

    def health(self, _environ: WSGIEnvironment) -> Answer:
        """That it runs."""
        return Answer(200, {"status": "UP"})

    def token(self, environ: WSGIEnvironment) -> Answer:
        """An access token for the shop's client id and secret."""
        self._trap("token")
        form = _form(environ)
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

    def init(self, environ: WSGIEnvironment) -> Answer:
        """A new payment. SUCCESS in the answer means that it was taken down, not paid."""
        self._authorise(environ)
        self._trap("init")
        try:
            payment = self.store.open(_json(environ))
        except DuplicateReferenceError:
            return _error(400, "PAYMENT_GATEWAY_DUPLICATE_REFERENCE_USE_INQUIRY")
        except (KeyError, ValueError, TypeError):
            return _error(400, "PAYMENT_GATEWAY_BAD_REQUEST")
        if self.store.traps.lose_init_answer:
            self.store.traps.lose_init_answer = False
            return Answer(502, "the answer was lost")
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

    def inquiry(self, environ: WSGIEnvironment, transaction_id: str) -> Answer:
        """The truth about a payment."""
        self._authorise(environ)
        self._trap("inquiry")
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

    def reverse(self, environ: WSGIEnvironment) -> Answer:
        """The money back. As with the real one, asking twice pays twice."""
        self._authorise(environ)
        self._trap("reverse")
        payment = self._payment(str(_json(environ).get("transactionId", "")))
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

    def list_payments(self, _environ: WSGIEnvironment) -> Answer:
        """What the shop asked for lately; for whoever tries things out."""
        rows = [(payment, self.page_url(payment)) for payment in self.store.newest()]
        return Answer(200, pages.listing(rows))

    def page(self, environ: WSGIEnvironment, transaction_id: str) -> Answer:
        """The hosted page."""
        payment = self._payer(environ, transaction_id)
        if payment.status not in OPEN:
            return Answer(200, pages.over(payment, self._back(payment, payment.status)))
        if payment.status == "PENDING":
            self.store.move(payment, "OTP_SENT")
        return Answer(200, pages.hosted(payment, OTP))

    def decide(self, environ: WSGIEnvironment, transaction_id: str) -> Answer:
        """What the payer pressed."""
        payment, form = self._payer(environ, transaction_id), _form(environ)
        if payment.status not in OPEN:
            return Answer(303, "", location=self._back(payment, payment.status))
        action = form.get("action", "")
        if action in {"pay", "pay-lost", "pay-twice", "pay-muddled", "pay-late", "pay-stay"}:
            if _western(form.get("otp", "")) != OTP:
                return Answer(200, pages.hosted(payment, OTP, wrong=True))
            return self._pay(payment, action)
        if action in {"decline", "expire"}:
            status = "FAILED" if action == "decline" else "EXPIRED"
            before = self.store.move(payment, status, "DECLINED" if action == "decline" else "")
            self.webhook.send(message(self.store, payment, before))
            return Answer(303, "", location=self._back(payment, before))
        return Answer(400, pages.hosted(payment, OTP))

    def _pay(self, payment: Payment, action: str) -> Answer:
        before = self.store.move(payment, "SUCCESS")
        paid = message(self.store, payment, before)
        pending = message(self.store, payment, "PENDING", status="OTP_SENT")
        if action == "pay-twice":
            self.webhook.send(paid, paid)
        elif action == "pay-muddled":
            self.webhook.send(paid, pending)
        elif action == "pay-late":
            self.webhook.send(paid, after=20.0)
        elif action in {"pay", "pay-stay"}:
            self.webhook.send(paid)
        if action in {"pay-stay", "pay-lost"}:
            return Answer(200, pages.stranded(payment, lost=action == "pay-lost"))
        return Answer(303, "", location=self._back(payment, before))

    def _back(self, payment: Payment, before: str) -> str:
        return return_url(self.store, payment, before, secrets.api_key(self.seed))

    def _payment(self, transaction_id: str) -> Payment:
        payment = self.store.get(transaction_id)
        if payment is None:
            raise _error(404, "PAYMENT_GATEWAY_TRANSACTION_NOT_FOUND")
        return payment

    def _payer(self, environ: WSGIEnvironment, transaction_id: str) -> Payment:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        payment = self.store.get(transaction_id)
        if payment is None or query.get("token") != [payment.page_token]:
            raise Answer(404, pages.missing())
        return payment

    def _authorise(self, environ: WSGIEnvironment) -> None:
        kind, _space, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        try:
            payload = tokens.read(token, secrets.token_key(self.seed))
        except CallbackRefusedError:
            raise _error(401, "PAYMENT_GATEWAY_INVALID_TOKEN") from None
        if kind != "Bearer" or payload["exp"] <= self.store.now().timestamp():
            raise _error(401, "PAYMENT_GATEWAY_INVALID_TOKEN")

    def _trap(self, call: str) -> None:
        if status := self.store.used_up(call):
            raise _error(status, "TRAP")


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"error": {"code": code}})


def _body(environ: WSGIEnvironment) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_BODY:
        raise _error(413, "TOO_LARGE")
    return bytes(environ["wsgi.input"].read(length))


def _form(environ: WSGIEnvironment) -> dict[str, str]:
    values = parse_qs(_body(environ).decode("utf-8", "replace"))
    return {name: each[-1] for name, each in values.items()}


def _json(environ: WSGIEnvironment) -> dict[str, Any]:
    try:
        data = json.loads(_body(environ))
    except ValueError:
        raise _error(400, "PAYMENT_GATEWAY_BAD_REQUEST") from None
    if not isinstance(data, dict):
        raise _error(400, "PAYMENT_GATEWAY_BAD_REQUEST")
    return data


def _western(text: str) -> str:
    return text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")).strip()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True

    def server_bind(self) -> None:
        # Without asking a name server who we are: where there is none, that takes half a minute.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class _Handler(WSGIRequestHandler):
    timeout = 20  # a browser's idle connection must not keep a thread for ever

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:
        # Without the query: it holds the page's token.
        line = str(args[0]).split("?")[0] if args else ""
        log.info("%s %s", line, args[1] if len(args) > 1 else "")


def serve(app: Sandbox, host: str, port: int) -> WSGIServer:
    """The server, bound and ready for `serve_forever`. Port 0 takes any free one."""
    return make_server(host, port, app, server_class=_Server, handler_class=_Handler)
