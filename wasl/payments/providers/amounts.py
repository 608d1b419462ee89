"""Amounts as companies write them: text or number, with or without decimals. Never through float."""

from decimal import Decimal, InvalidOperation
from typing import Any

from wasl.core import money


def whole_dinars(value: Any) -> int | None:
    """Whole dinars of a text or a number. A fraction is nobody's dinar: None."""
    try:
        return money.parse(str(value) if isinstance(value, float) else value)
    except money.UnableToReadAmount:
        return None


def with_decimals(value: Any, decimals: int) -> str | None:
    """The number with exactly so many decimals: `15000` is `15000.000`. None for no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > 10**15:
        return None
    return format(number, f".{decimals}f")
