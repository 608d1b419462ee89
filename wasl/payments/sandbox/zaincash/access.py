"""The access tokens of the stand-in: RS256, under a key that it draws anew at each start."""

import base64
import json
import threading
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


class AccessKey:
    """Signs and reads access tokens. One from before a restart is refused, as one that ended."""

    def __init__(self) -> None:
        self._drawn: rsa.RSAPrivateKey | None = None
        self._lock = threading.Lock()

    @property
    def _key(self) -> rsa.RSAPrivateKey:
        with self._lock:
            if self._drawn is None:
                self._drawn = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            return self._drawn

    def sign(self, payload: dict[str, Any]) -> str:
        """A compact token."""
        head = _encode(json.dumps({"alg": "RS256", "typ": "JWT"}).encode())
        signed = f"{head}.{_encode(json.dumps(payload).encode())}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_encode(signature)}"

    def read(self, token: str) -> dict[str, Any] | None:
        """The payload, or None when this key did not sign it."""
        signed, _dot, signature = token.rpartition(".")
        head, _dot, body = signed.partition(".")
        try:
            if json.loads(_decode(head)).get("alg") != "RS256":
                return None
            self._key.public_key().verify(
                _decode(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
            payload = json.loads(_decode(body))
        except (InvalidSignature, ValueError, AttributeError):
            return None
        return payload if isinstance(payload, dict) else None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
