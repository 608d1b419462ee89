"""Taking a task from its holder: a listed reason, a second person, then a new draw."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.models import Case, Reason, Reassignment, Task
from wasl.casework.services import steps
from wasl.core import identifiers, jobs, scope
from wasl.core.errors import Unable
from wasl.events import services as events

REASONS = "reassignment"


class UnableToReassign(Unable):
    """The reason is not listed, the task does not wait, or the second person is the first."""

    code = "NOT_REASSIGNED"
    message = _(
        "A task is taken from its holder for a listed reason, and by two people: one asks, another decides."
    )


@transaction.atomic
def ask_reassignment(*, task_id: UUID, reason: str, actor: Actor, now: datetime) -> Reassignment:
    """
    This function will ask that a task be drawn anew.

    :raises UnableToReassign: when the reason is not listed, or the task waits for nobody.
    """
    with scope.within_system():
        case, task = _lock(task_id)
        listed = Reason.objects.filter(code=reason, group=REASONS).exists()
        if not listed or task.status != Task.Status.READY or not task.assignee_id:
            raise UnableToReassign
        waiting = Reassignment.objects.filter(task=task, decided_by=None).first()
        if waiting:
            return waiting
        asked = Reassignment.objects.create(
            id=identifiers.new_id(now),
            directorate_id=case.directorate_id,
            task=task,
            reason=reason,
            asked_by_id=actor.user_id,  # type: ignore[misc]
            asked_at=now,
        )
        _record("asked", case, {"task": str(task.id), "reason": reason}, actor, now)
    return asked


@transaction.atomic
def decide_reassignment(
    *, reassignment_id: UUID, is_approved: bool, actor: Actor, now: datetime
) -> Reassignment:
    """
    This function will grant or decline a reassignment; when granted, the task is drawn anew.

    :raises UnableToReassign: when the same person decides who asked, or the task's own holder.
    """
    with scope.within_system():
        task_id = Reassignment.objects.values_list("task_id", flat=True).get(id=reassignment_id)
        case, task = _lock(task_id)
        asked = Reassignment.objects.select_for_update().get(id=reassignment_id)
        if asked.decided_by_id is not None:
            return asked
        if actor.user_id in {asked.asked_by_id, task.assignee_id}:
            raise UnableToReassign
        asked.decided_by_id, asked.decided_at, asked.is_approved = actor.user_id, now, is_approved
        asked.save(update_fields=["decided_by", "decided_at", "is_approved"])
        data = {"task": str(task.id), "reason": asked.reason, "is_approved": is_approved}
        _record("decided", case, data, actor, now)
        if is_approved and task.status == Task.Status.READY:
            task.assignee = None
            task.save(update_fields=["assignee"])
            jobs.enqueue(
                "casework.assign_task", lock=f"draws-{case.directorate_id}", task_id=str(task.id)
            )
    return asked


def _lock(task_id: UUID) -> tuple[Case, Task]:
    case = steps.lock(Task.objects.values_list("case_id", flat=True).get(id=task_id))
    return case, Task.objects.select_for_update(of=("self",)).get(id=task_id)


def _record(verb: str, case: Case, data: dict[str, object], actor: Actor, now: datetime) -> None:
    events.record(
        kind=f"assignment.reassignment.{verb}",
        subject=("case", case.id),
        actor=actor,
        directorate_id=case.directorate_id,
        data=data,
        now=now,
    )
