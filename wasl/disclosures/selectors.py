"""Reading what little there is to read. Callers stand in the system's scope: no other sees a row."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Sum
from django.utils import timezone

from wasl.accounts import selectors as accounts
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.disclosures import sealing, settings_declared
from wasl.disclosures.models import (
    Batch,
    Box,
    KeyMove,
    KeyStep,
    RecipientKey,
    Report,
    Stage,
    Step,
    Tally,
)


@dataclass(frozen=True)
class KeyRow:
    """A recipient's key with where it has come to."""

    key: RecipientKey
    steps: tuple[KeyStep, ...]
    has_role: bool

    @property
    def move(self) -> str:
        """The last step."""
        return self.steps[-1].move

    @property
    def label(self) -> str:
        """The last step, in the reader's language."""
        return str(KeyMove(self.move).label)

    @property
    def last_by(self) -> UUID:
        """Who made it: the next one is for somebody else."""
        return self.steps[-1].by

    @property
    def is_in_use(self) -> bool:
        """Whether reports are sealed to it."""
        return self.has_role and self.move in (KeyMove.APPROVED, KeyMove.LEAVING)


def keys(now: datetime) -> list[KeyRow]:
    """Every recipient's key, with its steps."""
    found = RecipientKey.objects.select_related("holder").order_by("fingerprint")
    steps: dict[UUID, list[KeyStep]] = {}
    for step in KeyStep.objects.order_by("id"):
        steps.setdefault(step.key_id, []).append(step)
    return [
        KeyRow(
            key=key,
            steps=tuple(steps[key.id]),
            has_role=key.holder.is_active
            and Role.INTEGRITY_OFFICER in accounts.roles_of(key.holder, now),
        )
        for key in found
        if key.id in steps
    ]


def keys_in_use(now: datetime) -> list[RecipientKey]:
    """The keys to which reports are sealed, before anybody is left out for a conflict."""
    return [row.key for row in keys(now) if row.is_in_use]


def holders(now: datetime) -> list[User]:
    """The officers who read reports, by name: a reporter may say who is involved."""
    found = {key.holder_id: key.holder for key in keys_in_use(now)}
    return sorted(found.values(), key=lambda user: (user.full_name or "", str(user.pk)))


def without_conflict(
    *, directorate_id: int, involved: frozenset[UUID], now: datetime
) -> list[RecipientKey]:
    """
    The keys to which a report about an office may be sealed.

    Left out is who holds a role in that office (the integrity office itself, which stands in the
    ministry, does not count as belonging to the ministry), and whom the reporter names.
    """
    ministry = directorates.ministry().id

    def belongs(user: User) -> bool:
        return any(
            each.directorate_id == directorate_id
            and not (directorate_id == ministry and each.role == Role.INTEGRITY_OFFICER)
            for each in accounts.held_roles(user, now)
        )

    return [
        key for key in keys_in_use(now) if key.holder_id not in involved and not belongs(key.holder)
    ]


def readers(report: Report, now: datetime) -> list[RecipientKey]:
    """The keys to which a report was sealed when it came, and which are still in use."""
    chosen = set(report.readers.values_list("key_id", flat=True))
    return [key for key in keys_in_use(now) if key.id in chosen]


def by_public_key(public_key: bytes) -> Report | None:
    """The report of a receipt's key."""
    return Report.objects.filter(public_key=public_key).first()


def steps_of(report: Report) -> list[Step]:
    """What happened to a report, the first step first."""
    found = Step.objects.filter(report=report).select_related("published").order_by("place")
    return list(found)


def last_step(report: Report) -> Step:
    """The latest step of a report."""
    return Step.objects.filter(report=report).latest("place")


def boxes_of(report: Report) -> list[Box]:
    """The sealed boxes of a report, in order."""
    found = Box.objects.filter(report=report).select_related("step")
    return list(found.order_by("step__place", "part"))


def report_for(officer: User, report_id: UUID) -> Report | None:
    """A report that is sealed to a key of this officer; None for any other, and for none."""
    return Report.objects.filter(id=report_id, readers__key__holder=officer).distinct().first()


@dataclass(frozen=True)
class DeskRow:
    """A report as the desk lists it: never a word of it."""

    report: Report
    last: Step
    days: int
    answer_by: date
    is_answered: bool
    is_late: bool

    @property
    def waits(self) -> bool:
        """Whether the officer is the next to act."""
        return self.last.author == "REPORTER"


def desk(officer: User, today: date) -> list[DeskRow]:
    """The reports that are sealed to this officer: those that wait first, then the oldest."""
    found = Report.objects.filter(readers__key__holder=officer).distinct()
    if not found:
        return []
    limit = dated.value(settings_declared.FIRST_ANSWER_DAYS, directorate_id=None, on=today)
    last = {
        step.report_id: step
        for step in Step.objects.filter(report__in=found).order_by("report_id", "place")
    }
    answered = set(
        Step.objects.filter(report__in=found, author="OFFICER", sealed__isnull=False).values_list(
            "report_id", flat=True
        )
    )
    rows = []
    for report in found:
        answer_by = report.received_on + timedelta(days=limit)
        is_answered = report.id in answered
        is_over = last[report.id].stage in (Stage.CLOSED, Stage.ERASED)
        rows.append(
            DeskRow(
                report=report,
                last=last[report.id],
                days=(today - report.received_on).days,
                answer_by=answer_by,
                is_answered=is_answered,
                is_late=not is_answered and not is_over and today > answer_by,
            )
        )
    closed = (Stage.CLOSED, Stage.ERASED)
    return sorted(rows, key=lambda row: (row.last.stage in closed, not row.waits, -row.days))


def last_batch_at() -> datetime | None:
    """When commitments last went to the log."""
    at: datetime | None = Batch.objects.aggregate(at=Max("published_at"))["at"]
    return at


def next_batch_at(now: datetime) -> datetime:
    """When the next ones go, by the setting."""
    last = last_batch_at()
    hours = dated.value(
        settings_declared.BATCH_HOURS, directorate_id=None, on=timezone.localdate(now)
    )
    return now if last is None else max(now, last + timedelta(hours=hours))


@dataclass(frozen=True)
class Figures:
    """What the public is told: of months that are over, and of offices with enough reports."""

    until: date
    total: int | None
    kinds: list[tuple[str, int]]
    offices: list[tuple[int, int]]
    fewest: int


def figures(today: date) -> Figures:
    """
    How many reports there were. Nothing is shown of what has fewer than the setting says.

    The current month is left out: a figure that moves tells that somebody has just written. And every
    figure is rounded down to a multiple of the least, so that neither another month's figures nor the
    sum of all tell of a single report.
    """
    fewest = _fewest(today)
    month = today.replace(day=1)
    known = Tally.objects.filter(month__lt=month)
    total = known.aggregate(all=Sum("count"))["all"] or 0

    def enough(field: str) -> list[tuple[str | int, int]]:
        rows = known.values(field).annotate(all=Sum("count")).filter(all__gte=fewest)
        found = [(row[field], row["all"] // fewest * fewest) for row in rows.order_by(field)]
        return sorted(found, key=lambda each: -each[1])

    return Figures(
        until=month,
        total=total // fewest * fewest or None,
        kinds=[(str(kind), count) for kind, count in enough("kind")],
        offices=[(int(office), count) for office, count in enough("directorate_id")],
        fewest=fewest,
    )


def _fewest(today: date) -> int:
    """The setting; where it was not loaded, so many that nothing is shown."""
    key = settings_declared.FEWEST_REPORTS
    try:
        return int(dated.value(key, directorate_id=None, on=today))
    except dated.UnableToFindSetting:
        return dated.declared(key).maximum or 0


def reader_ids(report: Report, now: datetime) -> set[bytes]:
    """The key ids that a further box of a report must be sealed to: its readers and its reporter."""
    publics = [bytes(key.public_key) for key in readers(report, now)]
    return {sealing.key_id(public) for public in [*publics, bytes(report.public_key)]}
