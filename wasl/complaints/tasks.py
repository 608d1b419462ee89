"""Jobs of complaints."""

from datetime import datetime

from wasl.complaints import services
from wasl.core import jobs
from wasl.core.jobs import job
from wasl.events import selectors as events


@job("complaints.end_report")
def end_report(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A case ended: so does the report it is about, and those that joined it."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.end_of_case(case_id=event.subject_id, case_outcome=event.data["outcome"], now=now)


@job("complaints.reopen_report")
def reopen_report(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A case is open again: so is the report it is about."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.reopen_of_case(case_id=event.subject_id, now=now)


@job("complaints.ask_whether_back")
def ask_whether_back(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """An outage is over: its reporters say whether it is so at their homes."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.ask_whether_back(outage_id=event.subject_id, now=now)


@job("complaints.close_silent")
def close_silent(*, now: datetime) -> None:
    """Every quarter of an hour: who was asked and says nothing is supplied."""
    services.close_silent(now=now)


jobs.periodic("complaints.close_silent", cron="*/15 * * * *")
