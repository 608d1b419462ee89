"""The public page of reliability: the figures of a year, by cause and feeder, and the rows beneath them."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from wasl.outages import reliability, reliability_report, selectors
from wasl.outages import reliability_sums as sums
from wasl.outages.reliability import BAGHDAD, MajorEventDays
from wasl.outages.reliability_sums import Counts, Period, PlaceSums
from wasl.outages.selectors import Told

COLUMNS = ("start", "end", "customers", "outage", "group", "cause", "feeder")
FEEDERS_SHOWN = 20


def year_of(text: str, today: date) -> int:
    """The year asked for, if it is one that may have figures; else this one."""
    if text.isascii() and text.isdigit() and 2000 <= int(text) <= today.year:
        return int(text)
    return today.year


def _bounds(year: int) -> tuple[datetime, datetime]:
    return (
        datetime.combine(date(year, 1, 1), time(), tzinfo=BAGHDAD),
        datetime.combine(date(year + 1, 1, 1), time(), tzinfo=BAGHDAD),
    )


def rows_of(directorate_id: int, year: int) -> list[Told]:
    """The interruptions that are published for a year: its own, and those of the five before."""
    begins, ends = _bounds(year)
    before = begins.replace(year=year - reliability_report.MED_YEARS)
    return selectors.interruptions(directorate_id, before, ends)


def figures(directorate_id: int, year: int, today: date) -> dict[str, Any] | None:
    """
    Every index of a year, up to today in the running one; None where nobody is served.

    `wasl reliability` computes the same from the published rows, `customers`, and the two days.
    """
    customers = selectors.customers_served(directorate_id)
    if not customers:
        return None
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    return between(directorate_id, first, last, customers=customers)


def between(directorate_id: int, first: date, last: date, *, customers: int) -> dict[str, Any]:
    """The indices of the days `first` to `last`, whole and in parts; as `reliability_report` has them."""
    period = Period(directorate_id=directorate_id, begins=start(first), ends=start(after(last)))
    minutes = (period.ends - period.begins).total_seconds() / 60
    places, counts = sums.places(period), sums.counts(period)
    causes = sorted({row.cause for row in places})

    def of(rows: Sequence[PlaceSums], outages: int) -> dict[str, Any]:
        return asdict(sums.indices(rows, outages=outages, customers=customers, minutes=minutes))

    lasting = [cause for cause in causes if cause != reliability.RATIONING]
    window, major = _major_event_days(period, first, last, customers)
    calm = replace(period, without=major.days)
    return {
        **of(places, counts.all.get("", 0)),
        "customers": customers,
        "from": first,
        "to": last,
        "cemi_n": reliability.CEMI_N,
        "celid_hours": reliability.CELID_HOURS,
        "without_rationing": of(
            [row for row in places if row.cause in lasting],
            sum(counts.by_cause.get(("", cause), 0) for cause in lasting),
        ),
        "without_major_event_days": of(sums.places(calm), sums.counts(calm).all.get("", 0))
        if major.days
        else of(places, counts.all.get("", 0)),
        "by_cause": {
            cause: of(
                [row for row in places if row.cause == cause], counts.by_cause.get(("", cause), 0)
            )
            for cause in causes
        },
        "major_event_days": {**asdict(major), "window": list(window)},
        "feeders": _feeders(places, counts, of),
        "districts": _districts(period, places, last, of),
        "months": _months(period, first, last, customers),
    }


def after(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def start(day: date) -> datetime:
    """The beginning of a day in Baghdad."""
    return datetime.combine(day, time(), tzinfo=BAGHDAD)


def _major_event_days(
    period: Period, first: date, last: date, customers: int
) -> tuple[tuple[date, date], MajorEventDays]:
    """By the years before, where anything is known of them; else by the period itself."""
    before = first.replace(year=first.year - reliability_report.MED_YEARS, day=min(first.day, 28))
    earlier = replace(period, begins=start(before))
    daily = sums.customer_time_by_day(earlier)
    is_known = any(day < first for day in daily)
    window = (before, first - timedelta(days=1)) if is_known else (first, last)
    found = reliability.beyond_threshold(
        daily, customers=customers, window=window, reported=(first, last)
    )
    return window, found


Compute = Callable[[Sequence[PlaceSums], int], dict[str, Any]]


def _feeders(places: Sequence[PlaceSums], counts: Counts, of: Compute) -> list[dict[str, Any]]:
    """The feeders that cost the most customer minutes; shares of the whole directorate's indices."""
    by_feeder: dict[str, list[PlaceSums]] = defaultdict(list)
    for row in places:
        by_feeder[row.feeder].append(row)
    found = [
        {"feeder": name, **of(rows, counts.by_feeder.get(("", name), 0))}
        for name, rows in by_feeder.items()
    ]
    found.sort(key=lambda each: (-each["customer_minutes"], each["feeder"]))
    return found[:FEEDERS_SHOWN]


def _districts(
    period: Period, places: Sequence[PlaceSums], on: date, of: Compute
) -> list[dict[str, Any]]:
    """
    The districts, those first that cost the most customer minutes, as shares of the directorate's.

    A transformer counts where it stands; single connections, and what lies in no outline, by ''.
    """
    where = selectors.districts_of_transformers(period.directorate_id, on)
    outages = sums.outages_in_districts(period, where)
    by_district: dict[str, list[PlaceSums]] = defaultdict(list)
    for row in places:
        by_district[where.get(row.place, "")].append(row)
    found = [
        {"district": code, **of(rows, outages.get(code, 0))} for code, rows in by_district.items()
    ]
    found.sort(key=lambda each: (-each["customer_minutes"], each["district"]))
    return found


def _months(period: Period, first: date, last: date, customers: int) -> list[dict[str, Any]]:
    by_month: dict[str, list[PlaceSums]] = defaultdict(list)
    for row in sums.places(period, by="month"):
        by_month[row.part].append(row)
    counts = sums.counts(period, by="month")
    shown = []
    month = first.replace(day=1)
    while month <= last:
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        name = month.strftime("%Y-%m")
        told = sums.indices(
            by_month.get(name, []),
            outages=counts.all.get(name, 0),
            customers=customers,
            minutes=(start(following) - start(month)).total_seconds() / 60,
        )
        shown.append({"month": month, **asdict(told)})
        month = following
    return shown


def rows_csv(rows: Sequence[Told]) -> str:
    """
    The rows as CSV, as `wasl reliability --events` reads them.

    Where a few customers were off, not even the feeder is told: the figures do not need it.
    """
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for each in rows:
        one = each.interruption
        table.writerow(
            [
                one.start.astimezone(BAGHDAD).isoformat(),
                one.end.astimezone(BAGHDAD).isoformat(),
                one.customers,
                one.outage,
                one.group,
                one.cause,
                each.feeder if one.customers >= selectors.FEWEST else "",
            ]
        )
    return out.getvalue()
