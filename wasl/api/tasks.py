"""Jobs of the API: spreading news, delivering it, and seeing to what was left lying."""

from datetime import datetime
from uuid import UUID

from wasl.api import services
from wasl.core import jobs
from wasl.core.jobs import job
from wasl.events import selectors as events


@job("api.spread")
def spread(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """Something happened of which partners may know."""
    services.spread(event=events.get(event_id=event_id, recorded_at=recorded_at), now=now)


@job("api.deliver")
def deliver(*, now: datetime, delivery_id: str) -> None:
    """One try to deliver one piece of news."""
    services.deliver(delivery_id=UUID(delivery_id), now=now)


@job("api.sweep")
def sweep(*, now: datetime) -> None:
    """Every quarter of an hour."""
    services.sweep(now=now)


jobs.periodic("api.sweep", cron="*/15 * * * *")
