"""Readers' routes: who walks where, in which order, and what the telephone is never told."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from tests import people
from wasl.accounts.actors import Actor
from wasl.billing import route_pages, services
from wasl.billing.models import BookPlace, Reading, ReadingRoute, RouteStop
from wasl.billing.services import Answer, UnableToAnswerStop
from wasl.casework import draws
from wasl.casework.management.commands.assignment_replay import replay
from wasl.customers.models import Premises
from wasl.directorates.models import DatedSetting
from wasl.events.models import Event
from wasl.web.demonstration.citizens import picture

from . import town

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)  # a Tuesday, nine in the morning
TODAY = date(2026, 2, 3)
HERE = {"lat": 33.3001, "lon": 44.3}


@pytest.fixture
def numbers(tariffs) -> list[str]:
    """Seven homes in mahallas 1 to 7, never read since the first of January; chains for the draw."""
    for party in draws.PARTIES:
        draws.start_chain(directorate_id=1, party=party, actor=Actor.system(), now=NOW)
    return town.build(7)


@pytest.fixture
def reader(numbers):
    return people.staff("METER_READER", now=NOW)


@pytest.fixture
def route(reader) -> ReadingRoute:
    services.place_accounts(directorate_id=1, on=TODAY)
    return plan()


def rule(key: str, value: object) -> None:
    DatedSetting.objects.create(
        key=key, value=value, directorate_id=1, valid_from=TODAY.replace(day=1), recorded_at=NOW
    )


def plan(on: date = TODAY, now: datetime = NOW) -> ReadingRoute:
    return services.plan_route(
        directorate_id=1, district_code="X", book=1, walk_on=on, actor=Actor.system(), now=now
    )


def answer(
    route: ReadingRoute, position: int, *, now: datetime = NOW, actor=None, **more
) -> RouteStop:
    given = {"token": uuid4().hex, "photo": clean_picture(), **HERE} | more
    return services.answer_stop(
        directorate_id=1, route_id=route.id, position=position, answer=Answer(**given),
        actor=actor or Actor(kind="STAFF", user_id=route.reader_id, role="METER_READER", directorate_id=1),
        now=now,
    )  # fmt: skip


def clean_picture():
    from wasl.core.uploads import accept

    return accept(SimpleUploadedFile("m.jpg", picture("meter"), "image/jpeg"))


def test_doors_follow_each_other_by_address(numbers) -> None:
    for place, mahalla in enumerate(["m10", "m9", "m2", "m2", "m2", "m2", "m2"], start=1):
        Premises.objects.filter(mahalla=str(place)).update(mahalla=mahalla)
    rule("billing.route_longest", 3)
    assert services.place_accounts(directorate_id=1, on=TODAY) == 7
    rows = BookPlace.objects.order_by("book", "position").values_list("book", "position")
    assert list(rows) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    order = list(
        BookPlace.objects.order_by("book", "position").values_list("account_no", flat=True)
    )
    assert order == [*numbers[2:], numbers[1], numbers[0]]
    assert services.place_accounts(directorate_id=1, on=TODAY) == 0


def test_a_new_account_comes_behind(numbers) -> None:
    services.place_accounts(directorate_id=1, on=TODAY)
    BookPlace.objects.filter(account_no=numbers[3]).delete()
    assert services.place_accounts(directorate_id=1, on=TODAY) == 1
    place = BookPlace.objects.get(account_no=numbers[3])
    assert (place.book, place.position) == (1, 7)


def test_the_cycle_spreads_the_books_over_the_working_days(numbers) -> None:
    rule("billing.route_longest", 2)
    services.place_accounts(directorate_id=1, on=TODAY)
    days = [date(2026, 2, 1) + timedelta(days=n) for n in range(28)]
    walked = {day: services.books_of_day(1, day) for day in days}
    assert sorted(book for books in walked.values() for _district, book in books) == [1, 2, 3, 4]
    assert max(len(books) for books in walked.values()) == 1
    assert not any(walked[day] for day in days if day.weekday() in {4, 5})


def test_the_reader_is_drawn_and_the_draw_can_be_computed_again(route, reader) -> None:
    assert (route.status, route.reader_id) == ("OUT", reader.id)
    drawn = SimpleNamespace(
        task_id=route.id, attempt=1, role=route.draw["role"], pool=route.draw["pool"],
        excluded=route.draw["excluded"], links=route.draw["links"],
        pool_digest=route.draw["digest"], chosen_pseudonym=route.draw["chosen"],
    )  # fmt: skip
    assert replay(drawn) == []
    kinds = list(
        Event.objects.filter(kind__startswith="billing.route.").order_by("recorded_at", "id")
    )
    assert {event.kind for event in kinds} == {"billing.route.pool_fixed", "billing.route.drawn"}
    assert kinds[0].data["digest"] == route.draw["digest"]
    drawn.pool = [{"p": "somebody", "w": 1}]
    assert replay(drawn) != []


def test_not_the_same_reader_twice_and_not_two_routes_a_day(route, reader) -> None:
    other = people.staff("METER_READER", now=NOW)
    answer(route, 1, register_kwh=300)
    tomorrow = plan(TODAY + timedelta(days=1))
    assert tomorrow.reader_id == other.id
    grounds = {each["ground"] for each in tomorrow.draw["excluded"]}
    assert grounds == {"LAST_TIME"}
    again = services.give_back(
        directorate_id=1, route_id=tomorrow.id, actor=Actor.system(), now=NOW
    )
    assert again.reader_id == reader.id
    assert again.attempts == 2


def test_nobody_on_duty_leaves_it_waiting(numbers) -> None:
    services.place_accounts(directorate_id=1, on=TODAY)
    route = plan()
    assert (route.status, route.reader_id) == ("WAITING", None)
    people.staff("METER_READER", now=NOW)
    services.plan_day(directorate_id=1, on=TODAY, now=NOW)
    assert ReadingRoute.objects.get(id=route.id).status == "OUT"


def test_who_was_read_this_month_is_left_out(reader, numbers) -> None:
    services.place_accounts(directorate_id=1, on=TODAY)
    town.read(numbers[0], date(2026, 2, 2), 100)
    route = plan()
    found = RouteStop.objects.filter(route_id=route.id).order_by("position")
    assert [stop.account_no for stop in found] == numbers[1:]
    assert [stop.position for stop in found] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(services.UnableToPlanRoute):
        plan()
    with pytest.raises(services.UnableToPlanRoute):
        plan(TODAY - timedelta(days=1))


def test_a_figure_goes_through_the_audit_with_photo_and_place(route, numbers) -> None:
    stop = answer(route, 1, register_kwh=310)
    reading = Reading.objects.get(account_no=numbers[0], source="READER")
    assert (reading.status, reading.consumption_kwh, reading.read_on) == ("ACCEPTED", 310, TODAY)
    assert reading.origin == f"route:{route.id}"
    assert reading.details["distance_m"] == stop.distance_m == 11
    assert reading.details["photo"] == stop.photo
    assert stop.code == 0


def test_the_order_is_kept(route) -> None:
    with pytest.raises(UnableToAnswerStop, match="come first"):
        answer(route, 2, register_kwh=300)
    answer(route, 1, reason="RDR_ABSENT")
    answer(route, 2, register_kwh=300)


def test_the_same_answer_again_changes_nothing(route) -> None:
    token = uuid4().hex
    for _time in range(3):
        answer(route, 1, register_kwh=300, token=token)
    assert Reading.objects.filter(source="READER").count() == 1
    with pytest.raises(UnableToAnswerStop, match="answered before"):
        answer(route, 1, register_kwh=301)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"register_kwh": 300, "photo": None}, "photograph"),
        ({"register_kwh": 300, "lat": None}, "position"),
        ({}, "what the meter shows"),
        ({"register_kwh": 300, "reason": "RDR_ABSENT"}, "what the meter shows"),
        ({"reason": "RDR_ABSENT", "photo": None}, "photograph"),
    ],
)
def test_what_the_rules_ask_for(route, more, said) -> None:
    with pytest.raises(UnableToAnswerStop, match=said):
        answer(route, 1, **more)
    assert not RouteStop.objects.exclude(outcome="").exists()


def test_a_directorate_can_do_without(route) -> None:
    rule("billing.route_needs_photo", False)
    rule("billing.route_needs_position", False)
    answer(route, 1, register_kwh=300, photo=None, lat=None, lon=None)


def test_a_closed_door_is_told_to_the_customer_and_a_faulty_meter_to_the_desk(
    route, numbers
) -> None:
    answer(route, 1, reason="RDR_ABSENT")
    assert not Reading.objects.filter(account_no=numbers[0]).exclude(source="FIRST").exists()
    event = Event.objects.get(kind="billing.reader.turned_away")
    assert event.public == {"reason": "RDR_ABSENT"}
    answer(route, 2, reason="RDR_FAULTY")
    held = Reading.objects.get(account_no=numbers[1], source="READER")
    assert (held.status, held.code) == ("HELD", 15)


def test_sent_later_it_counts_for_its_day(route, numbers) -> None:
    late = NOW + timedelta(days=2)
    answer(route, 1, register_kwh=300, noted_at=NOW + timedelta(hours=1), now=late)
    answer(route, 2, register_kwh=300, noted_at=NOW - timedelta(days=900), now=late)
    answer(route, 3, register_kwh=300, noted_at=NOW + timedelta(days=900), now=late)
    days = (
        Reading.objects.filter(source="READER")
        .order_by("account_no")
        .values_list("read_on", flat=True)
    )
    assert list(days) == [TODAY, TODAY, TODAY + timedelta(days=2)]


def test_only_its_reader_and_only_while_it_is_out(route) -> None:
    stranger = Actor(kind="STAFF", user_id=uuid4(), role="METER_READER", directorate_id=1)
    with pytest.raises(UnableToAnswerStop, match="another reader"):
        answer(route, 1, register_kwh=300, actor=stranger)
    services.end_route(directorate_id=1, route_id=route.id, actor=Actor.system(), now=NOW)
    with pytest.raises(UnableToAnswerStop, match="over"):
        answer(route, 1, register_kwh=300)


def test_the_last_door_ends_it_and_an_answer_stands(route) -> None:
    for position in range(1, 8):
        answer(route, position, register_kwh=300)
    assert ReadingRoute.objects.get(id=route.id).status == "DONE"
    for change in ({"register": 1}, {"reason": "x"}, {"outcome": ""}):
        with pytest.raises((DatabaseError, Exception)), transaction.atomic():
            RouteStop.objects.filter(route_id=route.id, position=1).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RouteStop.objects.filter(route_id=route.id).delete()


# --- the pages


@pytest.fixture
def phone(client: Client, reader, monkeypatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, reader)


def test_the_telephone_is_not_told_what_the_register_showed(phone, numbers) -> None:
    """Neither the last figure, nor the use, nor anything from which they follow, stands in the page."""
    services.place_accounts(directorate_id=1, on=TODAY)
    town.read(numbers[0], date(2026, 1, 20), 417_293)
    route = plan()
    doors = route_pages.doors(route)
    assert set(vars(doors[0])) == {
        "position", "mahalla", "zuqaq", "dar", "landmark", "serial", "digits", "outcome",
    }  # fmt: skip
    page = phone.get(f"/billing/walk/{route.id}/").content.decode()
    shown = re.sub(r"<[^>]*(csrf|token)[^>]*>", "", page)
    for secret in ("417293", "417,293", "20 January", "2026-01-20", "1 January", "2026-01-01"):
        assert secret not in shown
    assert f"T{numbers[1]}" in shown
    sent = phone.post(
        f"/billing/walk/{route.id}/0001/",
        {"register_kwh": "999999", "token": "a", "photo": upload(), **HERE},
        follow=True,
    )
    assert sent.status_code == 200
    after = sent.content.decode()
    assert "impossibly" not in after
    # Neither in a token nor in a random name do three digits mean anything.
    random = r"<[^>]*(csrf|token)[^>]*>|[0-9a-f]{8}-[0-9a-f-]{27}|nonce=\S+"
    assert "417" not in re.sub(random, "", after)
    assert Reading.objects.get(origin__startswith="route:").status == "HELD"


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("m.jpg", picture("meter"), "image/jpeg")


def test_a_walk_on_the_pages(phone, route) -> None:
    assert f"/billing/walk/{route.id}/" in phone.get("/billing/walk/").content.decode()
    page = phone.get(f"/billing/walk/{route.id}/").content.decode()
    assert page.count("data-offline") == 7
    assert page.count('class="w-stop" open') == 1
    assert len(page.encode()) < 100_000
    address = f"/billing/walk/{route.id}/0001/"
    values = {"register_kwh": "٣٠٠", "token": "abc", **HERE}
    refused = phone.post(address, values)
    assert refused.status_code == 422
    assert "photograph is needed" in refused.content.decode()
    for _time in range(2):
        taken = phone.post(address, {**values, "photo": upload()})
        assert taken["Location"] == f"/billing/walk/{route.id}/"
    assert Reading.objects.filter(source="READER").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"register_kwh": "-5"},
        {"register_kwh": "many"},
        {"reason": "NONSENSE"},
        {"register_kwh": "5", "lat": "91"},
        {"register_kwh": "5", "photo": SimpleUploadedFile("m.jpg", b"<script>")},
        {"register_kwh": "5", "noted_at": "yesterday"},
    ],
)
def test_hostile_input(phone, route, wrong) -> None:
    values = {"token": "abc", "photo": upload(), **HERE} | wrong
    assert phone.post(f"/billing/walk/{route.id}/0001/", values).status_code == 422
    assert not Reading.objects.filter(source="READER").exists()


def test_other_readers_and_roles_see_nothing(phone, route) -> None:
    for role in ("METER_READER", "INSPECTOR", "SUPERVISOR"):
        other = people.sign_in(Client(), people.staff(role, now=NOW))
        assert other.get(f"/billing/walk/{route.id}/").status_code in {403, 404}
        assert other.post(f"/billing/walk/{route.id}/0001/").status_code in {403, 404}
    assert phone.get("/billing/routes/").status_code in {403, 404}
    assert phone.get(f"/billing/walk/{route.id}/0001/").status_code == 404
    assert phone.post(f"/billing/walk/{route.id}/0099/").status_code == 404


def test_the_desk_plans_and_watches(route, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    answer(route, 1, register_kwh=300)
    answer(route, 2, reason="RDR_DENIED", lat=33.4)
    desk = people.sign_in(Client(), people.staff("SUPERVISOR", now=NOW))
    desk.cookies["wasl_lang"] = "en"
    assert "2 / 7" in re.sub(r"</?bdi[^>]*>", "", desk.get("/billing/routes/").content.decode())
    shown = desk.get(f"/billing/routes/{route.id}/").content.decode()
    assert "The reader was not let in" in shown
    assert "w-tag--bad" in shown
    assert desk.get(f"/billing/routes/{route.id}/1/photo/").status_code == 200
    planned = desk.post("/billing/routes/", {"book": "X:1", "walk_on": "2026-02-04"})
    assert planned.status_code == 302
    assert (
        desk.post("/billing/routes/", {"book": "Y:1", "walk_on": "2026-02-04"}).status_code == 422
    )
    BookPlace.objects.all().delete()
    placed = desk.post(f"/billing/routes/{route.id}/place/", follow=True)
    assert "7 accounts were put into books." in placed.content.decode()
    desk.post(f"/billing/routes/{route.id}/end/")
    assert ReadingRoute.objects.get(id=route.id).status == "ENDED"
    elsewhere = people.sign_in(Client(), people.staff("SUPERVISOR", directorate_id=2, now=NOW))
    assert elsewhere.get(f"/billing/routes/{route.id}/").status_code == 404
