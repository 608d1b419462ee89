"""A directorate with its tariffs, and a few accounts that were read once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tests.billing import billed
from wasl.directorates import seeding

from . import town

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The tests quote messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def tariffs(db) -> None:
    """What a new installation knows."""
    seeding.run(now=NOW)


@pytest.fixture
def accounts(tariffs: None) -> list[str]:
    """Seven accounts; the first used nothing in January, each further one 100 kWh more."""
    numbers = town.build(7)
    for order, number in enumerate(numbers):
        town.read(number, date(2026, 2, 1), 100 * order)
    return numbers


@pytest.fixture
def billed_account(tariffs: None) -> billed.Billed:
    """A home with fourteen months of bills, the last one open."""
    return billed.build()
