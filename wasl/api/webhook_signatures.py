"""
Signing what is sent to partners, as Standard Webhooks has it. Pure.

    v1,BASE64(HMAC-SHA256(key, id "." timestamp "." body))

A secret is `whsec_` and the key in Base64. While one replaces another both sign, parted by a space.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
KEY_BYTES = 32


def new_secret() -> str:
    """A fresh secret, as it is told to the partner once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message by a secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(
    known: Iterable[str], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """What is sent with a message: who checks it with any of the secrets is right."""
    signed = [sign(each, message_id=message_id, timestamp=timestamp, body=body) for each in known]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }
