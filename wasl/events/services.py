"""Writing events: the only way in which anything of consequence is put on record."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from wasl.accounts.actors import Actor
from wasl.core import identifiers, jobs
from wasl.core.errors import Unable
from wasl.events import kinds, payloads, subscriptions
from wasl.events.models import Event


class UnableToRecordEvent(Unable):
    """The event's data do not have the shape its kind declares. A fault of the program."""

    code = "WRONG_EVENT"


def record(
    *,
    kind: str,
    subject: tuple[str, UUID],
    actor: Actor,
    directorate_id: int,
    data: Mapping[str, Any],
    now: datetime,
) -> Event:
    """
    This function will append an event and enqueue its subscribers, in the caller's transaction.

    `subject` is (type, id), for example ("case", uuid). `directorate_id` is the ministry's own for
    matters of the whole country.

    :raises UnableToRecordEvent: when the data do not match the declared fields.
    """
    declared = kinds.get(kind)
    if problems := declared.problems(data):
        raise UnableToRecordEvent(kind=kind, problems="; ".join(problems))
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of the change it tells of")
    event = _build(declared, subject, actor, directorate_id, dict(data), now)
    event.save(force_insert=True)
    for job_name in subscriptions.subscribers(kind):
        jobs.enqueue(job_name, event_id=str(event.id), recorded_at=now.isoformat())
    return event


def _build(
    declared: kinds.Kind,
    subject: tuple[str, UUID],
    actor: Actor,
    directorate_id: int,
    data: dict[str, Any],
    now: datetime,
) -> Event:
    event_id = identifiers.new_id(now)
    content = payloads.payload(
        event_id=event_id,
        kind=declared.name,
        subject=subject,
        actor_kind=actor.kind,
        actor_role=actor.role or "",
        directorate_id=directorate_id,
        recorded_at=now,
        data=data,
    )
    salt = secrets.token_bytes(32)
    return Event(
        id=event_id,
        directorate_id=directorate_id,
        recorded_at=now,
        kind=declared.name,
        subject_type=subject[0],
        subject_id=subject[1],
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_role=actor.role or "",
        data=data,
        public=declared.public_part(data),
        salt=salt,
        commitment=payloads.commit(salt, content),
    )
