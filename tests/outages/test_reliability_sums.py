"""The sums that PostgreSQL makes give the figures that single interruptions give, to the last digit."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from wasl.outages import reliability, reliability_pages, reliability_report, selectors
from wasl.outages.models import Outage, OutageStep
from wasl.outages.reliability import BAGHDAD

from . import grid

pytestmark = pytest.mark.django_db
CUSTOMERS = 5_000
BEGAN, TERRIBLE = datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 6, 3, 9, tzinfo=UTC)
CAUSES = ("FAULT", "FAULT", "PLANNED", "RATIONING")
# Five minutes are momentary, and a microsecond more is not.
EDGES = (1, 299_999_999, 300_000_000, 300_000_001)


def history(seed: int, outages: int, *, days: int = 2_200) -> None:
    """Years of outages: in steps, some places twice in one, some momentary, one terrible day."""
    chance = Random(seed)
    for number in range(outages):
        began = BEGAN + timedelta(seconds=chance.randrange(days * 86_400))
        is_terrible = number % 17 == 0
        if is_terrible:
            began = TERRIBLE
        outage = Outage.objects.create(
            id=UUID(int=chance.getrandbits(128)), directorate_id=1, reference=f"R{seed}-{number}",
            element_kind="FEEDER", element_code=f"F{number % 4}", state="RESTORED", customers=10,
            cause="FAULT" if is_terrible else chance.choice(CAUSES),
            began_at=began, recorded_at=began, ended_at=began + timedelta(days=1),
        )  # fmt: skip
        for _step in range(chance.randint(1, 4)):
            start = began + timedelta(seconds=chance.randrange(3_000))
            lasted = timedelta(microseconds=chance.choice([*EDGES, chance.randrange(10**11)]))
            OutageStep.objects.create(
                outage=outage, directorate_id=1, feeder_code=f"F{number % 4}",
                group=f"F0-{chance.randrange(2)}-{chance.randrange(3)}",
                customers=4_000 if is_terrible else chance.randrange(0, 90),
                began_at=start, ended_at=start + (timedelta(hours=20) if is_terrible else lasted),
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 1, 1), date(2024, 12, 31)),
        (date(2019, 1, 1), date(2019, 12, 31)),
        (date(2024, 6, 3), date(2024, 6, 3)),
        (date(2010, 1, 1), date(2010, 12, 31)),
    ],
)
def test_both_ways_give_the_same(seed: int, first: date, last: date) -> None:
    grid.build()
    history(seed, 160)
    begins = datetime.combine(
        first.replace(year=first.year - 5), datetime.min.time(), tzinfo=BAGHDAD
    )
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=BAGHDAD)
    told = selectors.interruptions(1, begins, ends)

    single = reliability_report.figures(
        [each.interruption for each in told], customers=CUSTOMERS, first=first, last=last
    )
    summed = reliability_pages.between(1, first, last, customers=CUSTOMERS)

    for name, value in single.items():
        assert summed[name] == (list(value) if name == "window" else value), name
    inside = [each for each in told if first <= each.interruption.day <= last]
    for row in summed["feeders"]:
        some = [each.interruption for each in inside if each.feeder == row["feeder"]]
        assert row == {"feeder": row["feeder"], **asdict(_indices(some, first, last))}
    for row in summed["months"]:
        some = [
            each.interruption
            for each in inside
            if each.interruption.day.replace(day=1) == row["month"]
        ]
        told_of_month = _indices(some, first, last)
        assert row["interruptions"] == told_of_month.interruptions
        assert row["customer_minutes"] == told_of_month.customer_minutes
    minutes = sum(row["customer_minutes"] for row in summed["districts"])
    assert minutes == pytest.approx(summed["customer_minutes"])


def _indices(some, first: date, last: date):
    begins = datetime.combine(first, datetime.min.time(), tzinfo=BAGHDAD)
    ends = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=BAGHDAD)
    return reliability.indices(some, customers=CUSTOMERS, begins=begins, ends=ends)


def test_the_terrible_day_is_a_major_event_day_and_is_told_apart() -> None:
    grid.build()
    history(9, 300)

    told = reliability_pages.between(1, date(2024, 1, 1), date(2024, 12, 31), customers=CUSTOMERS)

    assert date(2024, 6, 3) in told["major_event_days"]["days"]
    assert told["without_major_event_days"]["saidi"] < told["saidi"]
