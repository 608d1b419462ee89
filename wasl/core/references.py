"""
References that survive being read out on the telephone, and secrets that open one case.

A reference is eight symbols and a check symbol, `K7MN-4XPD-2`, of an alphabet of 23 without
look-alikes (no 0 O Q, no 1 I L, no 5 S, no 2 Z, no 8 B, no 6 G, no U V). As 23 is prime, the
weighted sum finds every single wrong symbol and every exchange of two symbols (as in ISBN-10).
"""

import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _

from wasl.core import crypto
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

ALPHABET = "2346789ACDEFHJKMNPRTWXY"
_VALUE = {symbol: number for number, symbol in enumerate(ALPHABET)}
# Read wrongly, and without another meaning in the alphabet.
_SEEN_AS = str.maketrans({"B": "8", "G": "6", "Z": "2"})
LENGTH = 8


class UnableToReadReference(Unable):
    """The text is no reference: a letter is wrong or missing."""

    code = "UNREADABLE_REFERENCE"
    message = _(
        "This reference does not look right. It has nine letters and digits, for example %(example)s."
    )

    def __init__(self) -> None:
        super().__init__(example="K7MN-4XPD-" + _check("K7MN4XPD"))


def _check(body: str) -> str:
    total = sum(_VALUE[symbol] * weight for weight, symbol in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def new_reference() -> str:
    """A fresh random reference, 23⁸ ≈ 8·10¹⁰ of them: it cannot be counted through."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{body[:4]}-{body[4:]}-{_check(body)}"


def normalise(text: str) -> str:
    """
    The canonical form of what somebody typed: small letters, spaces and Arabic digits are welcome.

    :raises UnableToReadReference: when it has another length, a foreign symbol or a wrong check.
    """
    symbols = "".join(c for c in to_western_digits(text).upper() if c.isalnum()).translate(_SEEN_AS)
    body, check = symbols[:LENGTH], symbols[LENGTH:]
    if len(symbols) != LENGTH + 1 or any(c not in _VALUE for c in symbols) or _check(body) != check:
        raise UnableToReadReference
    return f"{body[:4]}-{body[4:]}-{check}"


def new_secret() -> str:
    """The eight digits that, with the reference, open the tracking page. Sent once, never stored."""
    return f"{secrets.randbelow(10**8):08d}"


def hash_secret(secret: str, *, salt: bytes) -> bytes:
    """
    What is stored of a secret: keyed, so that a stolen table alone cannot be tried at all, and by
    scrypt, so that it is slow to try for who has stolen the key too (docs/adr/0007).
    """
    keyed = crypto.blind_index(_digits(secret), "core.references.secret")
    return hashlib.scrypt(keyed, salt=salt, n=2**10, r=8, p=1, dklen=32)


def _hash_without_key(secret: str, *, salt: bytes) -> bytes:
    """As it was stored before December 2026; such secrets stay good."""
    return hashlib.scrypt(_digits(secret).encode(), salt=salt, n=2**12, r=8, p=1, dklen=32)


def _digits(secret: str) -> str:
    return to_western_digits(secret).strip().replace(" ", "").replace("-", "")


def is_secret(secret: str, *, salt: bytes, hashed: bytes) -> bool:
    """Whether the secret is the one; every wrong one takes the same time."""
    return any(
        hmac.compare_digest(made(secret, salt=salt), hashed)
        for made in (hash_secret, _hash_without_key)
    )
