"""
Money: whole Iraqi dinars, integers from end to end.

A product that is not whole stays a numerator over its denominator until it is rounded, once, by a
rule that has a name here.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

_LARGEST = 10**15
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")


class UnableToReadAmount(Unable):
    """The text is no amount of whole dinars."""

    code = "UNREADABLE_AMOUNT"
    message = _("%(text)s is not an amount in whole dinars. Write for example 15,000.")


def format_dinars(amount: int) -> str:
    """The amount with groups of three, without the currency: 15,000."""
    return f"{amount:,}"


def parse(value: str | int | Decimal) -> int:
    """
    The whole dinars of a notation from outside: `15000`, `15,000`, `15000.000`, `١٥٬٠٠٠`.

    Never through float. Grouping commas must stand where groups are.

    :raises UnableToReadAmount: for any other text, and for a fraction that is not zero.
    """
    text = to_western_digits(str(value)).translate({0x066C: ",", 0x066B: "."}).strip()
    if isinstance(value, bool | float) or ("," in text and not _GROUPED.fullmatch(text)):
        raise UnableToReadAmount(text=value)
    try:
        exact = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise UnableToReadAmount(text=value) from None
    if not exact.is_finite() or abs(exact) > _LARGEST or exact != exact.to_integral_value():
        raise UnableToReadAmount(text=value)
    return int(exact)


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest whole dinar; a half goes away from zero. The rule for fees and shares."""
    if denominator <= 0:
        raise ValueError("the denominator is positive")
    whole, rest = divmod(abs(numerator), denominator)
    whole += 2 * rest >= denominator
    return whole if numerator >= 0 else -whole


def round_nearest_to(amount: int, step: int) -> int:
    """The nearest multiple of `step` dinars; the middle goes away from zero. For cash: 250."""
    return round_half_up(amount, step) * step


def round_up_to(amount: int, step: int) -> int:
    """The next multiple of `step` dinars that is not below the amount."""
    if step <= 0:
        raise ValueError("the step is positive")
    return -(-amount // step) * step


def split(total: int, weights: Sequence[int]) -> list[int]:
    """
    The total shared out by weight; the parts always sum to the total.

    Each part is its exact share rounded down; the dinars left over go to the largest remainders, of
    equal ones to the first.

    :raises ValueError: without a positive weight, or with a negative one.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative, and one is positive")
    sign = 1 if total >= 0 else -1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [share for share, _rest in shares]
    left = abs(total) - sum(parts)
    order = sorted(range(len(parts)), key=lambda number: (-shares[number][1], number))
    for number in order[:left]:
        parts[number] += 1
    return [sign * part for part in parts]
