"""Writing events: the only way in which anything of consequence is put on record."""

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
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
    if _LOCAL.held is None:
        event.save(force_insert=True)
        _tell([event])
    else:
        _LOCAL.held.append(event)
    return event


@contextmanager
def together() -> Iterator[None]:
    """
    What is recorded within the block is written by one statement at its end, in its order.

    For a step that leaves several events; nothing within may read them. A block within a block is
    part of it, and when the block fails nothing is written.
    """
    if _LOCAL.held is not None:
        yield
        return
    held: list[Event] = []
    _LOCAL.held = held
    try:
        yield
    finally:
        _LOCAL.held = None
    Event.objects.bulk_create(held)
    _tell(held)


class _Local(threading.local):
    """The events that a block of this thread has not written yet; None outside of any."""

    held: list[Event] | None = None


_LOCAL = _Local()


def _tell(written: Iterable[Event]) -> None:
    for event in written:
        for job_name in subscriptions.subscribers(event.kind):
            jobs.enqueue(
                job_name, event_id=str(event.id), recorded_at=event.recorded_at.isoformat()
            )


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


_SET = """
INSERT INTO events_event (directorate_id, recorded_at, id, kind, subject_type, subject_id, actor_kind,
    actor_id, actor_role, data, public, salt, commitment)
SELECT directorate_id, %(now)s, id, %(kind)s, %(subject_type)s, subject_id, %(actor_kind)s,
    %(actor_id)s, %(actor_role)s, data, public, salt, sha256(salt || convert_to(
        '{{"actor":' || to_json(%(actor_kind)s::text) || ',"at":' || to_json(%(at)s::text)
        || ',"data":{{' || {members} || '}},"directorate":"' || directorate_id || '","event":"' || id
        || '","kind":' || to_json(%(kind)s::text) || ',"role":' || to_json(%(actor_role)s::text)
        || ',"subject":"' || %(subject_type)s::text || ':' || subject_id || '"}}', 'UTF8'))
FROM (
    SELECT source.*, {subject} AS subject_id, events_new_id(%(now)s) AS id,
        uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt,
        jsonb_build_object({data}) AS data, jsonb_build_object({public}) AS public
    FROM ({source}) AS source OFFSET 0
) AS written
"""


def record_set(
    *,
    kind: str,
    source: str,
    parameters: Mapping[str, Any],
    subject_type: str,
    subject_sql: str,
    actor: Actor,
    now: datetime,
) -> int:
    """
    This function will append an event for each row of a SELECT, in one statement; their number.

    For what happens to very many at once. `source` gives `directorate_id`, every field of the kind
    under its name (text or whole numbers, none null), and what `subject_sql` computes the subject's
    id from. The commitments are those of `record`: a test holds the two to each other. The kind has
    no subscribers: a job for each of a million events is not what anybody wants.

    :raises ValueError: when the kind has subscribers, or fields of other types.
    """
    declared = kinds.get(kind)
    if subscriptions.subscribers(kind) or set(declared.fields.values()) - {"string", "integer"}:
        raise ValueError(f"{kind} cannot be recorded by the set")
    names = sorted(declared.fields)
    members = " || ',' || ".join(f"'\"{name}\":' || to_json({name})" for name in names)
    statement = _SET.format(
        members=members,
        subject=subject_sql,
        data=", ".join(f"'{name}', {name}" for name in names),
        public=", ".join(f"'{name}', {name}" for name in declared.public),
        source=source,
    )
    values = {
        **parameters,
        "now": now,
        "kind": kind,
        "subject_type": subject_type,
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "actor_role": actor.role or "",
        "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
