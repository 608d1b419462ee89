"""The API of open data: a catalogue, and reports of a month as JSON, CSV and GeoJSON."""

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from wasl.accounts.api_access import PUBLIC, Admit, moment
from wasl.complaints import open_data
from wasl.core import scope, tables
from wasl.core.api_shapes import PROBLEMS
from wasl.core.problems import Refusal
from wasl.directorates import selectors as directorates
from wasl.outages import selectors as outages

router = Router(tags=["open data"])
DAY = 86_400
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
DirectorateCode = Annotated[str, Query(max_length=20, pattern=r"^[A-Za-z0-9_-]+$")]
MonthText = Annotated[
    str,
    Query(
        pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$",
        description="A month that is over.",
        examples=["2026-10"],
    ),
]
COLUMNS = ("month", "directorate", "district", "category", "reports")


class Distribution(Schema):
    """One form of a data set."""

    media_type: str
    href: str


class Dataset(Schema):
    """A data set, in the words of DCAT."""

    identifier: str
    title: str
    description: str
    licence: str
    accrual_periodicity: str
    least: int = Field(description="Counts below it are withheld.")
    distributions: list[Distribution]


class Catalogue(Schema):
    """What is published."""

    title: str
    datasets: list[Dataset]


class Count(Schema):
    """A cell: `*` stands for the sum over districts or categories. No number: withheld."""

    month: str
    directorate: str
    district: str
    category: str
    reports: int | None


class RepairTime(Schema):
    """Hours until reports of a category were done: a quarter, half and three quarters of them."""

    category: str
    ended: int
    quarter: int
    half: int
    three_quarters: int


class ReportsOfMonth(Schema):
    """The reports of a month, and how long those that ended in it took."""

    month: str
    directorate: str
    least: int
    counts: list[Count]
    repair_hours: list[RepairTime]


class Properties(Schema):
    """Of a square."""

    reports: int


class Polygon(Schema):
    """A square, as GeoJSON has it."""

    type: str
    coordinates: list[list[list[float]]]


class Feature(Schema):
    """A square with so many reports."""

    type: str
    geometry: Polygon
    properties: Properties


class FeatureCollection(Schema):
    """Squares of about two kilometres with at least ten reports; no others are told."""

    type: str
    features: list[Feature]


def _month(request: HttpRequest, directorate: str, month: str) -> open_data.Month:
    offices = {directorates.by_id(each).code: each for each in outages.served()}
    office = offices.get(directorate.upper())
    if office is None:
        raise Refusal(404, "NOT_SERVED", _("No directorate has this code."))
    found = open_data.Month(directorate_id=office, first=date.fromisoformat(f"{month}-01"))
    if not found.is_over(moment(request)):
        raise Refusal(404, "NOT_OVER", _("Only months that are over are published."))
    return found


def _rows(month: open_data.Month, code: str) -> list[dict[str, Any]]:
    return [
        {
            "month": f"{month.first:%Y-%m}", "directorate": code.upper(), "district": district,
            "category": category, "reports": number,
        }
        for (district, category), number in sorted(open_data.counts(month).items())
    ]  # fmt: skip


@router.get(
    "/open-data", auth=Admit(PUBLIC, seconds=DAY), operation_id="getCatalogue",
    response={200: Catalogue, **PROBLEMS},
)  # fmt: skip
def catalogue(request: HttpRequest) -> Any:
    """What is published, in which forms, under which licence."""
    site = settings.WASL_PUBLIC_URL.rstrip("/")

    def forms(*given: tuple[str, str]) -> list[Distribution]:
        return [Distribution(media_type=kind, href=site + path) for kind, path in given]

    here = reverse("api:getCatalogue")
    feed, rows = "outages:feed", reverse("outages:reliability_data", args=["csv"])
    return Catalogue(
        title="Wasl",
        datasets=[
            Dataset(
                identifier="reports", title=_("Reports by month, district and category"),
                description=_("With the hours that repairs took, and a map of squares of two kilometres."),
                licence=LICENCE, accrual_periodicity="R/P1M", least=open_data.LEAST,
                distributions=forms(
                    ("application/json", f"{here}/reports"), ("text/csv", f"{here}/reports.csv"),
                    ("application/geo+json", f"{here}/reports.geojson"),
                ),
            ),
            Dataset(
                identifier="outages", title=_("Without supply now"),
                description=_("By district and cause; fewer than ten customers are not told."),
                licence=LICENCE, accrual_periodicity="R/PT1M", least=outages.FEWEST,
                distributions=forms(
                    ("application/json", reverse("api:listOutages")),
                    ("text/csv", reverse(feed, args=["csv"])),
                    ("application/geo+json", reverse(feed, args=["geojson"])),
                ),
            ),
            Dataset(
                identifier="interruptions", title=_("Interruptions of supply"),
                description=_("Each step of restoration, as the indices of reliability are computed from."),
                licence=LICENCE, accrual_periodicity="R/P1D", least=outages.FEWEST,
                distributions=forms(("text/csv", rows)),
            ),
        ],
    )  # fmt: skip


@router.get(
    "/open-data/reports", auth=Admit(PUBLIC, seconds=DAY), operation_id="getReportsOfMonth",
    response={200: ReportsOfMonth, **PROBLEMS},
)  # fmt: skip
def reports(request: HttpRequest, directorate: DirectorateCode, month: MonthText) -> Any:
    """Reports of a month by district and category, small counts withheld; and how long repairs took."""
    with scope.within_system():
        found = _month(request, directorate, month)
        rows, hours = _rows(found, directorate), open_data.repair_hours(found)
    return ReportsOfMonth(
        month=month,
        directorate=directorate.upper(),
        least=open_data.LEAST,
        counts=[Count(**each) for each in rows],
        repair_hours=[RepairTime(**each) for each in hours],
    )


@router.get(
    "/open-data/reports.csv", auth=Admit(PUBLIC, seconds=DAY), operation_id="getReportsAsCsv",
    response={200: str, **PROBLEMS}, openapi_extra={"x-type": "text/csv"},
)  # fmt: skip
def reports_csv(request: HttpRequest, directorate: DirectorateCode, month: MonthText) -> Any:
    """The same counts for a spreadsheet; an empty cell is withheld."""
    with scope.within_system():
        rows = _rows(_month(request, directorate, month), directorate)
    response = HttpResponse(tables.table(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reports-{month}.csv"'
    return response


@router.get(
    "/open-data/reports.geojson", auth=Admit(PUBLIC, seconds=DAY),
    operation_id="getReportsAsGeoJson", response={200: FeatureCollection, **PROBLEMS},
    openapi_extra={"x-type": "application/geo+json"},
)  # fmt: skip
def reports_geojson(request: HttpRequest, directorate: DirectorateCode, month: MonthText) -> Any:
    """Where reports of a month came from, in squares of about two kilometres."""
    with scope.within_system():
        found = open_data.squares(_month(request, directorate, month))
    shown = FeatureCollection(
        type="FeatureCollection", features=[_square(corner, number) for corner, number in found]
    )
    return HttpResponse(shown.model_dump_json(), content_type="application/geo+json; charset=utf-8")


def _square(corner: tuple[float, float], number: int) -> Feature:
    south, west = corner
    north, east = round(south + open_data.SQUARE, 4), round(west + open_data.SQUARE, 4)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Feature(
        type="Feature",
        geometry=Polygon(type="Polygon", coordinates=[ring]),
        properties=Properties(reports=number),
    )
