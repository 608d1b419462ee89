"""Readings on pages: one's own with a photograph, those that a person looks at, and files."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people import citizen, sign_in, staff
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing.models import Reading, ReadingImport
from wasl.customers.models import Account
from wasl.events.models import Event
from wasl.web.demonstration.citizens import picture

from . import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(settings, tmp_path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


@pytest.fixture
def holder(tariffs, stored) -> User:
    number = town.build(1)[0]
    person = citizen()
    Account.objects.filter(account_no=number).update(holder_id=person.id)
    town.read(number, date(2026, 6, 1), 2000)
    return person


@pytest.fixture
def number(holder: User) -> str:
    return Account.objects.get(holder_id=holder.id).account_no


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("meter.jpg", picture("METER"), "image/jpeg")


class TestOwnReading:
    def send(self, client: Client, number: str, figure: str, **more):
        values = {"register_kwh": figure, "photo": photo(), **more}
        return client.post(reverse("billing:own_reading", args=[number]), values)

    def test_accepted_at_once(self, client: Client, holder: User, number: str) -> None:
        sign_in(client, holder)
        assert client.get(reverse("billing:own_reading", args=[number])).status_code == 200
        page = self.send(client, number, "٢٩٠٠").content.decode()
        assert "900" in page
        taken = Reading.objects.get(source="CITIZEN")
        assert (taken.status, taken.register_kwh) == ("ACCEPTED", 2900)
        assert taken.details["photo"].endswith(".jpg")

    def test_unusual_waits_for_a_person(self, client: Client, holder: User, number: str) -> None:
        sign_in(client, holder)
        self.send(client, number, "90000")
        assert Reading.objects.get(source="CITIZEN").status == "HELD"

    @pytest.mark.parametrize(
        "values",
        [{"register_kwh": ""}, {"register_kwh": "1234567"}, {"register_kwh": "x"}, {"photo": ""}],
    )
    def test_what_is_missing_is_said(
        self, client: Client, holder: User, number: str, values
    ) -> None:
        sign_in(client, holder)
        figure = values.pop("register_kwh", "2900")
        answer = self.send(client, number, figure, **values)
        assert answer.status_code == 422
        assert not Reading.objects.filter(source="CITIZEN").exists()

    def test_once_a_day_and_only_ones_own(self, client: Client, holder: User, number: str) -> None:
        sign_in(client, holder)
        self.send(client, number, "2900")
        self.send(client, number, "2950")
        assert Reading.objects.filter(source="CITIZEN").count() == 1
        sign_in(client, citizen())
        assert self.send(client, number, "2990").status_code == 404


class TestDesk:
    @pytest.fixture
    def waiting(self, client: Client, holder: User, number: str) -> Reading:
        sign_in(client, holder)
        TestOwnReading().send(client, number, "90000")
        return Reading.objects.get(status="HELD")

    def address(self, reading: Reading, name: str = "reading") -> str:
        key = [reading.account_no, reading.read_on.isoformat(), reading.revision]
        return reverse(f"billing_desk:{name}", args=key)

    def test_it_is_seen_with_its_photograph(self, client: Client, waiting: Reading) -> None:
        sign_in(client, staff(Role.CASHIER_CONTROLLER))
        assert waiting.account_no in client.get(reverse("billing_desk:readings")).content.decode()
        assert client.get(self.address(waiting)).status_code == 200
        opened = Event.objects.get(kind="billing.reading.opened")
        assert (opened.actor_role, opened.data["account"]) == (
            "CASHIER_CONTROLLER",
            waiting.account_no,
        )
        assert client.get(self.address(waiting, "reading_photo"))["Content-Type"] == "image/jpeg"
        sign_in(client, staff(Role.CASHIER_CONTROLLER, directorate_id=2))
        assert client.get(self.address(waiting)).status_code == 404
        assert client.get(self.address(waiting, "reading_photo")).status_code == 404

    def test_accepting(self, client: Client, waiting: Reading) -> None:
        sign_in(client, staff(Role.SUPERVISOR))
        client.post(self.address(waiting), {"decision": "ACCEPT"})
        waiting.refresh_from_db()
        assert waiting.status == "ACCEPTED"

    def test_correcting_by_the_photograph(self, client: Client, waiting: Reading) -> None:
        sign_in(client, staff(Role.SUPERVISOR))
        assert client.post(self.address(waiting), {"decision": "CORRECT"}).status_code == 422
        client.post(self.address(waiting), {"decision": "CORRECT", "register_kwh": "٢٩٠٠"})
        rejected, right = Reading.objects.filter(source="CITIZEN").order_by("revision")
        assert (rejected.status, right.status, right.register_kwh) == ("REJECTED", "ACCEPTED", 2900)
        assert right.details["photo"] == rejected.details["photo"]


class TestFiles:
    def upload(self, client: Client, content: bytes, name: str = "r.csv"):
        file = io.BytesIO(content)
        file.name = name
        return client.post(reverse("billing_desk:imports"), {"file": file})

    def test_looked_through_shown_and_taken_over(self, client: Client, number: str) -> None:
        today = timezone.localdate().isoformat()
        text = f"account,date,reading\n{number},{today},2900\n=1+1,{today},5\n{number},x,5\n"
        sign_in(client, staff(Role.CASHIER_CONTROLLER))
        shown = client.get(self.upload(client, text.encode()).url)
        assert (shown.context["made"].accepted, shown.context["made"].refused) == (1, 2)
        made = ReadingImport.objects.get()
        table = client.get(reverse("billing_desk:import_lines", args=[made.id]))
        text = b"".join(table.streaming_content).decode()
        assert "'=1+1" in text
        assert not Reading.objects.filter(source="IMPORT").exists()
        client.post(reverse("billing_desk:import_move", args=[made.id, "apply"]))
        assert Reading.objects.get(source="IMPORT").register_kwh == 2900

    def test_thrown_away(self, client: Client, number: str) -> None:
        text = f"account,date,reading\n{number},2026-07-01,2900\n"
        sign_in(client, staff(Role.CASHIER_CONTROLLER))
        self.upload(client, text.encode())
        made = ReadingImport.objects.get()
        for step in ("drop", "apply"):
            client.post(reverse("billing_desk:import_move", args=[made.id, step]))
        assert not Reading.objects.filter(source="IMPORT").exists()

    def test_what_is_no_table(self, client: Client, number: str) -> None:
        sign_in(client, staff(Role.CASHIER_CONTROLLER))
        assert self.upload(client, b"\x00\x01", "x.csv").status_code == 422
