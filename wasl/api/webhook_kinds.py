"""
What a partner can be told of: events of which everybody may know, under names of their own.

Thin on purpose: the news, not the matter. Whoever wants more asks the API, and is told what they may see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.complaints import open311
from wasl.directorates import selectors as directorates
from wasl.events.models import Event
from wasl.outages.models import Outage, PlannedWork
from wasl.outages.selectors import FEWEST

PING = "ping"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of news: its name, the events it is made of, and what of them is told (None: nothing)."""

    name: str
    events: tuple[str, ...]
    label: str | Promise
    data: Callable[[Event], dict[str, Any] | None]


def _report(event: Event) -> dict[str, Any] | None:
    # What Open311 tells everybody: no report about the conduct of staff, no joined one.
    of_it = Q(id=event.data["report"]) if "report" in event.data else Q(case_id=event.subject_id)
    found = open311.public_reports([event.directorate_id]).filter(of_it).first()
    if found is None:
        return None
    return {
        "reference": found.reference,
        "category": found.category_code,
        "district": found.district_code,
        "outcome": str(event.data.get("outcome", "")),
    }


def _outage(event: Event) -> dict[str, Any] | None:
    # A single home without supply is nobody else's business.
    if event.data["element"] == Outage.Element.SERVICE:
        return None
    customers = event.data["customers"]
    return {
        "reference": event.data["reference"],
        "element": event.data["element"],
        "cause": event.data["cause"],
        "customers": customers if customers >= FEWEST else None,
        "fewer_than": FEWEST if customers < FEWEST else None,
        "began_at": event.data["began"],
    }


def _work(event: Event) -> dict[str, Any] | None:
    if event.data["element"] == Outage.Element.SERVICE:
        return None
    # Which districts it concerns stays as it was announced.
    work = PlannedWork.objects.get(id=event.subject_id)
    customers = event.data["customers"]
    return {
        "reference": event.data["reference"],
        "change": event.kind.rpartition(".")[2].upper(),
        "sequence": event.data["sequence"],
        "element": event.data["element"],
        "districts": work.districts,
        "reason": event.data["reason"],
        "cancelled_for": event.data.get("cancel_reason", ""),
        "customers": customers if customers >= FEWEST else None,
        "fewer_than": FEWEST if customers < FEWEST else None,
        "begins_at": event.data["begins"],
        "ends_at": event.data["ends"],
    }


_CHANGES = ("outages.work.started", "outages.work.moved", "outages.work.done")
KINDS = (
    Kind(name="report.received", events=("complaints.report.received",),
         label=_("A report was received"), data=_report),
    Kind(name="report.closed", events=("complaints.report.ended",), label=_("A report was closed"), data=_report),
    Kind(name="report.reopened", events=("casework.case.reopened",),
         label=_("A report was opened again"), data=_report),
    Kind(name="outage.opened", events=("outages.outage.opened",), label=_("An outage began"), data=_outage),
    Kind(name="outage.changed", events=("outages.outage.changed",), label=_("An outage changed"), data=_outage),
    Kind(name="outage.merged", events=("outages.outage.merged",),
         label=_("An outage was joined to another"), data=_outage),
    Kind(name="outage.restored", events=("outages.outage.restored",), label=_("An outage ended"), data=_outage),
    Kind(name="work.announced", events=("outages.work.announced",), label=_("Planned work was announced"), data=_work),
    Kind(name="work.changed", events=_CHANGES, label=_("Planned work began, changed or ended"), data=_work),
    Kind(name="work.cancelled", events=("outages.work.cancelled",), label=_("Planned work was called off"), data=_work),
)  # fmt: skip
NAMES = tuple(each.name for each in KINDS)
BY_EVENT: Mapping[str, Kind] = {event: each for each in KINDS for event in each.events}


def payload(kind: Kind, event: Event) -> dict[str, Any] | None:
    """What is sent of an event; None where nobody is to be told."""
    data = kind.data(event)
    if data is None:
        return None
    return {
        "type": kind.name,
        "timestamp": event.recorded_at.isoformat(),
        "data": {"directorate": directorates.by_id(event.directorate_id).code, **data},
    }
