"""Categories in force, what is known near a place, and how reports stand."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from wasl.accounts.models import User
from wasl.complaints.models import CategoryVersion, Report, VisitAnswer
from wasl.core import references, scope
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.network import geometry
from wasl.outages import selectors as outages
from wasl.outages.models import Outage

METRES_A_DEGREE = 111_320.0
KNOWN_SHOWN = 5
# Of fewer answers in a month one might be guessed to be somebody's.
FEWEST_ANSWERS = 10


def categories(on: date) -> list[CategoryVersion]:
    """The newest published version of each category that is offered on a day, in order."""
    found = CategoryVersion.objects.filter(valid_from__lte=on, published_at__isnull=False)
    newest = found.order_by("code", "-version").distinct("code")
    return sorted((each for each in newest if each.is_offered), key=lambda each: each.order)


def category(code: str, on: date) -> CategoryVersion | None:
    """The version of a category that is in force on a day."""
    return next((each for each in categories(on) if each.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Near:
    """An open report of the same kind nearby: how far, and how many have joined it."""

    report: Report
    metres: int
    joined: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known at a place: an outage it lies in, and open reports of the same kind."""

    outage: Outage | None
    since: datetime | None
    reports: list[Near]


def known(
    directorate_id: int,
    category: CategoryVersion,
    *,
    lat: float | None,
    lon: float | None,
    account_no: str,
    now: datetime,
) -> Known:
    """
    What is known already where somebody is about to report something; the nearest first.

    Others' reports are shown only of what is everybody's (`is_shared`).
    """
    outage, since = None, None
    if category.follows_outage:
        place = outages.at_place(directorate_id, account_no=account_no, lat=lat, lon=lon, now=now)
        if place is not None:
            outage, since = place.outage, place.since
    near = (
        near_reports(directorate_id, category.code, lat=lat, lon=lon, on=now.date())
        if category.is_shared
        else []
    )
    return Known(outage=outage, since=since, reports=near)


def near_reports(
    directorate_id: int, code: str, *, lat: float | None, lon: float | None, on: date
) -> list[Near]:
    """Open reports of a category within the published distance of a place, the nearest first."""
    if lat is None or lon is None:
        return []
    metres = int(dated.value("complaints.near_m", directorate_id=directorate_id, on=on))
    found = in_box(directorate_id, lat=lat, lon=lon, metres=metres)
    near = []
    for each in found.filter(category_code=code).select_related("category")[:200]:
        far = round(geometry.metres_between(lat, lon, each.lat or 0.0, each.lon or 0.0))
        if far <= metres:
            near.append((far, each))
    near.sort(key=lambda pair: (pair[0], pair[1].received_at))
    return [
        Near(report=each, metres=far, joined=each.joined.count())
        for far, each in near[:KNOWN_SHOWN]
    ]


def in_box(directorate_id: int, *, lat: float, lon: float, metres: int) -> QuerySet[Report]:
    """Open reports of their own in the square around a place."""
    high = metres / METRES_A_DEGREE
    wide = high / max(0.1, math.cos(math.radians(lat)))
    return Report.objects.filter(
        directorate_id=directorate_id,
        closed_at=None,
        joined_to=None,
        lat__range=(lat - high, lat + high),
        lon__range=(lon - wide, lon + wide),
    )


def by_case(case_id: UUID) -> Report | None:
    """The report that a case is about."""
    return Report.objects.select_related("category").filter(case_id=case_id).first()


def find(reference: str) -> Report | None:
    """The report of a canonical reference, if the scope lets it be seen."""
    found = Report.objects.select_related("category", "joined_to__category")
    return found.filter(reference=reference).first()


def track(reference: str, secret: str) -> Report | None:
    """
    The report that reference and secret open together; None for any wrong pair.

    The work is the same whatever is wrong. The caller counts the tries.
    """
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        canonical = ""
    with scope.within_system():
        report = find(canonical)
    salt = bytes(report.secret_salt) if report and report.secret_salt else b"\0" * 16
    hashed = bytes(report.secret_hash) if report and report.secret_hash else b"\0" * 32
    return report if references.is_secret(secret, salt=salt, hashed=hashed) else None


def reports_of(user: User) -> list[Report]:
    """What a person has reported, the newest first."""
    found = Report.objects.filter(reporter=user).select_related("category")
    return list(found.order_by("-received_at")[:100])


def reports_page(user: User, *, before: tuple[datetime, str] | None, most: int) -> list[Report]:
    """What a person has reported, the newest first; behind the row of that time and id."""
    found = Report.objects.filter(reporter=user).select_related("category", "joined_to")
    if before is not None:
        at, key = before
        found = found.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=UUID(key)))
    return list(found.order_by("-received_at", "-id")[:most])


def desk(directorate_id: int, *, on: date, language: str, most: int) -> list[tuple[Report, str]]:
    """
    The open reports of an office that somebody works on, each with its area's name.

    Danger first, then the longest waiting. Conduct of staff is not for the office to see.
    """
    found = Report.objects.filter(directorate_id=directorate_id, closed_at=None, joined_to=None)
    found = found.exclude(category__group=CategoryVersion.Group.CONDUCT).exclude(case_id=None)
    names = {each.code: each.name(language) for each in directorates.districts(directorate_id, on)}
    rows = found.select_related("category").order_by("-is_urgent", "received_at", "id")[:most]
    return [(each, names.get(each.district_code, "")) for each in rows]


def open_signs(directorate_id: int) -> int:
    """How many open reports follow an outage."""
    found = Report.objects.filter(directorate_id=directorate_id, closed_at=None, case_id=None)
    return found.filter(joined_to=None).count()


def category_versions() -> list[CategoryVersion]:
    """Every version: drafts first, then by category, the newest first."""
    found = list(CategoryVersion.objects.order_by("order", "code", "-version"))
    return [each for each in found if each.published_at is None] + [
        each for each in found if each.published_at is not None
    ]


def last_version(code: str) -> CategoryVersion | None:
    """The newest version of a category, published or not."""
    return CategoryVersion.objects.filter(code=code).order_by("-version").first()


@dataclass(frozen=True, kw_only=True)
class MonthOfAnswers:
    """What was answered to "was anything asked of you?" in a month: how many, and how many yes."""

    office: str
    month: date
    answered: int
    asked: int


def visit_answers(language: str) -> list[MonthOfAnswers]:
    """The months with so many answers that none of them can be anybody's, the newest first."""
    counted = VisitAnswer.objects.values("directorate_id", "month").annotate(
        answered=Sum("count"),
        asked=Sum("count", filter=~Q(answer=VisitAnswer.Answer.NO), default=0),
    )
    rows = counted.filter(answered__gte=FEWEST_ANSWERS).order_by("-month", "directorate_id")
    return [
        MonthOfAnswers(
            office=directorates.by_id(row["directorate_id"]).name(language),
            month=row["month"],
            answered=row["answered"],
            asked=row["asked"],
        )
        for row in rows[:60]
    ]
