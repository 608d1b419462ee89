"""The real seed, loaded."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from wasl.directorates import seeding

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The tests quote messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def seeded(db: None) -> datetime:
    """Directorates, districts, calendar and settings as a new installation has them; the moment."""
    seeding.load_directorates(NOW)
    seeding.load_districts(NOW)
    seeding.load_calendar(NOW)
    seeding.load_settings(NOW)
    return NOW
