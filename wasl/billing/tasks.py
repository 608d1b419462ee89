"""Jobs of billing."""

from datetime import datetime
from uuid import UUID

from wasl.billing import services
from wasl.core import jobs
from wasl.core.jobs import job
from wasl.events import selectors as events


@job("billing.work_on_run")
def work_on_run(*, now: datetime, directorate_id: int, run_id: str) -> None:
    """Do one chunk of a bill run, and come back for the next: each has its own transaction."""
    if services.work_on_chunk(directorate_id=directorate_id, run_id=UUID(run_id), now=now):
        jobs.enqueue("billing.work_on_run", directorate_id=directorate_id, run_id=run_id)


@job("billing.follow_meters")
def follow_meters(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """Take over the readings of a meter that was built in or taken down."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    account_no = event.data.get("account") or services.account_of_meter(
        event.directorate_id, event.data.get("serial", "")
    )
    if account_no:
        services.follow_meters(directorate_id=event.directorate_id, account_no=account_no, now=now)


@job("billing.compare_homes")
def compare_homes(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """When a run is through, keep what similar homes used."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    if event.data["status"] == "ISSUED":
        services.compare_homes(directorate_id=event.directorate_id, period=event.data["period"])


@job("billing.note_holder_change")
def note_holder_change(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """The new holder of an account does not see what the one before used and paid."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.note_holder_change(
        directorate_id=event.directorate_id,
        account_no=event.data["account"],
        changed_at=event.recorded_at,
    )


@job("billing.end_dispute")
def end_dispute(*, now: datetime, event_id: str, recorded_at: str) -> None:
    """However the case about a bill ended, its sum is contested no more."""
    event = events.get(event_id=event_id, recorded_at=recorded_at)
    services.end_dispute(
        directorate_id=event.directorate_id,
        case_id=event.subject_id,
        case_outcome=event.data["outcome"],
        now=now,
    )


@job("billing.review_plans")
def review_plans(*, now: datetime) -> None:
    """End the instalment plans that were kept or broken."""
    services.review_plans(now=now)


jobs.periodic("billing.review_plans", cron="30 2 * * *")


@job("billing.remind_of_parts")
def remind_of_parts(*, now: datetime) -> None:
    """Remind of the instalments that fall due soon, by day: nobody is woken by it."""
    services.remind_of_parts(now=now)


jobs.periodic("billing.remind_of_parts", cron="0 7 * * *")


@job("billing.climb_arrears")
def climb_arrears(*, now: datetime) -> None:
    """Put the late accounts on their step."""
    services.climb_all(now=now)
    services.release_all(now=now)


@job("billing.tell_of_liens")
def tell_of_liens(*, now: datetime, directorate_id: int, list_id: str) -> None:
    """Tell everybody on an approved list of liens."""
    services.tell_of_liens(directorate_id=directorate_id, list_id=UUID(list_id), now=now)


@job("billing.tell_of_arrears")
def tell_of_arrears(*, now: datetime, directorate_id: int) -> None:
    """Tell some of the holders, and come back for the next."""
    if services.tell_of_arrears(directorate_id=directorate_id, now=now) == services.TOLD_AT_ONCE:
        jobs.enqueue("billing.tell_of_arrears", directorate_id=directorate_id)


jobs.periodic("billing.climb_arrears", cron="15 3 * * *")


@job("billing.plan_routes")
def plan_routes(*, now: datetime) -> None:
    """Lay out the walks that the cycle has for today, and draw their readers."""
    services.plan_all(now=now)


jobs.periodic("billing.plan_routes", cron="30 3 * * *")
