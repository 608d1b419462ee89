"""A bill run from plan to issue: who asked, who agreed, and in which order."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing.models import BillRun, BillRunHold
from wasl.core import identifiers, jobs
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events

CHUNK = 10_000
# Workers that are asked to join in; those who find nothing left to do go home.
WORKERS = 4
_CHUNKS = """
INSERT INTO billing_billrunchunk (directorate_id, run_id, number, first_no, last_no, bills, kwh,
    amount, estimated, unread, held, problem)
SELECT %(directorate)s, %(run)s, number, min(account_no),
    -- Accounts opened later have higher numbers: the last chunk takes them too.
    CASE WHEN number = max(number) OVER () THEN '~' ELSE max(account_no) END, 0, 0, 0, 0, 0, 0, ''
FROM (
    SELECT account_no, ((row_number() OVER (ORDER BY account_no) - 1) / %(size)s)::int AS number
    FROM customers_account WHERE directorate_id = %(directorate)s
) AS counted GROUP BY number
"""


class UnableToPlanRun(Unable):
    """The period is no month, or has a run already."""

    code = "RUN_NOT_PLANNED"
    message = _("The run for %(period)s cannot be planned: %(cause)s")


class UnableToMoveRun(Unable):
    """The run does not stand where this step begins."""

    code = "RUN_NOT_THERE"
    message = _("The run is “%(status)s” now; this step is not possible.")


class UnableToApproveRun(Unable):
    """The one who planned it wants to approve it."""

    code = "SAME_PERSON"
    message = _("Somebody else than who planned the run approves it.")


def plan_run(
    *,
    directorate_id: int,
    period: str,
    read_from: date,
    read_before: date,
    issued_on: date,
    actor: Actor,
    now: datetime,
    chunk: int = CHUNK,
) -> BillRun:
    """
    This function will plan the bills of a cycle ("2026-10") and begin their preview.

    Readings taken from `read_from` on and before `read_before` count; who has none since
    `read_from` is estimated. `chunk` is the number of accounts worked off in one transaction.

    :raises UnableToPlanRun: when the period is no month or has a run, or the days do not fit.
    """
    try:
        date.fromisoformat(f"{period}-01")
    except ValueError:
        raise UnableToPlanRun(period=period, cause=_("write the month as 2026-10.")) from None
    if not read_from < read_before <= issued_on + timedelta(days=1):
        raise UnableToPlanRun(period=period, cause=_("the days are not in order."))
    days = int(dated.value("billing.days_to_pay", directorate_id=directorate_id, on=issued_on))
    if actor.user_id is None:
        raise UnableToPlanRun(period=period, cause=_("a person plans it."))
    run = BillRun(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        period=period,
        read_from=read_from,
        read_before=read_before,
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=days),
        planned_by=actor.user_id,
        planned_at=now,
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        raise UnableToPlanRun(period=period, cause=_("it has a run already.")) from None
    with connection.cursor() as cursor:
        cursor.execute(_CHUNKS, {"directorate": directorate_id, "run": run.id, "size": chunk})
        if cursor.rowcount == 0:
            raise UnableToPlanRun(period=period, cause=_("there is no account."))
    _move(run, BillRun.Status.PREVIEWING, actor, now)
    summon(run)
    return run


def approve_run(*, directorate_id: int, run_id: UUID, actor: Actor, now: datetime) -> BillRun:
    """
    This function will approve what the preview showed, by a second person, and begin to issue.

    :raises UnableToMoveRun: when the preview is not complete.
    :raises UnableToApproveRun: when the person planned the run.
    """
    run = locked(directorate_id, run_id)
    _require(run, BillRun.Status.PREVIEWED)
    if run.planned_by == actor.user_id:
        raise UnableToApproveRun
    run.approved_by, run.approved_at = actor.user_id, now
    run.save(update_fields=["approved_by", "approved_at"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(bills)::bigint, sum(kwh)::bigint, sum(amount)::bigint "
            "FROM billing_billrunchunk WHERE directorate_id = %s AND run_id = %s",
            [directorate_id, run_id],
        )
        bills, kwh, amount = cursor.fetchone()
    _record(
        "billing.run.approved", run, actor, now,
        period=run.period, bills=int(bills), kwh=int(kwh), amount=int(amount),
    )  # fmt: skip
    _move(run, BillRun.Status.ISSUING, actor, now)
    summon(run)
    return run


def pause_run(*, directorate_id: int, run_id: UUID, actor: Actor, now: datetime) -> BillRun:
    """
    This function will stop issuing after the chunks that are under way. What is issued stands.

    :raises UnableToMoveRun: when nothing is being issued.
    """
    run = locked(directorate_id, run_id)
    _require(run, BillRun.Status.ISSUING)
    _move(run, BillRun.Status.PAUSED, actor, now)
    return run


def resume_run(*, directorate_id: int, run_id: UUID, actor: Actor, now: datetime) -> BillRun:
    """
    This function will go on with a paused run, where it stopped.

    :raises UnableToMoveRun: when it is not paused.
    """
    run = locked(directorate_id, run_id)
    _require(run, BillRun.Status.PAUSED)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_billrunchunk SET problem = '' WHERE directorate_id = %s AND run_id = %s",
            [directorate_id, run_id],
        )
    _move(run, BillRun.Status.ISSUING, actor, now)
    summon(run)
    return run


def cancel_run(*, directorate_id: int, run_id: UUID, actor: Actor, now: datetime) -> BillRun:
    """
    This function will give up a run of which nothing is issued yet.

    :raises UnableToMoveRun: when bills are out: those are cancelled one by one.
    """
    run = locked(directorate_id, run_id)
    _require(run, BillRun.Status.PLANNED, BillRun.Status.PREVIEWING, BillRun.Status.PREVIEWED)
    run.ended_at = now
    run.save(update_fields=["ended_at"])
    _move(run, BillRun.Status.CANCELLED, actor, now)
    return run


def decide_hold(
    *,
    directorate_id: int,
    run_id: UUID,
    account_no: str,
    decision: BillRunHold.Decision,
    actor: Actor,
    now: datetime,
) -> BillRunHold:
    """
    This function will say whether a bill that was held back goes out with the run, or not.

    A left-out account is billed with the next run, when its readings are in order. Without a tariff
    or a reading there is nothing to release.

    :raises UnableToMoveRun: when the run's preview is not complete, or it was approved.
    """
    run = locked(directorate_id, run_id)
    _require(run, BillRun.Status.PREVIEWED)
    held = BillRunHold.objects.get(
        directorate_id=directorate_id, run_id=run_id, account_no=account_no
    )
    no_release = {BillRunHold.Reason.NO_TARIFF, BillRunHold.Reason.NO_READING}
    if decision == BillRunHold.Decision.RELEASED and held.reason in no_release:
        raise UnableToMoveRun(status=held.get_reason_display())
    held.decision, held.decided_by, held.decided_at = decision, actor.user_id, now
    held.save(update_fields=["decision", "decided_by", "decided_at"])
    _record(
        "billing.hold.decided", run, actor, now,
        account=account_no, reason=held.reason, decision=decision.value,
    )  # fmt: skip
    return held


def summon(run: BillRun) -> None:
    """This function will ask the workers to take chunks of a run, in the caller's transaction."""
    for number in range(WORKERS):
        jobs.enqueue(
            "billing.work_on_run",
            queueing_lock=f"billing-run:{run.id}:{number}",
            directorate_id=run.directorate_id,
            run_id=str(run.id),
        )


def locked(directorate_id: int, run_id: UUID) -> BillRun:
    """The run, its row locked until the transaction ends."""
    return BillRun.objects.select_for_update().get(directorate_id=directorate_id, id=run_id)


def complete(run: BillRun, status: BillRun.Status, now: datetime) -> None:
    """This function will note that the last chunk of a stage is done."""
    if status == BillRun.Status.ISSUED:
        run.ended_at = now
        run.save(update_fields=["ended_at"])
    _move(run, status, Actor.system(), now)


def _move(run: BillRun, status: BillRun.Status, actor: Actor, now: datetime) -> None:
    run.status = status
    run.save(update_fields=["status"])
    _record("billing.run.moved", run, actor, now, period=run.period, status=status.value)


def _require(run: BillRun, *statuses: BillRun.Status) -> None:
    if run.status not in statuses:
        raise UnableToMoveRun(status=run.get_status_display())


def _record(kind: str, run: BillRun, actor: Actor, now: datetime, **data: str | int) -> None:
    events.record(
        kind=kind,
        subject=("bill-run", run.id),
        actor=actor,
        directorate_id=run.directorate_id,
        data={"run": str(run.id), **data},
        now=now,
    )
