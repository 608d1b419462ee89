"""
Blind assignment: who is handed a task. Nobody picks a case, and nobody picks an officer.

The pool is whoever is on duty with the role, but for those with a ground (`grounds`); one of them is
drawn (`draws`). `assignment_replay` recomputes every draw of a case.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.casework import definitions, drawing, draws, grounds
from wasl.casework.models import Case, Draw, Task
from wasl.casework.services import steps
from wasl.events import services as events


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The pool of a draw: the logged order, the persons behind it, who was left out and why."""

    entries: tuple[drawing.Entry, ...]
    members: dict[str, UUID]
    excluded: tuple[dict[str, str], ...]


def assign(*, task_id: UUID, now: datetime) -> Task:
    """
    This function will hand a staff task to somebody: by draw, or to the officer of the earlier step
    where the process says that one person does both. The caller holds the transaction.

    :raises UnableToDraw: when the pool is empty; the task waits.
    """
    case_id = Task.objects.values_list("case_id", flat=True).get(id=task_id)
    # One draw at a time in a directorate: links are revealed in order. Lock order: case, task, chain.
    case = steps.lock(case_id)
    task = Task.objects.select_for_update(of=("self",)).get(id=task_id)
    if task.status != Task.Status.READY or task.assignee_id or task.kind != Task.Kind.STAFF:
        return task
    step = definitions.step(case.process, task.key)
    if keeper := _keeper(case, step, task, now):
        return _keep(task, case, step, keeper, now)
    return _draw(task, case, step, now)


def _keeper(case: Case, step: definitions.StepDefinition, task: Task, now: datetime) -> UUID | None:
    """Who did the earlier step that this one belongs to, when that person is still on duty."""
    if not step.same_as:
        return None
    done = (
        Task.objects.filter(case=case, key__in=step.same_as, status=Task.Status.DONE)
        .order_by("-completed_at")
        .values_list("completed_by_id", flat=True)
        .first()
    )
    on_duty = {user.id for user in accounts.staff_with_role(task.role, case.directorate_id, on=now)}
    return done if done in on_duty else None


def _keep(
    task: Task, case: Case, step: definitions.StepDefinition, keeper: UUID, now: datetime
) -> Task:
    task.assignee_id = keeper
    task.save(update_fields=["assignee"])
    events.record(
        kind="assignment.task.kept",
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={"task": str(task.id), "role": task.role, "earlier": ",".join(step.same_as)},
        now=now,
    )
    return task


def _draw(task: Task, case: Case, step: definitions.StepDefinition, now: datetime) -> Task:
    earlier = list(Draw.objects.filter(task=task).values_list("chosen_id", flat=True))
    pool = pool_for(task=task, case=case, step=step, held=earlier, now=now)

    def fix(fixed: draws.Fixed) -> None:
        data = {"size": fixed.size, "digest": fixed.digest, "link": fixed.link}
        _record("assignment.pool.fixed", task, case, len(earlier) + 1, data, now)

    cast = draws.draw_entries(
        directorate_id=case.directorate_id,
        subject_id=task.id,
        attempt=len(earlier) + 1,
        role=task.role,
        pool=pool.entries,
        excluded=pool.excluded,
        fix=fix,
    )
    _hand_over(task, case, cast, pool.members[cast.chosen[0]], now)
    return task


def _hand_over(task: Task, case: Case, cast: draws.Cast, person: UUID, now: datetime) -> None:
    Draw.objects.create(
        task=task,
        case_id=case.id,
        directorate_id=case.directorate_id,
        attempt=cast.attempt,
        role=task.role,
        rule=drawing.RULE,
        pool=[{"p": entry.pseudonym, "w": entry.weight} for entry in cast.pool],
        excluded=list(cast.excluded),
        links=cast.links,
        pool_digest=cast.fixed.digest,
        chosen_pseudonym=cast.chosen[0],
        chosen_id=person,
        drawn_at=now,
    )
    task.assignee_id = person
    task.save(update_fields=["assignee"])
    data = {
        "links": cast.links,
        "digest": cast.fixed.digest,
        "chosen": cast.chosen[0],
        "link": cast.fixed.link,
    }
    _record("assignment.task.drawn", task, case, cast.attempt, data, now)


def _record(
    kind: str, task: Task, case: Case, attempt: int, data: dict[str, object], now: datetime
) -> None:
    events.record(
        kind=kind,
        subject=("case", case.id),
        actor=Actor.system(),
        directorate_id=case.directorate_id,
        data={"task": str(task.id), "attempt": attempt, "role": task.role, **data},
        now=now,
    )


def pool_for(
    *,
    task: Task,
    case: Case,
    step: definitions.StepDefinition,
    held: list[UUID],
    now: datetime,
) -> Pool:
    """
    This function will list who may do the task: on duty with the role, minus conflicts.

    Weights are 1: a person's load is evened out by chance, and nobody's weight can be edited. `held`
    are those from whom the task was taken.
    """
    staff = accounts.staff_with_role(task.role, case.directorate_id, on=now)
    members = {draws.pseudonym(each, now): each for each in staff.values_list("id", flat=True)}
    found = grounds.of(task, case, step, list(members.values()), held, now)
    ordered = sorted(members)
    return Pool(
        entries=tuple(drawing.Entry(name, 1) for name in ordered if members[name] not in found),
        members=members,
        excluded=tuple(
            {"p": name, "ground": found[members[name]]}
            for name in ordered
            if members[name] in found
        ),
    )
