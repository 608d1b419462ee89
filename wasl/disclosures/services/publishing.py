"""Commitments to the public log: in batches of a fixed size, most of them empty."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from wasl.accounts.actors import Actor
from wasl.core import crypto, scope
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.disclosures import records, selectors, settings_declared
from wasl.disclosures.models import Batch, Published, Stage, Step
from wasl.events import services as events
from wasl.events.models import Event

_LOCK = 0x57534231


def publish_batch(*, now: datetime, is_forced: bool = False) -> int:
    """
    This function will commit to every step since the last batch, and hide them among empty ones.

    It does nothing before the batch is due, unless forced. A batch goes out though nothing happened,
    and its size is a multiple of the setting: the log tells neither how many there were nor when.

    :return: how many commitments were published; nought when it was not due.
    """
    with scope.within_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not is_forced and selectors.next_batch_at(now) > now:
            return 0
        size = dated.value(
            settings_declared.BATCH_SIZE, directorate_id=None, on=timezone.localdate(now)
        )
        waiting: list[Step | None] = list(
            Step.objects.filter(published=None).select_related("report")
        )
        waiting += [None] * (-len(waiting) % size or (size if not waiting else 0))
        secrets.SystemRandom().shuffle(waiting)
        batch = Batch.objects.create(id=uuid4(), published_at=now, size=len(waiting))
        for step in waiting:
            event = _commit(step, now)
            if step is not None:
                Published.objects.create(
                    step=step, batch=batch, event_id=event.id, recorded_at=event.recorded_at
                )
    return len(waiting)


def record_of(step: Step) -> dict[str, str | int]:
    """What the log commits to of a step."""
    return records.of_step(
        public_key=bytes(step.report.public_key),
        place=step.place,
        stage=step.stage,
        outcome=step.outcome,
        sealed=bytes(step.sealed) if step.sealed else None,
    )


def empty_hash(subject_id: UUID) -> str:
    """What stands for the report in an empty commitment: nobody without our keys can tell."""
    return crypto.blind_index(str(subject_id), records.EMPTY).hex()


def _commit(step: Step | None, now: datetime) -> Event:
    subject_id = uuid4()
    data: dict[str, str | int] = (
        record_of(step)
        if step is not None
        else {
            "report": empty_hash(subject_id),
            "step": 1,
            "stage": str(Stage.RECEIVED),
            "outcome": "",
            "sealed": secrets.token_hex(32),
        }
    )
    return events.record(
        kind="disclosures.commitment",
        subject=(records.SUBJECT, subject_id),
        actor=Actor.system(),
        directorate_id=directorates.ministry().id,
        data=data,
        now=now,
    )
