"""Dinars: read exactly, rounded once, shared out without loss."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.core import money


@settings(deadline=None)
@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(sum),
)
def test_parts_sum_to_the_total_and_are_near_their_share(total, weights):
    parts = money.split(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_split_gives_the_rest_to_the_largest_remainders():
    assert money.split(100, [1, 1, 1]) == [34, 33, 33]
    assert money.split(10, [0, 1, 3]) == [0, 3, 7] or money.split(10, [0, 1, 3]) == [0, 2, 8]
    assert money.split(-100, [1, 1, 1]) == [-34, -33, -33]


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_an_amount_survives_being_written(amount):
    assert money.parse(money.format_dinars(amount)) == amount
    assert money.parse(f"{amount}.000") == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15000", 15000),
        ("15,000", 15000),
        ("15000.000", 15000),
        ("١٥٬٠٠٠", 15000),
        (" ١٥٠٠٠٫٠ ", 15000),
        (Decimal("15000.00"), 15000),
        (250, 250),
        ("-250", -250),
    ],
)
def test_parse_reads_notations_from_outside(text, amount):
    assert money.parse(text) == amount


@pytest.mark.parametrize(
    "text", ["", "abc", "15.5", "1,5", "15,00", "1e99", "NaN", "Infinity", True, 15000.0, "1 000 x"]
)
def test_parse_refuses_what_is_not_whole_dinars(text):
    with pytest.raises(money.UnableToReadAmount):
        money.parse(text)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (-4, 3, -1), (0, 7, 0), (7, 7, 1)],
)
def test_a_half_goes_away_from_zero(numerator, denominator, rounded):
    assert money.round_half_up(numerator, denominator) == rounded


def test_rounding_to_steps():
    assert money.round_nearest_to(1374, 250) == 1250
    assert money.round_nearest_to(1375, 250) == 1500
    assert money.round_up_to(1001, 250) == 1250
    assert money.round_up_to(1250, 250) == 1250
