"""Whether any protected report was made to vanish, or was changed: rows against the public log."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from wasl.disclosures import sealing, selectors
from wasl.disclosures.models import Box, Published, Stage, Step
from wasl.disclosures.services import empty_hash, record_of
from wasl.disclosures.settings_declared import KEPT_AT_LEAST_DAYS
from wasl.events import payloads
from wasl.events.models import Event
from wasl.transparency.encoding import to_base64
from wasl.transparency.models import Leaf

KIND = "disclosures.commitment"
# A batch is due within a day; two without one are a finding.
LONGEST_WAIT = timedelta(days=2)
_LOST_EVENTS = """
SELECT l.event_id FROM transparency_leaf l
WHERE position('"type":"disclosures.commitment"'::bytea IN l.entry) > 0
    AND NOT EXISTS (SELECT FROM events_event e WHERE e.id = l.event_id
        AND e.kind = 'disclosures.commitment')
ORDER BY l.index
"""
# What the log took in around an entry tells about when it took that in, whatever the entry says.
_AROUND = """
SELECT l.recorded_at, (SELECT max(recorded_at) FROM transparency_leaf
    WHERE index BETWEEN l.index - 1000 AND l.index)
FROM transparency_leaf l WHERE l.event_id = %s
"""


def findings(now: datetime) -> Iterator[str]:
    """
    What is wrong, a line for each; nothing when every report is there as the log says.

    In the system's scope. Whoever can change the database cannot make an entry of the log fit
    another row, nor turn one that commits to a report into an empty one.
    """
    yield from _of_steps(now)
    yield from _of_commitments()
    yield from _of_keys(now)


def counted() -> tuple[int, int]:
    """How many steps there are, and how many commitments."""
    return Step.objects.count(), Event.objects.filter(kind=KIND).count()


def _of_steps(now: datetime) -> Iterator[str]:
    closed: dict[UUID, datetime] = {}
    erased = set(Step.objects.filter(stage=Stage.ERASED).values_list("report_id", flat=True))
    steps = Step.objects.select_related("report", "published").order_by("report_id", "place")
    before = Step()
    for step in steps.iterator():
        name = f"report {step.report.code}, step {step.place}"
        if step.place != (before.place + 1 if before.report_id == step.report_id else 1):
            yield f"{name}: the step before it is missing"
        before = step
        published: Published | None = getattr(step, "published", None)
        if published is None:
            if now.date() - step.on_date > LONGEST_WAIT:
                yield f"{name}: it is not in the log yet, though it is old"
            continue
        yield from (f"{name}: {wrong}" for wrong in _of_one(step, published, erased))
        if step.stage == Stage.CLOSED:
            closed[step.report_id] = _logged_at(published, now)
        elif step.stage == Stage.ERASED:
            since = closed.get(step.report_id)
            least = timedelta(days=KEPT_AT_LEAST_DAYS - 2)
            if since is None or _logged_at(published, now) - since < least:
                yield f"{name}: the content was erased before its time"


def _logged_at(published: Published, now: datetime) -> datetime:
    """
    When a step was committed to: never before what the log held already, and never ahead of now.

    Not from the row beside the step, which nothing commits to.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, [published.event_id])
        found = cursor.fetchone()
    if found is None:  # on its way
        event = Event.objects.filter(id=published.event_id).first()
        return min(event.recorded_at, now) if event else now
    at: datetime = max(found)
    return min(at, now)


def _of_one(step: Step, published: Published, erased: set[UUID]) -> Iterator[str]:
    event = Event.objects.filter(id=published.event_id, kind=KIND).first()
    if event is None:
        yield "its event is missing"
    elif event.data != record_of(step):
        yield "it is not what the log commits to"
    else:
        yield from _of_leaf(event)
    boxes = [bytes(box.sealed) for box in Box.objects.filter(step=step).order_by("part")]
    is_kept = step.report_id not in erased
    if is_kept and (sealing.digest_of_all(boxes) if boxes else None) != (
        bytes(step.sealed) if step.sealed else None
    ):
        yield "its sealed content was changed or is missing"
    if not is_kept and boxes:
        yield "its content is still there after it was erased"


def _of_leaf(event: Event) -> Iterator[str]:
    content = payloads.payload(
        event_id=event.id,
        kind=event.kind,
        subject=(event.subject_type, event.subject_id),
        actor_kind=event.actor_kind,
        actor_role=event.actor_role,
        directorate_id=event.directorate_id,
        recorded_at=event.recorded_at,
        data=event.data,
    )
    commitment = payloads.commit(bytes(event.salt), content)
    leaf = Leaf.objects.filter(event_id=event.id).first()
    if commitment != bytes(event.commitment):
        yield f"event {event.id} was changed"
    # Without a leaf it is on its way: `wasl log check` says when it is not.
    elif leaf and json.loads(bytes(leaf.entry))["payload_commit"] != to_base64(commitment):
        yield f"event {event.id} is not what the log's entry {leaf.index} commits to"


def _of_commitments() -> Iterator[str]:
    known = Published.objects.values("event_id")
    for event in Event.objects.filter(kind=KIND).exclude(id__in=known).order_by("recorded_at"):
        if event.data.get("report") != empty_hash(event.subject_id):
            day = f"{event.recorded_at:%Y-%m-%d}"
            yield f"a report is missing: event {event.id} of {day} commits to one that is not here"
        else:
            yield from _of_leaf(event)
    with connection.cursor() as cursor:
        cursor.execute(_LOST_EVENTS)
        for (event_id,) in cursor.fetchall():
            yield f"event {event_id} stands in the log and is not here"


def _of_keys(now: datetime) -> Iterator[str]:
    announced = Event.objects.filter(kind="disclosures.key.approved")
    known = {(event.subject_id, event.data["fingerprint"]) for event in announced}
    for key in selectors.keys_in_use(now):
        if sealing.fingerprint(bytes(key.public_key)) != key.fingerprint:
            yield f"key {key.fingerprint}: its fingerprint is another's"
        elif (key.id, key.fingerprint) not in known:
            yield f"key {key.fingerprint}: it is in use, and the log does not say since when"
