"""
Qi's signature of a message: RSA (PKCS#1 v1.5, SHA-256) over five fields of it.

The text that is signed is built from values, never taken from the raw body: the amount with a fixed
number of decimals (three, as live messages were found to have; their own readme says two), the
date exactly as it came, and `-` for what is missing.
"""

import base64
import binascii
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from wasl.payments.providers import CallbackRefusedError
from wasl.payments.providers.amounts import with_decimals

SMALLEST_KEY = 2048
LONGEST = 4096


class UnusableKeyError(Exception):
    """The text is no RSA public key that is long enough."""


def signed_text(payment: dict[str, Any], decimals: int) -> str:
    """What is signed: `paymentId|amount|currency|creationDate|status`."""
    amount = payment.get("amount")
    fields = (
        _field(payment, "paymentId"),
        "-" if amount is None or amount == "" else with_decimals(amount, decimals),
        _field(payment, "currency"),
        _field(payment, "creationDate"),
        _field(payment, "status"),
    )
    if None in fields:
        raise CallbackRefusedError("WRONG_SHAPE")
    return "|".join(str(each) for each in fields)


def _field(payment: dict[str, Any], name: str) -> str | None:
    value = payment.get(name)
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else None


def check(payment: dict[str, Any], signature: str, *, key: RSAPublicKey, decimals: int) -> None:
    """This function will check a message. :raises CallbackRefusedError: when Qi did not sign it."""
    if not signature or len(signature) > LONGEST:
        raise CallbackRefusedError("NO_SIGNATURE" if not signature else "WRONG_SIGNATURE")
    try:
        raw = base64.b64decode(signature, validate=True)
        text = signed_text(payment, decimals).encode()
        key.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        raise CallbackRefusedError("WRONG_SIGNATURE") from None


def public_key(pem: str) -> RSAPublicKey:
    """The key in a PEM text. :raises UnusableKeyError: when it is none, or too short."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, TypeError) as error:
        raise UnusableKeyError("it is not a public key in PEM form") from error
    if not isinstance(key, RSAPublicKey):
        raise UnusableKeyError("it is not an RSA key")
    if key.key_size < SMALLEST_KEY:
        raise UnusableKeyError(f"it has {key.key_size} bits, fewer than {SMALLEST_KEY}")
    return key
