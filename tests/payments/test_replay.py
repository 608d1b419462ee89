"""Replaying the events rebuilds every customer's balance, whatever has happened to it."""

from datetime import date
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing import billed
from tests.payments.test_rebates import LATER, publish
from tests.payments.test_reconciliation import NOW, numbers, one, other, pay, payer  # noqa: F401
from tests.payments.test_refunds import agree, ask, company  # noqa: F401
from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing.models import Bill
from wasl.billing.services import Line
from wasl.core import scope
from wasl.payments import replay, services

# ruff: noqa: F811
DEEDS = ("bill", "pay", "refund", "lost_refund", "adjust", "cancel", "rebate")


class Story:
    """Things that happen to accounts, in any order."""

    def __init__(self, payer, numbers, one: Actor, other: Actor, company, chance: Random) -> None:
        self.payer, self.numbers, self.one, self.other = payer, numbers, one, other
        self.company, self.chance = company, chance
        self.paid, self.bills = [], []
        self.month = date(2026, 11, 1)

    def bill(self) -> None:
        number = self.chance.choice(self.numbers)
        self.bills.append(
            billed.issue(
                number, self.month, billed.month(self.month, 1), 0, self.chance.randint(1, 900)
            )
        )
        self.month = billed.month(self.month, 1)

    def pay(self) -> None:
        amount = self.chance.randint(250, 90_000)
        self.paid.append(pay(self.payer, self.chance.choice(self.numbers[:2]), amount, fee=10))

    def refund(self) -> None:
        if self.paid:
            agree(ask(self.paid.pop(), self.one), self.other)

    def lost_refund(self) -> None:
        from wasl.payments.providers import ProviderError

        if self.paid:
            self.company.error = ProviderError("REFUSED", permanent=True)
            agree(ask(self.paid.pop(), self.one), self.other)
            self.company.error = None

    def adjust(self) -> None:
        asked = billing.ask_adjustment(
            directorate_id=1, account_no=self.chance.choice(self.numbers),
            amount=self.chance.choice([-700, 900]), reason="COURT", note="1/2", actor=self.one, now=NOW,
        )  # fmt: skip
        billing.decide_adjustment(
            directorate_id=1, adjustment_id=asked.id, is_approved=self.chance.random() < 0.7,
            actor=self.other, now=NOW,
        )  # fmt: skip

    def cancel(self) -> None:
        if self.bills:
            bill: Bill = self.bills.pop()
            billing.cancel_bill(
                directorate_id=1, account_no=bill.account_no, period=bill.period,
                revision=bill.revision, reason="WRONG_CLASS", asked_by=self.one.user_id,
                actor=self.other, now=NOW,
            )  # fmt: skip

    def rebate(self) -> None:
        services.give_rebates(now=LATER)


@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=4, max_size=16), seed=st.integers(0, 99))
def test_events_rebuild_the_balances(payer, numbers, one, other, company, deeds, seed) -> None:
    # Each story in a transaction of its own, undone at its end.
    with transaction.atomic():
        publish_once()
        story = Story(payer, numbers, one, other, company, Random(seed))
        for deed in deeds:
            getattr(story, deed)()
        with scope.within_system():
            wrong = [each for each in replay.balances(1) if not each.agrees]
        transaction.set_rollback(True)
    assert wrong == []


def publish_once() -> None:
    from wasl.directorates import dated

    if not services.rebate_pct(directorate_id=1, on=NOW.date()):
        publish(20, date(2026, 1, 1))
    assert dated.value("billing.rebate_pct", directorate_id=1, on=NOW.date()) == 20


def test_a_ledger_changed_behind_our_back_is_named(payer, numbers, capsys) -> None:
    pay(payer, numbers[0], 10_000)
    call_command("books_check", directorate="KARKH")
    billing.post(
        directorate_id=1, entry="nobody:knows", kind="ADJUSTMENT", posted_on=NOW.date(), now=NOW,
        lines=[Line(debit="ADJUSTMENTS", credit="RECEIVABLE", amount=5000, account_no=numbers[0])],
    )  # fmt: skip
    with pytest.raises(CommandError, match="1 of 1 accounts differ"):
        call_command("books_check", directorate="KARKH")
    assert f"{numbers[0]}: events -10000, books -15000" in capsys.readouterr().out
