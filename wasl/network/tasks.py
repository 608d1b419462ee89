"""Background work of the network."""

from datetime import datetime

from wasl.core import jobs
from wasl.events import selectors as events
from wasl.network import selectors, services


@jobs.job("network.release_capacity")
def release_capacity(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """A case has ended: what was kept for it and not used goes back."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.release_capacity(case_id=event.subject_id, now=now)


@jobs.job("network.expire_reservations")
def expire_reservations(*, now: datetime) -> None:
    """What was kept too long goes back."""
    services.expire_reservations(now=now)


jobs.periodic("network.expire_reservations", cron="20 1 * * *")


@jobs.job("network.solve_networks")
def solve_networks(*, now: datetime) -> None:
    """The load flow of every modelled network, for the lists of the day."""
    for directorate_id in selectors.directorates_with_networks():
        services.solve_networks(directorate_id=directorate_id, now=now)


jobs.periodic("network.solve_networks", cron="40 1 * * *")
