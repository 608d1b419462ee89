"""The ladder of arrears: everybody on their step, told once, and never by a step left out."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from tests.people import sign_in, staff
from wasl.accounts.roles import Role
from wasl.billing import selectors, services
from wasl.billing.models import Arrears, BillDispute
from wasl.core import jobs
from wasl.core.identifiers import new_id
from wasl.notifications.models import Message

from . import billed
from .conftest import NOW

pytestmark = pytest.mark.django_db


def climb(now: datetime = NOW) -> int:
    return services.climb(directorate_id=1, now=now)


def late(months: int = 14, unpaid: int = 3) -> billed.Billed:
    return billed.build(months=months, until=date(2026, 10, 1), unpaid=unpaid)


def test_one_step_at_a_time_and_each_told_once(tariffs: None) -> None:
    made = late(unpaid=12)
    seen, now = [], NOW
    for _day in range(120):
        climb(now)
        climb(now)
        seen.append(Arrears.objects.get().stage)
        now += timedelta(days=1)
    assert list(dict.fromkeys(seen)) == ["REMINDER", "OFFER", "NOTICE", "LIEN", "CUT"]
    assert [seen.count(stage) for stage in ("REMINDER", "OFFER", "NOTICE")] == [14, 14, 14]
    jobs.drain(now)
    assert Arrears.objects.get().is_told
    told = Message.objects.filter(recipient=made.holder, template="billing.arrears")
    first = told.count()
    assert first > 0
    jobs.drain(now)
    assert told.count() == first


@pytest.mark.parametrize("chosen", ["", "youngest"])
@pytest.mark.parametrize("paid", [0, 1, 9_000, 70_000, 10**9])
def test_the_set_says_what_dues_say(tariffs: None, chosen: str, paid: int) -> None:
    made = late(unpaid=4)
    owed = selectors.balance(1, made.account_no)
    key = made.last.key if chosen else ""
    if paid:
        billed.pay(made.account_no, min(paid, owed), date(2026, 10, 20), key)
    climb()
    dues = selectors.dues(1, made.account_no, NOW.date())
    found = Arrears.objects.filter(account_no=made.account_no).first()
    assert (found.overdue if found else 0) == (dues.overdue if dues.overdue >= 1000 else 0)


def test_what_is_contested_is_not_late(tariffs: None) -> None:
    made = late(unpaid=1)
    BillDispute.objects.create(
        directorate_id=1, case_id=new_id(NOW), account_no=made.account_no, period=made.last.period, revision=0,
        reason="TOO_HIGH", amount=made.last.amount, opened_at=NOW,
    )  # fmt: skip
    assert climb() == 0
    assert not Arrears.objects.exists()


def test_who_pays_or_agrees_on_parts_is_off_the_ladder(tariffs: None) -> None:
    made = late(unpaid=6)
    assert climb() == 1
    actor = services_actor(made)
    services.agree_on_plan(
        directorate_id=1, account_no=made.account_no, count=3, actor=actor, now=NOW
    )
    climb(NOW + timedelta(days=1))
    assert not Arrears.objects.exists()


def services_actor(made: billed.Billed):
    from wasl.accounts.actors import Actor

    return Actor.for_user(made.holder)


def test_the_page(client, tariffs: None) -> None:
    late(unpaid=3)
    climb()
    sign_in(client, staff(Role.SUPERVISOR))
    url = reverse("billing_desk:arrears")
    amount = f"{Arrears.objects.get().overdue:,}"
    assert amount in client.get(url).content.decode()
    assert client.get(url, {"stage": "CUT"}).content.decode().count(amount) == 2
    sign_in(client, staff(Role.DIRECTOR, directorate_id=2))
    assert amount not in client.get(url).content.decode()
