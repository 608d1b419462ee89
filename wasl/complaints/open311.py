"""What the Open311 endpoint says of categories and reports: nothing of who reported, places rounded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from wasl.casework import definitions
from wasl.casework.models import Case, Task
from wasl.complaints.models import CategoryVersion, Report
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.outages import selectors as outages

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
LANGUAGE = "ar"
# A home is somewhere within about a hundred metres of its point.
ROUNDED = 3
MOST = 1_000
# What a step's end means in the extended list of the updates extension.
_STATUS = {
    ("look", "REPAIR"): "action_scheduled",
    ("look", "ANSWER"): "fixed",
    ("look", "REFUSE"): "no_further_action",
    ("look_conduct", "ANSWER"): "fixed",
    ("make_safe", "DONE"): "fixed",
    ("make_safe", "WORKS_NEEDED"): "in_progress",
    ("repair", "DONE"): "fixed",
    ("repair", "NO_ACCESS"): "investigating",
    ("confirm", "PROBLEM"): "open",
    ("again", "REOPEN"): "open",
    ("hear", "OVERTURN"): "open",
    ("hear", "UPHOLD"): "no_further_action",
    ("confirm", "CONFIRM"): "closed",
    ("confirm", "EXPIRED"): "closed",
    ("appeal", "ACCEPT_REFUSAL"): "closed",
}
STATUSES = {
    "open", "investigating", "in_progress", "planned", "action_scheduled", "no_further_action",
    "not_councils_responsibility", "duplicate", "internal_referral", "cancelled", "fixed", "closed",
    "for_triage",
}  # fmt: skip


def stamp(moment: datetime) -> str:
    """A time in UTC with whole seconds, as consumers compare it as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def jurisdictions(on: date) -> dict[str, Directorate]:
    """The served directorates by the name that `jurisdiction_id` uses."""
    return {each.code.lower(): each for each in outages.served_offices(on)}


def offered(categories: Iterable[CategoryVersion]) -> list[CategoryVersion]:
    """Those that other programs may use: not the conduct of staff, which is nobody else's to see."""
    return [each for each in categories if each.group != CategoryVersion.Group.CONDUCT]


def service(category: CategoryVersion) -> dict[str, Any]:
    """A category in the list of services."""
    return {
        "service_code": category.code,
        "service_name": category.labels[LANGUAGE],
        "description": category.hints[LANGUAGE],
        "metadata": bool(category.questions),
        "type": "realtime",
        "keywords": ",".join(category.labels[key] for key in ("ckb", "en")),
        "group": category.group,
    }


def definition(category: CategoryVersion) -> dict[str, Any]:
    """The questions of a category, as attributes."""
    return {
        "service_code": category.code,
        "attributes": [
            {
                "variable": True,
                "code": question["code"],
                "datatype": question["datatype"],
                "required": bool(question.get("required")),
                "datatype_description": "",
                "order": order,
                "description": question["label"][LANGUAGE],
                "values": [
                    {"key": each["key"], "name": each["label"][LANGUAGE]}
                    for each in question.get("values") or []
                ],
            }
            for order, question in enumerate(category.questions, start=1)
        ],
    }


def public_reports(directorate_ids: Iterable[int]) -> QuerySet[Report]:
    """What may be told of: reports of their own, with a point, of everything but conduct."""
    found = Report.objects.filter(
        directorate_id__in=list(directorate_ids), joined_to=None, lat__isnull=False
    )
    return found.exclude(category__group=CategoryVersion.Group.CONDUCT).select_related("category")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which reports a list call asks for; `references` overrides the rest. Times are inclusive."""

    since: datetime
    until: datetime
    references: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    is_closed: bool | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None


def listed(directorate_ids: Iterable[int], wanted: Wanted, *, page: int, size: int) -> list[Report]:
    """A page of the reports that may be told of, the oldest first."""
    found = public_reports(directorate_ids)
    if wanted.references:
        found = found.filter(reference__in=wanted.references)
    else:
        found = found.filter(received_at__range=(wanted.since, wanted.until))
        if wanted.codes:
            found = found.filter(category_code__in=wanted.codes)
        if wanted.is_closed is not None:
            found = found.filter(closed_at__isnull=not wanted.is_closed)
        if wanted.updated_after:
            found = found.filter(updated_at__gte=wanted.updated_after)
        if wanted.updated_before:
            found = found.filter(updated_at__lte=wanted.updated_before)
    return list(found.order_by("received_at", "id")[(page - 1) * size : page * size])


def public_report(directorate_ids: Iterable[int], reference: str) -> Report | None:
    """The report of a canonical reference, if it may be told of."""
    return public_reports(directorate_ids).filter(reference=reference).first()


def recent_updates(
    directorate_ids: Iterable[int], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """What became of reports within a time, also of those sent up to a year before it."""
    found = public_reports(directorate_ids).filter(
        received_at__range=(since - timedelta(days=360), until)
    )
    tasks = _told(Task.objects.filter(case_id__in=found.values("case_id")))
    return _updates(tasks.filter(completed_at__range=(since, until))[:MOST])


def requests(
    found: Sequence[Report], on: date, *, extensions: bool = False
) -> list[dict[str, Any]]:
    """Reports as records, in a fixed number of queries."""
    cases = Case.objects.filter(id__in=[each.case_id for each in found if each.case_id])
    due = dict(cases.values_list("id", "due_at"))
    offices = directorates.names({each.directorate_id for each in found}, LANGUAGE)
    areas = directorates.district_names({each.district_code for each in found}, on, LANGUAGE)
    shown = [
        _request(
            each,
            due.get(each.case_id) if each.case_id else None,
            areas.get(each.district_code, ""),
            offices[each.directorate_id],
        )
        for each in found
    ]
    if extensions:
        _extend(shown, found)
    return shown


def _request(report: Report, due_at: datetime | None, area: str, office: str) -> dict[str, Any]:
    lat, lon = point_of(report)
    return {
        "service_request_id": report.reference,
        "status": "open" if report.is_open else "closed",
        "status_notes": str(report.get_outcome_display()),
        "service_name": report.category.labels[LANGUAGE],
        "service_code": report.category_code,
        # Never the reporter's own words: people write their names and numbers in them.
        "description": report.category.hints[LANGUAGE],
        "agency_responsible": office,
        "service_notice": "",
        "requested_datetime": stamp(report.received_at),
        "updated_datetime": stamp(report.closed_at or report.updated_at),
        "expected_datetime": stamp(due_at) if due_at else "",
        "address": area,
        "address_id": report.district_code,
        "zipcode": "",
        "lat": lat,
        "long": lon,
        "media_url": "",
    }


def _extend(shown: Sequence[dict[str, Any]], found: Sequence[Report]) -> None:
    """The extended record: how many joined, and what was done, for all of them at once."""
    ids = [each.id for each in found]
    counted = Report.objects.filter(id__in=ids).annotate(number=Count("joined"))
    joined = dict(counted.values_list("id", "number"))
    notes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in _updates(
        _told(Task.objects.filter(case_id__in=[r.case_id for r in found if r.case_id]))
    ):
        notes[each["service_request_id"]].append(
            {
                "datetime": each["updated_datetime"],
                "description": each["description"],
                "type": each["status"],
            }
        )
    for row, report in zip(shown, found, strict=True):
        row["extended_attributes"] = {"joined": joined[report.id], "urgent": report.is_urgent}
        row["notes"] = notes[report.reference]


def point_of(report: Report) -> tuple[float, float]:
    """Where it is, as far as everybody may know: danger to the metre, homes rounded."""
    lat, lon = float(report.lat or 0), float(report.lon or 0)
    if report.category.group == CategoryVersion.Group.DANGER:
        return lat, lon
    return round(lat, ROUNDED), round(lon, ROUNDED)


def _told(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Those of the steps that are done and mean something to others, oldest first."""
    done = tasks.filter(status=Task.Status.DONE, key__in={key for key, _outcome in _STATUS})
    return done.select_related("case__process").order_by("completed_at", "id")


def _updates(tasks: Iterable[Task]) -> list[dict[str, Any]]:
    return [
        {
            "update_id": str(task.id),
            "service_request_id": task.case.reference,
            "status": _STATUS[task.key, task.outcome],
            "updated_datetime": stamp(task.completed_at),
            "description": definitions.step(task.case.process, task.key).label.get(
                LANGUAGE, task.key
            ),
            "media_url": "",
        }
        for task in tasks
        if task.completed_at and (task.key, task.outcome) in _STATUS
    ]
