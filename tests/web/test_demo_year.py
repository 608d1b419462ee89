"""The demonstration's year of bills: read, billed and paid by the real thing, and the books balance."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from wasl.billing import selectors
from wasl.billing.models import Bill, BillRun, Reading
from wasl.directorates import seeding
from wasl.payments.models import Settlement
from wasl.web.demonstration import setting, year

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.django_db
def test_a_year_balances(settings, tmp_path) -> None:
    settings.WASL_DEMO = True
    begin = year.begins(NOW)
    assert begin.date() == date(2025, 10, 1)
    seeding.run(now=begin)
    setting.prepare(directorate_id=1, meters=2, now=begin, chance=Random(1))
    told = year.Year(1, Random(2))
    told.take_over(12, begin)
    for month in (11, 12, 1, 2):
        told.month(datetime(2025 if month > 10 else 2026, month, 3, 9, tzinfo=UTC))
    assert BillRun.objects.filter(status="ISSUED").count() == 4
    assert Bill.objects.count() > 40
    assert Reading.objects.filter(source="CITIZEN").exists()
    assert Settlement.objects.exists()
    assert selectors.drifted_balances(1) == []
    assert sum(line.balance for line in selectors.trial_balance(1, NOW.date())) == 0
    assert selectors.holders_who_owe(3)
