"""Timetables as CSV: `feeder,day,from,to`, a promised cut in each line. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.outages import csv_lines, timetables
from wasl.outages.csv_lines import Line, Problem
from wasl.outages.timetables import Span

COLUMNS = ("feeder", "day", "from", "to")
EVERY_DAY = {"*", "0"}


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file says: the windows of each feeder, and what is wrong with it, by line."""

    windows: Mapping[str, list[Span]]
    problems: list[Problem]


@dataclass
class _Reader:
    known: Collection[str]
    windows: dict[str, list[Span]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def take(self, line: Line) -> None:
        feeder, day, begins, ends = line.cells
        if feeder not in self.known:
            self._wrong(line, _("unknown feeder: %(text)s") % {"text": feeder})
            return
        known = self.windows.setdefault(feeder, [])
        # A feeder without day and times has no programmed cuts.
        if not (day or begins or ends):
            return
        try:
            spans = [
                span
                for weekday in _weekdays(day)
                for span in timetables.window(
                    weekday, timetables.minute_of_day(begins), timetables.minute_of_day(ends)
                )
            ]
        except ValueError:
            self._wrong(line, _("day 1 to 7 (1 is Monday) or *, and times such as 18:30."))
            return
        if timetables.first_overlap([*known, *spans]):
            self._wrong(line, _("it overlaps an earlier line of the feeder."))
            return
        known += spans

    def _wrong(self, line: Line, text: str | Promise) -> None:
        self.problems.append(Problem(line=line.number, text=text))


def read(content: bytes, feeders: Collection[str]) -> Read:
    """
    The windows of each feeder of a file, joined; `feeders` are those of the directorate.

    Days are 1 (Monday) to 7, or * for every day. A cut that ends at or before its beginning runs
    over midnight. :raises csv_lines.UnableToReadLines: when it is no such CSV.
    """
    lines, problems = csv_lines.read(content, COLUMNS)
    reader = _Reader(known=feeders, problems=problems)
    for line in lines:
        reader.take(line)
    if not lines and not problems:
        reader.problems.append(Problem(line=1, text=_("it has no lines.")))
    windows = {feeder: timetables.joined(spans) for feeder, spans in reader.windows.items()}
    found = sorted(reader.problems, key=lambda each: each.line)
    return Read(windows=windows, problems=found[: csv_lines.PROBLEMS_SHOWN])


def _weekdays(text: str) -> range:
    """:raises ValueError: when it is neither a day nor all of them."""
    if text in EVERY_DAY:
        return range(7)
    digits = to_western_digits(text)
    if len(digits) != 1 or digits not in "1234567":
        raise ValueError("no day")
    return range(int(digits) - 1, int(digits))


def written(windows: Mapping[str, list[Span]]) -> str:
    """The windows as a file that `read` understands: what was checked is sent again as it was."""
    rows = [",".join(COLUMNS)]
    for feeder, spans in sorted(windows.items()):
        rows += [f"{feeder},{day + 1},{a},{b}" for day, a, b in lines_of(spans)] or [f"{feeder},,,"]
    return "\n".join(rows) + "\n"


def lines_of(spans: list[Span]) -> list[tuple[int, str, str]]:
    """Weekday, from and to of each cut, none longer than to the end of its day."""
    found = []
    for begins, ends in timetables.joined(spans):
        while begins < ends:
            day, minute = divmod(begins, timetables.DAY)
            until = min(ends - day * timetables.DAY, timetables.DAY)
            found.append((day, timetables.spelled(minute), timetables.spelled(until)))
            begins = day * timetables.DAY + until
    return found
