"""Signed tokens (JWT, HS256 only). The algorithm is ours to say, never the token's."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from wasl.payments.providers import CallbackRefusedError

LONGEST = 16 * 1024


def sign(payload: dict[str, Any], secret: str) -> str:
    """The payload as a compact token."""
    head = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _encode(json.dumps(payload, separators=(",", ":")).encode())
    return f"{head}.{body}.{_encode(_mac(f'{head}.{body}', secret))}"


def read(token: str, secret: str) -> dict[str, Any]:
    """The payload of a token. :raises CallbackRefusedError: when the secret did not sign it."""
    if len(token) > LONGEST or token.count(".") != 2:
        raise CallbackRefusedError("WRONG_SHAPE")
    signed, _dot, signature = token.rpartition(".")
    head, _dot, body = signed.partition(".")
    try:
        is_ours = hmac.compare_digest(_decode(signature), _mac(signed, secret))
        header, payload = json.loads(_decode(head)), json.loads(_decode(body))
    except (ValueError, RecursionError, binascii.Error):
        raise CallbackRefusedError("WRONG_SHAPE") from None
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        raise CallbackRefusedError("WRONG_ALGORITHM")
    if not is_ours:
        raise CallbackRefusedError("WRONG_SIGNATURE")
    if not isinstance(payload, dict):
        raise CallbackRefusedError("WRONG_SHAPE")
    return payload


def _mac(text: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
