"""Opening somebody's file is itself an event, and the citizen sees it."""

from datetime import datetime
from uuid import UUID

from wasl.accounts.actors import Actor
from wasl.casework.models import Case
from wasl.core import scope
from wasl.events import services as events


def record_opening(
    *,
    case: Case,
    actor: Actor,
    purpose: str,
    what: str,
    now: datetime,
    task_id: UUID | None = None,
) -> None:
    """
    This function will put on record that staff opened a file: role, office, purpose, which part.

    `purpose` is a code (TASK, SUPERVISION, QUALITY, AUDIT); `what` is "case" or a document kind.
    The applicant's own look at their own file is not recorded.
    """
    if actor.kind != "STAFF":
        return
    data: dict[str, object] = {
        "role": actor.role or "STAFF",
        "office": case.directorate_id,
        "purpose": purpose,
        "what": what,
    }
    if task_id:
        data["task"] = str(task_id)
    with scope.within_system():
        events.record(
            kind="casework.file.opened",
            subject=("case", case.id),
            actor=actor,
            directorate_id=case.directorate_id,
            data=data,
            now=now,
        )
