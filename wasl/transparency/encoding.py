"""Strict readings of what comes from outside: base64, whole numbers, 32-byte hashes."""

import base64
import binascii
import re

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class NotAccepted(ValueError):
    """Something that claims to belong to the log does not hold; the text says what and why."""


def to_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes of canonical base64. :raises NotAccepted: for any other spelling of them."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotAccepted(f"not base64: {text[:60]!r}") from error
    if to_base64(data) != text:  # stray bits behind the last byte
        raise NotAccepted(f"not canonical base64: {text[:60]!r}")
    return data


def to_hash(text: str) -> bytes:
    """A hash of exactly 32 bytes. :raises NotAccepted: when it is not one."""
    data = from_base64(text)
    if len(data) != 32:
        raise NotAccepted(f"a hash has 32 bytes, this has {len(data)}")
    return data


def to_number(text: str) -> int:
    """A whole number below 2**63 without leading zeros. :raises NotAccepted: otherwise."""
    if not _DECIMAL.fullmatch(text) or (number := int(text)) >= 1 << 63:
        raise NotAccepted(f"not a decimal number: {text[:40]!r}")
    return number
