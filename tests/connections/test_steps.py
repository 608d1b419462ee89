"""The steps: what each form takes, what each page shows, and what it must never show."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import people
from tests.casework.conftest import NOW, Scene
from tests.casework.test_cases import finish
from wasl.accounts import phones
from wasl.casework import panels, services
from wasl.casework.models import Case, Document, Task
from wasl.connections import obstacles, selectors
from wasl.connections import services as connections
from wasl.connections.models import Application
from wasl.core import jobs
from wasl.customers import selectors as customers
from wasl.payments import selectors as payments
from wasl.web.demonstration import work

pytestmark = pytest.mark.django_db


def to_inspection(scene: Scene, case: Case) -> None:
    scene.do(case, "review", "ACCEPT")
    if Task.objects.filter(case=case, key="engineer", status="READY").exists():
        scene.do(case, "engineer", "FIT")


def page_of(scene: Scene, case: Case, key: str, client: Client) -> str:
    task = scene.waiting(case, key)
    assert task.assignee is not None
    people.sign_in(client, task.assignee)
    return client.get(reverse("casework:desk_task", args=[task.id])).content.decode()


def secrets_of(case: Case) -> dict[str, str]:
    application = Application.objects.get(case_id=case.id)
    return {
        "name": application.full_name,
        "card": application.national_id,
        "phone": phones.shown(case.applicant.phone),
    }


def test_a_documents_officer_sees_the_person_and_never_the_telephone(
    scene: Scene, client: Client
) -> None:
    case = scene.apply()

    shown = page_of(scene, case, "review", client)

    known = secrets_of(case)
    assert known["name"] in shown
    assert known["card"] in shown
    assert known["phone"] not in shown


def test_an_inspector_sees_the_place_and_never_the_papers(scene: Scene, client: Client) -> None:
    case = scene.apply()
    to_inspection(scene, case)

    shown = page_of(scene, case, "inspect", client)

    application = Application.objects.get(case_id=case.id)
    assert selectors.address_of(application)["mahalla"] in shown
    assert not [value for value in secrets_of(case).values() if value in shown]
    papers = Document.objects.filter(case=case, kind="NATIONAL_CARD")
    task = scene.waiting(case, "inspect")
    for paper in papers:
        address = reverse("casework:desk_document", args=[task.id, paper.id])
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("form", ["site-inspection", "install-meter", "issue-meter"])
def test_nobody_but_who_judges_papers_is_given_them(form: str) -> None:
    name = f"connections.{form}"

    shown = {panel.name for panel in panels.panels_of(name)}

    assert "connections.identity" not in shown
    assert "NATIONAL_CARD" not in panels.document_kinds_of(name)


def test_a_paper_that_is_not_accepted_is_named_to_the_citizen(scene: Scene, client: Client) -> None:
    case = scene.apply()
    task = scene.waiting(case, "review")
    marked = {"not_accepted": ["OWNERSHIP"]}
    accepting = work.form_of(task, "ACCEPT", scene.chance)
    accepting.data = {**accepting.data, **marked}
    assert not accepting.is_valid()

    returning = work.form_of(task, "RETURN", scene.chance)
    returning.data = {**returning.data, **marked}
    assert returning.is_valid(), returning.errors
    work.send(task, returning, NOW)
    jobs.drain(NOW)

    people.sign_in(client, case.applicant)
    mine = scene.waiting(case, "returned")
    page = client.get(reverse("casework:task", args=[case.reference, mine.id])).content.decode()
    assert "سند" in page or "Title" in page or "تاپۆ" in page


def test_an_unknown_account_is_asked_for_and_can_be_put_right(scene: Scene) -> None:
    first = scene.apply()
    finish(scene, first)
    first.refresh_from_db()
    number = first.variables["account_no"]
    case = scene.apply("meter-replacement", account_no="0199999996")
    task = scene.waiting(case, "supply")
    found = obstacles.of(case)
    assert (found.is_account_unknown, found.missing) == (True, ())

    wrong = work.form_of(task, "SUPPLIED", scene.chance)
    wrong.data = {**wrong.data, "account_no": "0199999996"}
    right = work.form_of(task, "SUPPLIED", scene.chance)
    right.data = {**right.data, "account_no": number}

    assert not wrong.is_valid()
    assert right.is_valid(), right.errors
    work.send(task, right, NOW)
    jobs.drain(NOW)
    case.refresh_from_db()
    assert case.variables["account_no"] == number
    assert case.variables["is_complete"] is True
    assert case.stage == "inspection"


def test_the_second_flat_of_a_house_is_no_duplicate_once_it_has_its_number(scene: Scene) -> None:
    first = scene.apply()
    finish(scene, first)
    place = selectors.address_of(Application.objects.get(case_id=first.id))
    second = scene.apply()
    other = Application.objects.get(case_id=second.id)
    address = {**selectors.address_of(other), **{n: place[n] for n in ("mahalla", "zuqaq")}}
    connections.correct_application(case_id=second.id, account_no="", dar=place["dar"])
    other.refresh_from_db()
    other.address = json.dumps({**address, "dar": place["dar"]})
    other.save(update_fields=["address"])
    assert obstacles.of(second).is_duplicate

    connections.correct_application(case_id=second.id, account_no="", dar=place["dar"] + "/2")

    assert not obstacles.of(second).is_duplicate


def test_an_account_that_is_closed_counts_as_unknown(scene: Scene) -> None:
    first = scene.apply()
    finish(scene, first)
    first.refresh_from_db()
    number = first.variables["account_no"]
    closing = scene.apply("disconnection", account_no=number)
    scene.do(closing, "review", "ACCEPT")
    scene.do(closing, "install", "DONE")

    again = scene.apply("load-increase", account_no=number)

    assert obstacles.of(again).is_account_unknown
    assert scene.waiting(again, "supply")


def test_the_photograph_of_the_meter_goes_with_its_custody(scene: Scene) -> None:
    case = scene.apply()
    to_inspection(scene, case)
    scene.do(case, "inspect", "PASS")
    scene.do(case, "decide", "ACCEPT")
    assert work.pay(case, NOW)
    scene.do(case, "issue", "DONE")
    task = scene.waiting(case, "install")
    form = work.form_of(task, "DONE", scene.chance)
    form.files = work.form_of(scene.waiting(case, "install"), "PASS", scene.chance).files
    assert form.is_valid(), form.errors
    work.send(task, form, NOW)
    jobs.drain(NOW)
    case.refresh_from_db()

    photo = Document.objects.get(case=case, kind="METER_PHOTO")
    measured = customers.assignment_of(1, case.variables["account_no"])
    assert measured is not None
    assert measured.photo_document_id == photo.id


def test_a_fee_is_no_longer_asked_for_when_the_case_is_over(scene: Scene) -> None:
    case = scene.apply()
    to_inspection(scene, case)
    scene.do(case, "inspect", "PASS")
    scene.do(case, "decide", "ACCEPT")
    assert payments.request_for("case", case.id) is not None
    task = scene.waiting(case, "pay")

    late = NOW + timedelta(days=31)
    services.expire_task(task_id=task.id, now=late)
    jobs.drain(late)

    case.refresh_from_db()
    assert case.outcome == "EXPIRED"
    assert payments.request_for("case", case.id) is None


def test_an_inspector_notes_the_place_only_where_there_was_no_pin(scene: Scene) -> None:
    case = scene.apply()
    to_inspection(scene, case)
    task = scene.waiting(case, "inspect")

    def found() -> dict[str, object]:
        form = work.form_of(task, "PASS", scene.chance)
        form.data = {**form.data, "lat": "33.31", "lon": "44.35"}
        assert form.is_valid(), form.errors
        return form.variables()

    assert "lat" not in found()
    application = Application.objects.get(case_id=case.id)
    application.details = {**application.details, "position": "AREA"}
    application.save(update_fields=["details"])
    assert found()["lat"] == 33.31
