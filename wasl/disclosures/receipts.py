"""
The reporter's receipt: sixteen digits, from which their private key is derived each time. Format 1.

About 53 bits. The server keeps the public key only; what a thief of the database could try offline
is slowed by Argon2id with much memory, and stopped by the site's salt, which is not in the database.
"""

import re
import secrets
import threading

from argon2.low_level import Type, hash_secret_raw
from django.utils.translation import gettext_lazy as _

from wasl.core import crypto
from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

DIGITS = 16
MEMORY_KIB, PASSES = 128 * 1024, 3
_SPACES = re.compile(r"[\s\u200c-\u200f\u202a-\u202e\u2066-\u2069.,_/\-\u2010-\u2015\u066b\u066c]+")
# One derivation at a time in a process: so much memory is used once, and guessing has one lane.
_LANE = threading.Semaphore(1)
_PATIENCE_SECONDS = 5.0


class UnableToReadReceipt(Unable):
    """Not sixteen digits."""

    code = "RECEIPT_UNREADABLE"
    message = _("A receipt has sixteen digits. Check what you typed.")


class UnableToDeriveNow(Unable):
    """Too many people are at it in this moment."""

    code = "RECEIPTS_BUSY"
    message = _("Many people are using this page at the moment. Wait a minute, then try again.")


def new() -> str:
    """Sixteen random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def parse(text: str) -> str:
    """
    The sixteen digits that somebody typed, in digits of any of three scripts, grouped or not.

    :raises UnableToReadReceipt: when they are not sixteen.
    """
    found = _SPACES.sub("", to_western_digits(text))
    if len(found) != DIGITS or not (found.isascii() and found.isdigit()):
        raise UnableToReadReceipt
    return found


def grouped(receipt: str) -> str:
    """The receipt as it is written down: 4-4-4-4."""
    return "-".join(receipt[start : start + 4] for start in range(0, DIGITS, 4))


def site_salt() -> bytes:
    """
    This installation's salt: made of WASL_INDEX_KEY, and so not in the database.

    That key is never rotated; if it were, no receipt would open any more.
    """
    return crypto.blind_index("site salt v1", "disclosures.receipt")


def private_key(receipt: str, salt: bytes) -> bytes:
    """
    The private key of a receipt: Argon2id over the digits, with the site's salt.

    :raises UnableToDeriveNow: when others have been waiting for too long.
    """
    if not _LANE.acquire(timeout=_PATIENCE_SECONDS):
        raise UnableToDeriveNow
    try:
        return hash_secret_raw(
            b"wasl disclosures receipt v1\n" + receipt.encode("ascii"),
            salt,
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=1,
            hash_len=32,
            type=Type.ID,
        )
    finally:
        _LANE.release()
