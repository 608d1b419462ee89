"""Reporting on the website: signed in or not, in three pages; and following it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tests.people import sign_in
from wasl.casework import tracking
from wasl.casework.models import Document, Task
from wasl.complaints import patience, services
from wasl.complaints.models import CategoryVersion, Report
from wasl.core import jobs, uploads
from wasl.outages.models import Signal
from wasl.web.demonstration.citizens import picture

from .conftest import NOW, Town

pytestmark = pytest.mark.django_db


def point(town: Town) -> dict[str, str]:
    return {"lat": str(town.transformer.lat), "lon": str(town.transformer.lon)}


def send(client: Client, town: Town, code: str, **values: object):
    return client.post(f"/complaints/new/{code}/", {**point(town), "send": "1", **values})


def test_without_signing_in_to_the_end(town: Town) -> None:
    client = Client()
    client.cookies["wasl_lang"] = "en"
    page = client.get("/complaints/").content.decode()
    assert "911" in page
    assert client.get("/complaints/new/wire/").status_code == 200
    page = client.get("/complaints/new/wire/", point(town)).content.decode()
    assert "Is anybody in danger now?" in page
    photo = SimpleUploadedFile("a.jpg", picture("wire"), "image/jpeg")
    answer = send(client, town, "wire", is_urgent="yes", words="it sparks", photos=photo)
    assert answer.status_code == 302
    report = Report.objects.get()
    shown = client.get(answer["Location"]).content.decode()
    plain = re.sub(r"<[^>]+>|[\u2066-\u2069]", " ", shown.split("Tracking number")[1])
    secret = re.search(r"\d[\d -]{6,}\d", plain)
    assert report.reference in shown
    assert secret
    # Told once; the next look is at the case.
    again = client.get(answer["Location"])
    assert again["Location"] == f"/case/{report.reference}/"
    assert Document.objects.filter(case_id=report.case_id).count() == 1

    jobs.drain(NOW)
    town.do(report, "make_safe", "DONE")
    other = Client()
    assert other.get(answer["Location"]).status_code == 404
    followed = other.post("/track/", {"reference": report.reference, "secret": secret[0]})
    assert followed["Location"] == f"/case/{report.reference}/"
    task = Task.objects.get(case_id=report.case_id, status="READY")
    step = f"/case/{report.reference}/step/{task.id}/"
    assert other.get(step).status_code == 200
    done = other.post(step, {"outcome": "CONFIRM", "stars": "4"})
    assert done.status_code == 302, done.content.decode()
    jobs.drain(NOW)
    report.refresh_from_db()
    assert (report.outcome, report.stars) == ("DONE", 4)


def test_the_secret_does_not_act_for_a_person_with_a_name(town: Town) -> None:
    report = services.report(said=town.said("wire"), reporter=people.citizen(), now=NOW)
    jobs.drain(NOW)
    town.do(Report.objects.get(), "make_safe", "DONE")
    task = Task.objects.get(case_id=report.report.case_id, status="READY")
    client = Client()
    client.post("/track/", {"reference": report.report.reference, "secret": report.secret})
    step = f"/case/{report.report.reference}/step/{task.id}/"
    assert "/account/sign-in/" in client.get(step)["Location"]
    assert "/account/sign-in/" in client.post(step, {"outcome": "CONFIRM"})["Location"]
    assert sign_in(Client(), people.citizen()).get(step).status_code == 404
    # Staff act for nobody, even with the secret of somebody without a name.
    other = services.report(said=town.said("pole"), reporter=None, now=NOW)
    jobs.drain(NOW)
    town.do(other.report, "make_safe", "DONE")
    task = Task.objects.get(case_id=other.report.case_id, status="READY")
    officer = sign_in(Client(), people.staff("TECHNICIAN"))
    officer.post("/track/", {"reference": other.report.reference, "secret": other.secret})
    step = f"/case/{other.report.reference}/step/{task.id}/"
    assert officer.post(step, {"outcome": "CONFIRM"}).status_code == 403


def test_a_link_from_a_message_leads_to_signing_in_and_back(town: Town) -> None:
    report = services.report(said=town.said("wire"), reporter=people.citizen(), now=NOW).report
    jobs.drain(NOW)
    town.do(Report.objects.get(), "make_safe", "DONE")
    task = Task.objects.get(case_id=report.case_id, status="READY")
    for address in (
        f"/case/{report.reference}/step/{task.id}/",
        f"/case/{report.reference}/withdraw/",
        f"/case/XXXX-XXXX-X/step/{task.id}/",
    ):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in/?next=")


def test_a_wrong_secret_opens_nothing(town: Town) -> None:
    sent = services.report(said=town.said("no_power"), reporter=None, now=NOW)
    client = Client()
    wrong = client.post("/track/", {"reference": sent.report.reference, "secret": "00000000"})
    assert wrong.status_code == 422
    right = client.post("/track/", {"reference": sent.report.reference, "secret": sent.secret})
    assert right["Location"] == f"/complaints/report/{sent.report.reference}/"


def test_what_is_known_is_offered_and_joined_with_a_tap(town: Town) -> None:
    first = town.report("pole")
    client = sign_in(Client(), people.citizen())
    page = client.get("/complaints/new/pole/", point(town)).content.decode()
    assert f"/complaints/join/{first.id}/" in page
    answer = client.post(f"/complaints/join/{first.id}/")
    mine = Report.objects.get(joined_to=first)
    assert answer["Location"] == f"/complaints/report/{mine.reference}/"
    assert client.get(answer["Location"]).status_code == 200
    assert Client().get(answer["Location"]).status_code == 404


def test_no_power_is_followed_and_its_reporter_says_it_is_back(town: Town) -> None:
    client = sign_in(Client(), people.citizen())
    answer = send(client, town, "no_power", q_extent="street")
    report = Report.objects.get()
    assert report.answers == {"extent": "street"}
    assert client.get(answer["Location"]).status_code == 200
    client.post(answer["Location"], {"says": "ON"})
    report.refresh_from_db()
    assert report.outcome == "DONE"


@pytest.mark.parametrize(
    "where",
    [
        {"lat": "0", "lon": "0"},  # in the sea
        {"lat": "44.3", "lon": "33.3"},  # the other way round
        {"lat": "nan", "lon": "44"},
        {"lat": "31.0", "lon": "46.0"},  # in Iraq, of nobody who is served
        {"account_no": "12345"},
        {"account_no": "", "district": ""},
        {"district": "NOWHERE"},
    ],
)
def test_a_place_that_is_none_is_said(town: Town, where) -> None:
    answer = Client().get("/complaints/new/pole/", where)
    assert answer.status_code == 422
    assert Report.objects.count() == 0


def test_bad_input_is_said_and_nothing_is_kept(town: Town) -> None:
    client = Client()
    film = SimpleUploadedFile("a.jpg", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, "image/jpeg")
    assert send(client, town, "wire", is_urgent="no", photos=film).status_code == 422
    many = [SimpleUploadedFile(f"{n}.jpg", picture("x"), "image/jpeg") for n in range(5)]
    assert send(client, town, "wire", is_urgent="no", photos=many).status_code == 422
    assert send(client, town, "street_light", q_fault="moon").status_code == 422
    assert send(client, town, "other").status_code == 422
    assert client.get("/complaints/new/nothing/").status_code == 404
    assert Report.objects.count() == 0


def test_one_number_cannot_send_ten_thousand(town: Town) -> None:
    client = sign_in(Client(), people.citizen())
    codes = [send(client, town, "voltage", q_when="always").status_code for _ in range(12)]
    assert codes == [302] * 10 + [422] * 2
    assert Report.objects.count() == 10


def test_one_person_is_one_sign_and_one_address_ten(town: Town) -> None:
    client = sign_in(Client(), people.citizen())
    pages = {send(client, town, "no_power", q_extent="house")["Location"] for _ in range(3)}
    assert len(pages) == 1
    assert Signal.objects.count() == 1
    codes = [send(Client(), town, "no_power", q_extent="house").status_code for _ in range(9)]
    assert codes == [302] * 7 + [422] * 2
    assert Signal.objects.count() == 8


@pytest.mark.parametrize("code", ["pole", "no_power"])
def test_a_second_press_is_the_same_report_and_tells_its_number_again(town: Town, code) -> None:
    client = Client()
    client.cookies["wasl_lang"] = "en"
    asked = {
        **point(town),
        "send": "1",
        "q_extent": "street",
        "is_urgent": "no",
        "token": "a-token",
    }
    first = client.post(f"/complaints/new/{code}/", asked)
    # The answer was lost: the browser sends the same form again, before any page was seen.
    second = client.post(f"/complaints/new/{code}/", asked)
    assert first["Location"] == second["Location"]
    assert Report.objects.count() == 1
    told = client.get(second["Location"]).content.decode().split("Tracking number")[1]
    plain = re.sub(r"<[^>]+>|[\u2066-\u2069]", " ", told)
    secret = re.search(r"\d[\d -]{6,}\d", plain)
    assert secret
    followed = Client().post(
        "/track/", {"reference": Report.objects.get().reference, "secret": secret[0]}
    )
    assert followed.status_code == 302


def test_several_photographs_can_be_chosen(town: Town) -> None:
    page = Client().get("/complaints/new/pole/", point(town)).content.decode()
    assert re.search(r'<input type="file"[^>]*\bmultiple\b', page)
    photos = [SimpleUploadedFile(f"{n}.jpg", picture(f"p{n}"), "image/jpeg") for n in range(3)]
    assert send(Client(), town, "pole", is_urgent="no", photos=photos).status_code == 302
    assert Document.objects.count() == 3


def test_a_closed_report_says_so(town: Town) -> None:
    client = sign_in(Client(), people.citizen())
    client.cookies["wasl_lang"] = "en"
    address = send(client, town, "no_power", q_extent="house")["Location"]
    client.post(address, {"says": "ON"})
    again = client.post(address, {"says": "OFF"}, follow=True).content.decode()
    assert "closed already" in again
    assert Signal.objects.filter(source="CALL_BACK").count() == 1


def test_a_stranger_closes_nobodys_report(town: Town) -> None:
    report = services.report(said=town.said("no_power"), reporter=people.citizen(), now=NOW).report
    stranger = sign_in(Client(), people.citizen())
    address = f"/complaints/report/{report.reference}/"
    assert stranger.post(address, {"says": "ON"}).status_code == 404
    report.refresh_from_db()
    assert report.is_open


def test_the_desk_sees_danger_first_and_no_reporter(town: Town) -> None:
    person = people.citizen(full_name="زينب الكاظمي")
    town.report("street_light", reporter=person)
    town.report("wire", reporter=person)
    client = sign_in(Client(), people.staff("SUPERVISOR"))
    client.cookies["wasl_lang"] = "en"
    page = client.get("/complaints/desk/").content.decode()
    assert 0 < page.index("Dangerous wire") < page.index("Street light")
    assert "زينب" not in page
    assert sign_in(Client(), people.staff("METER_READER")).get("/complaints/desk/").status_code in {
        403,
        404,
    }


def test_a_quality_officer_edits_the_questions(town: Town) -> None:
    author, second = (sign_in(Client(), people.staff("QUALITY_OFFICER")) for _ in range(2))
    page = author.get("/complaints/categories/pole/edit/")
    content = page.context["form"].initial["content"].replace("عمود ساقط أو مائل", "عمود مائل")
    kept = author.post("/complaints/categories/pole/edit/", {"content": content})
    assert kept["Location"] == "/complaints/categories/"
    draft = CategoryVersion.objects.get(code="pole", version=2)
    for bad in (
        "group = ",
        "questions = 3",
        content + "\n[[questions]]\ncode = 1",
        "a = 2026-99-99",
    ):
        answer = author.post("/complaints/categories/pole/edit/", {"content": bad})
        assert answer.status_code == 422
    for day in ("2026-02-31", "x", ""):
        wrong = second.post(f"/complaints/categories/{draft.id}/publish/", {"valid_from": day})
        assert wrong["Location"] == "/complaints/categories/"
    assert (
        second.post(
            "/complaints/categories/99999/publish/", {"valid_from": "2099-01-01"}
        ).status_code
        == 404
    )
    day = {"valid_from": "2099-01-01"}
    author.post(f"/complaints/categories/{draft.id}/publish/", day)
    draft.refresh_from_db()
    assert draft.published_at is None
    second.post(f"/complaints/categories/{draft.id}/publish/", day)
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert second.get("/complaints/categories/").status_code == 200


def test_the_ministry_sees_answers_once_they_are_nobodys(town: Town) -> None:
    def answer(word: str) -> None:
        services.answer_visit(directorate_id=1, service="complaint", answer=word, now=NOW)

    ministry = sign_in(Client(), people.staff("QUALITY_MINISTRY", directorate_id=90))
    for _turn in range(8):
        answer("NO")
    answer("MONEY")
    assert "2026-11" not in ministry.get("/complaints/answers/").content.decode()
    answer("OTHER")
    page = ministry.get("/complaints/answers/")
    assert [(row.answered, row.asked) for row in page.context["rows"]] == [(10, 2)]
    assert "2026-11" in page.content.decode()
    for role in ("SUPERVISOR", "DIRECTOR", "QUALITY_OFFICER"):
        client = sign_in(Client(), people.staff(role))
        assert client.get("/complaints/answers/").status_code in {403, 404}


def test_the_numbers_of_one_report_are_not_guessed_from_many_places(
    town: Town, monkeypatch
) -> None:
    """Whoever has a network of IPv6 has thousands of addresses to guess from."""
    monkeypatch.setattr(tracking, "OF_ONE", 4)
    sent = services.report(said=town.said("wire"), reporter=None, now=NOW)
    other = services.report(said=town.said("wire", 50.0), reporter=None, now=NOW)
    asked = {"reference": sent.report.reference}
    for number in range(2):
        here = {"REMOTE_ADDR": f"2001:db8:{number}::1"}
        Client().post("/track/", asked | {"secret": f"{number:08d}"}, **here)
        told = {"Wasl-Tracking-Number": f"{number:08d}"}
        Client().get(f"/api/v1/reports/{sent.report.reference}", headers=told, **here)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    right = Client().post("/track/", asked | {"secret": sent.secret}, **elsewhere)
    assert right.status_code == 422
    told = {"Wasl-Tracking-Number": sent.secret}
    address = f"/api/v1/reports/{sent.report.reference}"
    assert Client().get(address, headers=told, **elsewhere).status_code == 429
    # Another's is followed as ever.
    mine = {"reference": other.report.reference, "secret": other.secret}
    assert Client().post("/track/", mine, **elsewhere).status_code == 302


def test_files_of_forms_that_are_sent_back_are_counted_too(town: Town, monkeypatch) -> None:
    """A recording takes seconds to make anew: not as often as somebody likes, whatever the rest says."""
    monkeypatch.setattr(patience, "WITH_FILES", 2)
    looked_at = []
    monkeypatch.setattr(
        "wasl.core.upload_fields.accept",
        lambda file: looked_at.append(file) or uploads.accept(file),
    )
    client = Client()
    for _turn in range(4):
        photo = SimpleUploadedFile("a.jpg", picture("wire"), "image/jpeg")
        answer = send(client, town, "wire", is_urgent="", words="it sparks", photos=photo)
        assert answer.status_code == 422
    assert len(looked_at) == 2
    assert "it sparks" in answer.content.decode()
    assert send(client, town, "wire", is_urgent="yes", words="it sparks").status_code == 302
