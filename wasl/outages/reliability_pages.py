"""The public page of reliability: the figures of a year, by cause and feeder, and the rows beneath them."""

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from wasl.outages import reliability, reliability_report, selectors
from wasl.outages.reliability import BAGHDAD, Interruption
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
    rows = rows_of(directorate_id, year)
    found = [each.interruption for each in rows]
    told = reliability_report.figures(found, customers=customers, first=first, last=last)
    told["feeders"] = _feeders(rows, customers, first, last)
    told["months"] = _months(found, customers, year, last)
    return told


def _feeders(rows: Sequence[Told], customers: int, first: date, last: date) -> list[dict[str, Any]]:
    """The feeders that cost the most customer minutes; shares of the whole directorate's indices."""
    by_feeder: dict[str, list[Interruption]] = defaultdict(list)
    for each in rows:
        if first <= each.interruption.day <= last:
            by_feeder[each.feeder].append(each.interruption)
    found = [
        {"feeder": name, **_indices(some, customers, first, last)}
        for name, some in by_feeder.items()
    ]
    found.sort(key=lambda each: (-each["customer_minutes"], each["feeder"]))
    return found[:FEEDERS_SHOWN]


def _months(
    found: Sequence[Interruption], customers: int, year: int, last: date
) -> list[dict[str, Any]]:
    shown = []
    for month in range(1, last.month + 1 if last.year == year else 13):
        first = date(year, month, 1)
        ends = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        some = [each for each in found if first <= each.day <= ends]
        shown.append({"month": first, **_indices(some, customers, first, ends)})
    return shown


def _indices(
    some: Sequence[Interruption], customers: int, first: date, last: date
) -> dict[str, Any]:
    begins = datetime.combine(first, time(), tzinfo=BAGHDAD)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=BAGHDAD)
    return asdict(reliability.indices(some, customers=customers, begins=begins, ends=ends))


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
