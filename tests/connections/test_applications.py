"""Applying: each page saves, nothing is sent twice, and what is wrong is said in words."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from tests.casework.conftest import NOW, Scene
from wasl.accounts.actors import Actor
from wasl.casework.models import Case
from wasl.connections import estimate, loads, selectors, services
from wasl.connections.journeys import JOURNEYS
from wasl.connections.models import Application, Draft
from wasl.directorates import seeding
from wasl.web.demonstration import citizens

FEES = {
    "connection.single": 50000, "connection.three": 125000, "meter.single": 75000,
    "meter.three": 185000, "per_kw": 5000, "cable_per_m": 2500, "inspection": 10000,
}  # fmt: skip


@given(
    watts=st.integers(0, 200_000),
    cable=st.integers(0, 500),
    phases=st.sampled_from([1, 3]),
    service=st.sampled_from(["new-connection", "load-increase"]),
)
def test_the_lines_of_an_estimate_always_sum_to_its_total(
    watts: int, cable: int, phases: int, service: str
) -> None:
    lines = estimate.lines_for(
        fees=FEES, phases=phases, load_watts=watts, cable_m=cable, service=service
    )

    assert estimate.total(lines) == sum(line.quantity * line.price for line in lines)
    assert all(line.amount > 0 for line in lines)


@given(st.dictionaries(st.sampled_from([a.code for a in loads.appliances()]), st.integers(0, 50)))
def test_more_appliances_never_need_less(counts: dict[str, int]) -> None:
    more = {**counts, "LIGHTS": counts.get("LIGHTS", 0) + 1}

    assert loads.demand_watts(more) >= loads.demand_watts(counts)
    assert loads.demand_watts(counts) % 100 == 0


def test_an_estimate_printed_by_hand() -> None:
    lines = estimate.lines_for(
        fees=FEES, phases=1, load_watts=4100, cable_m=20, service="new-connection"
    )

    assert estimate.total(lines) == 50000 + 5 * 5000 + 75000 + 20 * 2500 + 10000


@pytest.mark.django_db
def test_sending_twice_gives_one_case(scene: Scene) -> None:
    scene.apply()
    draft = Draft.objects.get()

    again, secret = services.submit_application(
        draft_id=draft.id, actor=Actor.for_user(draft.citizen), now=NOW
    )

    assert again.id == draft.case_id
    assert secret == ""
    assert Case.objects.count() == Application.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("service", list(JOURNEYS))
def test_every_service_goes_through_the_same_machinery(scene: Scene, service: str) -> None:
    account = ""
    if service != "new-connection":
        from tests.casework.test_cases import finish

        first = scene.apply()
        finish(scene, first)
        first.refresh_from_db()
        account = first.variables["account_no"]

    case = scene.apply(service, account_no=account)

    assert case.service == service
    assert case.variables["is_complete"] is True
    assert case.stage != "received"


@pytest.mark.django_db
def test_of_two_applications_for_one_place_exactly_the_later_has_a_twin(scene: Scene) -> None:
    first, second = scene.apply(), scene.apply()
    original = Application.objects.get(case_id=first.id)
    twin = Application.objects.get(case_id=second.id)
    assert selectors.earlier_twin(twin, second) is None

    twin.address_index = original.address_index
    twin.save(update_fields=["address_index"])

    found = [selectors.earlier_twin(twin, second), selectors.earlier_twin(original, first)]
    assert sorted(found, key=lambda case: case is None) in ([first, None], [second, None])


@pytest.mark.django_db
def test_outside_the_roll_out_there_is_a_clear_page(client: Client) -> None:
    seeding.run(now=NOW)
    person = people.citizen()
    people.sign_in(client, person)
    page = client.get(reverse("connections:begin", args=["change-of-name"]), follow=True)
    address = page.redirect_chain[-1][0]

    answer = client.post(address, {"district": "RUSAFA-KARRADA"})

    assert answer.status_code == 200
    assert "connections/stop.html" in [t.name for t in answer.templates]
    assert not Draft.objects.get().case_id


@pytest.mark.django_db
def test_wrong_answers_are_kept_and_explained(client: Client) -> None:
    seeding.run(now=NOW)
    people.sign_in(client, people.citizen())
    client.get(reverse("connections:begin", args=["new-connection"]))
    draft = Draft.objects.get()
    address = reverse("connections:step", args=[draft.id, "identity"])

    answer = client.post(address, {"full_name": "علي", "national_id": "12"})

    assert answer.status_code == 422
    assert "علي" in answer.content.decode()
    assert answer.content.decode().count("w-field__error") == 2


@pytest.mark.django_db
def test_somebody_elses_draft_does_not_exist(client: Client, scene: Scene) -> None:
    scene.apply()
    draft = Draft.objects.get()
    people.sign_in(client, people.citizen())

    for name in ("resume", "check", "sent", "discard"):
        assert client.get(reverse(f"connections:{name}", args=[draft.id])).status_code == 404


@pytest.mark.django_db
def test_a_hostile_file_is_refused_with_words(client: Client) -> None:
    seeding.run(now=NOW)
    people.sign_in(client, people.citizen())
    client.get(reverse("connections:begin", args=["change-of-name"]))
    draft = Draft.objects.get()
    services.save_page(
        draft=draft,
        page="place",
        result={"district": "KARKH-MANSOUR", "directorate_id": 1},
        now=NOW,
    )
    address = reverse("connections:step", args=[draft.id, "documents"])
    forged = SimpleUploadedFile("card.jpg", b"<script>alert(1)</script>", "image/jpeg")

    answer = client.post(address, {"file_NATIONAL_CARD": forged, "upload": "1"})

    assert answer.status_code == 422
    assert not draft.documents.exists()


@pytest.mark.django_db
def test_the_copy_of_the_answers_is_a_pdf_of_the_citizens_own(client: Client, scene: Scene) -> None:
    case = scene.apply()
    address = reverse("connections:answers_pdf", args=[case.reference])
    people.sign_in(client, case.applicant)
    mine = client.get(address)
    other = people.sign_in(Client(), people.citizen()).get(address)

    assert mine.content[:5] == b"%PDF-"
    assert other.status_code == 404


@pytest.mark.django_db
def test_guides_are_read_from_the_published_process(client: Client, scene: Scene) -> None:
    for key in JOURNEYS:
        page = client.get(reverse("connections:guide", args=[key]))
        assert page.context["process"].key == key
        assert page.context["stages"]
        assert all(not stage.is_exceptional for stage in page.context["stages"])


def test_the_papers_of_the_demonstration_are_real_pictures() -> None:
    assert citizens.picture("X")[:3] == b"\xff\xd8\xff"
    assert io.BytesIO(citizens.picture("Y")).read(2) == b"\xff\xd8"
