"""Is my street off, and the duty desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.outages import grid
from wasl.accounts.roles import Role
from wasl.core import jobs
from wasl.directorates import seeding
from wasl.directorates import selectors as directorates
from wasl.outages.models import Outage, Signal

pytestmark = pytest.mark.django_db
NOW_PAGE, REPORT = "/outages/", "/outages/report/"


@pytest.fixture(autouse=True)
def _grid(db) -> None:
    grid.build()


def test_from_the_first_report_to_the_light(client) -> None:
    where = {"account_no": grid.account("F0-1-0", 3)}
    page = client.get(NOW_PAGE, where).content.decode()
    assert 'value="OFF"' in page
    for number in range(3):
        asked = {"account_no": grid.account("F0-1-0", number), "says": "OFF"}
        assert client.post(REPORT, asked).status_code == 302
    now = timezone.now()
    jobs.drain(now)
    outage = Outage.objects.get(state="OPEN")
    assert (outage.element_kind, outage.element_code) == ("TRANSFORMER", "F0-1-0")

    page = client.get(NOW_PAGE, where).content.decode()
    assert "نعم، الانقطاع معروف لدينا." in page
    # Whoever hangs elsewhere has supply.
    other = client.get(NOW_PAGE, {"account_no": grid.account("F1-0-0", 3)}).content.decode()
    assert "نعم، الانقطاع" not in other

    desk = people.sign_in(Client(), people.staff(Role.ENGINEER))
    assert "F0-1-0" in desk.get("/duty/").content.decode()
    until = timezone.localtime(now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    desk.post(reverse("outage_desk:move", args=[outage.id, "confirm"]), {"expected_at": until})
    outage.refresh_from_db()
    assert outage.is_confirmed
    assert outage.expected_at is not None
    desk.post(reverse("outage_desk:move", args=[outage.id, "restore"]))
    outage.refresh_from_db()
    assert outage.state == "RESTORED"
    assert "نعم، الانقطاع" not in client.get(NOW_PAGE, where).content.decode()
    assert not Signal.objects.filter(closed_at=None).exists()


def test_the_telephones_place_will_do(client) -> None:
    client.post(REPORT, {"lat": "33.3001", "lon": "44.3001", "says": "OFF"})
    assert Signal.objects.get().transformer_code == "F0-0-0"


@pytest.mark.parametrize(
    "asked",
    [{}, {"account_no": "12"}, {"lat": "33.3"}, {"lat": "nan", "lon": "44"}, {"lat": "0", "lon": "0"},
     {"account_no": "0' OR 1=1"}],
)  # fmt: skip
def test_what_is_no_place_is_refused(client, asked: dict[str, str]) -> None:
    assert client.post(REPORT, asked | {"says": "OFF"}).status_code == 422
    assert not Signal.objects.exists()


def test_one_address_cannot_invent_a_storm(client) -> None:
    for number in range(20):
        client.post(REPORT, {"account_no": grid.account("F0-0-0", number % 20), "says": "OFF"})
    assert Signal.objects.count() == 10


def test_another_office_does_not_move_this_ones_outages(client) -> None:
    grid.report("F0-0-0", 3)
    grid.infer()
    outage = Outage.objects.get()
    other = people.sign_in(Client(), people.staff(Role.SUPERVISOR, directorate_id=2))
    answer = other.post(reverse("outage_desk:move", args=[outage.id, "restore"]))
    assert answer.status_code == 404
    reader = people.sign_in(Client(), people.staff(Role.AUDITOR))
    assert reader.post(reverse("outage_desk:move", args=[outage.id, "restore"])).status_code == 403


def test_few_customers_are_not_counted_out(client) -> None:
    grid.report("F0-0-0", 3)
    grid.infer()
    Outage.objects.get().steps.update(customers=4)
    page = client.get(NOW_PAGE).content.decode()
    assert "أقل من 10" in page


def test_the_number_to_call_in_danger_is_named(client, monkeypatch) -> None:
    assert 'href="tel:911"' in client.get(NOW_PAGE).content.decode()
    monkeypatch.setattr(directorates, "emergency_number", lambda *_asked: "")
    assert "tel:" not in client.get(NOW_PAGE).content.decode()


def test_a_whole_area_is_asked_about_and_not_reported(client) -> None:
    seeding.load_districts(timezone.now())
    asked = {"district": "KARKH-MANSOUR"}
    assert client.get(NOW_PAGE, asked)["Location"] == "/outages/district/KARKH-MANSOUR/"
    assert client.post(REPORT, asked | {"says": "OFF"}).status_code == 422
    assert not Signal.objects.exists()
