"""Instalments beyond the rule, by two people and the holder; and the reminder of a part."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests import people
from wasl.accounts.actors import Actor
from wasl.billing import selectors, services
from wasl.billing.models import InstalmentPlan, PlanProposal
from wasl.billing.services import Line
from wasl.core.calendars import BAGHDAD
from wasl.customers.models import Account
from wasl.notifications.models import Message

from .conftest import NOW

ASKER = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
DIRECTOR = Actor(kind="STAFF", user_id=uuid4(), role="DIRECTOR", directorate_id=1)
HOLDER = Actor(kind="CITIZEN", user_id=uuid4())
TODAY = NOW.astimezone(BAGHDAD).date()


def owe(number: str, amount: int) -> None:
    owed = selectors.balance(1, number)
    services.post(
        directorate_id=1, entry=f"test{uuid4()}", kind="ADJUSTMENT", posted_on=TODAY, now=NOW,
        lines=[Line(debit="RECEIVABLE", credit="ADJUSTMENTS", amount=amount - owed, account_no=number)],
    )  # fmt: skip


def pay(number: str, amount: int, now) -> None:
    services.post(
        directorate_id=1, entry=f"test{uuid4()}", kind="PAYMENT", posted_on=TODAY, now=now,
        lines=[Line(debit="CLEARING", credit="RECEIVABLE", amount=amount, account_no=number)],
    )  # fmt: skip


@pytest.fixture
def number(accounts: list[str]) -> str:
    owe(accounts[6], 30_000)  # below what the rule lets anybody divide
    return accounts[6]


def propose(number: str, count: int = 12, *, is_signed: bool = False, first_pct: int = 10):
    return services.propose_plan(
        directorate_id=1, account_no=number, count=count, first_pct=first_pct, note="a widow, 12/9",
        is_signed=is_signed, actor=ASKER, now=NOW,
    )  # fmt: skip


def decide(found: PlanProposal, actor: Actor = DIRECTOR, is_approved: bool = True) -> PlanProposal:
    return services.decide_proposal(
        directorate_id=1, proposal_id=found.id, is_approved=is_approved, actor=actor, now=NOW
    )


def offers(number: str, after: int = 0) -> set[int]:
    try:
        on = TODAY + timedelta(days=after)
        return set(services.offers(directorate_id=1, account_no=number, on=on))
    except services.UnableToAgreeOnPlan:
        return set()


def agree(number: str, count: int) -> InstalmentPlan:
    return services.agree_on_plan(
        directorate_id=1, account_no=number, count=count, actor=HOLDER, now=NOW
    )


def test_granted_by_two_it_is_offered_and_agreed_to(number: str) -> None:
    assert offers(number) == set()
    found = propose(number)
    assert offers(number) == set()
    decide(found)
    assert offers(number) == {12}
    assert offers(number, after=14) == {12}
    assert offers(number, after=15) == set()

    plan = agree(number, 12)

    assert plan.total == 30_000
    assert len(plan.parts) <= 12
    assert plan.parts[0][1] == 3_000
    found.refresh_from_db()
    assert found.status == "TAKEN"
    assert offers(number) == set()


def test_signed_on_paper_it_begins_when_it_is_granted(number: str) -> None:
    decide(propose(number, 6, is_signed=True))
    plan = InstalmentPlan.objects.get(account_no=number)
    assert (plan.status, plan.total) == ("ACTIVE", 30_000)


def test_refused_it_is_never_offered(number: str) -> None:
    decide(propose(number), is_approved=False)
    assert offers(number) == set()
    decide(propose(number))  # another may be proposed
    assert offers(number) == {12}


def test_a_larger_debt_has_the_rule_and_the_grant(number: str) -> None:
    owe(number, 90_000)
    decide(propose(number, 24))
    assert offers(number) == {2, 3, 4, 5, 6, 24}


def test_nobody_grants_alone(number: str) -> None:
    found = propose(number)
    for wrong in (ASKER, Actor(kind="STAFF", user_id=uuid4(), role=ASKER.role, directorate_id=1)):
        with pytest.raises(services.UnableToPropose):
            decide(found, wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanProposal.objects.filter(id=found.id).update(
            status="APPROVED", decided_by=found.asked_by, decided_at=NOW, valid_until=TODAY
        )
    decide(found)
    with pytest.raises(services.UnableToPropose):
        decide(found, is_approved=False)


@pytest.mark.parametrize(("count", "first"), [(1, 10), (25, 10), (12, 91), (12, -1)])
def test_not_more_than_staff_may_grant(number: str, count: int, first: int) -> None:
    with pytest.raises(services.UnableToPropose):
        propose(number, count, first_pct=first)


def test_not_for_nobody_and_not_twice(number: str, accounts: list[str]) -> None:
    owe(accounts[5], 0) if selectors.balance(1, accounts[5]) else None
    for wrong in (accounts[5], "0199999999"):
        with pytest.raises(services.UnableToPropose):
            propose(wrong)
    propose(number)
    with pytest.raises(services.UnableToPropose):
        propose(number)


def test_an_offer_nobody_takes_lapses(number: str) -> None:
    found = decide(propose(number))
    services.review_plans(now=NOW + timedelta(days=16))
    found.refresh_from_db()
    assert found.status == "LAPSED"


class TestReminder:
    @pytest.fixture
    def plan(self, number: str) -> InstalmentPlan:
        holder = people.citizen("0770 555 0099")
        Account.objects.filter(account_no=number).update(holder_id=holder.id)
        decide(propose(number, 3))
        Message.objects.all().delete()
        return agree(number, 3)

    def test_each_part_once_shortly_before(self, plan: InstalmentPlan) -> None:
        second = plan.parts[1][0]
        assert services.remind_of_parts(now=NOW) == 1  # the first falls due in three days
        assert services.remind_of_parts(now=NOW + timedelta(days=1)) == 0
        pay(plan.account_no, plan.parts[0][1], NOW + timedelta(hours=1))
        said = Message.objects.latest("created_at")
        assert f"{plan.parts[0][1]:,}" in said.body or str(plan.parts[0][1]) in said.body
        days = range(4, 40)
        told = [d for d in days if services.remind_of_parts(now=NOW + timedelta(days=d))]
        assert len(told) == 1
        assert (TODAY + timedelta(days=told[0] + 3)).isoformat() == second

    def test_nobody_is_reminded_of_what_is_paid(self, plan: InstalmentPlan) -> None:
        pay(plan.account_no, 30_000, NOW + timedelta(minutes=1))
        assert services.remind_of_parts(now=NOW + timedelta(hours=1)) == 0
        assert not Message.objects.filter(template="billing.plan_reminder").exists()


class TestPages:
    def test_one_proposes_another_grants(self, client, number: str) -> None:
        asker = people.staff("CASHIER_CONTROLLER")
        people.sign_in(client, asker)
        sent = client.post(
            "/billing/instalments/",
            {"account_no": number, "count": "١٢", "first_pct": "10", "note": "12/9"},
        )
        assert sent.status_code == 302, sent.content.decode()
        found = PlanProposal.objects.get()
        assert client.post(f"/billing/instalments/{found.id}/grant/").status_code in {403, 404}

        people.sign_in(client, people.staff("DIRECTOR"))
        assert client.post(f"/billing/instalments/{found.id}/grant/").status_code == 302
        found.refresh_from_db()
        assert found.status == "APPROVED"
        assert "12" in client.get("/billing/instalments/").content.decode()

    def test_what_is_wrong_is_said_and_kept(self, client, number: str) -> None:
        people.sign_in(client, people.staff("DIRECTOR"))
        sent = client.post(
            "/billing/instalments/",
            {"account_no": number, "count": "50", "first_pct": "10", "note": "x"},
        )
        assert sent.status_code == 422
        assert 'value="50"' in sent.content.decode()
