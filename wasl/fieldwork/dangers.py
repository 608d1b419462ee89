"""
Dangers that wait: apps above whose matters can be dangerous register here, and the desk shows them first.

So field work learns of a wire on the pavement without knowing what a report is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Danger:
    """Something dangerous that is open: what, where, since when; its subject by value."""

    subject_type: str
    subject_id: UUID
    reference: str
    label: str
    where: str
    since: datetime
    lat: float | None = None
    lon: float | None = None


# Given a directorate, the day and the reader's language: its open dangers.
Source = Callable[[int, date, str], list[Danger]]
_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Have a source asked whenever the desk is shown."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def open_ones(directorate_id: int, on: date, language: str) -> list[Danger]:
    """Every open danger, the longest waiting first."""
    found = [each for source in _SOURCES for each in source(directorate_id, on, language)]
    return sorted(found, key=lambda each: (each.since, each.reference))
