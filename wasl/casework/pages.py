"""What the pages of casework show, gathered from selectors into plain values for templates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wasl.accounts.roles import Role
from wasl.casework import asides, definitions, forms, panels, process_svg, selectors, services
from wasl.casework.models import Case, Document, Task
from wasl.directorates import selectors as directorates
from wasl.events import kinds as event_kinds
from wasl.events.models import Event
from wasl.transparency import responses
from wasl.transparency import selectors as log


@dataclass(frozen=True, kw_only=True)
class CaseCard:
    """A case in a list."""

    reference: str
    service: str
    stage: str
    is_open: bool
    outcome: str
    submitted_at: datetime
    due_at: datetime | None
    needs_me: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who a case waits for: a role and an office, never a name."""

    step: str
    role: str
    office: str
    since: datetime
    due_at: datetime | None
    is_citizen: bool
    is_late: bool
    is_incident: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event on the timeline, in words, with its proof when it is in the log."""

    id: UUID
    at: datetime
    title: str
    detail: str
    who: str
    is_opening: bool
    is_proved: bool


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """One task in the inbox."""

    task: Task
    title: str
    service: str
    due_at: datetime | None
    is_late: bool
    is_soon: bool
    has_message: bool


def case_cards(cases: Iterable[Case], language: str) -> list[CaseCard]:
    """Cards for a list of cases; one further query for what waits for the citizen."""
    found = list(cases)
    mine = set(
        Task.objects.ready()
        .filter(case__in=found, kind=Task.Kind.CITIZEN, is_optional=False)
        .values_list("case_id", flat=True)
    )
    return [
        CaseCard(
            reference=case.reference,
            service=definitions.service_label(case.process, language),
            stage=definitions.stage_label(case.process, case.stage, language),
            is_open=case.is_open,
            outcome=outcome_label(case.outcome),
            submitted_at=case.submitted_at,
            due_at=case.due_at,
            needs_me=case.id in mine,
            url=reverse("casework:case", args=[case.reference]),
        )
        for case in found
    ]


def case_page(case: Case, language: str, now: datetime) -> dict[str, Any]:
    """The tracking page."""
    steps = {
        task.id: definitions.step(case.process, task.key) for task in selectors.citizen_tasks(case)
    }
    lines = timeline(case, language)
    shown = [line for line in lines if not line.is_opening]
    return {
        "case": case,
        "service": definitions.service_label(case.process, language),
        "stage_label": definitions.stage_label(case.process, case.stage, language),
        "outcome": outcome_label(case.outcome),
        "office": office(case.directorate_id, language),
        "stages": selectors.stage_line(case, language),
        "holders": holders(case, language, now),
        "my_tasks": [
            (task, steps[task.id].label.get(language, "")) for task in selectors.citizen_tasks(case)
        ],
        "clock": clock(case, language, now),
        "queue_ahead": selectors.queue_ahead(case),
        "queue_shown": selectors.QUEUE_SHOWN,
        "documents": named(d for d in selectors.documents(case) if d.note_id is None),
        "talk": talk(case),
        "lines": shown,
        "recent": shown[:-9:-1],
        "older": shown[-9::-1] if len(shown) > 8 else [],
        "openings": [line for line in lines if line.is_opening],
        "asides": asides.of(case),
        "may_withdraw": services.may_withdraw(case),
        "refusal": refusal(case, language),
        "receipt_event": lines[0].id if lines else None,
        "receipt_qr": receipt_code(lines[0].id) if lines and lines[0].is_proved else "",
    }


def talk(case: Case) -> list[dict[str, Any]]:
    """What citizen and directorate wrote to each other, oldest first, with what was attached."""
    files: dict[UUID | None, list[dict[str, Any]]] = defaultdict(list)
    for document in selectors.documents(case, kinds=services.messages.FILES):
        files[document.note_id].append(
            {
                "id": document.id,
                "is_sound": document.content_type.startswith("audio/"),
                "content_type": document.content_type,
                "size": document.size,
            }
        )
    return [
        {
            "id": note.id,
            "text": note.text,
            "at": note.written_at,
            "role": note.author_role,
            "is_citizens": note.author_role in {"CITIZEN", "HELPER"},
            "who": _role_words(note.author_role),
            "files": files[note.id],
        }
        for note in selectors.notes(case, for_citizen=True)
    ]


def _role_words(role: str) -> str:
    return str(Role(role).label) if role in set(Role) else _("The directorate")


def clock(case: Case, language: str, now: datetime) -> dict[str, Any]:
    """The directorate's clock, with the cause of each stop in words."""
    found = selectors.clock(case, now)
    found["stops"] = [
        {
            "cause_text": selectors.reason_text(stop.cause, language),
            "started_at": stop.started_at,
            "ended_at": stop.ended_at,
        }
        for stop in found["stops"]
    ]
    return found


def named(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Documents with the words for their kind."""
    return [
        {
            "id": document.id,
            "kind": document.kind,
            "label": panels.document_label(document.kind),
            "added_at": document.added_at,
            "is_image": document.content_type.startswith("image/"),
            "is_sound": document.content_type.startswith("audio/"),
            "content_type": document.content_type,
            "size": document.size,
        }
        for document in documents
    ]


def refusal(case: Case, language: str) -> str:
    """The listed reason of a refusal that stands, in words; empty when there is none."""
    refused = selectors.timeline(case, kinds=["casework.case.refused"])
    return selectors.reason_text(refused[-1].data["reason"], language) if refused else ""


def holders(case: Case, language: str, now: datetime) -> list[Holder]:
    """Who the case waits for at present."""
    return [
        Holder(
            step=definitions.step(case.process, task.key).label.get(language, task.key),
            role=role_label(task),
            office=office(case.directorate_id, language),
            since=task.opened_at,
            due_at=task.due_at or task.expires_at,
            is_citizen=task.kind == Task.Kind.CITIZEN,
            is_late=bool(task.due_at and task.due_at < now),
            is_incident=task.status == Task.Status.INCIDENT,
        )
        for task in selectors.waiting_tasks(case)
        if not task.is_optional
    ]


def role_label(task: Task, *, is_for_staff: bool = False) -> str:
    """The role that a task waits for, in words: the citizen is "you" only to the citizen."""
    if task.kind == Task.Kind.CITIZEN:
        return _("The citizen") if is_for_staff else _("You")
    if task.kind == Task.Kind.AUTOMATIC:
        return _("The system")
    return str(Role(task.role).label)


def timeline(case: Case, language: str) -> list[Line]:
    """The events that the citizen sees, in words."""
    shown = [
        event for event in selectors.timeline(case) if event_kinds.get(event.kind).seen_by_citizen
    ]
    proved = log.published([event.id for event in shown])
    return [
        Line(
            id=event.id,
            at=event.recorded_at,
            title=_title(case, event, language),
            detail=_detail(event, language),
            who=_who(event),
            is_opening=event.kind == "casework.file.opened",
            is_proved=event.id in proved,
        )
        for event in shown
    ]


def _title(case: Case, event: Event, language: str) -> str:
    words = str(event_kinds.get(event.kind).label)
    key = event.data.get("key")
    if key:
        step = definitions.step(case.process, key).label.get(language, key)
        return f"{words}: {step}"
    return words


def _detail(event: Event, language: str) -> str:
    from_list = event.data.get("reason") or event.data.get("cause")
    if from_list:
        return selectors.reason_text(from_list, language)
    if event.kind == "casework.case.closed":
        return outcome_label(event.data["outcome"])
    detail = event_kinds.get(event.kind).detail
    return detail(event.data) if detail is not None else ""


def _who(event: Event) -> str:
    if event.actor_kind == "CITIZEN":
        return _("You")
    if event.actor_kind == "HELPER":
        return _("Your helper")
    role = event.data.get("role") if event.kind == "casework.file.opened" else event.actor_role
    if event.actor_kind == "STAFF" and role in set(Role):
        return str(Role(role).label)
    return _("The system")


def receipt_code(event_id: UUID) -> str:
    """The receipt of an event as a QR code that opens the checking page; empty until it is sealed."""
    try:
        receipt = log.receipt_for(event_id=event_id)
    except log.UnableToMakeReceipt:
        # The log has been told; the citizen's page must stand all the same.
        return ""
    return responses.receipt_qr(receipt) if receipt else ""


def is_event_of(case: Case, event_id: UUID) -> bool:
    """Whether the event is about this case."""
    return any(event.id == event_id for event in selectors.timeline(case))


def outcome_label(outcome: str) -> str:
    """How a case ended, in words."""
    return {
        "COMPLETED": _("Completed"),
        "REFUSED": _("Refused"),
        "WITHDRAWN": _("Withdrawn"),
        "EXPIRED": _("Ended, because nothing came in time"),
    }.get(outcome, "")


def office(directorate_id: int, language: str) -> str:
    """The directorate's name."""
    return directorates.by_id(directorate_id).name(language)


def drawing(case: Case, language: str) -> SafeString:
    """The process of a case as SVG, its place marked. The renderer escapes every text."""
    states: dict[str, str | None] = {}
    for task in Task.objects.filter(case=case).order_by("opened_at"):
        states[task.key] = {"DONE": "DONE", "CANCELLED": None}.get(task.status, "CURRENT")
    model = definitions.model(case.process)
    title = definitions.service_label(case.process, language)
    return mark_safe(process_svg.render(model, states=states, language=language, title=title))  # noqa: S308


def task_page(task: Task, case: Case, language: str) -> dict[str, Any]:
    """The frame of a task page: what it is, of which case, until when, and its panels."""
    step = definitions.step(case.process, task.key)
    shown = panels.panels_of(step.form)
    return {
        "task": task,
        "case": case,
        "step": step,
        "title": step.label.get(language, task.key),
        "service": definitions.service_label(case.process, language),
        "panels": [(panel, panel.fetch(case, task)) for panel in shown],
        "documents": named(selectors.documents(case, kinds=panels.document_kinds_of(step.form))),
    }


def desk_task_page(task: Task, case: Case, language: str, now: datetime) -> dict[str, Any]:
    """A staff task page: the frame, and the earlier steps by role, outcome and date."""
    page = task_page(task, case, language)
    page["earlier"] = [
        {
            "title": definitions.step(case.process, done.key).label.get(language, done.key),
            "role": role_label(done, is_for_staff=True),
            "outcome_label": forms.outcome_words(done),
            "reason": selectors.reason_text(done.reason, language) if done.reason else "",
            "at": done.completed_at,
            "record": done.data,
        }
        for done in selectors.done_tasks(case)
    ]
    page["is_late"] = bool(task.due_at and task.due_at < now)
    page["talk"] = talk(case)
    return page


def inbox_rows(tasks: Iterable[Task], language: str, now: datetime) -> list[InboxRow]:
    """The rows of the inbox. "Soon" is the last fifth of the time allowed."""
    rows, waiting = [], list(tasks)
    written = selectors.unanswered({task.case_id for task in waiting})
    for task in waiting:
        left = (task.due_at - now) if task.due_at else None
        allowed = (task.due_at - task.opened_at) if task.due_at else None
        is_late = left is not None and left.total_seconds() < 0
        rows.append(
            InboxRow(
                task=task,
                title=definitions.step(task.case.process, task.key).label.get(language, task.key),
                service=definitions.service_label(task.case.process, language),
                due_at=task.due_at,
                is_late=is_late,
                is_soon=bool(not is_late and left and allowed and left < allowed / 5),
                has_message=task.case_id in written,
            )
        )
    return rows


def overdue_page(directorate_ids: Iterable[int], language: str, now: datetime) -> dict[str, Any]:
    """The supervisor's page."""
    ids = list(directorate_ids)
    late = selectors.overdue(ids, now)
    return {
        "rows": [
            {
                "task": task,
                "title": definitions.step(task.case.process, task.key).label.get(language, ""),
                "role": role_label(task, is_for_staff=True),
                "service": definitions.service_label(task.case.process, language),
                "is_incident": task.status == Task.Status.INCIDENT,
            }
            for task in late
        ],
        "workload": [
            {**row, "label": str(Role(str(row["role"])).label)} for row in selectors.workload(ids)
        ],
        "asked": [
            {
                "asked": asked,
                "title": definitions.step(asked.task.case.process, asked.task.key).label.get(
                    language, ""
                ),
                "reason": selectors.reason_text(asked.reason, language),
            }
            for asked in selectors.reassignments(ids)
        ],
        "now": now,
    }


def oversight_page(case: Case, language: str, now: datetime) -> dict[str, Any]:
    """A case for supervisors, quality and auditors: everything but papers and the person."""
    page = case_page(case, language, now)
    page["drawing"] = drawing(case, language)
    page["draws"] = selectors.draws(case)
    page["done"] = desk_steps(case, language)
    return page


def desk_steps(case: Case, language: str) -> list[dict[str, Any]]:
    """Every step of the case with who (role), when and what came of it."""
    return [
        {
            "task": task,
            "title": definitions.step(case.process, task.key).label.get(language, task.key),
            "role": role_label(task, is_for_staff=True),
            "outcome_label": forms.outcome_words(task),
        }
        for task in case.tasks.order_by("opened_at", "id")
    ]
