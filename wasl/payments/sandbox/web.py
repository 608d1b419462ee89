"""
What every stand-in company has: a small web server of the standard library, with faults on demand.

A company is a WSGI application: it names its routes, answers with `Answer`, and inherits a movable
clock, a table of traps, a sender of callbacks and an operator's page. It knows no database.
"""

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, ClassVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from wasl.payments.sandbox.callbacks import Callbacks
from wasl.payments.sandbox.clock import Clock
from wasl.payments.sandbox.desk import ACTIONS, Desk, Listed, Switch
from wasl.payments.sandbox.exchange import PHRASES, Answer, Route, Visit, route
from wasl.payments.sandbox.pages import Look
from wasl.payments.sandbox.traps import Traps

__all__ = ["Answer", "Company", "Listed", "Look", "Route", "Switch", "Visit", "route", "serve"]
log = logging.getLogger(__name__)


class Company:
    """
    A stand-in: a WSGI application with the company's own calls and pages.

    `seed` gives its secrets (`companies.secret`), `base_url` is where it is reached, `webhook` is
    the address that the shop registered, `file` is where its payments outlive a restart.
    """

    name: ClassVar[str]
    look: ClassVar[Look]
    # The company's own options, kept in `traps.options`, set at the operator's desk.
    switches: ClassVar[tuple[Switch, ...]] = ()

    def __init__(
        self, *, seed: str, base_url: str = "", webhook: str = "", file: Path | None = None
    ) -> None:
        self.seed, self.base_url, self.webhook_url = seed, base_url.rstrip("/"), webhook
        self.file = file
        self.clock, self.traps, self.callbacks = Clock(), Traps(), Callbacks()
        health = route("GET", r"/health", self.health)
        self._routes = [health, *self.routes(), *Desk(self).routes()]

    def routes(self) -> list[Route]:
        """The company's calls and pages."""
        raise NotImplementedError

    def listed(self, number: int | None) -> list[Listed]:
        """The payments for the operator's desk, newest first; all of them for None."""
        raise NotImplementedError

    def one(self, payment_id: str) -> Listed | None:
        """One payment for the operator's desk."""
        raise NotImplementedError

    def act(self, payment_id: str, action: str) -> None:
        """Do one of `desk.ACTIONS` to a payment, and tell the shop as the company would."""
        raise NotImplementedError

    def possible(self, one: Listed) -> tuple[str, ...]:
        """The actions that a payment's state leaves open."""
        wanted = {"waiting": ("pay", "decline", "expire"), "paid": ("refund",)}.get(one.end, ())
        return tuple(each for each in ACTIONS if each in wanted)

    def calls(self) -> list[str]:
        """The names of the company's calls, which traps go by."""
        return list(dict.fromkeys(each.call for each in self._routes if each.call))

    def fault(self, status: int, code: str = "") -> Answer:
        """An error in the company's own form."""
        return Answer(status, {"error": {"code": code or PHRASES[status].upper()}})

    def health(self, _visit: Visit) -> Answer:
        """That it runs."""
        return Answer(200, {"status": "UP", "company": self.name})

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            answer = self._dispatch(Visit(environ, self.fault))
        except Answer as raised:
            answer = raised
        except ConnectionAbortedError:
            raise  # The answer is lost: the server closes without a byte.
        except Exception:
            log.exception("the stand-in %s failed", self.name)
            answer = self.fault(500)
        data, kind = answer.content()
        headers = {"Content-Length": str(len(data)), "Cache-Control": "no-store"}
        # Hosted pages are never shown inside another site's frame.
        headers |= {"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
        if kind:
            headers["Content-Type"] = kind
        if answer.location:
            headers["Location"] = answer.location
        headers |= answer.headers
        start(f"{answer.status} {PHRASES.get(answer.status, 'Status')}", list(headers.items()))
        return [data]

    def _dispatch(self, visit: Visit) -> Answer:
        is_known = False
        for each in self._routes:
            found = each.path.fullmatch(visit.path)
            if found is None:
                continue
            is_known = True
            if each.method == visit.method or (each.method, visit.method) == ("GET", "HEAD"):
                return self._answer(each, visit, found.groups())
        return self.fault(405 if is_known else 404)

    def _answer(self, each: Route, visit: Visit, groups: tuple[str, ...]) -> Answer:
        if not each.call:
            return each.handler(visit, *groups)
        trap = self.traps.take(each.call)
        time.sleep(trap.delay)
        if trap.status:
            raise self.fault(trap.status)
        answer = each.handler(visit, *groups)
        if trap.is_lost:
            raise ConnectionAbortedError("the answer is lost, the effect is not")
        if trap.is_malformed:
            return Answer(200, "<html><body>Service temporarily unavailable</body></html>")
        return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

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


def serve(app: Company, host: str, port: int) -> WSGIServer:
    """The server, bound and ready for `serve_forever`. Port 0 takes any free one."""
    return make_server(host, port, app, server_class=_Server, handler_class=_Handler)
