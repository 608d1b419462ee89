"""
Canonical JSON (RFC 8785) for leaves and payloads.

Leaves hold text, whole numbers, booleans, lists and objects with ASCII keys, never a fraction. For
those Python's own encoder gives the same bytes as RFC 8785, ten times as fast; a property test
holds the two together. Whatever else is asked for goes to the `rfc8785` package.
"""

import json
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1
_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def canonical(value: Any) -> bytes:
    """
    The canonical bytes of the value.

    :raises ValueError: for what JSON cannot hold: NaN, lone surrogates, whole numbers past 2**53.
    """
    if is_plain(value):
        return _encode(value).encode()
    return rfc8785.dumps(value)


def is_plain(value: Any) -> bool:
    """Whether the fast encoder is known to give the canonical bytes."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_LARGEST <= value <= _LARGEST)
    if kind is dict:
        return all(type(k) is str and k.isascii() and is_plain(v) for k, v in value.items())
    if kind is list or kind is tuple:
        return all(map(is_plain, value))
    return False


def has_fraction(value: Any) -> bool:
    """Whether a floating-point number stands anywhere in the value: leaves may not hold one."""
    if isinstance(value, dict):
        return any(map(has_fraction, value.values()))
    if isinstance(value, list | tuple):
        return any(map(has_fraction, value))
    return isinstance(value, float)
