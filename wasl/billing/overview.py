"""What people see of a run: how far it is, what it comes to, and how the last one compares."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from wasl.billing.models import BillRun, BillRunHold


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Sums of a run's chunks: numbers of accounts, kWh, dinars."""

    chunks: int
    previewed: int
    issued: int
    bills: int
    kwh: int
    amount: int
    estimated: int
    unread: int
    held: int
    problems: list[str]

    @property
    def average(self) -> int:
        """Dinars a bill."""
        return self.amount // self.bills if self.bills else 0


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A run with its figures, and those of the run before."""

    run: BillRun
    figures: Figures
    before: Figures | None

    @property
    def is_working(self) -> bool:
        """Whether workers are at it, so that the figures move."""
        return self.run.status in {BillRun.Status.PREVIEWING, BillRun.Status.ISSUING}

    @property
    def done_pct(self) -> int:
        """How much of the stage is done."""
        is_preview = self.run.status in {BillRun.Status.PLANNED, BillRun.Status.PREVIEWING}
        done = self.figures.previewed if is_preview else self.figures.issued
        if self.run.status == BillRun.Status.PREVIEWED:
            done = self.figures.previewed
        return 100 * done // max(1, self.figures.chunks)

    @property
    def amount_change_pct(self) -> int | None:
        """By how much the sum differs from the run before."""
        if self.before is None or not self.before.amount:
            return None
        return round(100 * (self.figures.amount - self.before.amount) / self.before.amount)


_SUMS = """
SELECT run_id, count(*), count(previewed_at), count(issued_at), sum(bills)::bigint,
    sum(kwh)::bigint, sum(amount)::bigint, sum(estimated)::bigint, sum(unread)::bigint,
    sum(held)::bigint, array_remove(array_agg(nullif(problem, '')), NULL)
FROM billing_billrunchunk WHERE directorate_id = %s AND run_id = ANY(%s) GROUP BY run_id
"""
_NAMES = (
    "chunks", "previewed", "issued", "bills", "kwh", "amount", "estimated", "unread", "held",
    "problems",
)  # fmt: skip


def of_directorate(directorate_id: int) -> list[Overview]:
    """The last two years of runs, newest first, each beside the one before."""
    runs = list(BillRun.objects.filter(directorate_id=directorate_id).order_by("-planned_at")[:24])
    sums = _figures(directorate_id, [run.id for run in runs])
    found = []
    for place, run in enumerate(runs):
        earlier = [r for r in runs[place + 1 :] if r.status == BillRun.Status.ISSUED]
        before = sums.get(earlier[0].id) if earlier else None
        found.append(Overview(run=run, figures=sums[run.id], before=before))
    return found


def of_run(directorate_id: int, run_id: UUID) -> Overview | None:
    """One run, beside the one before."""
    return next((o for o in of_directorate(directorate_id) if o.run.id == run_id), None)


def _figures(directorate_id: int, runs: list[UUID]) -> dict[UUID, Figures]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [directorate_id, runs])
        rows = cursor.fetchall()
    return {row[0]: Figures(**dict(zip(_NAMES, row[1:], strict=True))) for row in rows}


def holds(directorate_id: int, run_id: UUID, limit: int = 200) -> list[BillRunHold]:
    """The accounts that wait for a person, undecided ones first, the largest at the front."""
    found = BillRunHold.objects.filter(directorate_id=directorate_id, run_id=run_id)
    return list(found.order_by("decision", "-amount", "account_no")[:limit])
