"""The pages of an application, as a browser without JavaScript sends them."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import people
from tests.casework.conftest import NOW, Scene
from tests.casework.test_cases import finish
from wasl.accounts.models import User
from wasl.casework import selectors as casework
from wasl.casework.models import Case, Document
from wasl.connections import places, selectors, services
from wasl.connections.journeys import JOURNEYS
from wasl.connections.models import Application, Draft, DraftDocument
from wasl.core import jobs, scope
from wasl.notifications import selectors as notifications
from wasl.web.demonstration.citizens import picture

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, dict[str, str]] = {
    "eligibility": {"right": "OWNER", "has_meter": "no"},
    "place": {"district": "KARKH-MANSOUR"},
    "address": {"mahalla": "٦٠٣", "zuqaq": "12", "dar": "15 / 3", "landmark": "خلف المدرسة"},
    "map": {},
    "neighbour": {"neighbour_account": ""},
    "premises": {"premises_kind": "HOME"},
    "load": {"n_LIGHTS": "١٠", "n_FRIDGE": "1", "n_AC_SPLIT": "2"},
    "identity": {"full_name": "زينب كاظم الربيعي", "national_id": "١٩٨٧ ١٢٣٤ ٥٦٧٨"},
    "reason": {"meter_reason": "BURNT"},
    "helper": {"is_helped": "no"},
}


class Applicant:
    """A person at a browser, somewhere in an application."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.person: User = people.citizen()
        people.sign_in(client, self.person)

    def begin(self, service: str) -> Draft:
        self.client.get(reverse("connections:begin", args=[service]))
        self.draft = Draft.objects.get(citizen=self.person, service=service, case_id=None)
        return self.draft

    def address(self, page: str) -> str:
        return reverse("connections:step", args=[self.draft.id, page])

    def answer(self, page: str, **more: Any) -> Any:
        data: dict[str, Any] = {**ANSWERS.get(page, {}), **more}
        if page == "documents":
            asked = selectors.required_documents(self.draft.service, 1, NOW.date())
            data = {"next": "1"} | {
                f"file_{row['kind']}": SimpleUploadedFile("x.jpg", picture("X"), "image/jpeg")
                for row in asked
                if row["is_required"]
            }
        return self.client.post(self.address(page), data)

    def fill(self, service: str, account_no: str = "") -> None:
        self.begin(service)
        for page in JOURNEYS[service].pages:
            answer = self.answer(page.key, **({"account_no": account_no} if account_no else {}))
            assert answer.status_code == 302, (page.key, answer.context["form"].errors)

    def send(self) -> Any:
        address = reverse("connections:check", args=[self.draft.id])
        answer = self.client.post(address, {"declared": "on"})
        self.draft.refresh_from_db()
        return answer

    def case(self) -> Case:
        return Case.objects.get(id=self.draft.case_id)


@pytest.fixture
def applicant(client: Client, scene: Scene) -> Applicant:
    return Applicant(client)


@pytest.fixture
def account_no(scene: Scene) -> str:
    case = scene.apply()
    finish(scene, case)
    case.refresh_from_db()
    return str(case.variables["account_no"])


@pytest.mark.parametrize("service", list(JOURNEYS))
def test_every_service_is_applied_for_page_by_page(
    applicant: Applicant, service: str, account_no: str
) -> None:
    applicant.fill(service, account_no if service != "new-connection" else "")
    check = applicant.client.get(reverse("connections:check", args=[applicant.draft.id]))
    assert check.content.decode().count("?change=1") >= len(JOURNEYS[service].pages)

    sent = applicant.client.get(applicant.send().url)

    case = applicant.case()
    assert case.reference in sent.content.decode()
    assert Application.objects.get(case_id=case.id).full_name == "زينب كاظم الربيعي"
    assert not DraftDocument.objects.filter(draft=applicant.draft).exists()


def test_answers_are_kept_and_shown_again(applicant: Applicant) -> None:
    applicant.begin("new-connection")
    applicant.answer("eligibility")
    applicant.answer("place")

    applicant.answer("address")

    page = applicant.client.get(applicant.address("address")).content.decode()
    assert 'value="603"' in page
    assert 'value="15/3"' in page
    resumed = applicant.client.get(reverse("connections:resume", args=[applicant.draft.id]))
    assert resumed.url == applicant.address("map")


def test_beginning_again_goes_on_with_what_was_begun(applicant: Applicant) -> None:
    applicant.begin("new-connection")

    applicant.begin("new-connection")

    assert Draft.objects.count() == 1


def test_nobody_keeps_a_hundred_drafts(applicant: Applicant) -> None:
    address = reverse("connections:begin", args=["new-connection"])

    for _ in range(services.MAX_DRAFTS + 3):
        answer = applicant.client.post(address)

    assert Draft.objects.count() == services.MAX_DRAFTS
    assert answer.url == reverse("casework:my_cases")


def test_a_press_on_the_map_puts_the_pin_and_comes_closer(applicant: Applicant) -> None:
    applicant.begin("new-connection")
    applicant.answer("place")
    address = applicant.address("map")

    applicant.client.post(address, {"pin.x": "144", "pin.y": "144"})

    applicant.draft.refresh_from_db()
    answers = selectors.answers_of(applicant.draft)
    assert (answers["lat"], answers["lon"]) == pytest.approx((33.3105, 44.3448), abs=0.05)
    assert answers["zoom"] == 2
    applicant.client.post(address, {"from_afar": "1"})
    applicant.draft.refresh_from_db()
    assert selectors.answers_of(applicant.draft)["lat"] is None


@pytest.mark.parametrize("pixel", ["", "nan", "-4", "1e9", "99999999999999999999", "١٢", "x"])
def test_a_press_outside_the_picture_breaks_nothing(applicant: Applicant, pixel: str) -> None:
    applicant.begin("new-connection")
    applicant.answer("place")

    answer = applicant.client.post(applicant.address("map"), {"pin.x": pixel, "pin.y": pixel})

    assert answer.status_code == 302


@pytest.mark.parametrize("page", ["map", "documents"])
def test_a_page_that_needs_the_area_waits_for_it(applicant: Applicant, page: str) -> None:
    applicant.begin("new-connection")

    answer = applicant.client.get(applicant.address(page))

    assert answer.url == reverse("connections:resume", args=[applicant.draft.id])


def test_another_area_asks_for_address_and_pin_again(applicant: Applicant) -> None:
    applicant.fill("new-connection")
    services.save_answers(draft=applicant.draft, result={"lat": 33.3, "lon": 44.3}, now=NOW)

    change = applicant.client.post(
        applicant.address("place") + "?change=1", {"district": "KARKH-YARMOUK"}
    )

    resumed = applicant.client.get(change.url)
    assert resumed.url == applicant.address("address")
    applicant.draft.refresh_from_db()
    assert selectors.answers_of(applicant.draft)["lat"] is None
    assert applicant.send().status_code == 422


def test_without_a_pin_the_neighbours_place_is_taken(applicant: Applicant, account_no: str) -> None:
    applicant.fill("new-connection")
    applicant.answer("neighbour", neighbour_account=account_no)

    applicant.send()

    application = Application.objects.get(case_id=applicant.draft.case_id)
    assert application.details["position"] == "NEIGHBOUR"
    assert applicant.case().variables["lat"] == pytest.approx(33.3, abs=0.2)


@pytest.mark.parametrize("area", ["KARKH-MANSOUR", "DIRECTORATE:1"])
def test_without_any_mark_the_case_goes_on_all_the_same(
    applicant: Applicant, scene: Scene, area: str
) -> None:
    applicant.begin("new-connection")
    for page in JOURNEYS["new-connection"].pages:
        applicant.answer(page.key, **({"district": area} if page.key == "place" else {}))
    applicant.send()
    jobs.drain(NOW)
    case = applicant.case()

    finish(scene, case)

    case.refresh_from_db()
    assert case.outcome == "COMPLETED"
    assert case.variables["account_no"]


def test_a_replayed_sending_gives_the_same_case(applicant: Applicant) -> None:
    applicant.fill("new-connection")

    first, second = applicant.send(), applicant.send()

    assert first.url == second.url
    assert Case.objects.filter(applicant=applicant.person).count() == 1


def test_a_page_left_open_while_it_was_sent_leads_to_what_was_sent(applicant: Applicant) -> None:
    applicant.fill("new-connection")
    stale = Draft.objects.get(id=applicant.draft.id)
    applicant.send()

    answer = applicant.answer("identity", full_name="شخص آخر تماماً")

    assert answer.url == reverse("connections:sent", args=[applicant.draft.id])
    with pytest.raises(services.UnableToChange):
        services.save_page(draft=stale, page="identity", result={"full_name": "x"}, now=NOW)
    assert selectors.answers_of(Draft.objects.get(id=stale.id)) == {}


def test_two_tabs_do_not_undo_each_other(applicant: Applicant) -> None:
    applicant.begin("new-connection")
    one, other = (Draft.objects.get(id=applicant.draft.id) for _ in range(2))

    services.save_page(draft=one, page="premises", result={"premises_kind": "SHOP"}, now=NOW)
    services.save_page(draft=other, page="helper", result={"is_helped": "no"}, now=NOW)

    kept = selectors.answers_of(Draft.objects.get(id=one.id))
    assert kept["done"] == ["helper", "premises"]
    assert kept["premises_kind"] == "SHOP"


def test_a_missing_page_is_named(applicant: Applicant) -> None:
    applicant.begin("new-connection")
    applicant.answer("eligibility")

    answer = applicant.send()

    assert answer.status_code == 422
    assert str(JOURNEYS["new-connection"].pages[1].title) in answer.content.decode()


def test_a_helper_acts_only_with_consent(applicant: Applicant) -> None:
    applicant.begin("new-connection")
    named = {"is_helped": "yes", "helper_name": "علي", "helper_phone": "٠٧٧٠١٢٣٤٥٦٧"}

    refused = applicant.client.post(applicant.address("helper"), named)
    agreed = applicant.client.post(applicant.address("helper"), {**named, "helper_consent": "on"})

    assert refused.status_code == 422
    assert agreed.status_code == 302


def test_the_calculator_adds_up_without_javascript(applicant: Applicant) -> None:
    applicant.begin("new-connection")

    page = applicant.client.post(applicant.address("load"), {"n_AC_SPLIT": "2", "add_up": "1"})

    assert page.status_code == 200
    assert page.context["load"] == {"kw": 3.3, "phases": 1}
    assert "load_watts" not in selectors.answers_of(applicant.draft)


def test_files_can_be_looked_at_and_taken_away_by_their_owner_only(applicant: Applicant) -> None:
    applicant.begin("change-of-name")
    applicant.answer("place")
    applicant.client.post(
        applicant.address("documents"),
        {"upload": "1", "file_NATIONAL_CARD": io.BytesIO(picture("X"))},
    )
    file = DraftDocument.objects.get()
    address = reverse("connections:draft_document", args=[applicant.draft.id, file.id])

    mine = applicant.client.get(address)
    other = people.sign_in(Client(), people.citizen()).get(address)
    applicant.client.post(applicant.address("documents"), {"remove": str(file.id)})

    assert mine.content[:3] == b"\xff\xd8\xff"
    assert "sandbox" in mine["Content-Security-Policy"]
    assert other.status_code == 404
    jobs.drain(NOW)
    assert not DraftDocument.objects.exists()
    assert not default_storage.exists(file.path)


def test_the_files_of_a_draft_go_when_it_is_sent_and_the_case_has_them(
    applicant: Applicant,
) -> None:
    applicant.fill("new-connection")
    paths = list(DraftDocument.objects.values_list("path", flat=True))

    applicant.send()
    jobs.drain(NOW)

    assert paths
    assert not any(default_storage.exists(path) for path in paths)
    assert Document.objects.filter(case_id=applicant.draft.case_id).count() == len(paths)


def test_a_forgotten_draft_is_swept_away_with_its_files(applicant: Applicant) -> None:
    applicant.fill("new-connection")
    paths = list(DraftDocument.objects.values_list("path", flat=True))
    saved = Draft.objects.get().saved_at

    assert services.sweep_drafts(now=saved + timedelta(days=29)) == 0
    assert services.sweep_drafts(now=saved + timedelta(days=31)) == 1
    jobs.drain(saved + timedelta(days=31))

    assert not Draft.objects.exists()
    assert not any(default_storage.exists(path) for path in paths)


def test_a_thrown_away_draft_leaves_no_file(applicant: Applicant) -> None:
    applicant.fill("new-connection")
    paths = list(DraftDocument.objects.values_list("path", flat=True))

    applicant.client.post(reverse("connections:discard", args=[applicant.draft.id]))
    jobs.drain(NOW)

    assert not Draft.objects.exists()
    assert not any(default_storage.exists(path) for path in paths)


def test_only_files_of_drafts_are_ever_removed(applicant: Applicant) -> None:
    applicant.fill("new-connection")
    applicant.send()
    document = Document.objects.filter(case_id=applicant.draft.case_id).first()
    assert document is not None

    services.remove_files(paths=[document.path, "drafts/none", "drafts/none"])

    assert default_storage.exists(document.path)


def test_somebody_elses_drafts_are_hidden_by_the_database_too(applicant: Applicant) -> None:
    applicant.fill("new-connection")

    with scope.within_person(people.citizen().id):
        assert not Draft.objects.exists()
        assert not DraftDocument.objects.exists()
    with scope.within_person(applicant.person.id):
        assert DraftDocument.objects.exists()


def test_a_visit_is_announced_with_its_day_and_that_it_is_free(
    scene: Scene, applicant: Applicant
) -> None:
    applicant.fill("new-connection")
    applicant.send()
    jobs.drain(NOW)
    case = applicant.case()
    scene.do(case, "review", "ACCEPT")
    if casework.waiting_tasks(case)[0].key == "engineer":
        scene.do(case, "engineer", "FIT")

    told = [each.template for each in notifications.about("case", case.id)]

    assert "connections.visit" in told


def test_places_know_their_source() -> None:
    position = places.position({"lat": 33.3, "lon": 44.3}, 1)

    assert (position.lat, position.lon, position.source) == (33.3, 44.3, "PIN")
