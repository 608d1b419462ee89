"""What is told of a period: the indices, with and without rationing and major event days. Pure."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from wasl.outages import reliability
from wasl.outages.reliability import BAGHDAD, RATIONING, Interruption

MED_YEARS = 5


def figures(
    found: Sequence[Interruption], *, customers: int, first: date, last: date
) -> dict[str, Any]:
    """
    Every index of a period over `customers` served, and of its parts: JSON once dates are texts.

    Days `first` to `last` are included. `found` may hold years before it: they make the threshold of
    the major event days.
    """
    begins = datetime.combine(first, time(), tzinfo=BAGHDAD)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=BAGHDAD)
    inside = [each for each in found if first <= each.day <= last]

    def of(some: list[Interruption]) -> dict[str, Any]:
        return asdict(reliability.indices(some, customers=customers, begins=begins, ends=ends))

    # Of the years before, where the file holds any; else of the period itself.
    before = first.replace(year=first.year - MED_YEARS, day=min(first.day, 28))
    is_known = any(before <= each.day < first for each in found)
    window = (before, first - timedelta(days=1)) if is_known else (first, last)
    major = reliability.major_event_days(
        found, customers=customers, window=window, reported=(first, last)
    )
    days = set(major.days)
    return {
        **of(inside),
        "customers": customers,
        "from": first,
        "to": last,
        "cemi_n": reliability.CEMI_N,
        "celid_hours": reliability.CELID_HOURS,
        "without_rationing": of([each for each in inside if each.cause != RATIONING]),
        "without_major_event_days": of([each for each in inside if each.day not in days]),
        "by_cause": {
            cause: of([each for each in inside if each.cause == cause])
            for cause in sorted({each.cause for each in inside})
        },
        "major_event_days": {**asdict(major), "window": [window[0], window[1]]},
    }
