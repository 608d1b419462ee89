"""Cycles of billing: a month planned, approved by another person, and issued."""

from datetime import date
from uuid import uuid4

from wasl.accounts.actors import Actor
from wasl.billing import services
from wasl.billing.models import BillRun
from wasl.core import jobs

from .conftest import NOW

PLANNER = Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=1)
SECOND = Actor(kind="STAFF", user_id=uuid4(), role="DIRECTOR", directorate_id=1)
MONTHS = [date(2026, month, 1) for month in range(1, 13)]


def plan(month: int, *, chunk: int = 3) -> BillRun:
    """The run of a month, read on the first day of the next."""
    begins, ends = MONTHS[month - 1], MONTHS[month]
    return services.plan_run(
        directorate_id=1, period=f"2026-{month:02d}", read_from=begins.replace(day=2),
        read_before=ends.replace(day=2), issued_on=ends.replace(day=2), actor=PLANNER, now=NOW, chunk=chunk,
    )  # fmt: skip


def again(run: BillRun) -> BillRun:
    return BillRun.objects.get(directorate_id=1, id=run.id)


def bill_month(month: int, *, chunk: int = 3) -> BillRun:
    run = plan(month, chunk=chunk)
    jobs.drain(NOW)
    services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    run = again(run)
    assert run.status == "ISSUED", run.status
    return run
