"""Reading events."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from wasl.events.models import Event, EventQuerySet


def get(*, event_id: str, recorded_at: str) -> Event:
    """The event that a subscriber was told of. :raises Event.DoesNotExist: when there is none."""
    return Event.objects.get(id=UUID(event_id), recorded_at=datetime.fromisoformat(recorded_at))


def about(
    subject_type: str, subject_id: UUID, *, kinds: Iterable[str] | None = None
) -> EventQuerySet:
    """The events about one subject, oldest first."""
    found = Event.objects.about(subject_type, subject_id)
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return found.order_by("recorded_at", "id")
