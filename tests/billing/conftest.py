"""A directorate with its tariffs."""

from datetime import UTC, datetime

import pytest

from wasl.directorates import seeding

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def tariffs(db) -> None:
    """What a new installation knows."""
    seeding.run(now=NOW)
