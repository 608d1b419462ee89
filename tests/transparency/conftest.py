"""A log of its own for each test: folder, key, and events to put into it."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from wasl.accounts.actors import Actor
from wasl.core import scope
from wasl.events import kinds
from wasl.events import services as events

NOW = datetime(2026, 11, 23, 10, 17, 5, 123456, tzinfo=UTC)
KIND = "transparency.test.happened"
if KIND not in {kind.name for kind in kinds.all_kinds()}:
    kinds.declare(
        kinds.Kind(
            name=KIND,
            label="a test",
            fields={"stage": "string", "words": "string?", "count": "integer?"},
            public=("stage", "count"),
        )
    )
_numbers = itertools.count()


@pytest.fixture
def log_folder(tmp_path: Path, settings) -> Path:
    settings.DATA_DIR = tmp_path
    settings.WASL_DEMO = True
    settings.WASL_LOG_DIR = tmp_path / "log"
    settings.WASL_LOG_KEY_FILE = tmp_path / "keys" / "log.pem"
    settings.WASL_LOG_POLICY_FILE = ""
    settings.WASL_LOG_FORMER_KEY_FILE = ""
    settings.WASL_LOG_ORIGIN = "wasl.example/log"
    return tmp_path / "log"


def record(how_many: int = 1, *, case: UUID | None = None, **data: object) -> list[UUID]:
    """Put events on record, each about its own case unless one is named."""
    made = []
    with transaction.atomic(), scope.within_system():
        for _ in range(how_many):
            number = next(_numbers)
            event = events.record(
                kind=KIND,
                subject=("case", case or uuid4()),
                actor=Actor.system(),
                directorate_id=1,
                data={"stage": f"STAGE_{number % 7}", "words": "علي محمد", **data},
                now=NOW + timedelta(seconds=number),
            )
            made.append(event.id)
    return made
