"""The API of what reporter and directorate write to each other, and of the files of a report."""

import hashlib
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import File, Form, Path, Router, Status
from ninja.files import UploadedFile

from wasl.accounts.api_access import CITIZEN, PROVEN, Admit, moment
from wasl.casework import selectors as cases
from wasl.casework import services as casework
from wasl.casework.message_form import MessageForm
from wasl.casework.models import Case
from wasl.casework.views.citizen import document_response
from wasl.complaints import api_shapes as shapes
from wasl.complaints import api_states as states
from wasl.complaints.api_own import mark_of, next_of, own
from wasl.core import problems, scope, voice
from wasl.core.api_shapes import (
    PROBLEMS,
    After,
    IdempotencyKey,
    Limit,
    Problem,
    Reference,
)
from wasl.core.problems import Fault, Refusal

router = Router(tags=["following"])
OWN = CITIZEN | PROVEN
# What a file of a case can be, whoever added it.
FILE_TYPES = ["image/jpeg", "audio/mp4", "application/pdf"]
_AT = {"text": "/body/text", "photos": "/body/photos", "recording": "/body/recording"}
Named = Path[Reference]


@router.get(
    "/reports/{reference}/messages", auth=Admit(OWN), operation_id="listReportMessages",
    response={200: shapes.Messages, **PROBLEMS},
)  # fmt: skip
def list_messages(
    request: HttpRequest, reference: Named, limit: Limit = 50, after: After = ""
) -> Any:
    """The words to the reporter, and their own, the oldest first, with photographs and recordings."""
    mine = own(request, reference)
    rows = states.behind(states.messages(mine.case), mark_of(after))
    return shapes.Messages(
        items=rows[:limit],
        next=next_of(rows, limit),
        may_write=mine.case is not None and mine.case.is_open and mine.actor is not None,
        takes_recordings=voice.is_available(),
    )


@router.post(
    "/reports/{reference}/messages", auth=Admit(OWN), operation_id="sendReportMessage",
    response={201: shapes.Message, 200: shapes.Message, **PROBLEMS},
)  # fmt: skip
def send_message(
    request: HttpRequest,
    reference: Named,
    key: IdempotencyKey,
    text: Annotated[str, Form(max_length=2000)] = "",
    photos: Annotated[list[UploadedFile], File()] = [],  # noqa: B006 (it is only read)
    recording: Annotated[UploadedFile | None, File()] = None,
) -> Any:
    """
    Write to whoever holds the report: words, up to three photographs, a recording; any of them.

    201 the first time; 200 when the same was sent before with the same key. It moves nothing. Twenty
    are taken in a day. A report of no power has no messages: it follows its outage.
    """
    mine = own(request, reference)
    actor = mine.acting()
    if mine.case is None:
        raise Refusal(
            409, "NO_MESSAGES", _("Nobody works on this report alone: it has no messages.")
        )
    message_id = _message_id(mine.case, key, text, [*photos, *([recording] if recording else [])])
    with scope.within_system():
        known = cases.note(mine.case, message_id)
    if known is None:
        form = _form(text, photos, recording)
        casework.count_message(case_id=mine.case.id, side="CITIZEN", now=moment(request))
        casework.write_message(
            case_id=mine.case.id,
            text=form.cleaned_data["text"],
            files=form.files_of(form.cleaned_data),
            actor=actor,
            now=moment(request),
            message_id=message_id,
        )
    sent = next(each for each in states.messages(mine.case) if each.id == message_id)
    return Status(201 if known is None else 200, sent)


def _message_id(case: Case, key: str, text: str, files: list[UploadedFile]) -> UUID:
    """The same for the same key, case and content: what is sent again is one message."""
    made = hashlib.sha256(f"{key} {case.id} {text}".encode())
    for file in files:
        made.update(hashlib.sha256(file.read()).digest())
        file.seek(0)
    return uuid5(NAMESPACE_URL, f"wasl:message:{made.hexdigest()}")


def _form(text: str, photos: list[UploadedFile], recording: UploadedFile | None) -> MessageForm:
    """What was sent, through the form of the page. :raises Refusal: with every fault."""
    files: MultiValueDict[str, UploadedFile] = MultiValueDict()
    files.setlist("photos", photos)
    if recording is not None:
        if not voice.is_available():
            detail = _("Recordings are not taken here. Write instead.")
            fault = Fault(pointer="/body/recording", code="NOT_TAKEN", detail=detail)
            raise Refusal(422, "WRONG_FIELDS", faults=[fault])
        files["recording"] = recording
    form = MessageForm({"text": text}, files)
    if not form.is_valid():
        raise problems.of_form(form.errors.get_json_data(), _AT)
    return form


@router.get(
    "/reports/{reference}/files", auth=Admit(OWN), operation_id="listReportFiles",
    response={200: shapes.Files, **PROBLEMS},
)  # fmt: skip
def list_files(request: HttpRequest, reference: Named) -> Any:
    """The photographs and papers that are with a report, the oldest first."""
    return shapes.Files(items=states.files(own(request, reference).case))


@router.get(
    "/reports/{reference}/files/{uuid:file_id}", auth=Admit(OWN), operation_id="getReportFile",
    response={200: str, 206: str, 416: Problem, **PROBLEMS},
    openapi_extra={"x-type": FILE_TYPES},
)  # fmt: skip
def get_file(request: HttpRequest, reference: Named, file_id: UUID) -> Any:
    """A file of a report or of one of its messages; of a recording also the part asked for (Range)."""
    case = own(request, reference).case
    found = [each for each in cases.documents(case) if each.id == file_id] if case else []
    if not found:
        raise Refusal(404, "NOT_FOUND")
    response = document_response(request, found[0])
    if response.status_code == 416:
        beyond = {"Content-Range": response["Content-Range"]}
        raise Refusal(416, "WRONG_RANGE", headers=beyond)
    return response
