"""Jobs of outages."""

from datetime import datetime, timedelta
from uuid import UUID

from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.core.jobs import job
from wasl.events import selectors as events
from wasl.outages import services

# What was only inferred is given a little time to prove wrong, before anybody is woken for it.
QUIET = timedelta(minutes=3)


@job("outages.infer")
def infer(*, now: datetime, directorate_id: int) -> None:
    """Bring the open outages into line with the open signs."""
    services.infer(directorate_id=directorate_id, now=now)


@job("outages.follow_work")
def follow_work(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """An outage changed or is over: so did the planned work that it is, if it is one."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.follow_work(outage_id=event.subject_id, actor=Actor.system(), now=now)


@job("outages.tend_works")
def tend_works(*, now: datetime) -> None:
    """Every five minutes: announced works whose time has come."""
    services.tend_works(now=now)


jobs.periodic("outages.tend_works", cron="*/5 * * * *")


@job("outages.outage_news")
def outage_news(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """An outage opened, changed or ended: its subscribers hear of it."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    is_fresh = event.kind == "outages.outage.opened" and event.actor_kind == "SYSTEM"
    jobs.enqueue(
        "outages.tell_of_outage",
        run_at=now + QUIET if is_fresh else None,
        outage_id=str(event.subject_id),
    )


@job("outages.tell_of_outage")
def tell_of_outage(*, now: datetime, outage_id: str, after: str = "") -> None:
    """The next people who follow a place of an outage."""
    services.tell_of_outage(
        outage_id=UUID(outage_id), now=now, after=UUID(after) if after else None
    )


@job("outages.work_news")
def work_news(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A work was announced or cancelled: whom it concerns hear of it."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    jobs.enqueue("outages.tell_of_work", work_id=str(event.subject_id))


@job("outages.tell_of_work")
def tell_of_work(*, now: datetime, work_id: str, after: str = "") -> None:
    """The next people whom a work concerns."""
    services.tell_of_work(work_id=UUID(work_id), now=now, after=UUID(after) if after else None)


@job("outages.timetable_news")
def timetable_news(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A timetable was published: who follows the feeder hears of it."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    jobs.enqueue("outages.tell_of_timetable", timetable_id=str(event.subject_id))


@job("outages.tell_of_timetable")
def tell_of_timetable(*, now: datetime, timetable_id: str, after: str = "") -> None:
    """The next people who follow a feeder."""
    services.tell_of_timetable(
        timetable_id=UUID(timetable_id), now=now, after=UUID(after) if after else None
    )
