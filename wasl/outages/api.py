"""The API of outages: is my place off, what is off by area, one's sign, reliability, and the feeds."""

import hashlib
from datetime import date, datetime
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from wasl.accounts.api_access import PUBLIC, Admit, caller, moment
from wasl.core import limits, scope
from wasl.core.api_shapes import (
    PROBLEMS,
    AccountNo,
    Given,
    IdempotencyKey,
    Latitude,
    Longitude,
)
from wasl.core.problems import Fault, Refusal
from wasl.directorates import selectors as directorates
from wasl.outages import (
    api_offices,
    api_planned,
    api_subscriptions,
    feeds,
    my_place,
    reliability_pages,
    selectors,
    services,
)
from wasl.outages import api_shapes as shapes
from wasl.outages import api_states as states
from wasl.outages.api_asked import DirectorateCode, language, offices, site, today
from wasl.outages.models import Outage, Signal

router = Router(tags=["outages"])
# From one address, as on the page.
ASKS, SIGNS, PER_SECONDS = 60, 10, 3600


class Areas(Schema):
    """What is without supply now, by district."""

    as_of: datetime
    items: list[shapes.Area]


class Here(Schema):
    """Whether a place is without supply, as far as we know."""

    is_known: bool = Field(description="False where nobody can tell on what the place hangs.")
    is_off: bool
    is_certain: bool = Field(description="The place is that of an account, not the nearest one.")
    outage: str | None = Field(description="Its reference.")
    cause: Outage.Cause | None
    is_confirmed: bool
    since: datetime | None
    expected_at: datetime | None
    reports: int = Field(description="Signs of the last hours that hang on the same transformer.")
    directorate: str
    feeder: str = Field(description="On which the place hangs; empty where nobody can tell.")
    is_promised: bool = Field(description="The feeder has a timetable of programmed cuts.")
    next_cut: shapes.AheadCut | None
    works: list[shapes.Work] = Field(description="Planned work ahead or under way, the next first.")


class GivenSign(Given):
    """That supply is missing at a place, or back; nothing about the person."""

    says: Signal.Says
    lat: Latitude | None = None
    lon: Longitude | None = None
    account_no: AccountNo | None = None


class Noted(Schema):
    """It was noted; sent again with the same key it is the same sign."""

    says: Signal.Says
    noted_at: datetime


class OutagePlace(Schema):
    """A position, or an account number."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    account_no: AccountNo | None = None


class Link(Schema):
    """An address that others may read as they like."""

    title: str
    type: str
    href: str


class Links(Schema):
    """Feeds and open data of outages."""

    items: list[Link]


class Indices(Schema):
    """The indices of a period (IEEE 1366, by the choices of ADR 70). None: not defined."""

    saidi: float | None
    saifi: float | None
    caidi: float | None
    ctaidi: float | None
    caifi: float | None
    asai: float | None
    maifi: float | None


class Reliability(Schema):
    """How often and how long supply was missing in a year, and the address of the rows beneath."""

    directorate: str
    year: int
    first_day: date
    last_day: date
    customers: int
    all: Indices
    without_rationing: Indices
    without_major_event_days: Indices
    by_cause: dict[str, Indices]
    rows: str


@router.get(
    "/outages", auth=Admit(PUBLIC, seconds=60), operation_id="listOutages",
    response={200: Areas, **PROBLEMS},
)  # fmt: skip
def list_outages(request: HttpRequest, directorate: DirectorateCode = "") -> Any:
    """Where supply is missing now, by district and cause; small figures are withheld."""
    with scope.within_system():
        told = [
            feeds.Office(
                code=each.code,
                name=each.name(language()),
                areas=selectors.areas(each.id, today(request), language()),
            )
            for each in offices(directorate)
        ]
    return Areas(as_of=moment(request), items=[shapes.Area(**each) for each in feeds.records(told)])


@router.get(
    "/outages/here", auth=Admit(PUBLIC), operation_id="isMyPlaceOff",
    response={200: Here, **PROBLEMS},
)  # fmt: skip
def is_my_place_off(request: HttpRequest, where: Annotated[OutagePlace, Query()]) -> Any:
    """
    Is my place off? By its account number, or by its position; with what is ahead there.

    Ahead are planned work and the next programmed cut.
    """
    now = moment(request)
    here = _office(where, at="/query")
    limits.require(
        f"outage:{caller(request).address}", limit=ASKS, per_seconds=PER_SECONDS, now=now
    )
    with scope.within_system():
        found = my_place.at_place(
            here, account_no=where.account_no or "", lat=where.lat, lon=where.lon,
            language=language(), now=now,
        )  # fmt: skip
        code = directorates.by_id(here).code
    place = found.place if found else None
    outage = place.outage if place else None
    return Here(
        is_known=place is not None,
        is_off=outage is not None,
        is_certain=place is not None and place.is_certain,
        outage=outage.reference if outage else None,
        cause=Outage.Cause(outage.cause) if outage else None,
        is_confirmed=outage is not None and outage.is_confirmed,
        since=place.since if place else None,
        expected_at=outage.expected_at if outage else None,
        reports=place.reports if place else 0,
        directorate=code,
        feeder=found.feeder if found else "",
        is_promised=found is not None and found.is_promised,
        next_cut=states.ahead(found.next_cut) if found else None,
        works=[states.work(each) for each in found.works] if found else [],
    )


def _office(where: Any, *, at: str) -> int:
    has_point = where.lat is not None and where.lon is not None
    if not has_point and not where.account_no:
        detail = _("Write the account number, or use your telephone's place.")
        fault = Fault(pointer=at, code="NO_PLACE", detail=detail)
        raise Refusal(422, "WRONG_FIELDS", faults=[fault])
    with scope.within_system():
        known = selectors.served()
        if where.account_no and int(where.account_no[:2]) in known:
            return int(where.account_no[:2])
        near = selectors.office_near(where.lat, where.lon) if has_point else None
    if near is None:
        raise Refusal(404, "NOT_SERVED", _("No directorate that is served lies there."))
    return near.directorate_id


@router.post(
    "/outages/signs", auth=Admit(PUBLIC), operation_id="giveSign",
    response={201: Noted, **PROBLEMS},
)  # fmt: skip
def give_sign(request: HttpRequest, given: GivenSign, key: IdempotencyKey) -> Any:
    """
    No supply here, or it is back: one sign, nothing about the person, and nothing to follow.

    Whoever wants to be told when it is back sends a report of the category `no_power`.
    """
    now = moment(request)
    here = _office(given, at="/body")
    address = caller(request).address
    limits.require(f"outage-report:{address}", limit=SIGNS, per_seconds=PER_SECONDS, now=now)
    name = hashlib.sha256(f"{key} {given.model_dump_json()}".encode()).hexdigest()
    with scope.within_system():
        made = services.signal(
            directorate_id=here,
            source=Signal.Source.REPORT,
            source_id=uuid5(NAMESPACE_URL, f"wasl:sign:{name}"),
            says=given.says,
            at=now,
            now=now,
            account_no=given.account_no or "",
            lat=given.lat,
            lon=given.lon,
        )
    return Status(201, Noted(says=Signal.Says(made.says), noted_at=made.recorded_at))


@router.get(
    "/outages/reliability", auth=Admit(PUBLIC, seconds=3600), operation_id="getReliability",
    response={200: Reliability, **PROBLEMS},
)  # fmt: skip
def get_reliability(
    request: HttpRequest,
    directorate: DirectorateCode,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Any:
    """SAIDI, SAIFI and their kin of a year: with and without rationing, and by cause."""
    on = today(request)
    with scope.within_system():
        office = next((each.id for each in offices(directorate) if directorate), None)
        if office is None or (year or 0) > on.year:
            raise Refusal(404, "NOT_FOUND")
        wanted = year or on.year
        found = reliability_pages.figures(office, wanted, on)
    if found is None:
        raise Refusal(404, "NOT_FOUND")
    rows = reverse("outages:reliability_data", args=["csv"])
    return Reliability(
        directorate=directorate.upper(),
        year=wanted,
        first_day=found["from"],
        last_day=found["to"],
        customers=found["customers"],
        all=_indices(found),
        without_rationing=_indices(found["without_rationing"]),
        without_major_event_days=_indices(found["without_major_event_days"]),
        by_cause={cause: _indices(each) for cause, each in found["by_cause"].items()},
        rows=f"{site()}{rows}?directorate={office}&year={wanted}",
    )


def _indices(found: dict[str, Any]) -> Indices:
    return Indices(**{name: found.get(name) for name in Indices.model_fields})


@router.get(
    "/outages/feeds", auth=Admit(PUBLIC, seconds=3600), operation_id="listOutageFeeds",
    response={200: Links, **PROBLEMS},
)  # fmt: skip
def list_feeds(request: HttpRequest) -> Any:
    """The same as feeds that other programs read: Atom, CAP, GeoJSON, CSV, JSON."""
    kinds = {
        "atom": "application/atom+xml", "cap": "application/cap+xml",
        "geojson": "application/geo+json", "csv": "text/csv", "json": "application/json",
    }  # fmt: skip
    title = _("Without supply now")
    return Links(
        items=[
            Link(title=title, type=kind, href=site() + reverse("outages:feed", args=[suffix]))
            for suffix, kind in kinds.items()
        ]
    )


router.add_router("", api_planned.router)
router.add_router("", api_offices.router)
router.add_router("", api_subscriptions.router)
