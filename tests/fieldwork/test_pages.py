"""The desk, the crew's phone, crews, material and calls back, each as who may and who may not."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import people
from tests.fieldwork import field
from wasl.accounts.roles import Role
from wasl.core import jobs
from wasl.fieldwork import contacts, dangers, live, pictures
from wasl.fieldwork.models import (
    CallBackDraw,
    CallBackFigure,
    Crew,
    FieldAction,
    OrderPicture,
    WorkOrder,
)
from wasl.outages import services as outages
from wasl.outages.models import Signal
from wasl.web.demonstration.citizens import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(db):
    moment = timezone.now()
    field.build(moment)
    return moment


def desk(role: str = Role.ENGINEER, directorate_id: int = 1) -> Client:
    return people.sign_in(Client(), people.staff(role, directorate_id=directorate_id))


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("now.jpg", picture("place"), "image/jpeg")


def out(now) -> tuple[WorkOrder, Client, object]:
    _crew, user = field.crew(now=now)
    outage = field.outage(now=now - timedelta(minutes=5))
    jobs.drain(now)
    order = WorkOrder.objects.get(subject_id=outage.id)
    return order, people.sign_in(Client(), user), user


def act(client: Client, order: WorkOrder, kind: str, **more):
    sent = {"action_id": str(uuid4())} | more
    return client.post(reverse("fieldwork:act", args=[order.id, kind]), sent)


def test_from_the_crews_phone_to_the_checked_repair(now) -> None:
    order, phone, _user = out(now)
    page = phone.get("/field/crew/").content.decode()
    assert order.reference in page
    for kind in ("accept", "arrive", "safe"):
        assert act(phone, order, kind).status_code == 302
    assert act(phone, order, "repair").status_code == 422  # no photograph
    assert act(phone, order, "restore", transformers=["F0-0-0"]).status_code == 302
    assert act(phone, order, "repair", photo=photo()).status_code == 302
    order.refresh_from_db()
    assert order.state == "REPAIRED"
    engineer = desk()
    page = engineer.get(f"/field/order/{order.id}/").content.decode()
    link = pictures.links_of("outage", order.subject_id)[0]
    assert "/field/picture/" in page
    shown = Client().get(link)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert Client().get(link[:-3] + "xx/").status_code == 404
    assert act(phone, order, "accept").status_code == 302  # said already: no contradiction
    engineer.post(f"/field/order/{order.id}/check/")
    engineer.post(f"/field/order/{order.id}/close/")
    order.refresh_from_db()
    assert order.state == "CLOSED"
    # Sent late by another phone: kept for a look.
    act(phone, order, "return", reason="VEHICLE")
    assert "VEHICLE" not in phone.get("/field/crew/").content.decode()
    assert FieldAction.objects.get(kind="RETURN").outcome == "LOOK"
    assert order.reference in engineer.get("/field/").content.decode()


def test_a_phone_that_counts_is_always_kept(now) -> None:
    order, phone, _user = out(now)
    sent = act(phone, order, "repair", stream="p-1", sequence="1")
    assert sent.status_code == 302
    kept = FieldAction.objects.get()
    assert (kept.outcome, bool(kept.why)) == ("LOOK", True)
    act(phone, order, "accept", stream="p-1", sequence="2", at="2020-01-01T00:00:00Z")
    order.refresh_from_db()
    assert order.state == "ACCEPTED"


@pytest.mark.parametrize(
    "wrong", [{"action_id": "x"}, {"sequence": "-1", "action_id": ""}, {"stream": "a b"}]
)
def test_what_no_phone_sends_is_refused(now, wrong) -> None:
    order, phone, _user = out(now)
    assert act(phone, order, "accept", **wrong).status_code == 422
    assert phone.post(reverse("fieldwork:act", args=[order.id, "dance"])).status_code == 404
    nowhere = reverse("fieldwork:act", args=[uuid4(), "accept"])
    assert phone.post(nowhere, {"action_id": str(uuid4())}).status_code == 404
    assert not FieldAction.objects.exists()


def test_another_office_and_other_roles_move_nothing(now) -> None:
    order, _phone, _user = out(now)
    address = f"/field/order/{order.id}/"
    other = desk(Role.SUPERVISOR, 2)
    assert other.get(address).status_code == 404
    assert other.post(address + "cancel/", {"reason": "OPENED_WRONGLY"}).status_code == 404
    assert order.reference not in other.get("/field/").content.decode()
    for role in (Role.AUDITOR, Role.QUALITY_OFFICER):
        assert desk(role).post(address + "cancel/").status_code == 403
    for role in (Role.DOCUMENTS_OFFICER, Role.TECHNICIAN, Role.STORE_KEEPER, Role.METER_READER):
        assert desk(role).get("/field/").status_code == 403
        assert desk(role).get("/field/stream/").status_code == 403
    stranger = people.sign_in(Client(), people.staff(Role.TECHNICIAN))
    assert act(stranger, order, "accept").status_code == 422
    crew = Crew.objects.get()
    assert desk(Role.ENGINEER).get(f"/field/crews/{crew.id}/").status_code == 403
    assert other.get(f"/field/crews/{crew.id}/").status_code == 404
    order.refresh_from_db()
    assert order.state == "DISPATCHED"


def test_danger_to_life_stands_first_and_a_crew_is_sent(now, monkeypatch) -> None:
    field.crew(now=now)
    big = field.outage("F0", now=now)
    subject = uuid4()
    monkeypatch.setattr(
        dangers, "_SOURCES",
        [lambda office, _on, _lang: [dangers.Danger(
            subject_type="report", subject_id=subject, reference="R", label="wire down",
            where="X", since=now, lat=33.3, lon=44.3,
        )] if office == 1 else []],
    )  # fmt: skip
    engineer = desk()
    page = engineer.get("/field/").content.decode()
    assert 0 < page.index("wire down") < page.index(big.reference)
    engineer.post(reverse("fieldwork:send", args=["report", subject]))
    order = WorkOrder.objects.get(subject_id=subject)
    assert (order.danger, order.subject_type) == (2, "report")
    unknown = reverse("fieldwork:send", args=["report", uuid4()])
    assert engineer.post(unknown).status_code == 404
    assert desk(Role.SUPERVISOR, 2).post(unknown).status_code == 404
    assert "wire down" not in desk(Role.SUPERVISOR, 2).get("/field/").content.decode()
    svg = engineer.get("/field/map.svg").content.decode()
    assert svg.count('class="hit') == 2
    assert "F0-0-0" in svg


def test_crews_are_founded_joined_and_planned(now) -> None:
    boss = desk(Role.SUPERVISOR)
    wrong = boss.post("/field/crews/new/", {"name": "A", "lat": "1", "lon": "44"})
    assert wrong.status_code == 422
    sent = {"name": "مفرزة ١", "skills": ["cable"], "lat": "٣٣.٣", "lon": "44.3", "vehicle": "7"}
    assert boss.post("/field/crews/new/", sent).status_code == 302
    crew = Crew.objects.get()
    assert (crew.home_lat, crew.skills) == (33.3, ["cable"])
    assert boss.post("/field/crews/new/", sent).status_code == 422  # the name is taken
    user = people.staff(Role.TECHNICIAN)
    boss.post(f"/field/crews/{crew.id}/join/", {"user": str(user.id)})
    begins = timezone.localtime(now)
    shift = {
        "starts_at": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (begins + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M"),
    }
    boss.post(f"/field/crews/{crew.id}/shift/", shift)
    boss.post(f"/field/crews/{crew.id}/shift/", shift)  # twice at once: refused
    assert (crew.members.count(), crew.shifts.count()) == (1, 1)
    assert user.full_name in boss.get("/field/crews/").content.decode()
    boss.post(f"/field/crews/{crew.id}/end/")
    crew.refresh_from_db()
    assert crew.ended_at is not None


def test_material_from_the_store_to_the_place_and_back(now) -> None:
    order, phone, user = out(now)
    keeper = desk(Role.STORE_KEEPER)
    for name, quantity, serial in (("cable_lv", "100", ""), ("transformer", "1", "T-9")):
        delivery = {
            "material": name, "quantity": quantity, "serial": serial, "delivery_no": "D1",
        }  # fmt: skip
        assert keeper.post("/field/materials/receive/", delivery).status_code == 302
    assert keeper.post("/field/materials/receive/", delivery).status_code == 422  # known number
    for name, quantity in (("cable_lv", "60"), ("transformer", "1")):
        phone.post(f"/field/crew/{order.id}/ask/", {"material": name, "quantity": quantity})
    cable, transformer = order.requests.order_by("material")
    for request, quantity, serial in ((cable, "60", ""), (transformer, "1", "T-9")):
        keeper.post(
            f"/field/materials/{request.id}/issue/",
            {"quantity": quantity, "serial": serial, "taken_by": str(user.id)},
        )
    act(phone, order, "use", material="transformer", quantity="1", serial="T-9")
    act(phone, order, "take-out", material="transformer", quantity="1", serial="OLD-1")
    act(phone, order, "use", material="cable_lv", quantity="40")
    act(phone, order, "scrap", material="cable_lv", quantity="10")
    act(phone, order, "use", material="cable_lv", quantity="40")  # more than there is: a look
    assert FieldAction.objects.filter(outcome="LOOK").count() == 1
    back = {
        "reference": order.reference, "material": "cable_lv", "quantity": "10",
        "given_by": user.staff_no,
    }  # fmt: skip
    assert keeper.post("/field/materials/back/", back | {"given_by": "nobody"}).status_code == 422
    assert keeper.post("/field/materials/back/", back).status_code == 302
    old = {"reference": order.reference, "material": "transformer", "quantity": "1",
           "serial": "OLD-1", "given_by": user.staff_no}  # fmt: skip
    assert keeper.post("/field/materials/back/", old).status_code == 302
    rows = {each.material: each.open_quantity for each in order.materials.all()}
    assert rows == {"cable_lv": 0, "transformer": 0}
    page = desk(Role.QUALITY_OFFICER).get("/field/materials/").content.decode()
    assert order.reference in page  # ten metres of sixty scrapped: beyond five per cent
    assert desk(Role.QUALITY_OFFICER).get("/field/materials/receive/").status_code == 403


def calls_of(now, count: int = 20):
    """An outage that so many named citizens reported, restored, and drawn."""
    persons = {uuid4(): people.citizen() for _each in range(count)}
    outage = field.outage(now=now - timedelta(minutes=30))
    for source in persons:
        Signal.objects.create(
            id=source, directorate_id=1, source="REPORT", source_id=source, outage=outage,
            transformer_code="F0-0-0", at=now, recorded_at=now,
        )  # fmt: skip
    contacts.register(lambda ids: {each: persons[each] for each in ids if each in persons})
    outages.restore(outage_id=outage.id, at=now, actor=field.actor(), now=now)
    jobs.drain(now)
    return outage


def test_a_share_of_the_reporters_is_called_back(now, monkeypatch) -> None:
    monkeypatch.setattr(contacts, "_FINDERS", [])
    outage = calls_of(now)
    draw = CallBackDraw.objects.get(outage_id=outage.id)
    assert (draw.size, len(draw.chosen)) == (20, 2)  # ten per cent
    assert set(draw.chosen) <= set(draw.pool)
    first, second = draw.calls.order_by("id")
    quality = desk(Role.QUALITY_OFFICER)
    page = quality.post(f"/field/calls/{first.id}/", {"show": "1"}).content.decode()
    assert "tel:+964" in page
    missing = quality.post(f"/field/calls/{first.id}/", {"answer": "1", "outcome": "BACK"})
    assert missing.status_code == 422
    answer = {"answer": "1", "outcome": "NOT_BACK", "was_asked": "YES", "is_content": "NO"}
    assert quality.post(f"/field/calls/{first.id}/", answer).status_code == 302
    sign = Signal.objects.get(source="CALL_BACK")
    assert (sign.source_id, sign.says) == (first.id, "OFF")
    assert quality.get(f"/field/calls/{first.id}/").status_code == 404
    for _try in range(3):
        quality.post(f"/field/calls/{second.id}/", {"answer": "1", "outcome": "NOBODY"})
    figure = CallBackFigure.objects.get()
    assert (figure.not_back, figure.nobody, figure.something_asked) == (1, 1, 1)
    assert not hasattr(first, "was_asked")
    assert desk(Role.SUPERVISOR).get("/field/calls/").status_code == 403
    assert desk(Role.QUALITY_OFFICER, 2).get(f"/field/calls/{second.id}/").status_code == 404


def test_the_stream_has_few_seats(now, settings) -> None:
    settings.WASL_LIVE_STREAMS = 2
    hub = live.Hub()
    seats = [live.Seat(person=uuid4(), offices=frozenset({1}), place="1:1:") for _n in range(3)]
    hub._reader = object()  # type: ignore[assignment]
    assert [hub.join(each) for each in seats] == [True, True, False]
    hub.leave(seats[0])
    assert hub.join(seats[2])
    greedy = seats[2].person
    settings.WASL_LIVE_STREAMS = 9
    mine = [live.Seat(person=greedy, offices=None, place="1:1:") for _n in range(2)]
    assert [hub.join(each) for each in mine] == [True, False]


def test_without_a_seat_the_desk_is_told_to_ask_again(now, monkeypatch) -> None:
    monkeypatch.setattr(live.HUB, "join", lambda _seat: False)
    answer = desk().get("/field/stream/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "20")


def test_pictures_are_cleaned_and_encrypted(now) -> None:
    order, phone, _user = out(now)
    act(phone, order, "accept")
    act(phone, order, "arrive")
    sent = io.BytesIO(b"GIF89a<script>")
    bad = act(phone, order, "repair", photo=SimpleUploadedFile("x.jpg", sent.read()))
    assert bad.status_code == 422
    act(phone, order, "repair", photo=photo())
    kept = OrderPicture.objects.get()
    with default_storage.open(f"fieldwork/{kept.name}", "rb") as stored:
        assert not stored.read().startswith(b"\xff\xd8")
    assert pictures.load(kept.name).startswith(b"\xff\xd8")
