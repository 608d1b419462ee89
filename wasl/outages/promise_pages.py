"""Promised and real cuts as the desk's and the public's pages show them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from wasl.core.calendars import BAGHDAD
from wasl.outages import promises, reach, timetable_files
from wasl.outages.models import Outage, Timetable
from wasl.outages.promises import DayPromised, Promises
from wasl.outages.timetables import DayKept, Moments, Span

# So many days back the public sees what was kept.
DAYS_BACK = 30
# Open data reach so many days back.
MOST_DAYS = 366
COLUMNS = (
    "directorate", "feeder", "day", "promised_minutes", "cut_minutes", "difference",
    "outside_minutes", "share_kept", "is_over", "promised", "real",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DraftShown:
    """A timetable that waits: how many minutes a week, and its cuts by weekday."""

    timetable: Timetable
    minutes: int
    lines: list[tuple[int, str, str]]


@dataclass(frozen=True, kw_only=True)
class FeederShown:
    """A feeder at the desk: its promise of today, and its open cut."""

    code: str
    is_promised: bool
    today: DayPromised | None
    cut: Outage | None


@dataclass(frozen=True, kw_only=True)
class FeederPromise:
    """What the public sees of a feeder's cuts: the next, the week, the days behind."""

    feeder: str
    is_promised: bool
    today: DayPromised | None
    week: list[DayPromised]
    next_cut: Moments | None
    is_cut_now: bool
    kept: list[DayKept]
    version: Timetable | None


def _shown(timetable: Timetable, spans: list[Span]) -> DraftShown:
    minutes = sum(b - a for a, b in spans)
    return DraftShown(timetable=timetable, minutes=minutes, lines=timetable_files.lines_of(spans))


def drafts(directorate_id: int) -> list[DraftShown]:
    """What waits for a second person."""
    return [_shown(each, promises.spans_of(each)) for each in promises.drafts(directorate_id)]


def checked(windows: Mapping[str, list[Span]]) -> list[tuple[str, int, list[tuple[int, str, str]]]]:
    """What a file would make: feeder, minutes a week, cuts by weekday."""
    return [
        (feeder, sum(b - a for a, b in spans), timetable_files.lines_of(spans))
        for feeder, spans in sorted(windows.items())
    ]


def feeders(directorate_id: int, now: datetime) -> list[FeederShown]:
    """Every feeder of the office, in order."""
    today = now.astimezone(BAGHDAD).date()
    running = {
        each.element_code: each
        for each in Outage.objects.filter(
            directorate_id=directorate_id,
            state=Outage.State.OPEN,
            element_kind=Outage.Element.FEEDER,
            cause=Outage.Cause.RATIONING,
        )
    }
    told = set(promises.promised_feeders(directorate_id))
    return [
        FeederShown(
            code=code,
            is_promised=code in told,
            today=Promises(directorate_id, code).of_day(today) if code in told else None,
            cut=running.get(code),
        )
        for code in reach.feeder_codes(directorate_id)
    ]


def open_cut(directorate_id: int, feeder_code: str) -> Outage | None:
    """The programmed cut of a feeder that runs now, as the desk opened it."""
    return Outage.objects.filter(
        directorate_id=directorate_id,
        state=Outage.State.OPEN,
        element_kind=Outage.Element.FEEDER,
        element_code=feeder_code,
        cause=Outage.Cause.RATIONING,
    ).first()


def feeder(
    directorate_id: int, code: str, now: datetime, *, days: int = DAYS_BACK
) -> FeederPromise:
    """What the public sees of a feeder's programmed cuts."""
    today = now.astimezone(BAGHDAD).date()
    mine = Promises(directorate_id, code)
    upcoming = mine.next_cut(now)
    return FeederPromise(
        feeder=code,
        is_promised=mine.is_promised,
        today=mine.of_day(today),
        week=mine.week(today),
        next_cut=upcoming,
        is_cut_now=any(
            end is None for _begin, end in promises.cuts(directorate_id, code, today, today)
        ),
        kept=mine.kept(today - timedelta(days=days - 1), today, now),
        version=mine.version_on(today),
    )


def first_day(asked: date | None, today: date) -> date:
    """The day from which open data of a feeder are told: the one asked for, within the last year."""
    first = asked or today - timedelta(days=DAYS_BACK - 1)
    return max(first, today - timedelta(days=MOST_DAYS))


def records(
    office: str, directorate_id: int, code: str, first: date, now: datetime
) -> list[dict[str, Any]]:
    """Promise and deed of a feeder by day as open data, the latest day first."""
    mine = Promises(directorate_id, code)
    last = now.astimezone(BAGHDAD).date()
    real = promises.cuts(directorate_id, code, first, last)
    return [
        {
            "directorate": office,
            "feeder": code,
            "day": each.day.isoformat(),
            "promised_minutes": each.promised,
            "cut_minutes": each.cut,
            "difference": each.difference,
            "outside_minutes": each.outside,
            "share_kept": None if each.share_kept is None else round(each.share_kept, 4),
            "is_over": each.is_over,
            "promised": [f"{a}/{b}" for a, b in _cuts(mine, each.day)],
            "real": [f"{a}/{b}" for a, b in _real(real, each.day, now)],
        }
        for each in mine.kept(first, last, now)
    ]


def _cuts(mine: Promises, day: date) -> list[tuple[str, str]]:
    found = mine.of_day(day)
    return found.cuts if found else []


def _real(
    cuts: Sequence[tuple[datetime, datetime | None]], day: date, now: datetime
) -> list[tuple[str, str]]:
    """The cuts of a day as local times, within the day; one that runs on ends with a question mark."""
    found = []
    for begins, ends in cuts:
        a, b = timezone.localtime(begins), timezone.localtime(ends or now)
        if a.date() <= day <= b.date():
            first = f"{a:%H:%M}" if a.date() == day else "00:00"
            last = ("24:00" if b.date() > day else f"{b:%H:%M}") if ends or b.date() > day else "?"
            found.append((first, last))
    return found


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same as CSV; several cuts of a day are parted by blanks."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {**row, "promised": " ".join(row["promised"]), "real": " ".join(row["real"])}
        )
    return out.getvalue()
