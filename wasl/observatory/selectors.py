"""The public's view of performance: the indicators without persons, small cells withheld."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from wasl.directorates import selectors as directorates
from wasl.quality import indicators

PERIOD = timedelta(days=90)
_WITHHELD = ("completed", "refused", "median_minutes", "p90_minutes", "within_pct")


def performance(now: datetime, language: str) -> list[dict[str, Any]]:
    """
    The services of every directorate in the last ninety days.

    Where fewer than five cases closed, what could point at one of them is withheld (None).
    """
    offices = [office.id for office in directorates.distribution(now.date())]
    rows = indicators.services(
        offices=offices, start=now - PERIOD, end=now, now=now, language=language
    )
    return [_public(asdict(row)) for row in rows]


def _public(row: dict[str, Any]) -> dict[str, Any]:
    if row["closed"] < indicators.MINIMUM_CELL:
        row |= dict.fromkeys(_WITHHELD)
    return row


def stages(service: str, now: datetime, language: str) -> list[dict[str, Any]]:
    """The stages of a service over all directorates; small cells left out."""
    offices = [office.id for office in directorates.distribution(now.date())]
    found = indicators.stages(
        service=service, offices=offices, start=now - PERIOD, end=now, now=now, language=language
    )
    return [row for row in found if row["done"] >= indicators.MINIMUM_CELL]
