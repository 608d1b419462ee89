"""What field work is told of reports: the dangerous ones that wait, and whom to call back."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from wasl.accounts.models import User
from wasl.casework.models import Case
from wasl.complaints import selectors
from wasl.complaints.models import CategoryVersion, Report
from wasl.core import scope
from wasl.directorates import selectors as directorates
from wasl.fieldwork import pictures
from wasl.fieldwork.dangers import Danger
from wasl.outages.models import Signal

SHOWN = 100
REPORT = "report"


def dangers(directorate_id: int, on: date, language: str) -> list[Danger]:
    """Open dangerous reports of an office; conduct of staff is not for it to see."""
    found = Report.objects.filter(
        directorate_id=directorate_id, closed_at=None, joined_to=None, is_urgent=True
    ).exclude(category__group=CategoryVersion.Group.CONDUCT)
    rows = found.exclude(case_id=None).select_related("category").order_by("received_at")[:SHOWN]
    names = {each.code: each.name(language) for each in directorates.districts(directorate_id, on)}
    return [
        Danger(
            subject_type=REPORT,
            subject_id=each.id,
            reference=each.reference,
            label=each.category.label,
            where=names.get(each.district_code, ""),
            since=each.received_at,
            lat=each.lat,
            lon=each.lon,
        )
        for each in rows
    ]


def reporters(report_ids: Collection[UUID]) -> dict[UUID, User]:
    """Who made the reports, where they have a telephone: who reported without a name has none."""
    found = Report.objects.filter(id__in=report_ids, reporter__phone_index__isnull=False)
    return {each.id: each.reporter for each in found.select_related("reporter")}


def pictures_of_case(case: Case) -> dict[str, list[str]]:
    """The photographs of the work on the report that a case is about, for the case's page."""
    with scope.within_system():
        found = selectors.by_case(case.id)
        return {"links": pictures_of(found) if found else []}


def pictures_of(report: Report) -> list[str]:
    """Addresses of the photographs of the work on a report, or on the outage it was a sign of."""
    found = pictures.links_of(REPORT, report.id)
    signs = Signal.objects.filter(source=Signal.Source.REPORT, source_id=report.id)
    outage_id = signs.values_list("outage_id", flat=True).first()
    return found + (pictures.links_of("outage", outage_id) if outage_id else [])
