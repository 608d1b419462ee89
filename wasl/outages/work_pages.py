"""Planned work as pages and feeds show it: in words, with what was promised and what happened."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from wasl.core.calendars import BAGHDAD
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.network.topology import Element
from wasl.outages import reasons
from wasl.outages.models import PlannedWork

State = PlannedWork.State
# So long after its end a work is still shown.
KEPT = timedelta(days=30)
COLUMNS = (
    "reference", "directorate", "element", "feeders", "districts", "customers", "reason", "state",
    "announced", "short_notice", "begins", "promised_end", "expected_end", "switched_off",
    "switched_on", "confirmed", "late_minutes", "cancelled_for",
)  # fmt: skip
TOLD = (State.ANNOUNCED, State.RUNNING, State.DONE, State.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class WorkShown:
    """A work in the reader's language. `late_minutes` is how far it runs, or ran, beyond the promise."""

    work: PlannedWork
    reason: str
    cancelled_for: str
    office: str
    office_code: str
    districts: tuple[str, ...]
    is_waited_for: bool
    late_minutes: int

    @property
    def where(self) -> str:
        """The districts it concerns, or the directorate."""
        return "، ".join(self.districts) or self.office


def shown(works: Iterable[PlannedWork], language: str, now: datetime) -> list[WorkShown]:
    """Works in a language, in the order given."""
    found = list(works)
    offices = {each: directorates.by_id(each) for each in {w.directorate_id for w in found}}
    codes = {code for work in found for code in work.districts}
    names = {code: district.name(language) for code in codes if (district := directorates.district(code))}  # fmt: skip
    return [
        WorkShown(
            work=work,
            reason=reasons.label(reasons.WORK, work.reason, language),
            cancelled_for=reasons.label(reasons.CANCEL, work.cancel_reason, language)
            if work.cancel_reason
            else "",
            office=offices[work.directorate_id].name(language),
            office_code=offices[work.directorate_id].code,
            districts=tuple(names[code] for code in work.districts if code in names),
            is_waited_for=work.state == State.ANNOUNCED and work.begins_at <= now,
            late_minutes=_late(work, now),
        )
        for work in found
    ]


def _late(work: PlannedWork, now: datetime) -> int:
    if work.state not in {State.RUNNING, State.DONE}:
        return 0
    end = work.ended_at or now
    return max(0, round((end - work.promised_end_at).total_seconds() / 60))


def told(now: datetime, directorate_id: int | None = None) -> QuerySet[PlannedWork]:
    """What the public knows of: announced, under way, and over since not long."""
    found = PlannedWork.objects.filter(state__in=TOLD, ends_at__gte=now - KEPT)
    found = found.exclude(announced_at=None)
    if directorate_id is not None:
        found = found.filter(directorate_id=directorate_id)
    return found.select_related("outage").order_by("begins_at", "id")


def narrowed(
    works: QuerySet[PlannedWork],
    *,
    reference: str = "",
    district: str = "",
    feeder: str = "",
    state: str = "",
    after: tuple[datetime, UUID] | None = None,
) -> QuerySet[PlannedWork]:
    """Those of a reference, that concern a district or feeder, or stand so; behind that time and id."""
    if reference:
        works = works.filter(reference=reference)
    if district:
        works = works.filter(districts__contains=[district])
    if feeder:
        works = works.filter(feeders__contains=[feeder])
    if state:
        works = works.filter(state=state)
    if after is not None:
        at, key = after
        works = works.filter(Q(begins_at__gt=at) | Q(begins_at=at, id__gt=key))
    return works


def notice_hours(directorate_id: int, now: datetime) -> int | None:
    """The published minimum notice, in hours; None before the seed is loaded."""
    key = "outages.planned_notice_hours"
    on = now.astimezone(BAGHDAD).date()
    found = dated.all_in_force(key, directorate_id=directorate_id, on=on).get(key)
    return int(found.value) if found else None


def over(directorate_id: int, elements: Iterable[Element], now: datetime) -> QuerySet[PlannedWork]:
    """Those of the elements that feed a place."""
    at = Q(pk__in=[])
    for each in elements:
        at |= Q(element_kind=each.kind, element_code=each.code)
    return told(now, directorate_id).filter(at)


def ahead(works: Iterable[PlannedWork]) -> list[PlannedWork]:
    """Those announced or under way, the next first."""
    return [each for each in works if each.state in {State.ANNOUNCED, State.RUNNING}]


def of_office(directorate_id: int, now: datetime) -> QuerySet[PlannedWork]:
    """What the desk sees: drafts too."""
    found = PlannedWork.objects.filter(directorate_id=directorate_id, ends_at__gte=now - KEPT)
    return found.select_related("outage").order_by("begins_at", "id")


def record(each: WorkShown) -> dict[str, Any]:
    """A work as open data."""
    work = each.work
    outage = work.outage
    return {
        "reference": work.reference,
        "directorate": each.office_code,
        "element": work.element_kind,
        "feeders": work.feeders,
        "districts": work.districts,
        "customers": work.customers,
        "reason": work.reason,
        "state": work.state,
        "announced": work.announced_at.isoformat() if work.announced_at else None,
        "short_notice": work.is_short_notice,
        "begins": work.begins_at.isoformat(),
        "promised_end": work.promised_end_at.isoformat(),
        "expected_end": work.ends_at.isoformat(),
        "switched_off": outage.began_at.isoformat() if outage else None,
        "switched_on": outage.ended_at.isoformat() if outage and outage.ended_at else None,
        "confirmed": work.is_switched,
        "late_minutes": each.late_minutes,
        "cancelled_for": work.cancel_reason or None,
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The same as CSV; several feeders or districts are parted by blanks."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in rows:
        lists = {name: " ".join(row[name]) for name in ("feeders", "districts")}
        writer.writerow({**row, **lists})
    return out.getvalue()
