"""What follows a step of the engine: rows of tasks, clocks, stage, events and jobs. One place."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from wasl.accounts.actors import Actor
from wasl.casework import definitions
from wasl.casework.engine import Step
from wasl.casework.models import Case, CaseState, ClockStop, Task
from wasl.core import identifiers, jobs
from wasl.core.calendars import Limit
from wasl.directorates import selectors as directorates
from wasl.events import services as events


def apply(*, case: Case, step: Step, now: datetime) -> None:
    """
    This function will write down an engine step for a case that is locked.

    Cancelled steps are closed, new ones opened (staff tasks go to the draw, operations to the
    queue), the stage moved, the clock stopped or resumed, all in the caller's transaction.
    """
    # The case is locked: one statement will do, whether its state is there or not.
    CaseState.objects.bulk_create(
        [CaseState(case=case, state=step.state, directorate_id=case.directorate_id)],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["state"],
    )
    case.variables = step.variables
    case.revision += 1
    _cancel(case, step.cancelled, now)
    opened = [_open(case, ready.engine_id, ready.key, now) for ready in step.opened]
    # A new case has no other steps, and no clock that stands.
    is_new = case.revision == 1
    waiting = opened if is_new else _waiting(case)
    _move_stage(case, waiting)
    if step.is_finished and case.is_open:
        finish(case, definitions.outcome_of_end(case.process, step.end_key), Actor.system(), now)
    _run_clock(case, waiting, now, stops=[] if is_new else _stops(case))
    case.save(update_fields=["variables", "revision", "stage", "due_at"])


def _waiting(case: Case) -> list[Task]:
    return list(Task.objects.filter(case=case, status__in=["READY", "INCIDENT"]))


def _stops(case: Case) -> list[ClockStop]:
    return list(ClockStop.objects.select_for_update().filter(case=case))


def _cancel(case: Case, engine_ids: tuple[str, ...], now: datetime) -> None:
    if not engine_ids:
        return
    waiting = Task.objects.select_for_update().filter(
        case=case, engine_id__in=engine_ids, status__in=["READY", "INCIDENT"]
    )
    for task in waiting.order_by("id"):
        task.status = Task.Status.CANCELLED
        task.save(update_fields=["status"])
        _record(case, "casework.task.cancelled", {**_named(task)}, now)


def _open(case: Case, engine_id: str, key: str, now: datetime) -> Task:
    step = definitions.step(case.process, key)
    minutes, due_at = _due(case, step, now)
    task = Task.objects.create(
        id=identifiers.new_id(now),
        case=case,
        directorate_id=case.directorate_id,
        engine_id=engine_id,
        key=key,
        kind=step.kind,
        role=step.role if step.kind == Task.Kind.STAFF else "",
        stage=step.stage,
        is_optional=step.is_optional,
        opened_at=now,
        due_at=due_at,
        limit_minutes=minutes,
        expires_at=_expiry(step, now),
    )
    data: dict[str, Any] = {**_named(task), "role": step.role or task.kind}
    if due_at:
        data["due"] = due_at.isoformat()
    _record(case, "casework.task.opened", data, now)
    if task.kind == Task.Kind.AUTOMATIC:
        jobs.enqueue("casework.run_operation", lock=str(case.id), task_id=str(task.id))
    elif task.kind == Task.Kind.STAFF:
        jobs.enqueue(
            "casework.assign_task", lock=f"draws-{case.directorate_id}", task_id=str(task.id)
        )
    return task


def _due(
    case: Case, step: definitions.StepDefinition, now: datetime
) -> tuple[int | None, datetime | None]:
    if not step.limit or step.kind == Task.Kind.CITIZEN:
        return None, None
    calendar = directorates.calendar_for(case.directorate_id, on=now)
    minutes = Limit.parse(step.limit).working_minutes(calendar)
    return minutes, calendar.add_working_minutes(now, minutes)


def _expiry(step: definitions.StepDefinition, now: datetime) -> datetime | None:
    if not step.expires:
        return None
    return now + timedelta(days=Limit.parse(step.expires).days)


def _move_stage(case: Case, waiting: list[Task]) -> None:
    """The stage of a case is that of its earliest waiting step; a finished case keeps its last."""
    stages = {task.stage for task in waiting if not task.is_optional} or {
        task.stage for task in waiting
    }
    if stages:
        order = definitions.stage_order(case.process)
        case.stage = min(stages, key=lambda stage: order.get(stage, 0))


def _run_clock(case: Case, tasks: list[Task], now: datetime, *, stops: list[ClockStop]) -> None:
    """
    The clock stands while only the citizen can move the case, for the cause the process lists.

    `stops` are all there were; a task stops it once.

    What waits inside the organisation never stops it (quality.md, clock rules 3 and 5).
    """
    waiting = [task for task in tasks if not task.is_optional]
    only_citizen = bool(waiting) and all(task.kind == Task.Kind.CITIZEN for task in waiting)
    stopping = {task.id: definitions.step(case.process, task.key).stops_clock for task in waiting}
    for stop in stops:
        if stop.ended_at is not None:
            continue
        if not (only_citizen and stop.task_id in stopping) or not case.is_open:
            _resume(case, stop, now)
    if not (only_citizen and case.is_open):
        return
    stopped = {stop.task_id for stop in stops}
    for task in waiting:
        if stopping[task.id] and task.id not in stopped:
            _stop(case, task, stopping[task.id], now)


def _stop(case: Case, task: Task, cause: str, now: datetime) -> None:
    ClockStop.objects.create(
        case=case, directorate_id=case.directorate_id, task=task, cause=cause, started_at=now
    )
    _record(case, "casework.clock.stopped", {"task": str(task.id), "cause": cause}, now)


def _resume(case: Case, stop: ClockStop, now: datetime) -> None:
    stop.ended_at = now
    stop.save(update_fields=["ended_at"])
    if case.due_at and case.is_open:
        calendar = directorates.calendar_for(case.directorate_id, on=now)
        stood = calendar.working_minutes(stop.started_at, now)
        case.due_at = calendar.add_working_minutes(case.due_at, stood)
    _record(case, "casework.clock.resumed", {"task": str(stop.task_id), "cause": stop.cause}, now)


def finish(case: Case, outcome: str, actor: Actor, now: datetime) -> None:
    """This function will close a locked case with an outcome, and put it on record."""
    case.status = Case.Status.CLOSED
    case.outcome = outcome
    case.closed_at = now
    case.used_minutes = used_minutes(case, now)
    case.save(update_fields=["status", "outcome", "closed_at", "used_minutes"])
    _record(case, "casework.case.closed", {"outcome": outcome}, now, actor=actor)


def used_minutes(case: Case, now: datetime) -> int:
    """The working minutes that the directorate's clock has run, its stops left out."""
    calendar = directorates.calendar_for(case.directorate_id, on=now)
    stood = sum(
        calendar.working_minutes(stop.started_at, min(stop.ended_at or now, now))
        for stop in ClockStop.objects.filter(case=case)
    )
    return max(0, calendar.working_minutes(case.submitted_at, now) - stood)


def lock(case_id: UUID) -> Case:
    """The case, locked. Cases come first in the order of locks."""
    # The file of its process is known by its hash: it is not fetched again with every step.
    found = Case.objects.select_for_update(of=("self",)).select_related("process")
    return found.defer("process__xml").get(id=case_id)


def _named(task: Task) -> dict[str, Any]:
    return {"task": str(task.id), "key": task.key, "stage": task.stage}


def _record(
    case: Case, kind: str, data: dict[str, Any], now: datetime, *, actor: Actor | None = None
) -> None:
    events.record(
        kind=kind,
        subject=("case", case.id),
        actor=actor or Actor.system(),
        directorate_id=case.directorate_id,
        data=data,
        now=now,
    )
