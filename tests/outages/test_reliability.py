"""The indices: by hand, by their identities, and from files that are wrong."""

import json
import math
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from wasl.outages import interruption_files
from wasl.outages.reliability import (
    CELID_HOURS,
    CEMI_N,
    RATIONING,
    Interruption,
    indices,
    major_event_days,
)

BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def at(day: int, hour: int, minutes: float, customers: int, **more: str) -> Interruption:
    start = BEGINS + timedelta(days=day, hours=hour)
    return Interruption(
        start=start, end=start + timedelta(minutes=minutes), customers=customers, **more
    )


def of(*found: Interruption, customers: int = 1000):
    return indices(found, customers=customers, begins=BEGINS, ends=ENDS)


def test_by_hand() -> None:
    # 1000 customers: 200 for 90 minutes, 50 for 20, and 400 for 3 (momentary).
    got = of(at(3, 8, 90, 200), at(9, 8, 20, 50), at(20, 8, 3, 400))
    assert got.saifi == pytest.approx(0.25)
    assert got.saidi == pytest.approx(19.0)
    assert got.caidi == pytest.approx(76.0)
    assert got.maifi == pytest.approx(0.4)
    assert got.asai == pytest.approx(1 - 19 / 525_600)
    assert got.interruptions == 2
    assert (got.ctaidi, got.caifi, got.cemi, got.celid) == (None, None, None, None)


def test_steps_of_an_outage_count_each_customer_once() -> None:
    # 300 off; 200 back after 30 minutes, the other 100 after 120.
    steps = at(1, 8, 30, 200, outage="A"), at(1, 8, 120, 100, outage="A")
    assert of(*steps).saifi == pytest.approx(0.3)
    assert of(*steps).saidi == pytest.approx((200 * 30 + 100 * 120) / 1000)
    assert of(*steps).interruptions == 1
    # Off, back for a while, and off again in the same outage: the same customers, counted once.
    again = at(1, 8, 30, 100, outage="A", group="T1"), at(1, 10, 30, 100, outage="A", group="T1")
    assert of(*again).saifi == pytest.approx(0.1)
    assert of(*again).saidi == pytest.approx(6.0)


def test_who_was_interrupted_is_known_by_groups() -> None:
    found = [at(day, 8, 60, 100, group="T1") for day in range(CEMI_N)]
    found.append(at(40, 8, CELID_HOURS * 60, 50, group="T2"))
    got = of(*found)
    assert got.cemi == pytest.approx(100 / 1000)
    assert got.celid == pytest.approx(50 / 1000)
    assert got.caifi == pytest.approx((100 * CEMI_N + 50) / 150)
    assert got.ctaidi == pytest.approx((100 * CEMI_N * 60 + 50 * CELID_HOURS * 60) / 150)


def test_five_minutes_are_momentary_and_a_second_more_is_not() -> None:
    assert of(at(1, 8, 5, 100)).saidi == 0
    assert of(at(1, 8, 5 + 1 / 60, 100)).saifi == pytest.approx(0.1)


def test_without_interruptions_an_average_is_not_defined() -> None:
    got = of()
    assert (got.saifi, got.saidi, got.caidi, got.asai) == (0, 0, None, 1)


INTERRUPTION = st.builds(
    at, st.integers(0, 364), st.integers(0, 23), st.floats(0, 5000), st.integers(0, 900),
    group=st.sampled_from(["T1", "T2", "T3"]),
)  # fmt: skip


@given(st.lists(INTERRUPTION, max_size=30))
def test_the_identities_of_the_standard_hold(found: list[Interruption]) -> None:
    got = of(*found)
    if got.saifi:
        assert got.caidi == pytest.approx(got.saidi / got.saifi)
        assert got.ctaidi == pytest.approx(got.caifi * got.caidi)
    assert got.asai == pytest.approx(1 - got.saidi / 525_600)
    assert 0 <= got.cemi <= 3
    doubled = of(*found, customers=2000)
    assert doubled.saidi == pytest.approx(got.saidi / 2)


def test_the_threshold_of_major_event_days() -> None:
    # Daily SAIDI of 1, e and e squared minutes: logarithms 0, 1, 2; mean 1, sample deviation 1.
    quiet = [at(day, 8, 60 * math.exp(day), 1000 / 60) for day in range(3)]
    quiet = [
        Interruption(start=each.start, end=each.start + timedelta(minutes=math.exp(n)), customers=1)
        for n, each in enumerate([at(n * 2 + 30, 8, 1, 1) for n in range(3)])
    ]
    # One customer served, so that minutes are SAIDI; those of a minute and of e are momentary.
    long = [
        Interruption(start=e.start, end=e.start + (e.end - e.start) * 10, customers=1)
        for e in quiet
    ]
    storm = at(200, 8, 10 * math.exp(1 + 2.5) + 1, 1)
    days = (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 1, 1), date(2026, 12, 31))
    got = major_event_days([*long, storm], customers=1, window=days[0], reported=days[1])
    assert got.alpha == pytest.approx(1 + math.log(10))
    assert got.beta == pytest.approx(1)
    assert got.threshold == pytest.approx(10 * math.exp(3.5))
    assert got.days == [storm.day]
    rationed = Interruption(start=storm.start, end=storm.end, customers=1, cause=RATIONING)
    assert not major_event_days(
        [*long, rationed], customers=1, window=days[0], reported=days[1]
    ).days


def run(tmp_path, text: str, *words: str, customers: int = 1000) -> dict:
    file = tmp_path / "events.csv"
    file.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command(
        "reliability", "--events", str(file), "--customers", str(customers), "--json", *words,
        stdout=out, stderr=StringIO(),
    )  # fmt: skip
    return json.loads(out.getvalue())


def test_the_command(tmp_path) -> None:
    got = run(
        tmp_path,
        "start,end,customers\n2026-03-01T08:00,2026-03-01T09:30,200\n"
        "2026-05-01T08:00:00+03:00,2026-05-01T08:20:00+03:00,٥٠\n",
    )
    assert (got["saifi"], got["saidi"], got["caidi"]) == (0.25, 19.0, 76.0)
    assert (got["from"], got["to"]) == ("2026-01-01", "2026-12-31")


def test_rationing_stands_apart(tmp_path) -> None:
    got = run(
        tmp_path,
        "start,end,customers,cause\n2026-03-01T08:00,2026-03-01T10:00,1000,RATIONING\n"
        "2026-03-02T08:00,2026-03-02T09:00,100,FAULT\n",
    )
    assert got["saidi"] == 126.0
    assert got["without_rationing"]["saidi"] == 6.0
    assert got["by_cause"]["RATIONING"]["saidi"] == 120.0


@pytest.mark.parametrize(
    "line",
    ["x,2026-03-01,5", "2026-03-02,2026-03-01,5", "2026-03-01,2026-03-02,-5", "2026-03-01,,5",
     "2026-03-01,2026-03-02,1e3", "2026-03-01,2026-03-02,²"],
)  # fmt: skip
def test_a_bad_line_is_named_and_nothing_computed(tmp_path, line: str) -> None:
    good, bad = interruption_files.read(f"start,end,customers\n{line}\n".encode())
    assert (good, [each.number for each in bad]) == ([], [2])
    with pytest.raises(CommandError, match="bad lines"):
        run(tmp_path, f"start,end,customers\n{line}\n")


@pytest.mark.parametrize("text", ["", "start,end\n", "\x00\x01", "a,b,c\n"])
def test_what_is_no_such_file_is_refused(tmp_path, text: str) -> None:
    with pytest.raises(CommandError):
        run(tmp_path, text)
