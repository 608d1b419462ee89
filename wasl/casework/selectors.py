"""Reading casework: inbox, tracking, timeline, queue, draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from wasl.accounts.models import User
from wasl.casework import definitions
from wasl.casework.models import (
    Case,
    Document,
    Draw,
    Note,
    ProcessVersion,
    Reason,
    Reassignment,
    Task,
)
from wasl.core import references, scope
from wasl.directorates import selectors as directorates
from wasl.events import selectors as events
from wasl.events.models import Event

QUEUE_SHOWN = 200


def inbox(user: User, *, limit: int = 100) -> list[Task]:
    """The tasks handed to a member of staff, most urgent first."""
    # A process holds its whole file: it is fetched once, and not with each of its tasks.
    mine = Task.objects.assigned_to(user.id).select_related("case")
    return list(mine.prefetch_related("case__process")[:limit])


def task_for(user: User, task_id: UUID) -> Task:
    """A waiting or done task of this person. :raises Task.DoesNotExist: otherwise."""
    mine = Q(assignee=user) | Q(completed_by=user)
    return Task.objects.select_related("case", "case__process").get(mine, id=task_id)


def overdue(directorate_ids: Iterable[int], now: datetime, *, limit: int = 200) -> QuerySet[Task]:
    """The waiting staff tasks past their limit, and the incidents, longest overdue first."""
    late = Q(status=Task.Status.READY, due_at__lt=now) | Q(status=Task.Status.INCIDENT)
    return (
        Task.objects.filter(late, directorate_id__in=list(directorate_ids))
        .select_related("case", "assignee")
        .prefetch_related("case__process")
        .order_by("due_at", "id")[:limit]
    )


def workload(directorate_ids: Iterable[int]) -> list[dict[str, Any]]:
    """How many tasks wait, by role, and how many of them are late."""
    rows = (
        Task.objects.ready()
        .filter(directorate_id__in=list(directorate_ids), kind=Task.Kind.STAFF)
        .values("role")
        .annotate(waiting=Count("id"), nobody=Count("id", filter=Q(assignee=None)))
        .order_by("role")
    )
    return [dict(row) for row in rows]


def reassignments(directorate_ids: Iterable[int]) -> QuerySet[Reassignment]:
    """The requests for reassignment that wait for a second person."""
    return (
        Reassignment.objects.filter(directorate_id__in=list(directorate_ids), decided_by=None)
        .select_related("task__case", "asked_by")
        .prefetch_related("task__case__process")
        .order_by("asked_at", "id")
    )


def unassigned() -> list[tuple[UUID, int]]:
    """The staff tasks that wait for somebody to be drawn: (task, directorate), oldest first."""
    waiting = Task.objects.ready().filter(kind=Task.Kind.STAFF, assignee=None)
    return list(waiting.order_by("opened_at", "id").values_list("id", "directorate_id")[:500])


def expired(now: datetime) -> list[UUID]:
    """The citizen tasks whose term has passed."""
    past = Task.objects.ready().filter(expires_at__lte=now)
    return list(past.order_by("expires_at", "id").values_list("id", flat=True)[:500])


def track(reference: str, secret: str) -> Case | None:
    """
    The case that reference and secret open together; None for any wrong pair.

    The work is the same for an unknown reference as for a wrong secret, so that neither the answer
    nor its time tells which it was. The caller counts the tries.
    """
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        canonical = ""
    with scope.within_system():
        case = Case.objects.select_related("process").filter(reference=canonical).first()
    salt = bytes(case.secret_salt) if case else b"\0" * 16
    hashed = bytes(case.secret_hash) if case else b"\0" * 32
    return case if references.is_secret(secret, salt=salt, hashed=hashed) else None


def by_reference(reference: str) -> Case:
    """The case, if the scope lets it be seen. :raises Case.DoesNotExist: otherwise."""
    return Case.objects.select_related("process").get(reference=reference)


def find(reference: str) -> Case | None:
    """The case of a canonical reference, if the scope lets it be seen."""
    return Case.objects.select_related("process").filter(reference=reference).first()


def of_applicant(user: User) -> QuerySet[Case]:
    """A citizen's cases, newest first."""
    return (
        Case.objects.of_applicant(user.id).select_related("process").order_by("-submitted_at", "id")
    )


def unnamed_applicant(case: Case) -> User | None:
    """The applicant of a case, if nothing is known of them but that they have its secret."""
    with scope.within_system():
        found = User.objects.filter(id=case.applicant_id).first()
    return found if found is not None and found.is_unnamed else None


def applicants_with_tasks(*, limit: int) -> list[User]:
    """Citizens who can sign in and for whom a step waits, the longest waiting first."""
    waiting = Task.objects.ready().filter(
        kind=Task.Kind.CITIZEN, is_optional=False, case__applicant__phone_index__isnull=False
    )
    tasks = waiting.select_related("case__applicant").order_by("opened_at", "id")
    return list(dict.fromkeys(task.case.applicant for task in tasks[: limit * 2]))[:limit]


def waiting_for_citizen(user: User) -> int:
    """How many steps wait for this citizen, optional ones aside."""
    waiting = Task.objects.ready().filter(kind=Task.Kind.CITIZEN, is_optional=False)
    return waiting.filter(case__applicant=user).count()


@dataclass(frozen=True, kw_only=True)
class StageLine:
    """One stage on the citizen's line: its label, state and dates."""

    key: str
    label: str
    state: str  # DONE, CURRENT, NEXT, SKIPPED
    began_at: datetime | None
    ended_at: datetime | None
    limit: str


def stage_line(case: Case, language: str) -> list[StageLine]:
    """The stages of the case's process in order, with where the case stands and since when."""
    begun: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for stage, opened_at, completed_at in (
        Task.objects.filter(case=case)
        .exclude(status=Task.Status.CANCELLED)
        .order_by("opened_at")
        .values_list("stage", "opened_at", "completed_at")
    ):
        begun.setdefault(stage, opened_at)
        if completed_at:
            ended[stage] = completed_at
    waiting = set(
        Task.objects.filter(
            case=case, status__in=["READY", "INCIDENT"], is_optional=False
        ).values_list("stage", flat=True)
    )
    return [
        StageLine(
            key=stage.key,
            label=stage.label(language),
            state=_stage_state(stage.key, waiting, begun, case),
            began_at=begun.get(stage.key),
            ended_at=None if stage.key in waiting else ended.get(stage.key),
            limit=stage.limit,
        )
        for stage in definitions.stages(case.process)
        if stage.key in begun or not stage.is_exceptional
    ]


def _stage_state(stage: str, waiting: set[str], begun: dict[str, datetime], case: Case) -> str:
    if stage in waiting:
        return "CURRENT"
    if stage in begun:
        return "DONE"
    return "NEXT" if case.is_open else "SKIPPED"


def queue_ahead(case: Case) -> int | None:
    """
    How many open cases of the service stand before this one in the same stage; None when closed.

    Counted to 200 at most, so that a long queue costs no more than a short one.
    """
    if not case.is_open:
        return None
    before = Case.objects.open().filter(
        directorate_id=case.directorate_id,
        service=case.service,
        stage=case.stage,
        submitted_at__lt=case.submitted_at,
    )
    return len(before.values_list("id", flat=True)[:QUEUE_SHOWN])


def citizen_tasks(case: Case) -> list[Task]:
    """What the case waits for from the citizen."""
    return list(
        Task.objects.ready()
        .filter(case=case, kind=Task.Kind.CITIZEN)
        .order_by("is_optional", "opened_at")
    )


def waiting_tasks(case: Case) -> list[Task]:
    """Every step that the case waits for, of anybody."""
    return list(
        Task.objects.filter(case=case, status__in=["READY", "INCIDENT"]).order_by("opened_at", "id")
    )


def done_tasks(case: Case) -> list[Task]:
    """The steps that are done, in order."""
    return list(
        Task.objects.filter(case=case, status=Task.Status.DONE).order_by("completed_at", "id")
    )


def timeline(case: Case, *, kinds: Iterable[str] | None = None) -> list[Event]:
    """The events of a case, oldest first."""
    return list(events.about("case", case.id, kinds=kinds))


def documents(case: Case, *, kinds: Iterable[str] | None = None) -> list[Document]:
    """The documents of a case; only of these kinds, when given."""
    found = Document.objects.filter(case=case).order_by("added_at", "id")
    return list(found if kinds is None else found.filter(kind__in=list(kinds)))


def notes(case: Case, *, for_citizen: bool) -> list[Note]:
    """The words written on a case; for the citizen only those meant for them."""
    found = Note.objects.filter(case=case).order_by("written_at", "id")
    return list(found.filter(is_for_citizen=True) if for_citizen else found)


def note(case: Case, note_id: UUID) -> Note | None:
    """A word of a case by its number."""
    return Note.objects.filter(case=case, id=note_id).first()


def unanswered(case_ids: Iterable[UUID]) -> set[UUID]:
    """The cases of these whose last message is the citizen's."""
    last = (
        Note.objects.filter(case_id__in=list(case_ids), is_for_citizen=True)
        .order_by("case_id", "-written_at", "-id")
        .distinct("case_id")
    )
    theirs = {"CITIZEN", "HELPER"}
    return {case for case, role in last.values_list("case_id", "author_role") if role in theirs}


def draws(case: Case) -> list[Draw]:
    """The draws of a case, in order."""
    return list(
        Draw.objects.filter(case_id=case.id).select_related("task").order_by("drawn_at", "id")
    )


def clock(case: Case, now: datetime) -> dict[str, Any]:
    """The directorate's clock: working minutes used, whether it stands, and the stops."""
    stops = list(case.clock_stops.order_by("started_at", "id"))
    used = case.used_minutes
    if used is None:
        calendar = directorates.calendar_for(case.directorate_id, on=now)
        stood = sum(calendar.working_minutes(s.started_at, s.ended_at or now) for s in stops)
        used = calendar.working_minutes(case.submitted_at, now) - stood
    current = next((stop for stop in stops if stop.ended_at is None), None)
    return {"used_minutes": max(0, used), "stops": stops, "current_stop": current}


def published_process(key: str, on: date) -> ProcessVersion | None:
    """The version of a process that a new case would begin with on the day."""
    return ProcessVersion.objects.in_force(key, on).first()


def process_versions(key: str | None = None) -> QuerySet[ProcessVersion]:
    """Every version of every process, or of one, newest first."""
    found = ProcessVersion.objects.select_related("drafted_by", "published_by")
    if key is not None:
        found = found.filter(key=key)
    return found.order_by("key", F("version").desc())


def reasons(group: str, language: str) -> list[tuple[str, str]]:
    """The closed list of reasons of a group: (code, words)."""
    listed = Reason.objects.filter(group=group).order_by("order", "code")
    return [(reason.code, reason.text(language)) for reason in listed]


def reason_text(code: str, language: str) -> str:
    """The words of a listed reason; the code itself for one that is no longer listed."""
    reason = Reason.objects.filter(code=code).first()
    return reason.text(language) if reason else code
