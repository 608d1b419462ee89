"""Jobs of field work."""

from datetime import datetime, timedelta

from wasl.core import jobs
from wasl.core.jobs import job
from wasl.directorates import selectors as directorates
from wasl.events import selectors as events
from wasl.fieldwork import services, watching

CHANGES_KEPT = timedelta(days=1)


@job("fieldwork.follow_outage")
def follow_outage(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """An outage came, changed or ended: so does its order."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.follow_outage(outage_id=event.subject_id, now=now)


@job("fieldwork.draw_calls")
def draw_calls(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """An outage is over: some of its reporters are called."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.draw_calls(outage_id=event.subject_id, now=now)


@job("fieldwork.dispatch")
def dispatch(*, now: datetime, directorate_id: int) -> None:
    """Find crews for what waits."""
    services.dispatch_waiting(directorate_id=directorate_id, now=now)


@job("fieldwork.look_around")
def look_around(*, now: datetime) -> None:
    """Every five minutes: shifts begin and end, so crews are found and places forgotten."""
    services.forget_positions(now=now)
    for office in directorates.distribution(now.date()):
        services.dispatch_waiting(directorate_id=office.id, now=now)


@job("fieldwork.forget_changes")
def forget_changes(*, now: datetime) -> None:
    """What changed more than a day ago is news to nobody."""
    watching.forget(before=now - CHANGES_KEPT)


jobs.periodic("fieldwork.look_around", cron="*/5 * * * *")
jobs.periodic("fieldwork.forget_changes", cron="40 * * * *")
