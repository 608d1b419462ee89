"""Completing tasks: by staff, by the citizen, by silence, by an operation. One effect each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import definitions
from wasl.casework.engine import ENGINE
from wasl.casework.models import Case, CaseState, Task
from wasl.casework.services import steps
from wasl.core import jobs, operations, scope
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.events import services as events

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 5
_FINISHED = [
    "status", "completed_at", "completed_by", "outcome", "reason", "data", "token", "worked_minutes",
]  # fmt: skip


class UnableToCompleteTask(Unable):
    """The task is not this person's, or is no longer waiting."""

    code = "TASK_NOT_WAITING"
    message = _("This step has already been done, or is no longer needed. Nothing was changed.")


class UnableToDecideSo(Unable):
    """The outcome or reason is not among those the process lists for the step."""

    code = "UNLISTED_OUTCOME"
    message = _("This decision is not on the published list for this step.")


def complete_task(
    *,
    task_id: UUID,
    actor: Actor,
    outcome: str,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
    record: Mapping[str, Any] | None = None,
    reason: str = "",
    token: str = "",
) -> Case:
    """
    This function will finish a task and carry its case on.

    Lock case → lock task → check → run engine → save → record → enqueue, in one transaction. A
    repetition with the same token (double click, lost answer) changes nothing and raises nothing.
    `record` is kept with the task and committed to by the log: figures and codes only.

    :raises UnableToCompleteTask: when it is not the actor's, or no longer waits.
    :raises UnableToDecideSo: when the process does not list the outcome.
    """
    with scope.within_system():
        case_id = Task.objects.values_list("case_id", flat=True).get(id=task_id)
        case = steps.lock(case_id)
        task = Task.objects.select_for_update(of=("self",)).get(id=task_id)
        if task.status == Task.Status.DONE and token and task.token == token:
            return case
        if task.status != Task.Status.READY or not _may(task, case, actor):
            raise UnableToCompleteTask
        step = definitions.step(case.process, task.key)
        if step.outcomes and outcome not in {*step.outcomes, "EXPIRED"}:
            raise UnableToDecideSo
        told = dict(variables or {})
        if step.outcome_variable:
            told[step.outcome_variable] = outcome
        with events.together():
            _finish(case, task, actor, outcome, reason, record or {}, token, now)
            _advance(case, task, told, now)
    return case


def _may(task: Task, case: Case, actor: Actor) -> bool:
    if actor.kind == "SYSTEM":
        return True
    if task.kind == Task.Kind.CITIZEN:
        return actor.user_id == case.applicant_id
    return task.kind == Task.Kind.STAFF and actor.user_id == task.assignee_id


def _finish(
    case: Case,
    task: Task,
    actor: Actor,
    outcome: str,
    reason: str,
    record: Mapping[str, Any],
    token: str,
    now: datetime,
) -> None:
    task.status = Task.Status.DONE
    task.completed_at = now
    task.completed_by_id = actor.user_id
    task.outcome, task.reason, task.data, task.token = outcome, reason, dict(record), token
    calendar = directorates.calendar_for(case.directorate_id, on=now)
    task.worked_minutes = max(0, calendar.working_minutes(task.opened_at, now))
    task.save(update_fields=_FINISHED)
    data: dict[str, Any] = {
        "task": str(task.id),
        "key": task.key,
        "stage": task.stage,
        "outcome": outcome,
    }
    if reason:
        data["reason"] = reason
    if record:
        data["record"] = dict(record)
    events.record(
        kind="casework.task.completed",
        subject=("case", case.id),
        actor=actor,
        directorate_id=case.directorate_id,
        data=data,
        now=now,
    )


def _advance(case: Case, task: Task, variables: Mapping[str, Any], now: datetime) -> None:
    # Asked for behind the lock: joined to it, the row could be older than what was waited for.
    state = CaseState.objects.values_list("state", flat=True).get(case=case)
    step = ENGINE.complete(definitions.compiled(case.process), state, task.engine_id, variables)
    steps.apply(case=case, step=step, now=now)


def expire_task(*, task_id: UUID, now: datetime) -> None:
    """This function will turn the citizen's silence past the term into the outcome EXPIRED."""
    task = Task.objects.get(id=task_id)
    if task.status == Task.Status.READY and task.expires_at and task.expires_at <= now:
        complete_task(task_id=task_id, actor=Actor.system(), outcome="EXPIRED", now=now)


@transaction.atomic
def run_operation(*, task_id: UUID, now: datetime) -> None:
    """
    This function will do the automatic work of a task and carry the case on.

    A failure is tried again after 2, 4, 8 … seconds; after five it becomes an incident, which the
    supervisor and the citizen see. Whatever a failed operation wrote is undone.
    """
    case_id = Task.objects.values_list("case_id", flat=True).get(id=task_id)
    case = steps.lock(case_id)
    task = Task.objects.select_for_update(of=("self",)).get(id=task_id)
    if task.status not in {Task.Status.READY, Task.Status.INCIDENT}:
        return
    step = definitions.step(case.process, task.key)
    context = operations.OperationContext(
        case_id=case.id,
        reference=case.reference,
        directorate_id=case.directorate_id,
        variables=case.variables,
        now=now,
    )
    try:
        with transaction.atomic():
            outputs = operations.get(step.operation).run(context)
    except Exception:
        # Whatever went wrong in somebody's operation, the case must show it and be tried again.
        log.exception("operation failed", operation=step.operation, case=case.reference)
        _fail(case, task, now)
        return
    case = steps.lock(case_id)  # the operation may have closed or reopened it
    _finish(case, task, Actor.system(), "DONE", "", _figures(outputs), "", now)
    _advance(case, task, outputs, now)


def _figures(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """What an operation found, for the record; fractions as text, for the log knows none."""
    return {
        name: str(value) if isinstance(value, float) else value for name, value in outputs.items()
    }


def _fail(case: Case, task: Task, now: datetime) -> None:
    task.attempts += 1
    if task.attempts < MAX_ATTEMPTS:
        task.save(update_fields=["attempts"])
        jobs.enqueue(
            "casework.run_operation",
            lock=str(case.id),
            run_at=now + timedelta(seconds=2**task.attempts),
            task_id=str(task.id),
        )
        return
    task.status = Task.Status.INCIDENT
    task.save(update_fields=["attempts", "status"])
    events.record(
        kind="casework.task.incident",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={
            "task": str(task.id),
            "key": task.key,
            "stage": task.stage,
            "attempts": task.attempts,
        },
        now=now,
    )
