"""Messages between citizen and directorate: in words, photographs and voice, with no name on either side."""

import io
import math
import struct
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tests.casework.conftest import NOW, Scene
from tests.people import sign_in
from wasl.accounts.actors import Actor
from wasl.casework import selectors, services
from wasl.casework.models import Document, Note, Task
from wasl.core.uploads import CleanUpload
from wasl.notifications.models import Message
from wasl.web.demonstration.citizens import picture

pytestmark = pytest.mark.django_db


def sound(seconds: float = 1.0) -> bytes:
    """A tone, as a telephone might have recorded it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        wave_of = (int(9000 * math.sin(n / 8)) for n in range(int(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", each) for each in wave_of))
    return made.getvalue()


def held(scene: Scene):
    """A case, and the step that somebody of the staff holds."""
    case = scene.apply()
    task = Task.objects.get(case=case, status=Task.Status.READY, kind=Task.Kind.STAFF)
    return case, task


def test_a_citizen_writes_and_speaks_and_is_answered(scene: Scene) -> None:
    case, task = held(scene)
    citizen, officer = sign_in(Client(), case.applicant), sign_in(Client(), task.assignee)
    page = f"/case/{case.reference}/write/"
    assert citizen.get(page).status_code == 200
    given = {
        "text": "The gate is green.",
        "photos": SimpleUploadedFile("a.jpg", picture("gate"), "image/jpeg"),
        "recording": SimpleUploadedFile("voice", sound(), "audio/webm"),
    }
    assert citizen.post(page, given).status_code == 302

    assert "The gate is green." in citizen.get(f"/case/{case.reference}/").content.decode()
    assert selectors.unanswered([case.id]) == {case.id}
    desk = officer.get(f"/desk/task/{task.id}/").content.decode()
    assert "The gate is green." in desk
    voice = Document.objects.get(kind="MESSAGE_VOICE")
    heard = officer.get(f"/desk/task/{task.id}/document/{voice.id}/")
    assert heard["Content-Type"] == "audio/mp4"
    assert b"ftyp" in heard.content[:16]

    answer = officer.post(f"/desk/task/{task.id}/write/", {"text": "Thank you, we find it."})
    assert answer.status_code == 302
    assert selectors.unanswered([case.id]) == set()
    shown = citizen.get(f"/case/{case.reference}/").content.decode()
    assert "Thank you, we find it." in shown
    assert str(task.assignee.full_name) not in shown
    told = Message.objects.filter(recipient=case.applicant, template="casework.message")
    assert told.exists()
    assert citizen.get(f"/case/{case.reference}/document/{voice.id}/").status_code == 200


def test_only_whoever_holds_the_step_writes_and_nobody_elses_case_is_read(scene: Scene) -> None:
    case, task = held(scene)
    stranger = sign_in(Client(), people.citizen())
    assert stranger.get(f"/case/{case.reference}/write/").status_code == 404
    assert stranger.post(f"/case/{case.reference}/write/", {"text": "x"}).status_code == 404
    assert Client().post(f"/case/{case.reference}/write/", {"text": "x"}).status_code in {302, 404}
    other = people.staff(task.role)
    elsewhere = sign_in(Client(), other)
    assert elsewhere.post(f"/desk/task/{task.id}/write/", {"text": "x"}).status_code == 404
    actor = Actor.for_user(other, task.role, task.directorate_id)
    with pytest.raises(services.UnableToWriteMessage):
        services.write_message(
            case_id=case.id, text="x", files=(), actor=actor, now=NOW, task_id=task.id
        )
    assert not Note.objects.filter(case=case).exists()


def test_nothing_is_no_message_and_a_closed_case_takes_none(scene: Scene) -> None:
    case, _task = held(scene)
    citizen = sign_in(Client(), case.applicant)
    page = f"/case/{case.reference}/write/"
    assert citizen.post(page, {"text": "  "}).status_code == 422
    services.withdraw(case_id=case.id, actor=Actor.for_user(case.applicant), now=NOW)
    refused = citizen.post(page, {"text": "Wait!"})
    assert refused.status_code == 422
    assert "Wait!" in refused.content.decode()  # nothing that was typed is lost


def test_nobody_is_buried_in_messages(scene: Scene) -> None:
    case, _task = held(scene)
    citizen = sign_in(Client(), case.applicant)
    answers = [
        citizen.post(f"/case/{case.reference}/write/", {"text": str(n)}).status_code
        for n in range(services.messages.A_DAY + 2)
    ]
    assert answers == [302] * services.messages.A_DAY + [422, 422]
    assert Note.objects.filter(case=case).count() == services.messages.A_DAY


def test_a_message_that_cannot_keep_its_file_is_not_half_sent(scene: Scene, monkeypatch) -> None:
    case, _task = held(scene)
    monkeypatch.setattr(services.documents, "MAX_DOCUMENTS", 0)
    file = CleanUpload(content=b"x", content_type="image/jpeg")
    with pytest.raises(services.UnableToAttachDocument):
        services.write_message(
            case_id=case.id,
            text="Look",
            files=[file],
            actor=Actor.for_user(case.applicant),
            now=NOW,
        )
    assert not Note.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-1", 206, 2),
        ("bytes=5-", 206, -5),
        ("bytes=-4", 206, 4),
        ("bytes=9-3", 200, 0),
        ("bytes=0-1,4-5", 200, 0),
        ("bytes=99999999-", 416, None),
        ("pages=1-2", 200, 0),
        ("bytes=-", 200, 0),
    ],
)
def test_a_telephone_gets_the_part_of_a_recording_it_asks_for(
    scene: Scene, asked: str, status: int, length: int | None
) -> None:
    case, _task = held(scene)
    citizen = sign_in(Client(), case.applicant)
    content = bytes(range(100))
    note = services.write_message(
        case_id=case.id, text="", actor=Actor.for_user(case.applicant), now=NOW,
        files=[CleanUpload(content=content, content_type="audio/mp4")],
    )  # fmt: skip
    found = citizen.get(
        f"/case/{case.reference}/document/{note.files.get().id}/", headers={"Range": asked}
    )
    assert found.status_code == status
    if status == 206:
        first, last = map(int, found["Content-Range"].split(" ")[1].split("/")[0].split("-"))
        assert found.content == content[first : last + 1]
        assert len(found.content) == (length if length > 0 else 100 + length)
    elif status == 200:
        assert found.content == content
