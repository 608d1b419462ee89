"""Reports over the API: sent, followed, answered; by anybody, by a citizen, by a partner."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.complaints.models import Report
from wasl.core import jobs
from wasl.web.demonstration.citizens import picture

from .conftest import Caller, Town

pytestmark = pytest.mark.django_db


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def light(town: Town, **more) -> dict:
    place = {"lat": town.transformer.lat, "lon": town.transformer.lon}
    return {"category": "street_light", "place": place, "answers": {"fault": "off"}, **more}


def opened(town: Town, call: Caller, body: dict | None = None) -> tuple[str, dict[str, str]]:
    made = call("sendReport", 201, body=body or light(town), headers=key())
    return made["reference"], {"Wasl-Tracking-Number": made["tracking_number"]}


def test_what_can_be_reported_is_told_in_the_language_asked_for(call: Caller) -> None:
    arabic = call("listCategories")
    english = call("listCategories", headers={"Accept-Language": "en-GB, ar;q=0.5"})
    assert arabic["emergency_number"] == "911"
    names = [{each["code"]: each["name"] for each in told["items"]} for told in (arabic, english)]
    assert names[0]["street_light"] == "إنارة الشارع"
    assert names[0].keys() == names[1].keys()
    assert names[0]["street_light"] != names[1]["street_light"]
    (question,) = next(each for each in english["items"] if each["code"] == "street_light")[
        "questions"
    ]
    assert {value["key"] for value in question["values"]} == {"off", "day", "broken"}


def test_a_report_is_sent_once_and_followed_by_its_number(call: Caller, town: Town) -> None:
    named = key()
    first = call("sendReport", 201, body=light(town, words="مطفأ"), headers=named)
    again = call("sendReport", 200, body=light(town, words="مطفأ"), headers=named)
    assert (first["reference"], first["tracking_number"]) == (
        again["reference"], again["tracking_number"],
    )  # fmt: skip
    assert (first["is_new"], again["is_new"]) == (True, False)
    other = call("sendReport", 201, body=light(town, words="other"), headers=named)
    assert other["reference"] != first["reference"]
    report = Report.objects.get(reference=first["reference"])
    assert (report.words, report.answers) == ("مطفأ", {"fault": "off"})
    proof = {"Wasl-Tracking-Number": first["tracking_number"]}
    state = call("getReport", reference=first["reference"].replace("-", "").lower(), headers=proof)
    assert state["is_open"]
    assert [each["state"] for each in state["stages"]].count("CURRENT") == 1
    assert state["may_withdraw"]
    for wrong in ({}, {"Wasl-Tracking-Number": "00000000"}):
        call("getReport", 404 if wrong else 401, reference=first["reference"], headers=wrong)
    call("getReport", 404, reference=other["reference"], headers=proof)


def test_danger_is_answered_with_the_number_to_call(call: Caller, town: Town) -> None:
    body = light(town) | {"category": "wire", "answers": {}}
    told = call("sendReport", 422, body=body, headers=key())
    assert told["errors"][0]["pointer"] == "/body/is_urgent"
    made = call("sendReport", 201, body=body | {"is_urgent": True}, headers=key())
    assert made["emergency_number"] == "911"
    assert made["advice"]
    assert call("sendReport", 201, body=light(town), headers=key())["emergency_number"] == ""


def test_every_fault_is_told_with_its_place_and_in_words(call: Caller, town: Town) -> None:
    body = {
        "category": "street_light",
        "place": {"lat": 3, "lon": 44.3, "more": 1},
        "words": "x" * 2001,
    }
    told = call("sendReport", 422, body=body, headers=key() | {"Accept-Language": "en"})
    assert {each["pointer"] for each in told["errors"]} == {
        "/body/place/lat", "/body/place/more", "/body/words",
    }  # fmt: skip
    assert "At most 2000 characters." in [each["detail"] for each in told["errors"]]
    told = call(
        "sendReport", 422, body=light(town, answers={"fault": "moon", "no": "1"}), headers=key()
    )
    assert {each["pointer"] for each in told["errors"]} == {
        "/body/answers/fault",
        "/body/answers/no",
    }
    told = call("sendReport", 422, body=light(town))
    assert told["errors"][0]["code"] == "MISSING"
    assert Report.objects.count() == 0


def test_a_citizen_sends_and_lists_with_the_session_and_its_token(call: Caller, town: Town) -> None:
    citizen = people.citizen()
    client = people.sign_in(Client(enforce_csrf_checks=True), citizen)
    told = call("sendReport", 403, body=light(town), headers=key(), client=client)
    assert told["code"] == "CSRF"
    client = people.sign_in(Client(), citizen)
    sent = [
        call("sendReport", 201, body=light(town, words=f"{n}"), headers=key(), client=client)
        for n in range(3)
    ]
    page = call("listMyReports", query={"limit": 2}, client=client)
    rest = call("listMyReports", query={"limit": 2, "after": page["next"]}, client=client)
    listed = [each["reference"] for each in page["items"] + rest["items"]]
    assert listed == [each["reference"] for each in reversed(sent)]
    assert rest["next"] is None
    assert call("getReport", reference=listed[0], client=client)["is_open"]
    call("listMyReports", 401)
    call("listMyReports", 422, query={"after": "nonsense"}, client=client)
    other = people.sign_in(Client(), people.citizen())
    call("getReport", 404, reference=listed[0], client=other)


def test_the_number_alone_does_not_act_for_a_person_with_a_name(call: Caller, town: Town) -> None:
    client = people.sign_in(Client(), people.citizen())
    made = call("sendReport", 201, body=light(town), headers=key(), client=client)
    proof = {"Wasl-Tracking-Number": made["tracking_number"]}
    assert call("getReport", reference=made["reference"], headers=proof)["is_open"]
    call("withdrawReport", 401, reference=made["reference"], headers=proof)
    assert not call("withdrawReport", reference=made["reference"], client=client)["is_open"]


def test_staff_do_not_act_for_citizens(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    staff = people.sign_in(Client(), people.staff("SUPERVISOR"))
    call("listMyReports", 403, client=staff)
    call("getReport", 403, reference=reference, headers=proof, client=staff)


def test_photos_are_added_once_each_and_not_too_many(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)

    def add(text: str, expected: int = 201):
        photo = SimpleUploadedFile("a.jpg", picture(text), "image/jpeg")
        return call(
            "addReportPhoto", expected, reference=reference, headers=proof, files={"photo": photo}
        )

    assert [add(text)["photos"] for text in ("a", "a", "b", "c", "d")] == [1, 1, 2, 3, 4]
    assert add("e", 409)["code"] == "PHOTO_NOT_ADDED"
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4 nonsense", "application/pdf")
    call("addReportPhoto", 422, reference=reference, headers=proof, files={"photo": paper})


def test_work_is_confirmed_refuted_and_rated(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    report = Report.objects.get(reference=reference)
    jobs.drain(timezone.now())
    told = call("sayWhetherWell", 409, reference=reference, headers=proof, body={"is_well": True})
    assert told["code"] == "NOT_ASKED"
    town.do(report, "look", "REPAIR")
    town.do(report, "repair", "DONE")
    state = call("getReport", reference=reference, headers=proof)
    assert [each["step"] for each in state["asked"]] == ["confirm"]
    told = call("sayWhetherWell", 422, reference=reference, headers=proof, body={"is_well": False})
    assert told["errors"][0]["pointer"] == "/body/words"
    no = {"is_well": False, "words": "still dark"}
    call("sayWhetherWell", reference=reference, headers=proof, body=no)
    # The answer was lost on the way, and comes again.
    call("sayWhetherWell", reference=reference, headers=proof, body=no)
    assert [
        each["author"]
        for each in call("listReportMessages", reference=reference, headers=proof)["items"]
    ][-1] == "REPORTER"
    call("rateReport", 409, reference=reference, headers=proof, body={"stars": 5})


def test_a_repair_that_is_well_ends_the_report(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    report = Report.objects.get(reference=reference)
    jobs.drain(timezone.now())
    town.do(report, "look", "REPAIR")
    town.do(report, "repair", "DONE")
    yes = {"is_well": True, "stars": 4}
    call("sayWhetherWell", reference=reference, headers=proof, body=yes)
    jobs.drain(timezone.now())
    state = call("getReport", reference=reference, headers=proof)
    assert (state["is_open"], state["outcome"], state["stars"]) == (False, "DONE", 4)
    assert [each["step"] for each in state["asked"]] == ["again"]
    assert call("rateReport", reference=reference, headers=proof, body={"stars": 2})["stars"] == 2
    call("reopenReport", reference=reference, headers=proof, body={"words": "off again"})
    jobs.drain(timezone.now())
    assert call("getReport", reference=reference, headers=proof)["is_open"]


def test_no_supply_is_a_sign_and_answered_when_it_is_back(call: Caller, town: Town) -> None:
    body = {"category": "no_power", "place": light(town)["place"], "answers": {}}
    category = next(each for each in call("listCategories")["items"] if each["code"] == "no_power")
    for question in category["questions"]:
        if question["required"]:
            body["answers"][question["code"]] = question["values"][0]["key"]
    reference, proof = opened(town, call, body)
    state = call("getReport", reference=reference, headers=proof)
    assert [each["step"] for each in state["asked"]] == ["supply_back"]
    call("withdrawReport", 409, reference=reference, headers=proof)
    done = call("sayWhetherWell", reference=reference, headers=proof, body={"is_well": True})
    assert done["outcome"] == "DONE"
    call("sayWhetherWell", 409, reference=reference, headers=proof, body={"is_well": True})


def test_the_timeline_goes_on_behind_its_mark(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    call("withdrawReport", reference=reference, headers=proof)
    seen, after = [], ""
    while after is not None:
        page = call(
            "getReportTimeline", reference=reference, headers=proof,
            query={"limit": 1, **({"after": after} if after else {})},
        )  # fmt: skip
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    whole = call("getReportTimeline", reference=reference, headers=proof)["items"]
    assert seen == [each["id"] for each in whole]
    assert len(seen) >= 2


def test_what_is_known_can_be_joined(call: Caller, town: Town) -> None:
    reference, _proof = opened(town, call)
    where = {"category": "street_light", **light(town)["place"]}
    (near,) = call("getKnown", query=where)["reports"]
    joined = call("joinReport", 201, report_id=near["id"])
    proof = {"Wasl-Tracking-Number": joined["tracking_number"]}
    assert (
        call("getReport", reference=joined["reference"], headers=proof)["joined_to"] == near["id"]
    )
    assert joined["reference"] != reference
    call("joinReport", 409, report_id=str(uuid4()))
    call("getKnown", 422, query={"category": "street_light"})


def test_a_partner_sends_for_people_but_never_conduct(call: Caller, town: Town, partner) -> None:
    codes = {each["code"] for each in call("listCategories", headers=partner)["items"]}
    assert "conduct" not in codes
    made = call("sendReport", 201, body=light(town), headers=key() | partner)
    report = Report.objects.get(reference=made["reference"])
    assert (report.channel, report.client.code) == ("OPEN311", "CITY")
    body = light(town, words="rude") | {"category": "conduct", "answers": {}}
    call("sendReport", 422, body=body, headers=key() | partner)
    call("sendReport", 401, body=light(town), headers=key() | {"Authorization": "Bearer wrong"})
    call("listMyReports", 403, headers=partner)
    proof = partner | {"Wasl-Tracking-Number": made["tracking_number"]}
    assert call("getReport", reference=made["reference"], headers=proof)["is_open"]


def test_wrong_numbers_are_tried_only_so_often(call: Caller, town: Town) -> None:
    reference, proof = opened(town, call)
    for _turn in range(30):
        call("getReport", reference=reference, headers=proof)
    for number in range(20):
        wrong = {"Wasl-Tracking-Number": f"{number:08d}"}
        call("getReport", 404, reference=reference, headers=wrong)
    told = call("getReport", 429, reference=reference, headers=proof)
    assert told["code"] == "TOO_MANY_ATTEMPTS"


def test_reports_from_one_address_are_limited_as_on_the_page(call: Caller, town: Town) -> None:
    for number in range(30):
        call("sendReport", 201, body=light(town, words=str(number)), headers=key())
    call("sendReport", 429, body=light(town), headers=key())
    assert Report.objects.count() == 30
