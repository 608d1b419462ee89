"""
Working time: office hours on working days, and the limits that are counted in it.

Pure: rows come from the directorates. Moments go in and out aware; results are in UTC. All sums run
in whole microseconds, so that what is added is found again to the minute.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

BAGHDAD = ZoneInfo("Asia/Baghdad")  # UTC+3, no daylight saving
FRIDAY, SATURDAY = 4, 5  # as date.weekday() counts
_MINUTE = 60_000_000
_FIRST_YEAR = 2000
_LAST_YEAR = 2200


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """The hours from `valid_from` up to, not including, `valid_to`. Of two, the later begun holds."""

    valid_from: date
    opens: time
    closes: time
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("office hours end after they begin")

    @property
    def length(self) -> int:
        """Microseconds from opening to closing."""
        return _since_midnight(self.closes) - _since_midnight(self.opens)


ORDINARY = OfficeHours(valid_from=date.min, opens=time(8), closes=time(15))


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """When a directorate works: zone, weekend, office hours by period, and days it is closed."""

    hours: tuple[OfficeHours, ...] = (ORDINARY,)
    closed: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({FRIDAY, SATURDAY})
    zone: ZoneInfo = BAGHDAD
    _years: dict[int, list[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _begins: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def minutes_per_day(self) -> int:
        """Working minutes of an ordinary day: what one working day of a limit is worth."""
        ordinary = [hours for hours in self.hours if hours.valid_to is None]
        latest = max(ordinary or [ORDINARY], key=lambda hours: hours.valid_from)
        return latest.length // _MINUTE

    def hours_on(self, day: date) -> OfficeHours | None:
        """The office hours of a day; None when it is not worked."""
        if day.weekday() in self.weekend or day in self.closed:
            return None
        fitting = [
            hours
            for hours in self.hours
            if hours.valid_from <= day and (hours.valid_to is None or day < hours.valid_to)
        ]
        return max(fitting, key=lambda hours: hours.valid_from) if fitting else None

    def is_working_day(self, day: date) -> bool:
        """Whether the offices open on the day."""
        return self.hours_on(day) is not None

    def is_working(self, at: datetime) -> bool:
        """Whether the offices are open at the moment: from opening, up to closing."""
        local = at.astimezone(self.zone)
        hours = self.hours_on(local.date())
        return hours is not None and hours.opens <= local.time() < hours.closes

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """
        Whole working minutes between two moments; negative when `end` comes first.

        Sums of adjoining spans equal the whole span, for both ends are cut to the same minutes.
        """
        return self._position(end) // _MINUTE - self._position(start) // _MINUTE

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """
        The first moment at which so many working minutes have passed; the start itself for none.

        A sum that ends with a working day ends at its closing, not at the next opening.

        :raises ValueError: for negative minutes, and beyond the year 2200.
        """
        if minutes < 0:
            raise ValueError("working minutes are added, not taken away")
        if minutes == 0:
            return start.astimezone(UTC)
        target = self._position(start) + minutes * _MINUTE
        year = start.astimezone(self.zone).year
        while self._begin(year + 1) < target:
            year += 1
        sums = self._year(year)
        inside = target - self._begin(year)
        number = bisect_left(sums, inside) - 1
        day = date(year, 1, 1) + timedelta(days=number)
        hours = self.hours_on(day)
        opening = datetime.combine(day, hours.opens if hours else time(), tzinfo=self.zone)
        return (opening + timedelta(microseconds=inside - sums[number])).astimezone(UTC)

    def start_of_next_working_day(self, after: date | datetime) -> datetime:
        """The opening of the first working day after a day, or after the day of a moment."""
        day = after.astimezone(self.zone).date() if isinstance(after, datetime) else after
        for _number in range(366):
            day += timedelta(days=1)
            hours = self.hours_on(day)
            if hours is not None:
                return datetime.combine(day, hours.opens, tzinfo=self.zone).astimezone(UTC)
        raise ValueError("the calendar has no working day within a year")

    def _position(self, at: datetime) -> int:
        """Working microseconds from the year 2000 to the moment."""
        local = at.astimezone(self.zone)
        day = local.date()
        before = self._begin(day.year) + self._year(day.year)[day.timetuple().tm_yday - 1]
        hours = self.hours_on(day)
        if hours is None:
            return before
        gone = _since_midnight(local.time()) - _since_midnight(hours.opens)
        return before + min(max(gone, 0), hours.length)

    def _begin(self, year: int) -> int:
        """Working time from the year 2000 to the year's first day. Kept: clocks ask all the time."""
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError(f"the calendar runs from {_FIRST_YEAR} to {_LAST_YEAR}")
        if year not in self._begins:
            known = max((each for each in self._begins if each < year), default=_FIRST_YEAR)
            total = self._begins.setdefault(known, 0)
            for each in range(known, year):
                total += self._year(each)[-1]
                self._begins[each + 1] = total
        return self._begins[year]

    def _year(self, year: int) -> list[int]:
        """Working time from the year's first day to each of its days, and to its end."""
        if year not in self._years:
            sums, total = [0], 0
            day = date(year, 1, 1)
            while day.year == year:
                hours = self.hours_on(day)
                total += hours.length if hours else 0
                sums.append(total)
                day += timedelta(days=1)
            self._years[year] = sums
        return self._years[year]


def _since_midnight(at: time) -> int:
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


class UnableToReadLimit(Unable):
    """The text is no time limit."""

    code = "UNREADABLE_LIMIT"
    message = _("%(text)s is no time limit. Write for example 2wd, 8wh, 30d or 4h.")


_LIMIT = re.compile(r"([1-9]\d{0,3})(wd|wh|d|h)")


@dataclass(frozen=True)
class Limit:
    """
    A time limit as the processes write it: `2wd` working days, `8wh` working hours, `30d`, `4h`.

    Days and hours without w run by the clock, day and night: safety and the citizen's own terms.
    """

    number: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """:raises UnableToReadLimit: when the text has another shape."""
        match = _LIMIT.fullmatch(to_western_digits(text).strip().lower())
        if match is None:
            raise UnableToReadLimit(text=text)
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.number}{self.unit}"

    @property
    def is_working_time(self) -> bool:
        """Whether it is counted in working time."""
        return self.unit in {"wd", "wh"}

    @property
    def days(self) -> int:
        """Days by the calendar. :raises ValueError: when the limit is not one of days."""
        if self.unit != "d":
            raise ValueError(f"{self} is not counted in days of the calendar")
        return self.number

    @property
    def duration(self) -> timedelta:
        """The time by the clock. :raises ValueError: when it is counted in working time."""
        if self.is_working_time:
            raise ValueError(f"{self} is counted in working time")
        return timedelta(days=self.number) if self.unit == "d" else timedelta(hours=self.number)

    def working_minutes(self, calendar: WorkingCalendar) -> int:
        """Working minutes. :raises ValueError: when it is counted by the clock."""
        if not self.is_working_time:
            raise ValueError(f"{self} is not counted in working time")
        return self.number * (calendar.minutes_per_day if self.unit == "wd" else 60)

    def due(self, calendar: WorkingCalendar, start: datetime) -> datetime:
        """When the limit ends that began at `start`."""
        if self.is_working_time:
            return calendar.add_working_minutes(start, self.working_minutes(calendar))
        return (start + self.duration).astimezone(UTC)
