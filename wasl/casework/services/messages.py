"""What citizen and directorate write to each other about a case, between its steps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.models import Case, Note, Task
from wasl.casework.services import steps
from wasl.casework.services.documents import Upload, attach_document, write_note
from wasl.core import limits, scope
from wasl.core.errors import Unable
from wasl.notifications import services as notifications

PHOTO, VOICE = "MESSAGE_PHOTO", "MESSAGE_VOICE"
FILES = (PHOTO, VOICE)
# One case, one side, one day: enough for a talk, too few to bury somebody.
A_DAY = 20


class UnableToWriteMessage(Unable):
    """The case is closed, or there is nothing in the message, or the step is somebody else's."""

    code = "MESSAGE_NOT_WRITTEN"
    message = _("The message was not sent: %(cause)s")


def count_message(*, case_id: UUID, side: str, now: datetime) -> None:
    """:raises limits.UnableToTryAgainYet: when this side has written enough about the case today."""
    limits.require(f"message:{case_id}:{side}", limit=A_DAY, per_seconds=86_400, now=now)


@transaction.atomic
def write_message(
    *,
    case_id: UUID,
    text: str,
    files: Sequence[Upload],
    actor: Actor,
    now: datetime,
    task_id: UUID | None = None,
    message_id: UUID | None = None,
) -> Note:
    """
    This function will add a message to a case, from the citizen or from whoever holds a step of it.

    It moves nothing and stops no clock. Staff write only while they hold a step (`task_id`), and are
    told by their role; the citizen then gets a notice. What the citizen writes waits in the file
    for whoever holds it, now or next. What is sent again with the same `message_id` is one message.

    :raises UnableToWriteMessage: when the case is closed, the message empty, or the step not theirs.
    """
    if not text and not files:
        raise UnableToWriteMessage(cause=_("there is nothing in it. Write or record something."))
    with scope.within_system():
        case = steps.lock(case_id)
        known = Note.objects.filter(case=case, id=message_id).first() if message_id else None
        if known is not None:
            return known
        if not case.is_open:
            raise UnableToWriteMessage(cause=_("it is closed. Open it again, or report anew."))
        if actor.kind == "STAFF":
            _require_holder(case, task_id, actor)
        note = write_note(
            case=case, text=text, actor=actor, is_for_citizen=True, now=now, task_id=task_id,
            note_id=message_id,
        )  # fmt: skip
        for upload in files:
            attach_document(
                case_id=case.id,
                kind=VOICE if upload.content_type.startswith("audio/") else PHOTO,
                upload=upload,
                actor=actor,
                now=now,
                task_id=task_id,
                note=note,
            )
        if actor.kind == "STAFF":
            notifications.notify(
                recipient=case.applicant,
                template="casework.message",
                values={"reference": case.reference},
                directorate_id=case.directorate_id,
                subject=("case", case.id),
                now=now,
            )
    return note


def _require_holder(case: Case, task_id: UUID | None, actor: Actor) -> None:
    mine = Task.objects.ready().filter(case=case, assignee_id=actor.user_id)
    if task_id is None or not mine.filter(id=task_id).exists():
        raise UnableToWriteMessage(cause=_("the step is no longer yours."))
