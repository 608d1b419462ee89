"""A request to a stand-in, read with care, and what it is answered with."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

LARGEST_BODY = 64 * 1024
PHRASES = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 303: "See Other",
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 409: "Conflict",
    410: "Gone", 413: "Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip


class Answer(Exception):
    """
    What a request is answered with; raised or returned.

    A text body is a page, None is no body, bytes are sent as they are under `kind`, anything else
    is JSON.
    """

    def __init__(
        self,
        status: int,
        body: Any = "",
        *,
        location: str = "",
        kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status)
        self.status, self.body, self.location, self.kind = status, body, location, kind
        self.headers = dict(headers or {})

    def content(self) -> tuple[bytes, str]:
        """The body's bytes, and what they are."""
        if self.body is None:
            return b"", ""
        if isinstance(self.body, bytes):
            return self.body, self.kind or "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode(), self.kind or "text/html; charset=utf-8"
        return json.dumps(self.body).encode(), self.kind or "application/json"


class Visit:
    """One request, read with care: bodies are bounded, and what cannot be read is answered 400."""

    def __init__(self, environ: WSGIEnvironment, fault: Callable[[int], Answer]) -> None:
        self.environ, self._fault = environ, fault
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "/")
        self.query = _single(environ.get("QUERY_STRING", ""))
        self._body: bytes | None = None

    @property
    def body(self) -> bytes:
        """The body as it came."""
        if self._body is None:
            length = int(self.environ.get("CONTENT_LENGTH") or 0)
            if length > LARGEST_BODY:
                raise self._fault(413)
            self._body = bytes(self.environ["wsgi.input"].read(length))
        return self._body

    def form(self) -> dict[str, str]:
        """The fields of a form, the last value of each."""
        return _single(self.body.decode("utf-8", "replace"))

    def json(self) -> dict[str, Any]:
        """The object in the body. :raises Answer: the company's 400 for anything else."""
        try:
            data = json.loads(self.body)
        except ValueError:
            raise self._fault(400) from None
        if not isinstance(data, dict):
            raise self._fault(400)
        return data

    def header(self, name: str) -> str:
        """One header; the empty text when it is not there."""
        return str(self.environ.get("HTTP_" + name.upper().replace("-", "_"), ""))

    def bearer(self) -> str:
        """The token of an `Authorization: Bearer` header, or the empty text."""
        kind, _space, token = self.header("Authorization").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    def basic(self) -> tuple[str, str] | None:
        """User and password of an `Authorization: Basic` header."""
        kind, _space, coded = self.header("Authorization").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None


def _single(text: str) -> dict[str, str]:
    return {name: each[-1] for name, each in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True)
class Route:
    """`call` names a call of the company's API: traps apply to it. Pages have none."""

    method: str
    path: re.Pattern[str]
    handler: Callable[..., Answer]
    call: str = ""


def route(method: str, path: str, handler: Callable[..., Answer], call: str = "") -> Route:
    """A route from a pattern; its groups become the handler's further arguments."""
    return Route(method, re.compile(path), handler, call)
