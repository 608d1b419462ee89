"""The work of a run, chunk by chunk. Each chunk is one transaction: killed, it never happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from wasl.accounts.actors import Actor
from wasl.billing import run_sql, subjects
from wasl.billing.models import Bill, BillRun, BillRunChunk
from wasl.billing.services import runs
from wasl.core import scope
from wasl.directorates import dated
from wasl.events import services as events

# A worker takes the first chunk that no other has; the lock ends with its transaction, or its life.
_TAKE = """
SELECT number, first_no, last_no FROM billing_billrunchunk
WHERE directorate_id = %s AND run_id = %s AND {todo} AND problem = ''
ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
"""
TAKE_PREVIEW = _TAKE.format(todo="previewed_at IS NULL")
TAKE_ISSUE = _TAKE.format(todo="previewed_at IS NOT NULL AND issued_at IS NULL")
_PREVIEWED = """
UPDATE billing_billrunchunk SET previewed_at = %s, bills = %s, kwh = %s, amount = %s,
    estimated = %s, held = %s, unread = %s
WHERE directorate_id = %s AND run_id = %s AND number = %s
"""
# What the preview counted, with the bills that a person released since.
_AGREED = """
SELECT c.bills + count(h.account_no), c.kwh + coalesce(sum(h.kwh), 0)::bigint,
    c.amount + coalesce(sum(h.amount), 0)::bigint
FROM billing_billrunchunk c LEFT JOIN billing_billrunhold h
    ON h.directorate_id = c.directorate_id AND h.run_id = c.run_id AND h.decision = 'RELEASED'
    AND h.account_no BETWEEN c.first_no AND c.last_no
WHERE c.directorate_id = %s AND c.run_id = %s AND c.number = %s
GROUP BY c.bills, c.kwh, c.amount
"""


class _DiffersError(Exception):
    """A chunk would come to other figures than those approved."""


def work_on_run(*, directorate_id: int, run_id: UUID, now: datetime) -> int:
    """
    This function will take chunk after chunk of a run until none is left; how many it did.

    Any number of workers, on any number of hosts, may do so at once. It must not run in a
    transaction: every chunk is one of its own.
    """
    done = 0
    while work_on_chunk(directorate_id=directorate_id, run_id=run_id, now=now):
        done += 1
    return done


def work_on_chunk(*, directorate_id: int, run_id: UUID, now: datetime) -> bool:
    """
    This function will do the next chunk of a run, if one is free; whether it found one.

    Where none is left, the stage ends. A chunk that would come to other figures than those approved
    is not issued: the run pauses, and shows it.
    """
    try:
        with transaction.atomic(), scope.within_system():
            run = _shared(directorate_id, run_id)
            if run.status == BillRun.Status.PREVIEWING:
                chunk = _take(TAKE_PREVIEW, run)
                if chunk is not None:
                    _preview(run, chunk, now)
            elif run.status == BillRun.Status.ISSUING:
                chunk = _take(TAKE_ISSUE, run)
                if chunk is not None:
                    _issue(run, chunk, now)
            else:
                return False
    except _DiffersError as error:
        _stop(directorate_id, run_id, str(error), now)
        return False
    if chunk is None:
        _end_stage(directorate_id, run_id, now)
        return False
    return True


def _shared(directorate_id: int, run_id: UUID) -> BillRun:
    """The run, locked so that workers do not wait for each other, but pausing waits for them."""
    with connection.cursor() as cursor:
        # A chunk reads a range of every table. Without figures of a table that is just filling, the
        # planner would read all of it, once for each account.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT FROM billing_billrun WHERE directorate_id = %s AND id = %s FOR SHARE",
            [directorate_id, run_id],
        )
    return BillRun.objects.get(directorate_id=directorate_id, id=run_id)


def _take(statement: str, run: BillRun) -> tuple[int, str, str] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [run.directorate_id, run.id])
        found: tuple[int, str, str] | None = cursor.fetchone()
        return found


def _preview(run: BillRun, chunk: tuple[int, str, str], now: datetime) -> None:
    number, first, last = chunk
    values = _values(run, first, last, now)
    with connection.cursor() as cursor:
        cursor.execute(run_sql.ESTIMATE, values)
        _estimates, unread = cursor.fetchone()
        cursor.execute(run_sql.PREVIEW, values)
        bills, kwh, amount, estimated, held = cursor.fetchone()
        cursor.execute(
            _PREVIEWED,
            [now, bills, kwh, amount, estimated, held, unread, run.directorate_id, run.id, number],
        )


def _issue(run: BillRun, chunk: tuple[int, str, str], now: datetime) -> None:
    number, first, last = chunk
    values = _values(run, first, last, now)
    with connection.cursor() as cursor:
        cursor.execute(_AGREED, [run.directorate_id, run.id, number])
        agreed = cursor.fetchone()
        cursor.execute(run_sql.ISSUE, values)
        cursor.execute(run_sql.ISSUED_SUMS, values)
        issued = cursor.fetchone()
        if issued != agreed:
            raise _DiffersError(f"{number}: {issued} instead of {agreed} (bills, kWh, dinars)")
        cursor.execute(run_sql.POST, values)
        cursor.execute(
            "UPDATE billing_billrunchunk SET issued_at = %s "
            "WHERE directorate_id = %s AND run_id = %s AND number = %s",
            [now, run.directorate_id, run.id, number],
        )
    record_issued(values, now)


def record_issued(values: dict[str, Any], now: datetime) -> None:
    """This function will put every bill of a run's range of accounts on record."""
    events.record_set(
        kind="billing.bill.issued",
        source=run_sql.EVENTS,
        parameters=values,
        subject_type="account",
        subject_sql=subjects.ACCOUNT_SQL,
        actor=Actor.system(),
        now=now,
    )


def _values(run: BillRun, first: str, last: str, now: datetime) -> dict[str, Any]:
    def setting(name: str) -> int:
        return int(
            dated.value(f"billing.{name}", directorate_id=run.directorate_id, on=run.read_before)
        )

    return {
        "directorate": run.directorate_id,
        "first": first,
        "last": last,
        "run": run.id,
        "kind": Bill.Kind.REGULAR,
        "period": run.period,
        "since": None,
        "read_from": run.read_from,
        "read_before": run.read_before,
        "issued_on": run.issued_on,
        "due_on": run.due_on,
        "now": now,
        "cap": setting("estimates_in_a_row"),
        "high": setting("high_kwh_a_day"),
        "times": setting("hold_times_usual"),
        "from_kwh": setting("hold_from_kwh"),
    }


def _end_stage(directorate_id: int, run_id: UUID, now: datetime) -> None:
    """When no chunk is left, not even in another worker's hands, the stage is over."""
    with transaction.atomic(), scope.within_system():
        run = runs.locked(directorate_id, run_id)
        chunks = BillRunChunk.objects.filter(directorate_id=directorate_id, run_id=run_id)
        if (
            run.status == BillRun.Status.PREVIEWING
            and not chunks.filter(previewed_at=None).exists()
        ):
            runs.complete(run, BillRun.Status.PREVIEWED, now)
        elif run.status == BillRun.Status.ISSUING and not chunks.filter(issued_at=None).exists():
            runs.complete(run, BillRun.Status.ISSUED, now)


def _stop(directorate_id: int, run_id: UUID, problem: str, now: datetime) -> None:
    """Nothing of the chunk was issued; the run waits for a person, who sees why."""
    number = int(problem.partition(":")[0])
    with transaction.atomic(), scope.within_system():
        run = runs.locked(directorate_id, run_id)
        chunks = BillRunChunk.objects.filter(directorate_id=directorate_id, run_id=run_id)
        chunks.filter(number=number, issued_at=None).update(problem=problem)
        if run.status == BillRun.Status.ISSUING:
            runs.complete(run, BillRun.Status.PAUSED, now)
