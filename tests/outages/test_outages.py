"""Outages as they are inferred, widened, divided and restored in the rows."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.outages import grid
from tests.outages.grid import NOW, infer, open_ones, report
from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.events.models import Event
from wasl.network.topology import Element
from wasl.outages import services
from wasl.outages.models import Outage, OutageStep, Signal
from wasl.outages.services import UnableToChangeOutage

pytestmark = pytest.mark.django_db
DESK = Actor.system()


@pytest.fixture(autouse=True)
def _grid(db) -> None:
    grid.build()


def later(minutes: float):
    return NOW + timedelta(minutes=minutes)


def test_the_same_report_twice_is_one_sign_and_the_job_infers() -> None:
    name = uuid4()
    for _time in range(2):
        services.signal(
            directorate_id=1, source="REPORT", source_id=name, account_no=grid.account("F0-0-0", 1),
            at=NOW, now=NOW,
        )  # fmt: skip
    assert Signal.objects.get().transformer_code == "F0-0-0"
    jobs.drain(NOW)
    assert open_ones() == {("SERVICE", grid.account("F0-0-0", 1))}


def test_a_fault_that_grows_takes_its_first_outage_along() -> None:
    report("F0-1-0")
    infer()
    first = Outage.objects.get()
    report("F0-1-0", 3, begin=1, at=later(2))
    infer(later(2))
    assert open_ones() == {("TRANSFORMER", "F0-1-0")}
    for code in ("F0-1-1", "F0-1-2"):
        report(code, 3, at=later(4))
    infer(later(4))

    assert open_ones() == {("SECTION", "F0-1")}
    outage = Outage.objects.get(state="OPEN")
    assert outage.id == first.id
    assert outage.began_at == NOW
    assert outage.customers == 3 * grid.CUSTOMERS
    assert outage.why["off"] == 10
    assert Signal.objects.filter(outage=outage).count() == 10
    assert OutageStep.objects.filter(outage=outage, ended_at=None).count() == 3
    assert infer(later(5)) == 0  # and nothing more to say


def test_two_that_turn_out_to_be_one_are_joined() -> None:
    for code in ("F0-1-0", "F0-1-1"):
        report(code, 3)
    infer()
    before = open_ones()
    report("F0-1-2", 4, at=later(3))
    infer(later(3))
    assert open_ones() == {("SECTION", "F0-1")}
    if len(before) > 1:
        merged = Outage.objects.get(state="MERGED")
        assert merged.merged_into.element_kind == "SECTION"
        assert not merged.steps.filter(ended_at=None).exists()


def test_restored_in_steps_and_a_hidden_fault_is_found() -> None:
    for code in ("F1-0-0", "F1-0-1", "F1-0-2", "F1-1-0", "F1-1-1", "F1-1-2"):
        report(code, 4)
    infer()
    outage = Outage.objects.get(state="OPEN")
    assert outage.customers == 6 * grid.CUSTOMERS

    near = [f"F1-0-{t}" for t in range(3)]
    services.restore(
        outage_id=outage.id, at=later(30), actor=DESK, now=later(31), transformer_codes=near
    )
    infer(later(31))
    outage.refresh_from_db()
    assert outage.state == "OPEN"
    assert (outage.element_kind, outage.element_code) == ("SECTION", "F1-1")
    assert outage.steps.filter(ended_at=later(30)).count() == 3

    services.restore(outage_id=outage.id, at=later(60), actor=DESK, now=later(61))
    infer(later(61))
    assert open_ones() == set()
    outage.refresh_from_db()
    assert (outage.state, outage.ended_at) == ("RESTORED", later(60))
    assert outage.steps.count() == 6

    # One transformer was broken as well: its customers say so again, one after the other.
    for number in range(3):
        report("F1-1-1", 1, at=later(70), begin=number)
        infer(later(70))
    nested = Outage.objects.get(state="OPEN")
    assert (nested.element_kind, nested.element_code) == ("TRANSFORMER", "F1-1-1")
    assert nested.nested_in_id == outage.id
    assert nested.began_at == later(70)


def test_who_says_that_it_is_back_takes_the_word_back() -> None:
    report("F0-0-0", 4)
    infer()
    assert open_ones() == {("TRANSFORMER", "F0-0-0")}
    report("F0-0-0", 4, at=later(20), says="ON")
    infer(later(20))
    assert open_ones() == set()
    assert Outage.objects.get().why["given_up"]


def test_said_twice_and_restored_it_is_not_broken_again() -> None:
    """A household's second sign belongs to the outage as well, and goes when it is restored."""
    report("F0-0-0", 4)
    report("F0-0-0", 4, at=later(1))
    infer(later(1))
    outage = Outage.objects.get(state="OPEN")
    assert Signal.objects.filter(outage=outage).count() == 8
    services.restore(outage_id=outage.id, at=later(30), actor=DESK, now=later(31))
    infer(later(32))
    assert open_ones() == set()
    assert not Signal.objects.filter(closed_at=None).exists()


def test_a_single_household_that_is_back_has_no_outage() -> None:
    report("F0-0-0")
    infer()
    assert {kind for kind, _code in open_ones()} == {"SERVICE"}
    report("F0-0-0", at=later(20), says="ON")
    infer(later(20))
    assert open_ones() == set()
    assert Signal.objects.get(says="OFF").closed_at == later(20)


def test_the_word_that_there_is_supply_does_not_hold_for_ever() -> None:
    report("F0-0-0", 6, at=NOW, says="ON")
    infer()
    report("F0-0-0", 3, begin=6, at=later(180))
    infer(later(180))
    assert open_ones() == {("TRANSFORMER", "F0-0-0")}
    assert not Signal.objects.filter(says="ON", closed_at=None).exists()


def test_a_fault_known_for_long_is_no_sign_of_a_larger_one() -> None:
    """One household's own fault of yesterday and one of today are two, not a transformer's."""
    report("F0-0-0")
    infer()
    report("F0-0-0", begin=1, at=later(20 * 60))
    infer(later(20 * 60))
    assert open_ones() == {("SERVICE", grid.account("F0-0-0", n)) for n in (0, 1)}
    # Two of one day are enough.
    report("F0-0-0", begin=2, at=later(20 * 60 + 5))
    infer(later(20 * 60 + 5))
    assert ("TRANSFORMER", "F0-0-0") in open_ones()


def test_work_that_begins_above_an_inferred_outage_takes_it_in() -> None:
    report("F0-0-1", 3)
    infer()
    (inferred,) = Outage.objects.filter(state="OPEN")
    planned = services.open_outage(
        directorate_id=1, element=Element("FEEDER", "F0"), cause=Outage.Cause.PLANNED,
        began_at=later(10), actor=DESK, now=later(10), expected_at=later(120),
    )  # fmt: skip
    infer(later(11))
    assert open_ones() == {("FEEDER", "F0")}
    inferred.refresh_from_db()
    assert (inferred.state, inferred.merged_into_id) == ("MERGED", planned.id)
    off = planned.steps.get(group="F0-0-1", ended_at=None)
    assert off.began_at == NOW  # without since before, and counted since before


def test_an_outage_taken_for_larger_than_it_is_becomes_smaller() -> None:
    for code in ("F0-1-0", "F0-1-1", "F0-1-2"):
        report(code, 3)
    infer()
    (before,) = Outage.objects.filter(state="OPEN")
    assert before.element_kind == "SECTION"
    report("F0-1-2", 10, at=later(5), says="ON", begin=5)
    report("F0-1-2", 3, at=later(5), says="ON")
    infer(later(5))
    assert open_ones() == {("TRANSFORMER", "F0-1-0"), ("TRANSFORMER", "F0-1-1")}
    assert not OutageStep.objects.filter(group="F0-1-2", ended_at=None).exists()


def test_planned_work_explains_what_is_reported_under_it() -> None:
    planned = services.open_outage(
        directorate_id=1, element=Element("FEEDER", "F0"), cause=Outage.Cause.PLANNED,
        began_at=NOW, actor=DESK, now=NOW, expected_at=later(120),
    )  # fmt: skip
    report("F0-0-1", 3, at=later(5))
    report("F1-0-1", 3, at=later(5))
    infer(later(5))
    assert open_ones() == {("FEEDER", "F0"), ("TRANSFORMER", "F1-0-1")}
    assert Signal.objects.filter(outage=planned).count() == 3


def test_what_a_person_has_confirmed_is_not_moved() -> None:
    report("F0-0-1", 3)
    infer()
    found = Outage.objects.get()
    services.confirm_outage(
        outage_id=found.id, actor=DESK, now=later(3), element=Element("SECTION", "F0-0"),
        expected_at=later(90),
    )  # fmt: skip
    infer(later(4))
    found.refresh_from_db()
    assert (found.element_kind, found.element_code) == ("SECTION", "F0-0")
    # The second section hangs behind the first.
    assert found.customers == 6 * grid.CUSTOMERS


def test_the_database_opens_no_element_twice() -> None:
    report("F0-0-1", 3)
    infer()
    found = Outage.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Outage.objects.create(
            id=uuid4(), directorate_id=1, reference="x", element_kind=found.element_kind,
            element_code=found.element_code, customers=1, began_at=NOW, recorded_at=NOW,
        )  # fmt: skip
    with pytest.raises(UnableToChangeOutage):
        services.open_outage(
            directorate_id=1, element=Element("TRANSFORMER", "F0-0-1"), cause="FAULT",
            began_at=NOW, actor=DESK, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("minutes", [-1, 40])
def test_nobody_is_restored_before_the_outage_or_tomorrow(minutes: int) -> None:
    report("F0-0-1", 3)
    infer()
    with pytest.raises(UnableToChangeOutage):
        services.restore(
            outage_id=Outage.objects.get().id, at=later(minutes), actor=DESK, now=later(30)
        )


def test_a_place_that_hangs_on_nothing_known_waits_for_a_person() -> None:
    services.signal(
        directorate_id=1, source="REPORT", source_id=uuid4(), lat=36.2, lon=44.0, at=NOW, now=NOW
    )
    infer()
    assert open_ones() == set()
    assert Signal.objects.get().outage_id is None


def test_a_storm_ends_in_a_handful_of_outages() -> None:
    chance = Random(7)
    codes = [f"F0-{s}-{t}" for s in range(2) for t in range(3)] + ["F1-1-2"]
    told = [(code, n) for code in codes for n in range(grid.CUSTOMERS) if chance.random() < 0.6]
    chance.shuffle(told)
    for number, (code, n) in enumerate(told):
        report(code, begin=n, at=NOW + timedelta(seconds=number))
        if number % 10 == 0:
            infer(NOW + timedelta(seconds=number))
    infer(later(30))

    assert len(open_ones()) == 2
    assert ("TRANSFORMER", "F1-1-2") in open_ones()
    assert Signal.objects.filter(outage=None).count() == 0
    assert Signal.objects.filter(outage__state="OPEN").count() == len(told)
    kinds = Event.objects.filter(kind__startswith="outages.").values_list("kind", flat=True)
    assert set(kinds) <= {
        "outages.outage.opened",
        "outages.outage.changed",
        "outages.outage.merged",
    }


@pytest.mark.parametrize("source", ["REPORT", "LAST_GASP", "CALL_BACK"])
def test_a_stranger_does_not_take_back_what_a_reporter_or_a_meter_said(source: str) -> None:
    """Account numbers follow each other: anybody could say of a neighbour's that all is well there."""
    home = grid.account("F0-0-0", 1)
    services.signal(
        directorate_id=1, source=source, source_id=uuid4(), category="no_power", account_no=home,
        at=NOW, now=NOW,
    )  # fmt: skip
    infer()
    assert open_ones() == {("SERVICE", home)}
    report("F0-0-0", begin=1, says="ON", at=later(5))
    infer(later(5))
    assert open_ones() == {("SERVICE", home)}
    assert Signal.objects.filter(category="no_power", closed_at=None).exists()
    # Whoever asks the reporter, or the meter itself, does.
    services.signal(
        directorate_id=1, source="METER", source_id=uuid4(), says="ON", category="meter",
        account_no=home, at=later(6), now=later(6),
    )  # fmt: skip
    infer(later(6))
    assert open_ones() == set()


def test_nor_does_another_reporter_who_names_the_same_account() -> None:
    home, mine, other = grid.account("F0-0-0", 1), uuid4(), uuid4()
    told = {"directorate_id": 1, "category": "no_power", "account_no": home}
    for number, report_id in enumerate((mine, other)):
        services.signal(
            source="REPORT", source_id=report_id, at=later(number), now=later(number), **told
        )
    services.take_back(source_id=other, now=later(5))
    services.signal(
        source="CALL_BACK",
        source_id=uuid4(),
        about=other,
        says="ON",
        at=later(5),
        now=later(5),
        **told,
    )
    infer(later(5))
    assert open_ones() == {("SERVICE", home)}
    services.take_back(source_id=mine, now=later(6))
    services.signal(
        source="CALL_BACK",
        source_id=uuid4(),
        about=mine,
        says="ON",
        at=later(6),
        now=later(6),
        **told,
    )
    infer(later(6))
    assert open_ones() == set()
