"""
How a machine signs a request to us. Pure.

    VERSION \\n METHOD \\n path with query \\n who \\n timestamp \\n nonce \\n sha256 of the body

each on its own line, signed with Ed25519; the signature in Base64. The version names the interface,
so that what was signed for one is nothing to another. The timestamp is in whole seconds since 1970.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

MAY_DIFFER = timedelta(minutes=5)
LONGEST_NONCE = 64


class UnableToServeMachine(Unable):
    """The request of a machine cannot be fulfilled; `reason` says why, for programs."""

    code = "REFUSED"
    message = _("The request is refused: %(cause)s")

    def __init__(self, reason: str, status: int = 422) -> None:
        self.reason = reason
        self.status = status
        super().__init__(cause=reason)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a request carries in its headers. `agent` is who says to have sent it."""

    agent: str
    timestamp: str
    nonce: str
    signature: str

    @classmethod
    def of_headers(cls, headers: Mapping[str, str]) -> "Signed":
        """What the headers say; nothing is checked here."""
        return cls(
            agent=headers.get("Wasl-Agent", "")[:20],
            timestamp=headers.get("Wasl-Timestamp", ""),
            nonce=headers.get("Wasl-Nonce", ""),
            signature=headers.get("Wasl-Signature", ""),
        )


def text(*, version: str, method: str, path: str, signed: Signed, body: bytes) -> bytes:
    """What is signed."""
    digest = hashlib.sha256(body).hexdigest()
    parts = (version, method, path, signed.agent, signed.timestamp, signed.nonce, digest)
    return "\n".join(parts).encode()


def problem(
    *,
    version: str,
    public_key: str,
    method: str,
    path: str,
    signed: Signed,
    body: bytes,
    now: datetime,
) -> str:
    """What is wrong with a request, as a code; nothing when it is the sender's, and fresh."""
    if not (
        signed.timestamp.isascii() and signed.timestamp.isdigit() and len(signed.timestamp) < 12
    ):
        return "WRONG_TIMESTAMP"
    if abs(now.timestamp() - int(signed.timestamp)) > MAY_DIFFER.total_seconds():
        return "STALE_TIMESTAMP"
    if not 16 <= len(signed.nonce) <= LONGEST_NONCE or not signed.nonce.isascii():
        return "WRONG_NONCE"
    try:
        signature = base64.b64decode(signed.signature, validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key))
        what = text(version=version, method=method, path=path, signed=signed, body=body)
        key.verify(signature, what)
    except (InvalidSignature, binascii.Error, ValueError):
        return "WRONG_SIGNATURE"
    return ""


def is_public_key(text: str) -> bool:
    """Whether it is an Ed25519 public key: 32 bytes in Base64."""
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False
