"""What reports tell field work, and what their reporters see of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests import people
from tests.complaints.conftest import NOW, Town, scene, town
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.core.uploads import CleanUpload
from wasl.fieldwork import contacts, dangers, pictures, services
from wasl.fieldwork.models import OrderPicture
from wasl.outages.models import Outage, Signal
from wasl.web.demonstration.citizens import picture

__all__ = ["scene", "town"]
pytestmark = pytest.mark.django_db


def test_a_dangerous_report_stands_first_and_one_about_staff_nowhere(town: Town) -> None:
    wire = town.report("wire", is_urgent=True)
    town.report("conduct", is_urgent=True, words="he asked for money", now=NOW + timedelta(hours=1))
    found = dangers.open_ones(1, NOW.date(), "ar")
    assert [(each.subject_id, each.reference) for each in found] == [(wire.id, wire.reference)]
    assert dangers.open_ones(2, NOW.date(), "ar") == []
    engineer = people.sign_in(Client(), people.staff(Role.ENGINEER))
    page = engineer.get("/field/").content.decode()
    assert wire.reference in page
    assert "w-row--life" in page
    engineer.post(reverse("fieldwork:send", args=["report", wire.id]))
    page = engineer.get("/field/").content.decode()
    assert page.count(wire.reference) == 1  # the order takes its subject in


def test_who_can_be_called_is_known_by_name_only(town: Town) -> None:
    citizen = people.citizen()
    mine = town.report("no_power", reporter=citizen)
    unnamed = town.report("no_power", north_m=30.0)
    found = contacts.reachable(1, [(mine.id, ""), (unnamed.id, ""), (uuid4(), "")])
    assert {source: person.id for source, person in found.items()} == {mine.id: citizen.id}


def test_the_reporter_of_an_outage_sees_the_repair_and_nobody_else(town: Town) -> None:
    citizen = people.citizen()
    report = town.report("no_power", reporter=citizen)
    sign = Signal.objects.get(source_id=report.id)
    outage = sign.outage or Outage.objects.create(
        id=uuid4(), directorate_id=1, reference="X", element_kind="TRANSFORMER",
        element_code=sign.transformer_code, customers=1, began_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    Signal.objects.filter(id=sign.id).update(outage=outage)
    order = services.open_order(
        directorate_id=1,
        subject=services.Subject(type="outage", id=outage.id, title="X", skills=("cable",)),
        actor=Actor.system(),
        now=NOW,
    )
    name = pictures.store(CleanUpload(content=picture("SITE"), content_type="image/jpeg"), now=NOW)
    OrderPicture.objects.create(name=name, order=order, directorate_id=1, at=NOW)
    address = reverse("complaints:report", args=[report.reference])
    page = people.sign_in(Client(), citizen).get(address).content.decode()
    assert "/field/picture/" in page
    assert people.sign_in(Client(), people.citizen()).get(address).status_code == 404


def test_the_page_of_a_case_shows_what_the_crew_photographed(town: Town) -> None:
    citizen = people.citizen()
    wire = town.report("wire", is_urgent=True, reporter=citizen)
    address = reverse("casework:case", args=[wire.reference])
    client = people.sign_in(Client(), citizen)
    assert "/field/picture/" not in client.get(address).content.decode()
    order = services.open_order(
        directorate_id=1,
        subject=services.Subject(type="report", id=wire.id, title="X", skills=("cable",)),
        actor=Actor.system(),
        now=NOW,
    )
    name = pictures.store(CleanUpload(content=picture("SITE"), content_type="image/jpeg"), now=NOW)
    OrderPicture.objects.create(name=name, order=order, directorate_id=1, at=NOW)
    assert "/field/picture/" in client.get(address).content.decode()
