"""Working time: sums, their inverse, and the edges that quality.md 2.8 lists."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.core.calendars import BAGHDAD, Limit, OfficeHours, UnableToReadLimit, WorkingCalendar

RAMADAN = OfficeHours(
    valid_from=date(2026, 2, 18), valid_to=date(2026, 3, 20), opens=time(9), closes=time(13)
)
ORDINARY = OfficeHours(valid_from=date(2020, 1, 1), opens=time(8), closes=time(14))
CALENDAR = WorkingCalendar(
    hours=(ORDINARY, RAMADAN),
    closed=frozenset({date(2026, 1, 1), date(2026, 1, 6), date(2026, 3, 22), date(2027, 1, 1)}),
)
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone)
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(
    year: int, month: int, day: int, hour: int = 8, minute: int = 0, second: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=BAGHDAD)


def by_the_minute(start: datetime, end: datetime) -> int:
    """The plain count: every minute of the span that is worked."""
    count, moment = 0, start
    while moment < end:
        count += CALENDAR.is_working(moment)
        moment += timedelta(minutes=1)
    return count


@settings(deadline=None)
@given(moments, moments, moments)
def test_working_minutes_of_parts_sum_to_the_whole(a, b, c):
    whole = CALENDAR.working_minutes(a, c)

    assert CALENDAR.working_minutes(a, b) + CALENDAR.working_minutes(b, c) == whole


@settings(deadline=None)
@given(moments, st.integers(0, 200_000))
def test_what_is_added_is_found_again(start, minutes):
    end = CALENDAR.add_working_minutes(start, minutes)

    assert CALENDAR.working_minutes(start, end) == minutes
    assert end >= start


@settings(deadline=None)
@given(moments, st.integers(0, 50_000), st.integers(0, 50_000))
def test_more_minutes_end_later(start, fewer, more):
    fewer, more = sorted((fewer, more))

    assert CALENDAR.add_working_minutes(start, fewer) <= CALENDAR.add_working_minutes(start, more)


@settings(deadline=None)
@given(moments, st.integers(1, 5_000))
def test_the_end_is_the_first_such_moment(start, minutes):
    end = CALENDAR.add_working_minutes(start, minutes)

    assert CALENDAR.working_minutes(start, end - timedelta(microseconds=1)) == minutes - 1 or (
        start.second or start.microsecond
    )


@settings(deadline=None)
@given(
    st.integers(0, 700).map(lambda hours: at(2026, 2, 1, 0) + timedelta(hours=hours)),
    st.integers(0, 6_000),
)
def test_working_minutes_match_the_plain_count(start, length):
    end = start + timedelta(minutes=length)

    assert CALENDAR.working_minutes(start, end) == by_the_minute(start, end)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(2026, 5, 4, 8), 360, at(2026, 5, 4, 14)),  # a whole day ends at closing
        (at(2026, 5, 4, 8), 361, at(2026, 5, 5, 8, 1)),  # one minute more: the next morning
        (at(2026, 5, 7, 13), 120, at(2026, 5, 10, 9)),  # Thursday over the weekend to Sunday
        (at(2026, 5, 8, 11), 10, at(2026, 5, 10, 8, 10)),  # begun on Friday
        (at(2026, 1, 5, 13), 120, at(2026, 1, 7, 9)),  # the eve of Army Day
        (at(2026, 2, 17, 13), 120, at(2026, 2, 18, 10)),  # into Ramadan, which opens at nine
        (at(2026, 2, 18, 8), 240, at(2026, 2, 18, 13)),  # a Ramadan day is shorter
        (at(2026, 3, 19, 12), 120, at(2026, 3, 23, 9)),  # out of Ramadan, over a holiday
        (at(2028, 2, 28, 13), 120, at(2028, 2, 29, 9)),  # the 29th of February
        (at(2026, 12, 31, 13), 120, at(2027, 1, 3, 9)),  # across the year, a holiday, a weekend
        (at(2026, 5, 4, 8, 0, 30), 60, at(2026, 5, 4, 9, 0, 30)),  # seconds are kept
        (at(2026, 5, 8, 11), 0, at(2026, 5, 8, 11)),  # nothing added, nothing moved
    ],
)
def test_add_working_minutes_at_the_edges(start, minutes, end):
    assert CALENDAR.add_working_minutes(start, minutes) == end


def test_what_is_due_exactly_at_the_limit_is_in_time():
    start = at(2026, 5, 4, 9)
    due = CALENDAR.add_working_minutes(start, 720)

    assert CALENDAR.working_minutes(start, due) == 720
    assert CALENDAR.working_minutes(start, due + timedelta(days=1)) == 720 + 360 - 0
    assert CALENDAR.working_minutes(start, CALENDAR.add_working_minutes(due, 1)) == 721


def test_a_pause_over_a_holiday_stops_only_working_time():
    assert CALENDAR.working_minutes(at(2026, 1, 5, 13), at(2026, 1, 7, 9)) == 120


def test_a_corrected_calendar_moves_the_end():
    corrected = WorkingCalendar(hours=CALENDAR.hours, closed=CALENDAR.closed | {date(2026, 5, 5)})
    start = at(2026, 5, 4, 13)

    assert CALENDAR.add_working_minutes(start, 120) == at(2026, 5, 5, 9)
    assert corrected.add_working_minutes(start, 120) == at(2026, 5, 6, 9)


def test_results_are_in_utc():
    assert CALENDAR.add_working_minutes(at(2026, 5, 4, 8), 60).tzinfo is UTC
    assert CALENDAR.start_of_next_working_day(date(2026, 5, 7)) == at(2026, 5, 10, 8)
    assert CALENDAR.start_of_next_working_day(at(2026, 5, 7, 23, 30)) == at(2026, 5, 10, 8)


def test_a_span_turned_round_is_negative():
    assert CALENDAR.working_minutes(at(2026, 5, 4, 10), at(2026, 5, 4, 9)) == -60


@pytest.mark.parametrize(
    ("text", "minutes"), [("2wd", 720), ("8wh", 480), (" 1WD ", 360), ("٣wh", 180)]
)
def test_limits_in_working_time(text, minutes):
    assert Limit.parse(text).working_minutes(CALENDAR) == minutes


def test_limits_by_the_clock():
    start = at(2026, 5, 7, 13)

    assert Limit.parse("30d").days == 30
    assert Limit.parse("4h").due(CALENDAR, start) == start + timedelta(hours=4)
    assert Limit.parse("1wd").due(CALENDAR, start) == at(2026, 5, 10, 13)
    with pytest.raises(ValueError, match="not counted in working time"):
        Limit.parse("30d").working_minutes(CALENDAR)
    with pytest.raises(ValueError, match="counted in working time"):
        _ = Limit.parse("3wd").duration


@pytest.mark.parametrize("text", ["", "2", "wd", "0d", "2 wd", "-1d", "2w", "1.5h", "2wd; drop"])
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(UnableToReadLimit):
        Limit.parse(text)


def test_a_calendar_without_working_days_says_so():
    never = WorkingCalendar(weekend=frozenset(range(7)))

    with pytest.raises(ValueError, match="from 2000 to 2200"):
        never.add_working_minutes(at(2026, 5, 4), 1)
    with pytest.raises(ValueError, match="no working day"):
        never.start_of_next_working_day(date(2026, 5, 4))
