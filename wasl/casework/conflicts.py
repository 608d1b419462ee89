"""
Who had a part in what a case is about, before there was a case: they are left out of its draws.

The app that owns the service knows; it registers a source here. For a contested bill these are the
people who took and decided the readings.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from wasl.casework.models import Case

Source = Callable[[Case], Collection[UUID]]
_SOURCES: dict[str, Source] = {}


def register(service: str, source: Source) -> None:
    """Have a source asked about every case of a service. :raises ValueError: when there is one."""
    if service in _SOURCES:
        raise ValueError(f"two sources of conflicts for {service}")
    _SOURCES[service] = source


def involved(case: Case) -> list[UUID]:
    """The people who had a part in the matter."""
    source = _SOURCES.get(case.service)
    return sorted(source(case)) if source else []
