"""Planned work, timetables, districts, and being told of places, over the API."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.network.topology import Element
from wasl.outages import services
from wasl.outages.models import PlannedWork, Subscription

from .conftest import Caller, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(town: Town) -> PlannedWork:
    """Work on the town's transformer in three days."""
    now = timezone.now()
    engineer, supervisor = (
        Actor.for_user(people.staff(role), role, 1) for role in (Role.ENGINEER, Role.SUPERVISOR)
    )
    drafted = services.draft_work(
        directorate_id=1, element=Element("TRANSFORMER", town.transformer.code),
        reason="maintenance", begins_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=2), actor=engineer, now=now,
    )  # fmt: skip
    return services.announce_work(work_id=drafted.id, actor=supervisor, now=now)


def test_what_is_announced_is_listed_and_narrowed(call: Caller, work: PlannedWork) -> None:
    found = call("listPlannedWork")
    (told,) = found["items"]
    assert told["reference"] == work.reference
    assert call("listPlannedWork", query={"reference": work.reference})["items"] == [told]
    assert call("listPlannedWork", query={"feeder": "NONE"})["items"] == []
    assert call("listPlannedWork", query={"district": "NONE"})["items"] == []
    call("listPlannedWork", 422, query={"state": "DREAMT"})
    call("listPlannedWork", 422, query={"after": "nonsense"})
    call("listPlannedWork", 404, query={"directorate": "atlantis"})


def test_pages_of_planned_work_follow_each_other(call: Caller, work: PlannedWork) -> None:
    first = call("listPlannedWork", query={"limit": 1})
    assert first["next"] is None
    assert len(first["items"]) == 1


def test_a_timetable_is_told_beside_what_happened(call: Caller, town: Town) -> None:
    now = timezone.now()
    feeder = town.transformer.feeder.code
    assert call("listFeeders")["items"] == []
    engineer, supervisor = (
        Actor.for_user(people.staff(role), role, 1) for role in (Role.ENGINEER, Role.SUPERVISOR)
    )
    today = now.astimezone(BAGHDAD).date()
    (drafted,) = services.draft_timetables(
        directorate_id=1, windows={feeder: [(day * 1440 + 840, day * 1440 + 960) for day in range(7)]},
        valid_from=today + timedelta(days=1), actor=engineer, now=now,
    )  # fmt: skip
    services.publish_timetables(directorate_id=1, ids=[drafted.id], actor=supervisor, now=now)
    (told,) = call("listFeeders")["items"]
    assert told["feeder"] == feeder
    state = call("getFeeder", directorate="karkh", feeder=feeder)
    # From tomorrow on.
    assert [each["minutes"] for each in state["week"]] == [120] * 6
    assert state["is_promised"]
    days = call("listFeederDays", directorate="karkh", feeder=feeder)["items"]
    assert all(set(each) >= {"day", "promised", "real"} for each in days)
    call("getFeeder", 404, directorate="karkh", feeder="NONE")
    call("listFeederDays", 404, directorate="nowhere", feeder=feeder)


def test_lists_of_a_form_can_be_filled(call: Caller) -> None:
    offices = {each["code"]: each for each in call("listDirectorates")["items"]}
    assert offices["KARKH"]["is_served"]
    assert offices["KARKH"]["emergency_number"] == "911"
    districts = call("listDistricts", query={"directorate": "karkh"})["items"]
    assert {each["directorate"] for each in districts} == {"KARKH"}
    one = call("getDistrict", district=districts[0]["code"])
    assert one["district"] == districts[0]["code"]
    call("getDistrict", 404, district="nowhere")


def test_a_citizen_is_told_of_a_place_and_stops(call: Caller, town: Town) -> None:
    client = people.sign_in(Client(), people.citizen())
    feeder = {"directorate": "karkh", "kind": "FEEDER", "place": town.transformer.feeder.code}
    call("subscribe", 401, body=feeder)
    made = call("subscribe", body=feeder | {"by_sms": True}, client=client)
    again = call("subscribe", body=feeder, client=client)
    assert (made["id"], again["by_sms"]) == (again["id"], False)
    (listed,) = call("listMySubscriptions", client=client)["items"]
    assert listed["place"] == town.transformer.feeder.code
    other = people.sign_in(Client(), people.citizen())
    assert call("listMySubscriptions", client=other)["items"] == []
    call("endSubscription", 404, client=other, subscription_id=made["id"])
    call("endSubscription", 204, client=client, subscription_id=made["id"])
    assert call("listMySubscriptions", client=client)["items"] == []
    call("subscribe", 422, body=feeder | {"kind": "HEART"}, client=client)
    call("subscribe", 422, body=feeder | {"phone": "07700000000"}, client=client)


def test_nobody_is_told_of_anothers_home(call: Caller) -> None:
    client = people.sign_in(Client(), people.citizen())
    account = {"directorate": "karkh", "kind": "ACCOUNT", "place": "0100000017"}
    call("subscribe", 409, body=account, client=client)
    assert not Subscription.objects.exists()
    own = {"directorate": "karkh", "account_no": "0100000017"}
    call("getCalendarLink", 409, body=own, client=client)


def test_a_key_that_stops_nothing_answers_like_one_that_does(call: Caller, town: Town) -> None:
    client = people.sign_in(Client(), people.citizen())
    feeder = {"directorate": "karkh", "kind": "FEEDER", "place": town.transformer.feeder.code}
    call("subscribe", body=feeder | {"by_sms": True}, client=client)
    key = Subscription.objects.get().stop_key
    call("stopSubscription", 204, body={"key": "AbC123"})
    call("stopSubscription", 204, body={"key": key})
    assert call("listMySubscriptions", client=client)["items"] == []
    call("stopSubscription", 422, body={"key": "../"})


def test_a_browser_is_kept_for_its_own_person(call: Caller) -> None:
    client = people.sign_in(Client(), people.citizen())
    assert call("getMyBrowsers", client=client)["browsers"] == 0
    call("keepBrowser", 401, body={"endpoint": "x", "p256dh": "x", "auth": "x"})
    wrong = {"endpoint": "https://127.0.0.1/x", "p256dh": "x", "auth": uuid4().hex}
    call("keepBrowser", 409, body=wrong, client=client)
    call("forgetBrowsers", 204, client=client)
