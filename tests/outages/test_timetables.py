"""The arithmetic of programmed cuts, by examples and by what must always hold."""

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasl.core.calendars import BAGHDAD
from wasl.outages import csv_lines, cut_files, timetable_files, timetables

MONDAY = date(2026, 11, 30)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1))
SPANS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440)), max_size=6
).map(lambda found: [span for each in found for span in timetables.window(*each)])
MOMENTS = st.lists(
    st.tuples(st.integers(-3000, 4000), st.integers(1, 2000)), max_size=5
)  # minutes from midnight, length


def minutes(spans: list[timetables.Span]) -> set[int]:
    """The minutes of the week one by one: slow, and obviously right."""
    return {minute for a, b in spans for minute in range(a, b)}


@given(SPANS)
def test_the_days_of_a_week_share_its_minutes_among_them(spans) -> None:
    promised = [timetables.of_day(spans, MONDAY + timedelta(days=n)) for n in range(7)]
    by_day = [sum(b - a for a, b in found) for found in promised]
    assert sum(by_day) == len(minutes(spans))
    again = {
        n * 1440 + m for n, found in enumerate(promised) for a, b in found for m in range(a, b)
    }
    assert again == minutes(spans)


@given(SPANS)
def test_joining_changes_no_minute_and_leaves_gaps(spans) -> None:
    found = timetables.joined(spans)
    assert minutes(found) == minutes(spans)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))
    assert timetables.first_overlap(found) is None


@given(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440))
def test_a_window_is_as_long_as_the_clock_says(weekday, begins, ends) -> None:
    spans = timetables.window(weekday, begins, ends)
    expected = ends - begins if ends > begins else ends + 1440 - begins
    assert sum(b - a for a, b in spans) == expected
    assert all(0 <= a < b <= 10_080 for a, b in spans)


@given(DAYS, SPANS, MOMENTS, st.integers(0, 2 * 1440))
def test_a_days_account_counts_each_minute_once(day, spans, cuts, passed) -> None:
    midnight = datetime.combine(day, time(), tzinfo=BAGHDAD)
    now = midnight + timedelta(minutes=passed)
    real = [(midnight + timedelta(minutes=a), midnight + timedelta(minutes=a + n)) for a, n in cuts]
    told = timetables.kept(day, spans, real, now)
    end = min(passed, 1440)
    promised = {m for a, b in timetables.of_day(spans, day) for m in range(a, b) if m < end}
    cut = {m for a, n in cuts for m in range(max(a, 0), min(a + n, end))}
    assert told.promised == len(promised)
    assert told.cut == len(cut)
    assert told.outside == len(cut - promised)
    assert told.is_over == (passed >= 1440)
    supply = end - len(promised)
    if supply:
        assert told.share_kept == pytest.approx(1 - len(cut - promised) / supply)
    else:
        assert told.share_kept is None


@given(DAYS)
def test_every_day_in_baghdad_has_as_many_minutes(day) -> None:
    whole = timetables.moments(day, [(0, 1440)])[0]
    assert (whole[1] - whole[0]).total_seconds() == 86_400
    assert whole[0].astimezone(BAGHDAD).utcoffset() == timedelta(hours=3)


def test_a_window_over_midnight_belongs_to_both_days() -> None:
    spans = timetables.window(0, 22 * 60, 2 * 60)
    assert timetables.of_day(spans, MONDAY) == [(1320, 1440)]
    assert timetables.of_day(spans, MONDAY + timedelta(days=1)) == [(0, 120)]
    over_the_week = timetables.window(6, 23 * 60, 60)
    assert over_the_week == [(10_020, 10_080), (0, 60)]
    assert timetables.of_day(over_the_week, MONDAY) == [(0, 60)]


def test_a_cut_that_runs_lasts_until_now() -> None:
    midnight = datetime.combine(MONDAY, time(), tzinfo=BAGHDAD)
    now = midnight + timedelta(hours=3)
    told = timetables.kept(MONDAY, [(60, 120)], [(midnight + timedelta(hours=1), None)], now)
    assert (told.promised, told.cut, told.outside, told.difference) == (60, 120, 60, 60)
    assert told.share_kept == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", "24:01", "7", "12:60", "-1:00", "1:2", "12:00:00", "٢٥:٠٠"])
def test_what_is_no_time_is_refused(text) -> None:
    with pytest.raises(ValueError, match="no time"):
        timetables.minute_of_day(text)


def test_digits_of_any_script_are_times() -> None:
    assert timetables.minute_of_day("٠٧:٣٠") == timetables.minute_of_day("7:30") == 450
    assert timetables.minute_of_day("24:00") == 1440


def read(text: str) -> timetable_files.Read:
    return timetable_files.read(text.encode(), {"F0", "F1"})


def test_a_timetable_is_read_from_a_file_and_written_again() -> None:
    found = read("feeder,day,from,to\nF0,*,14:00,16:00\nF0,7,23:00,01:00\nF1,,,\n\n")
    assert not found.problems
    assert len(found.windows["F0"]) == 9
    assert found.windows["F1"] == []
    again = timetable_files.read(timetable_files.written(found.windows).encode(), {"F0", "F1"})
    assert (again.windows, again.problems) == (found.windows, [])


def test_semicolons_a_mark_and_arabic_digits_do_too() -> None:
    text = "\ufefffeeder;day;from;to\nF0;١;٠٨:٠٠;١٠:٠٠\n"
    assert timetable_files.read(text.encode(), {"F0"}).windows == {"F0": [(480, 600)]}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("F9,1,10:00,12:00", "F9"), ("F0,8,10:00,12:00", "1"), ("F0,1,10:00,25:00", "18:30"),
        ("F0,1,24:00,01:00", "18:30"), ("F0,1,,", "18:30"), ("F0,1,08:30,10:30", ""),
        ("=cmd|' /C calc'!A0,1,10:00,12:00", ""), ("F0,1,10:00,12:00,more", ""),
        ("F0,1,10:00," + "9" * 90, ""), ("F0,1,10\u202e:00,12:00", ""), ("+F0,1,10:00,12:00", ""),
    ],
)  # fmt: skip
def test_each_wrong_line_is_named(line, word) -> None:
    found = read(f"feeder,day,from,to\nF0,1,08:00,09:00\n{line}\nF1,1,08:00,09:00\n")
    assert [each.line for each in found.problems] == [3]
    assert word in str(found.problems[0].text)
    assert found.windows["F1"] == [(480, 540)]


@pytest.mark.parametrize(
    "content",
    [b"", b"feeder,day\n", b"\xff\xfe", b"feeder,day,from,to\nF0,\0,1,2\n", b"x" * (1024 * 1024 + 1),
     b'feeder,day,from,to\n"F0,1', b"feeder,day,from,to\n" + b"F0,1,1:00,2:00\n" * 20_001],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(content) -> None:
    with pytest.raises(csv_lines.UnableToReadLines):
        timetable_files.read(content, {"F0"})


def test_switching_times_are_read_by_line() -> None:
    now = datetime(2026, 11, 30, 12, tzinfo=BAGHDAD)
    text = (
        "feeder,off,on\nF0,2026-11-30 08:00,2026-11-30 10:00\nF0,2026-11-30T11:00,\n"
        "F1,2026-11-30 13:00,\nF1,2026-11-30 09:00,2026-11-30 08:00\nF9,2026-11-30 09:00,\nF1,yesterday,\n"
        "F0,2026-11-30 09:00,2026-11-30 09:30\n"
    )
    cuts, problems = cut_files.read(text.encode(), {"F0", "F1"}, now)
    assert [each.line for each in problems] == [4, 5, 6, 7, 8]
    assert [(each.line, each.on is None) for each in cuts[:1]] == [(2, False)]
