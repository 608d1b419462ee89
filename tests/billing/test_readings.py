"""The audit of readings: its codes, the three faults it must not have, and who decides."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wasl.accounts.actors import Actor
from wasl.billing import services
from wasl.billing.models import Reading, ReadingCode
from wasl.billing.services import UnableToDecideReading, Verdict
from wasl.core import scope
from wasl.customers.models import Account, Meter
from wasl.directorates import seeding

from . import town
from .conftest import NOW

TODAY = date(2026, 11, 2)
READER = Actor(kind="STAFF", user_id=uuid4(), role="INSPECTOR", directorate_id=1)
OFFICER = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
C = ReadingCode


def take(number: str, on: date | None, register: int | None, **more) -> Verdict:
    return services.record_reading(
        directorate_id=1, account_no=number, read_on=on, register_kwh=register,
        source=more.pop("source", Reading.Source.READER), actor=READER, now=NOW, today=TODAY, **more,
    )  # fmt: skip


@pytest.fixture
def number(tariffs) -> str:
    return town.build(1)[0]


def test_an_ordinary_reading(number: str) -> None:
    verdict = take(number, date(2026, 2, 1), 620)
    assert (verdict.code, verdict.status, verdict.consumption_kwh) == (C.ACCEPTED, "ACCEPTED", 620)
    assert take(number, date(2026, 3, 1), 1000).consumption_kwh == 380


@pytest.mark.parametrize(
    ("on", "register", "more", "code", "status"),
    [
        (date(2026, 2, 1), 620, {"serial": "OTHER"}, C.NO_METER, "REJECTED"),
        (None, 620, {}, C.NO_DATE, "REJECTED"),
        (TODAY + timedelta(days=1), 620, {}, C.IN_FUTURE, "REJECTED"),
        (date(2025, 12, 31), 620, {}, C.NO_METER, "REJECTED"),
        (date(2026, 2, 1), None, {"mark": "CLOSED"}, C.CLOSED, "HELD"),
        (date(2026, 2, 1), None, {"mark": "FAULTY"}, C.METER_FAULTY, "HELD"),
        (date(2026, 2, 1), None, {}, C.UNKNOWN, "HELD"),
        (date(2026, 2, 1), 1_000_000, {}, C.REJECTED, "HELD"),
        (date(2026, 2, 1), 31 * 300 + 1, {}, C.HIGH_REJECTED, "HELD"),
        (date(2026, 2, 1), 31 * 150 + 1, {}, C.HIGH, "HELD"),
        (date(2026, 2, 1), 31 * 150, {}, C.ACCEPTED, "ACCEPTED"),
        (date(2026, 1, 1), 0, {}, C.SAME, "REJECTED"),
        (date(2026, 1, 1), 5, {}, C.DUPLICATE, "REJECTED"),
    ],
)  # fmt: skip
def test_each_code(number: str, on, register, more, code, status) -> None:
    verdict = take(number, on, register, **more)
    assert (verdict.code, verdict.status) == (code, status)
    assert verdict.is_kept == Reading.objects.exclude(source="FIRST").exists()


def test_twice_the_same_is_taken_once(number: str) -> None:
    take(number, date(2026, 2, 1), 620)
    assert take(number, date(2026, 2, 1), 620).code == C.SAME
    assert take(number, date(2026, 2, 1), 621).code == C.DUPLICATE
    assert Reading.objects.filter(status="ACCEPTED").count() == 2


@pytest.mark.parametrize("digits", [4, 5, 6])
def test_a_register_is_as_large_as_its_digits(number: str, digits: int) -> None:
    """Fault 1 of the model: 99,999 for every register, one kWh lost at each turn."""
    size = 10**digits
    Meter.objects.update(digits=digits)
    town.read(number, date(2026, 2, 1), size - 40)
    verdict = take(number, date(2026, 3, 1), 60)
    assert (verdict.code, verdict.consumption_kwh) == (C.ROLLOVER, 100)


def test_a_reading_before_the_last_one_is_found(number: str) -> None:
    """Fault 2: days without their sign, so that the order of dates never failed."""
    take(number, date(2026, 3, 1), 900)
    verdict = take(number, date(2026, 2, 1), 950)
    assert (verdict.code, verdict.status) == (C.BEFORE_PREVIOUS, "HELD")


def test_a_low_reading_is_no_turn_of_the_register(number: str) -> None:
    """Fault 3: any smaller figure went round, and became a bill of a hundred thousand kWh."""
    Meter.objects.update(digits=5)
    town.read(number, date(2026, 2, 1), 20_000)
    assert take(number, date(2026, 3, 1), 19_000).status == "HELD"
    town.read(number, date(2026, 4, 1), 79_000 - 20_000 + 20_990)
    verdict = take(number, date(2026, 5, 1), 30_000)
    assert (verdict.code, verdict.status) == (C.HIGH_REJECTED, "HELD")


def test_a_real_reading_below_an_estimate_is_no_turn(number: str) -> None:
    take(number, date(2026, 2, 1), 300)
    Reading.objects.create(
        directorate_id=1, account_no=number, read_on=date(2026, 3, 1), serial=f"T{number}",
        register_kwh=900, source="ESTIMATE", status="ACCEPTED", code=17, basis_on=date(2026, 2, 1),
        basis_kwh=300, consumption_kwh=600, recorded_at=NOW,
    )  # fmt: skip
    verdict = take(number, date(2026, 4, 1), 500)
    assert (verdict.code, verdict.consumption_kwh) == (C.ACCEPTED, 200)


def test_a_multiplier_counts(number: str) -> None:
    Meter.objects.update(multiplier=40)
    Account.objects.update(tariff_class="INDUSTRIAL")
    assert take(number, date(2026, 2, 1), 100).consumption_kwh == 4000


class TestDeciding:
    def test_by_another_person_once(self, number: str) -> None:
        held = take(number, date(2026, 2, 1), 6000)
        key = {"directorate_id": 1, "account_no": number, "read_on": held.read_on, "revision": 0}
        with pytest.raises(UnableToDecideReading):
            services.decide_reading(**key, is_accepted=True, actor=READER, now=NOW)
        services.decide_reading(**key, is_accepted=True, actor=OFFICER, now=NOW)
        assert Reading.objects.get(**key).status == "ACCEPTED"
        with pytest.raises(UnableToDecideReading):
            services.decide_reading(**key, is_accepted=False, actor=OFFICER, now=NOW)
        assert take(number, date(2026, 3, 1), 6100).consumption_kwh == 100

    def test_not_when_another_came_since(self, number: str) -> None:
        held = take(number, date(2026, 2, 1), 6000)
        take(number, date(2026, 3, 1), 700)
        with pytest.raises(UnableToDecideReading):
            services.decide_reading(
                directorate_id=1, account_no=number, read_on=held.read_on, revision=0,
                is_accepted=True, actor=OFFICER, now=NOW,
            )  # fmt: skip

    def test_the_database_holds_to_it(self, number: str) -> None:
        take(number, date(2026, 2, 1), 600)
        with pytest.raises(DatabaseError), transaction.atomic():
            Reading.objects.filter(read_on=date(2026, 2, 1)).update(register_kwh=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Reading.objects.all().delete()


def by_hand(
    previous: int, register: int, days: int, digits: int, multiplier: int
) -> tuple[int, int | None]:
    """The audit of one household reading in Python: code, use."""
    size = 10**digits
    if register >= size:
        return 2, None
    goes_round = register < previous
    if goes_round and previous * 100 < size * 90:
        return 2, None
    use = (register - previous + (size if goes_round else 0)) * multiplier
    if use > 300 * days:
        return 6, use
    if use > 150 * days:
        return 7, use
    return (8 if goes_round else 0), use


class TestAgainstPython(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        seeding.run(now=NOW)
        with scope.within_system():
            cls.number = town.build(1)[0]

    @settings(max_examples=60)
    @given(
        previous=st.integers(0, 99_999), register=st.integers(0, 110_000), days=st.integers(1, 200),
        digits=st.integers(5, 6), multiplier=st.sampled_from([1, 1, 20]),
    )  # fmt: skip
    def test_same_verdict(
        self, previous: int, register: int, days: int, digits: int, multiplier: int
    ) -> None:
        with scope.within_system():
            Meter.objects.update(digits=digits, multiplier=multiplier)
            town.read(self.number, date(2026, 2, 1), previous)
            verdict = take(self.number, date(2026, 2, 1) + timedelta(days=days), register)
        code, use = by_hand(previous, register, days, digits, multiplier)
        assert verdict.code == code
        assert use is None or verdict.consumption_kwh == use
