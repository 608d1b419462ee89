"""The demonstration's closes: every day that had everything balances, the late statement shows."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from wasl.billing.models import Arrears
from wasl.core.calendars import BAGHDAD
from wasl.directorates import seeding
from wasl.payments import money_desk
from wasl.payments.models import BankStatement, CompanyFile, DayClose
from wasl.web.demonstration import books, setting, year

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.django_db
def test_the_days_are_closed_to_the_dinar_and_what_does_not_fit_is_named(
    settings, monkeypatch
) -> None:
    settings.WASL_DEMO = True
    begin = year.begins(NOW)
    seeding.run(now=begin)
    setting.prepare(directorate_id=1, meters=2, now=begin, chance=Random(1))
    told = year.Year(1, Random(2))
    told.take_over(12, begin)
    month = datetime(2026, 1, 3, 6, tzinfo=UTC)
    # Paid on the 3rd, with a payment that nobody knows; on the 4th in the company's file, on the 5th
    # at the bank, whose statement is late; on the 6th money from nobody. The story ends on the 9th.
    monkeypatch.setattr(books, "FROM_NOBODY", 3)
    desk = books.Books(1, month.astimezone(BAGHDAD).date() + timedelta(days=6))
    for day in (datetime(2025, 11, 3, 6, tzinfo=UTC), datetime(2025, 12, 3, 6, tzinfo=UTC), month):
        told.month(day)
        for later in range(1, 6 if day == month else 4):
            desk.morning(told.keeper(day), day + timedelta(days=later))

    closes = list(DayClose.objects.order_by("day", "revision"))
    assert [str(each.day) for each in closes if not each.is_balanced] == ["2026-01-06"]
    assert len(closes) == 11
    ((gap,),) = [
        [check["code"] for check in each.checks if check["books"] != check["other"]]
        for each in closes
        if not each.is_balanced
    ]
    assert gap == "STATEMENTS"
    assert (CompanyFile.objects.count(), BankStatement.objects.count()) == (3, 4)
    assert {(each.side, each.amount) for each in money_desk.waiting(1)} == {
        ("bank", 40_000),
        ("company", 15_000),
    }
    # What the company still owes after the last payout is the payment that we do not know.
    last = {each["code"]: each for each in closes[-1].checks}
    assert last["CLEARING"]["books"] == -14_925
    assert last["UNALLOCATED"]["books"] == 40_000
    assert Arrears.objects.filter(account_no__in=told.never).exists()
