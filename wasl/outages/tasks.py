"""Jobs of outages."""

from datetime import datetime

from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.core.jobs import job
from wasl.events import selectors as events
from wasl.outages import services


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
