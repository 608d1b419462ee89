"""Being told: one's own number and places only, each change once, quietly, and ended with one tap."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from tests import people
from tests.outages import grid
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.core import jobs
from wasl.customers.models import Account, Premises
from wasl.directorates import seeding
from wasl.network.topology import Element
from wasl.notifications.models import DemoText, Message
from wasl.outages import audience, services
from wasl.outages.models import CalendarLink, News, Subscription

pytestmark = pytest.mark.django_db
NOW = grid.NOW
TODAY = date(2026, 11, 24)
ACCOUNT = grid.account("F0-0-0", 0)


@pytest.fixture(autouse=True)
def _office(db) -> None:
    grid.build()
    seeding.load_districts(NOW)
    seeding.load_settings(NOW)


@pytest.fixture
def engineer() -> Actor:
    return Actor.for_user(people.staff(Role.ENGINEER), Role.ENGINEER, 1)


def own(user: User, account_no: str = ACCOUNT) -> Account:
    premises = Premises.objects.create(
        id=uuid4(), directorate_id=1, mahalla="605", zuqaq="12", dar=account_no[-4:],
        district_code="", kind="HOME", lat=33.3, lon=44.3,
    )  # fmt: skip
    return Account.objects.create(
        directorate_id=1, account_no=account_no, holder_id=user.pk, premises_id=premises.id,
        tariff_class="RESIDENTIAL", phases=1, load_kw=Decimal(3), opened_by_case=uuid4(),
        opened_at=NOW,
    )  # fmt: skip


def follow(user: User, kind: str = "FEEDER", place: str = "F0", **more) -> Subscription:
    values = {"by_sms": True, "by_push": False, "directorate_id": 1}
    return services.subscribe(user=user, kind=kind, place=place, on=TODAY, now=NOW, **values | more)


def told(user: User, channel: str) -> list[str]:
    """The notices that a person got over a channel, by name: several of one moment have no order."""
    found = Message.objects.filter(recipient=user, channel=channel)
    return sorted(found.values_list("template", flat=True))


def texts(user: User) -> list[str]:
    return told(user, "demo_phone")


def letters(user: User) -> list[str]:
    return told(user, "in_app")


def cut(engineer: Actor, at: datetime = NOW, element: Element = Element("FEEDER", "F0"), **more):  # noqa: B008
    made = services.open_outage(
        directorate_id=1, element=element, cause="FAULT", began_at=at, actor=engineer, now=at, **more
    )  # fmt: skip
    jobs.drain(at)
    return made


def test_off_then_another_time_then_back_each_told_once(engineer) -> None:
    user = people.citizen()
    follow(user)
    outage = cut(engineer)
    jobs.drain(NOW)
    assert texts(user) == ["outages.supply-off"]
    until = NOW + timedelta(hours=2)
    for _again in range(2):
        services.confirm_outage(outage_id=outage.id, actor=engineer, now=NOW, expected_at=until)
        jobs.drain(NOW)
    later = until + timedelta(hours=1)
    services.confirm_outage(outage_id=outage.id, actor=engineer, now=NOW, expected_at=later)
    jobs.drain(NOW)
    services.restore(outage_id=outage.id, at=NOW, actor=engineer, now=NOW)
    jobs.drain(NOW)
    services.tell_of_outage(outage_id=outage.id, now=NOW)
    assert texts(user) == [
        "outages.supply-back",
        "outages.supply-expected",
        "outages.supply-expected",
        "outages.supply-off",
    ]
    key = Subscription.objects.get().stop_key
    assert all(key in each.text for each in DemoText.objects.all())


def test_a_time_that_was_told_with_the_outage_is_not_told_again(engineer) -> None:
    user = people.citizen()
    follow(user)
    until = NOW + timedelta(hours=2)
    outage = cut(engineer, expected_at=until)
    services.confirm_outage(outage_id=outage.id, actor=engineer, now=NOW, expected_at=until)
    jobs.drain(NOW)
    assert texts(user) == ["outages.supply-off"]


def test_whoever_follows_three_ways_is_told_once(engineer) -> None:
    user = people.citizen()
    own(user)
    for kind, place in (("FEEDER", "F0"), ("TRANSFORMER", "F0-0-0"), ("ACCOUNT", ACCOUNT)):
        follow(user, kind, place)
    cut(engineer)
    assert texts(user) == ["outages.supply-off"]


def test_other_places_are_left_in_peace(engineer) -> None:
    elsewhere, of_feeder, of_transformer = people.citizen(), people.citizen(), people.citizen()
    follow(elsewhere, place="F1")
    follow(of_feeder)
    follow(of_transformer, "TRANSFORMER", "F0-0-0")
    cut(engineer, element=Element("TRANSFORMER", "F0-0-0"))
    # A single transformer wakes those at it, not everybody along the feeder.
    assert [letters(each) for each in (elsewhere, of_feeder, of_transformer)] == [
        [],
        [],
        ["outages.supply-off"],
    ]


def test_what_proves_wrong_at_once_wakes_nobody(engineer) -> None:
    user = people.citizen()
    follow(user)
    for transformer in ("F0-0-0", "F0-0-1", "F0-0-2", "F0-1-0", "F0-1-1", "F0-1-2"):
        grid.report(transformer, 6)
    jobs.drain(NOW)
    assert letters(user) == []
    jobs.drain(NOW + timedelta(minutes=4))
    assert letters(user) == ["outages.supply-off"]


def test_the_list_alone_when_nothing_else_was_chosen(engineer) -> None:
    user = people.citizen()
    follow(user, by_sms=False)
    cut(engineer)
    assert (texts(user), letters(user)) == ([], ["outages.supply-off"])


def test_not_more_than_so_many_a_day(engineer) -> None:
    user = people.citizen()
    follow(user)
    for number in range(5):
        at = NOW + timedelta(minutes=10 * number)
        outage = cut(engineer, at)
        services.restore(outage_id=outage.id, at=at, actor=engineer, now=at)
        jobs.drain(at)
    assert len(texts(user)) == 6
    assert News.objects.filter(user=user, is_sent=False).exists()
    tomorrow = NOW + timedelta(days=1)
    cut(engineer, tomorrow)
    assert len(texts(user)) == 7


def test_nobody_follows_an_account_that_is_not_theirs(engineer) -> None:
    holder, stranger = people.citizen(), people.citizen()
    own(holder)
    with pytest.raises(services.UnableToSubscribe):
        follow(stranger, "ACCOUNT", ACCOUNT)
    client = people.sign_in(Client(), stranger)
    asked = {"kind": "ACCOUNT", "place": ACCOUNT, "office": "1", "by_sms": "on"}
    asked["phone"] = "07701234567"
    client.post("/outages/subscribe/", asked)
    assert not Subscription.objects.exists()
    assert client.post("/outages/calendar/", {"account_no": ACCOUNT, "office": "1"}).status_code == 404  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "place"),
    [("FEEDER", "F9"), ("TRANSFORMER", "nothing"), ("DISTRICT", "paris"), ("ACCOUNT", "1"), ("MOON", "F0")],
)  # fmt: skip
def test_unknown_places_are_refused(kind, place) -> None:
    with pytest.raises(services.UnableToSubscribe):
        follow(people.citizen(), kind, place)


def test_twenty_places_are_enough() -> None:
    user = people.citizen()
    places = [f"F{f}-{s}-{t}" for f in range(2) for s in range(2) for t in range(3)]
    for place in places:
        follow(user, "TRANSFORMER", place)
    follow(user, "TRANSFORMER", places[0], by_sms=False)
    assert Subscription.objects.count() == 12
    districts = [code for code, _name in seeding_districts()][:8]
    for code in districts:
        follow(user, "DISTRICT", code)
    with pytest.raises(services.UnableToSubscribe):
        follow(user)


def seeding_districts() -> list[tuple[str, str]]:
    from wasl.directorates import selectors

    return selectors.district_choices(1, TODAY, "ar")


def test_a_visitor_signs_in_by_code_and_comes_back(client) -> None:
    asked = {"kind": "FEEDER", "place": "F0", "office": "1"}
    answer = client.get("/outages/subscribe/", asked)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/sign-in/?next=")
    assert "F0" in answer["Location"]
    assert client.post("/outages/subscribe/", asked).status_code == 302
    assert not Subscription.objects.exists()
    signed_in = people.sign_in(Client(), people.citizen())
    assert signed_in.get("/outages/subscribe/", asked).status_code == 200
    assert signed_in.post("/outages/subscribe/", asked | {"by_sms": "on"}).status_code == 302
    assert Subscription.objects.get().by_sms
    assert signed_in.get("/outages/subscribe/", {"kind": "FEEDER"}).status_code == 404


def test_one_tap_ends_it_without_signing_in(engineer, client) -> None:
    user = people.citizen()
    made = follow(user)
    address = f"/outages/s/{made.stop_key}/"
    # Programs that look at every link of a message end nothing.
    assert client.get(address).status_code == 200
    assert Subscription.objects.filter(ended_at=None).exists()
    page = client.post(address).content.decode()
    assert not Subscription.objects.filter(ended_at=None).exists()
    # Nothing tells a real key from an invented one.
    assert client.post("/outages/s/AAAAAAAAAA/").content.decode().count("<h1>") == page.count(
        "<h1>"
    )
    cut(engineer)
    assert letters(user) == []


def test_nobody_ends_somebody_elses() -> None:
    made = follow(people.citizen())
    other = people.sign_in(Client(), people.citizen())
    assert other.post(f"/outages/subscriptions/{made.id}/end/").status_code == 404
    assert Subscription.objects.filter(ended_at=None).exists()


def work(engineer: Actor):
    made = services.draft_work(
        directorate_id=1, element=Element("FEEDER", "F0"), reason="maintenance", actor=engineer,
        begins_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, hours=2), now=NOW,
    )  # fmt: skip
    other = Actor.for_user(people.staff(Role.SUPERVISOR), Role.SUPERVISOR, 1)
    services.announce_work(work_id=made.id, actor=other, now=NOW)
    jobs.drain(NOW)
    return made


def test_work_is_told_to_holders_and_followers_and_so_is_its_end(engineer, monkeypatch) -> None:
    monkeypatch.setattr(audience, "BATCH", 2)
    holders = [people.citizen() for _number in range(5)]
    for number, each in enumerate(holders):
        own(each, grid.account("F0-0-1", number))
    follower, elsewhere = people.citizen(), people.citizen()
    follow(follower)
    follow(elsewhere, place="F1")
    made = work(engineer)
    everybody = [*holders, follower]
    assert [texts(each) for each in everybody] == [["outages.work-announced"]] * 6
    assert letters(elsewhere) == []
    services.tell_of_work(work_id=made.id, now=NOW)
    assert [len(texts(each)) for each in everybody] == [1] * 6
    services.cancel_work(work_id=made.id, reason="weather", actor=engineer, now=NOW)
    jobs.drain(NOW)
    assert [texts(each)[-1] for each in everybody] == ["outages.work-cancelled"] * 6


def test_a_holder_who_wants_no_sms_finds_it_in_the_list(engineer) -> None:
    holder = people.citizen()
    own(holder)
    client = people.sign_in(Client(), holder)
    client.post("/outages/subscriptions/decline/", {"account_no": ACCOUNT, "office": "1"})
    work(engineer)
    assert (texts(holder), letters(holder)) == ([], ["outages.work-announced"])


def test_a_new_timetable_is_told_along_the_feeder(engineer) -> None:
    user = people.citizen()
    follow(user, "TRANSFORMER", "F0-0-0")
    (made,) = services.draft_timetables(
        directorate_id=1, windows={"F0": [(0, 60)]}, valid_from=TODAY + timedelta(days=2),
        actor=engineer, now=NOW,
    )  # fmt: skip
    other = Actor.for_user(people.staff(Role.SUPERVISOR), Role.SUPERVISOR, 1)
    services.publish_timetables(directorate_id=1, ids=[made.id], actor=other, now=NOW)
    jobs.drain(NOW)
    assert texts(user) == ["outages.timetable-changed"]


def test_a_calendars_address_is_secret_renewed_and_its_owners_only(client) -> None:
    holder = people.citizen()
    account = own(holder)
    signed_in = people.sign_in(Client(), holder)
    asked = {"account_no": ACCOUNT, "office": "1"}
    assert signed_in.post("/outages/calendar/", asked).status_code == 200
    first = CalendarLink.objects.get().token
    answer = client.get(f"/outages/calendar/{first}.ics")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    signed_in.post("/outages/calendar/", asked)
    assert CalendarLink.objects.get().token == first
    signed_in.post("/outages/calendar/", asked | {"renew": "1"})
    second = CalendarLink.objects.get().token
    assert client.get(f"/outages/calendar/{first}.ics").status_code == 404
    assert client.get(f"/outages/calendar/{second}.ics").status_code == 200
    Account.objects.filter(directorate_id=1, account_no=account.account_no).update(holder_id=uuid4())  # fmt: skip
    assert client.get(f"/outages/calendar/{second}.ics").status_code == 404
