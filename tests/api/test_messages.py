"""What reporter and directorate write to each other, over the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests import people
from wasl.accounts.actors import Actor
from wasl.casework import services as casework
from wasl.casework.models import Case, Note
from wasl.complaints.models import Report
from wasl.web.demonstration.citizens import picture

from .conftest import Caller, Town
from .test_reports import key, light, opened

pytestmark = pytest.mark.django_db


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture("SITE"), "image/jpeg")


def test_words_and_photographs_go_there_and_back(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    assert call("listReportMessages", headers=proof, reference=reference)["items"] == []
    named = proof | key()
    sent = call(
        "sendReportMessage", 201, headers=named, reference=reference,
        files={"text": "ما زال مطفأ", "photos": [photo()]},
    )  # fmt: skip
    assert (sent["text"], sent["author"], len(sent["files"])) == ("ما زال مطفأ", "REPORTER", 1)
    again = call(
        "sendReportMessage", 200, headers=named, reference=reference,
        files={"text": "ما زال مطفأ", "photos": [photo()]},
    )  # fmt: skip
    assert again == sent
    assert Note.objects.count() == 1
    report = Report.objects.get(reference=reference)
    casework.write_note(
        case=Case.objects.get(id=report.case_id), text="نأتي غداً", is_for_citizen=True,
        actor=Actor(kind="STAFF", user_id=people.staff().id, role="TECHNICIAN"), now=timezone.now(),
    )  # fmt: skip
    items = call("listReportMessages", headers=proof, reference=reference)["items"]
    assert [(each["text"], each["author"]) for each in items] == [
        ("ما زال مطفأ", "REPORTER"), ("نأتي غداً", "TECHNICIAN"),
    ]  # fmt: skip
    page = call("listReportMessages", headers=proof, reference=reference, query={"limit": 1})
    assert page["items"] == items[:1]
    rest = call(
        "listReportMessages", headers=proof, reference=reference, query={"after": page["next"]}
    )
    assert rest["items"] == items[1:]


def test_a_file_opens_for_its_own_report_alone(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    other, others_proof = opened(town, call, light(town, words="other"))
    sent = call(
        "sendReportMessage", 201, headers=proof | key(), reference=reference,
        files={"photos": [photo()]},
    )  # fmt: skip
    file_id = sent["files"][0]["id"]
    assert (
        call("getReportFile", headers=proof, reference=reference, file_id=file_id)[:2]
        == b"\xff\xd8"
    )
    call("getReportFile", 404, headers=others_proof, reference=other, file_id=file_id)
    call("getReportFile", 404, headers=others_proof, reference=reference, file_id=file_id)
    part = proof | {"Range": "bytes=99999999-"}
    call("getReportFile", headers=part, reference=reference, file_id=file_id)


@pytest.mark.parametrize(
    "files",
    [{}, {"text": "x" * 2001}, {"photos": [SimpleUploadedFile("a.jpg", b"GIF89a", "image/jpeg")]},
     {"recording": SimpleUploadedFile("a.ogg", b"no sound", "audio/ogg")}],
)  # fmt: skip
def test_what_is_no_message_is_said_field_by_field(call: Caller, town: Town, files) -> None:
    reference, proof = opened(town, call)
    told = call("sendReportMessage", 422, headers=proof | key(), reference=reference, files=files)
    assert told["errors"]
    assert not Note.objects.exists()


def test_a_report_of_no_power_has_no_messages(call: Caller, town: Town) -> None:
    place = {"lat": town.transformer.lat, "lon": town.transformer.lon}
    reference, proof = opened(
        town, call, {"category": "no_power", "place": place, "answers": {"extent": "house"}}
    )
    assert not call("listReportMessages", headers=proof, reference=reference)["may_write"]
    told = call(
        "sendReportMessage", 409, headers=proof | key(), reference=reference, files={"text": "x"}
    )
    assert told["code"] == "NO_MESSAGES"
