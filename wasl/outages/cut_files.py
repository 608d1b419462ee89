"""When feeders were really cut and back, as CSV: `feeder,off,on`. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.calendars import BAGHDAD
from wasl.outages import csv_lines
from wasl.outages.csv_lines import Line, Problem

COLUMNS = ("feeder", "off", "on")


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A feeder was cut off, and is back since; `on` is None while it is off."""

    line: int
    feeder: str
    off: datetime
    on: datetime | None


def read(
    content: bytes, feeders: Collection[str], now: datetime
) -> tuple[list[Cut], list[Problem]]:
    """
    The cuts of a file in the order of time, and what is wrong with it, by line.

    Times are ISO 8601; without a zone they are Baghdad's. Cuts of a feeder do not overlap.
    :raises csv_lines.UnableToReadLines: when it is no such CSV.
    """
    lines, problems = csv_lines.read(content, COLUMNS)
    cuts: list[Cut] = []
    for line in lines:
        made = _cut(line, feeders, now)
        (cuts if isinstance(made, Cut) else problems).append(made)  # type: ignore[arg-type]
    cuts.sort(key=lambda each: (each.off, each.line))
    ends: dict[str, datetime] = {}
    for cut in cuts:
        if cut.feeder in ends and cut.off < ends[cut.feeder]:
            problems.append(
                Problem(line=cut.line, text=_("it overlaps another cut of the feeder."))
            )
        ends[cut.feeder] = max(cut.on or now, ends.get(cut.feeder, cut.off))
    if not lines and not problems:
        problems.append(Problem(line=1, text=_("it has no lines.")))
    problems.sort(key=lambda each: each.line)
    return cuts, problems[: csv_lines.PROBLEMS_SHOWN]


def _cut(line: Line, feeders: Collection[str], now: datetime) -> Cut | Problem:
    feeder, off, on = line.cells
    if feeder not in feeders:
        return Problem(line=line.number, text=_("unknown feeder: %(text)s") % {"text": feeder})
    try:
        begins = _time(off)
        ends = _time(on) if on else None
    except ValueError:
        return Problem(line=line.number, text=_("times are like 2026-11-30 18:30."))
    if begins > now or (ends is not None and not begins < ends <= now):
        return Problem(line=line.number, text=_("it ends after it began, and neither lies ahead."))
    return Cut(line=line.number, feeder=feeder, off=begins, on=ends)


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(to_western_digits(text))
    return found if found.tzinfo else found.replace(tzinfo=BAGHDAD)
