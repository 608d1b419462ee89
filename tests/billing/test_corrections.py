"""Cancelled and made anew: as if the first had never been, and nothing lost."""

from datetime import date
from uuid import uuid4

import pytest

from wasl.billing import rating, selectors, services
from wasl.billing.models import Bill, ClassPeriod, Reading
from wasl.billing.rating import Stretch
from wasl.billing.services import Line

from . import town
from .conftest import NOW
from .cycles import MONTHS, SECOND, bill_month

ASKED = uuid4()


def cancel(
    number: str, period: str = "2026-01", revision: int = 0, reason: str = "WRONG_CLASS"
) -> None:
    services.cancel_bill(
        directorate_id=1, account_no=number, period=period, revision=revision, reason=reason,
        asked_by=ASKED, actor=SECOND, now=NOW,
    )  # fmt: skip


def anew(number: str, period: str = "2026-01", revision: int = 0) -> Bill:
    return services.cancel_and_rebill(
        directorate_id=1, account_no=number, period=period, revision=revision,
        reason="WRONG_CLASS", asked_by=ASKED, actor=SECOND, now=NOW,
    )  # fmt: skip


def test_cancel_and_rebill_is_as_if_never(accounts: list[str]) -> None:
    number = accounts[5]
    bill_month(1)
    before = Bill.objects.get(account_no=number)
    owed = selectors.balance(1, number)
    after = anew(number)
    assert after.revision == 1
    assert selectors.balance(1, number) == owed
    for name in ("from_on", "to_on", "kwh", "lines", "energy_amount", "opening_kwh", "closing_kwh"):
        assert getattr(after, name) == getattr(before, name)
    assert [bill.key for bill in selectors.standing_bills(1, number)] == ["2026-01:1"]
    assert sum(line.balance for line in selectors.trial_balance(1, date(2027, 1, 1))) == 0
    assert selectors.drifted_balances(1) == []


def test_a_cancelled_bill_owes_nothing_and_its_payment_stays(accounts: list[str]) -> None:
    number = accounts[5]
    bill_month(1)
    services.post(
        directorate_id=1, entry="payment:x", kind="PAYMENT", posted_on=date(2026, 2, 5), now=NOW,
        lines=[Line(debit="CLEARING", credit="RECEIVABLE", amount=5000, account_no=number)],
    )  # fmt: skip
    cancel(number)
    dues = selectors.dues(1, number, date(2026, 11, 1))
    assert (dues.owed, dues.credit, dues.overdue) == (0, 5000, 0)


def test_a_bill_of_another_month_can_be_corrected_later(accounts: list[str]) -> None:
    number = accounts[4]
    bill_month(1)
    town.read(number, MONTHS[2], 100)
    bill_month(2)
    old = Bill.objects.get(account_no=number, period="2026-01")
    new = anew(number)
    assert (new.from_on, new.to_on, new.energy_amount) == (
        old.from_on,
        old.to_on,
        old.energy_amount,
    )
    town.read(number, MONTHS[3], 100)
    bill_month(3)
    march = Bill.objects.get(account_no=number, period="2026-03")
    assert (march.from_on, march.kwh) == (MONTHS[2], 100)


def test_a_true_bill_gives_the_estimate_back_again_when_made_anew(accounts: list[str]) -> None:
    number = accounts[6]
    bill_month(1)
    bill_month(2)
    town.read(number, MONTHS[3], 500)
    bill_month(3)
    owed = selectors.balance(1, number)
    credit = Bill.objects.get(account_no=number, period="2026-03").credit_amount
    assert credit > 0
    assert anew(number, "2026-03").credit_amount == credit
    assert selectors.balance(1, number) == owed
    with pytest.raises(services.UnableToCancelBill, match="estimate"):
        cancel(number, "2026-02")


@pytest.mark.parametrize("reason", ["NO_SUCH_REASON"])
def test_what_is_refused(accounts: list[str], reason: str) -> None:
    number = accounts[1]
    bill_month(1)
    with pytest.raises(services.UnableToCancelBill):
        cancel(number, reason=reason)
    with pytest.raises(services.UnableToCancelBill):
        services.cancel_bill(
            directorate_id=1, account_no=number, period="2026-01", revision=0, reason="OTHER",
            asked_by=SECOND.user_id, actor=SECOND, now=NOW,
        )  # fmt: skip
    cancel(number)
    with pytest.raises(services.UnableToCancelBill):
        cancel(number)


def test_rebilling_by_another_class(accounts: list[str]) -> None:
    number = accounts[5]
    bill_month(1)
    owed = selectors.balance(1, number)
    ClassPeriod.objects.create(
        directorate_id=1, account_no=number, valid_from=date(1900, 1, 1), tariff_class="FARM"
    )
    with pytest.raises(services.UnableToMakeBill):
        anew(number)
    # Both or neither: the bill that stood still stands.
    assert selectors.balance(1, number) == owed
    assert selectors.standing_bills(1, number).count() == 1


def test_moving_out(accounts: list[str]) -> None:
    number = accounts[2]
    bill_month(1)
    town.read(number, date(2026, 2, 11), 90)
    bill = services.final_bill(
        directorate_id=1, account_no=number, moved_out_on=date(2026, 2, 11), now=NOW
    )
    assert bill is not None
    assert (bill.kind, bill.period, bill.days, bill.kwh) == ("FINAL", "2026-02", 10, 90)
    assert (
        bill.energy_amount
        == rating.quote(kwh=90, stretches=[Stretch(tariff="iq-residential-2018", days=10)]).total
    )
    assert (
        services.final_bill(
            directorate_id=1, account_no=number, moved_out_on=date(2026, 2, 11), now=NOW
        )
        is None
    )
    bill_month(2)
    assert Bill.objects.filter(account_no=number).count() == 2
    assert not Reading.objects.filter(account_no=number, source="ESTIMATE").exists()
