"""Debts changed by two people, and debts paid in parts by the published rule."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.people import citizen
from wasl.accounts.actors import Actor
from wasl.billing import selectors, services
from wasl.billing.models import Adjustment, InstalmentPlan
from wasl.billing.services import Line
from wasl.customers.models import Account
from wasl.notifications.models import Message

from . import town
from .conftest import NOW
from .cycles import MONTHS, SECOND, bill_month

ASKER = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
HOLDER = Actor(kind="CITIZEN", user_id=uuid4())
R = Adjustment.Reason


@pytest.fixture
def number(accounts: list[str]) -> str:
    """An account that owes 60,000 dinars since February."""
    town.read(accounts[6], MONTHS[1] + timedelta(days=1), 2300)
    bill_month(1)
    owed = selectors.balance(1, accounts[6])
    services.post(
        directorate_id=1, entry="test", kind="ADJUSTMENT", posted_on=MONTHS[1], now=NOW,
        lines=[Line(debit="RECEIVABLE", credit="ADJUSTMENTS", amount=60_000 - owed, account_no=accounts[6])],
    )  # fmt: skip
    return accounts[6]


def ask(number: str, amount: int, reason: R = R.COURT) -> Adjustment:
    return services.ask_adjustment(
        directorate_id=1,
        account_no=number,
        amount=amount,
        reason=reason,
        note="n",
        actor=ASKER,
        now=NOW,
    )


def decide(asked: Adjustment, actor: Actor = SECOND, is_approved: bool = True) -> Adjustment:
    return services.decide_adjustment(
        directorate_id=1, adjustment_id=asked.id, is_approved=is_approved, actor=actor, now=NOW
    )


class TestAdjustments:
    def test_two_people_and_the_books(self, number: str) -> None:
        asked = ask(number, -10_000)
        assert selectors.balance(1, number) == 60_000
        with pytest.raises(services.UnableToAdjust):
            decide(asked, ASKER)
        decide(asked)
        assert selectors.balance(1, number) == 50_000
        with pytest.raises(services.UnableToAdjust):
            decide(asked)
        decide(ask(number, 5_000))
        decide(ask(number, 7_000), is_approved=False)
        assert selectors.balance(1, number) == 55_000
        assert sum(line.balance for line in selectors.trial_balance(1, date(2027, 1, 1))) == 0

    def test_the_database_wants_two(self, number: str) -> None:
        asked = ask(number, -1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Adjustment.objects.filter(id=asked.id).update(
                status="APPROVED", decided_by=asked.asked_by, decided_at=NOW
            )

    def test_only_old_debts_are_written_off_and_by_the_director(self, number: str) -> None:
        with pytest.raises(services.UnableToAdjust, match="older"):
            ask(number, -10_000, R.UNCOLLECTABLE)
        later = NOW + timedelta(days=6 * 365)
        asked = services.ask_adjustment(
            directorate_id=1, account_no=number, amount=-5_000, reason=R.UNCOLLECTABLE, note="n",
            actor=ASKER, now=later,
        )  # fmt: skip
        with pytest.raises(services.UnableToAdjust, match="director"):
            decide(asked, Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=1))
        decide(asked)
        books = {
            line.ledger_account: line.balance for line in selectors.trial_balance(1, later.date())
        }
        assert books["WRITTEN_OFF"] == 5_000

    @pytest.mark.parametrize("amount", [0, 10**10])
    def test_no_such_amount(self, number: str, amount: int) -> None:
        with pytest.raises(services.UnableToAdjust):
            ask(number, amount)


@given(
    total=st.integers(1, 10**8),
    count=st.integers(1, 36),
    first=st.integers(0, 90),
    day=st.integers(0, 400),
)
def test_a_schedule_sums_to_the_debt(total: int, count: int, first: int, day: int) -> None:
    begins = date(2026, 1, 1) + timedelta(days=day)
    parts = services.schedule(total, count, first, begins)
    assert sum(amount for _on, amount in parts) == total
    assert len(parts) <= count or total < 250 * count
    assert all(amount > 0 for _on, amount in parts)
    days = [on for on, _amount in parts]
    assert days == sorted(set(days))


class TestInstalments:
    def agree(self, number: str, count: int = 3) -> InstalmentPlan:
        return services.agree_on_plan(
            directorate_id=1, account_no=number, count=count, actor=HOLDER, now=NOW
        )

    def pay(self, number: str, amount: int, entry: str, after: timedelta) -> None:
        services.post(
            directorate_id=1, entry=entry, kind="PAYMENT", posted_on=NOW.date(), now=NOW + after,
            lines=[Line(debit="CLEARING", credit="RECEIVABLE", amount=amount, account_no=number)],
        )  # fmt: skip

    def test_by_oneself_and_nothing_is_overdue_meanwhile(self, number: str) -> None:
        assert selectors.dues(1, number, NOW.date()).overdue > 0
        plan = self.agree(number)
        assert plan.total == 60_000
        assert [amount for _day, amount in plan.parts] == [15_000, 22_500, 22_500]
        assert selectors.dues(1, number, NOW.date()).overdue == 0
        with pytest.raises(services.UnableToAgreeOnPlan, match="running"):
            self.agree(number)

    def test_kept(self, number: str) -> None:
        plan = self.agree(number)
        self.pay(number, 60_000, "payment:1", timedelta(days=1))
        assert services.review_plans(now=NOW + timedelta(days=2)) == 1
        assert InstalmentPlan.objects.get(id=plan.id).status == "KEPT"

    def test_what_went_back_was_not_paid_and_the_holder_is_told(self, number: str) -> None:
        Account.objects.filter(account_no=number).update(holder_id=citizen().id)
        plan = self.agree(number)
        self.pay(number, 60_000, "payment:1", timedelta(days=1))
        assert services.paid_since(plan) == 60_000
        services.post(
            directorate_id=1, entry="refund:1", kind="REFUND", posted_on=NOW.date(),
            now=NOW + timedelta(days=2),
            lines=[Line(debit="RECEIVABLE", credit="REFUNDS", amount=52_000, account_no=number)],
        )  # fmt: skip
        assert services.paid_since(plan) == 8_000
        assert services.review_plans(now=NOW + timedelta(days=12)) == 1
        assert InstalmentPlan.objects.get(id=plan.id).status == "BROKEN"
        assert Message.objects.filter(template="billing.plan_broken").exists()

    def test_broken_after_the_days_of_grace(self, number: str) -> None:
        plan = self.agree(number)
        self.pay(number, 9_000, "payment:1", timedelta(days=1))
        assert services.review_plans(now=NOW + timedelta(days=9)) == 0
        assert services.review_plans(now=NOW + timedelta(days=12)) == 1
        assert InstalmentPlan.objects.get(id=plan.id).status == "BROKEN"
        assert selectors.dues(1, number, NOW.date()).overdue > 0
        with pytest.raises(services.UnableToAgreeOnPlan, match="broken"):
            self.agree(number)

    def test_what_the_rule_does_not_offer(self, number: str, accounts: list[str]) -> None:
        for count in (1, 7):
            with pytest.raises(services.UnableToAgreeOnPlan):
                self.agree(number, count)
        with pytest.raises(services.UnableToAgreeOnPlan, match="below"):
            self.agree(accounts[1])
