"""
The API of reports: what can be reported, what is known, sending, following, answering.

The same services, rules and limits as the pages; Open311 (open311.py) stays for city programs.
"""

import hashlib
import json
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from wasl.accounts.api_access import CITIZEN, PUBLIC, Admit, caller, moment, person
from wasl.complaints import (
    api_following,
    api_messages,
    api_open_data,
    patience,
    places,
    selectors,
    services,
)
from wasl.complaints import api_own as own
from wasl.complaints import api_shapes as shapes
from wasl.complaints import api_states as states
from wasl.complaints.forms import DetailsForm
from wasl.complaints.models import CategoryVersion
from wasl.complaints.services import Said
from wasl.core import problems, scope
from wasl.core.api_shapes import (
    PROBLEMS,
    AccountNo,
    After,
    IdempotencyKey,
    Latitude,
    Limit,
    Longitude,
    mark,
    read_mark,
)
from wasl.core.calendars import BAGHDAD
from wasl.core.problems import Fault, Refusal
from wasl.directorates import selectors as directorates

router = Router(tags=["reports"])


def language() -> str:
    """The language that was asked for."""
    return get_language() or "ar"


def _today(request: HttpRequest) -> date:
    return moment(request).astimezone(BAGHDAD).date()


@router.get(
    "/categories", auth=Admit(PUBLIC, seconds=300), operation_id="listCategories",
    response={200: shapes.Categories, **PROBLEMS},
)  # fmt: skip
def list_categories(request: HttpRequest) -> Any:
    """What can be reported, with its questions. Programs of others are not offered the conduct of staff."""
    is_for_partner = caller(request).partner is not None
    with scope.within_system():
        number = directorates.emergency_number(None, _today(request))
    items = states.categories(_today(request), language(), is_for_partner=is_for_partner)
    return shapes.Categories(items=items, emergency_number=number)


class AskedPlace(Schema):
    """A place to ask about: a position, an account number, or a district."""

    category: Annotated[str, Field(max_length=32)]
    lat: Latitude | None = None
    lon: Longitude | None = None
    account_no: AccountNo | None = None
    district: shapes.DistrictCode | None = None


@router.get(
    "/known", auth=Admit(PUBLIC), operation_id="getKnown",
    response={200: shapes.Known, **PROBLEMS},
)  # fmt: skip
def get_known(request: HttpRequest, where: Annotated[AskedPlace, Query()]) -> Any:
    """What is known already at a place: its outage, and open reports that can be joined."""
    category = _category(request, where.category, at="/query/category")
    place = _place(request, where, at="/query")
    with scope.within_system():
        found = selectors.known(
            place.directorate_id, category, lat=place.lat, lon=place.lon,
            account_no=place.account_no, now=moment(request),
        )  # fmt: skip
        number = directorates.emergency_number(place.directorate_id, _today(request))
    return states.known(found, number)


def _category(request: HttpRequest, code: str, *, at: str) -> CategoryVersion:
    with scope.within_system():
        found = selectors.category(code, _today(request))
    if found is None or (
        found.group == CategoryVersion.Group.CONDUCT and caller(request).partner is not None
    ):
        fault = Fault(pointer=at, code="UNKNOWN", detail=_("There is no such category."))
        raise Refusal(422, "WRONG_FIELDS", faults=[fault])
    return found


def _place(request: HttpRequest, given: Any, *, at: str) -> places.Place:
    has_point = given.lat is not None and given.lon is not None
    if not has_point and not given.account_no and not given.district:
        fault = Fault(
            pointer=at,
            code="NO_PLACE",
            detail=_("Say where: lat and lon, an account number, or a district."),
        )
        raise Refusal(422, "WRONG_FIELDS", faults=[fault])
    with scope.within_system():
        found = places.resolve(
            on=_today(request),
            account_no=given.account_no or "",
            lat=given.lat if has_point else None,
            lon=given.lon if has_point else None,
            district_code=given.district or "",
        )
    partner = caller(request).partner
    is_theirs = partner is None or not partner.directorates
    if found is None or not (is_theirs or found.directorate_id in partner.directorates):  # type: ignore[union-attr]
        fault = Fault(
            pointer=at, code="NOT_SERVED", detail=_("No directorate that is served lies there.")
        )
        raise Refusal(422, "WRONG_FIELDS", faults=[fault])
    return found


@router.post(
    "/reports", auth=Admit(PUBLIC), operation_id="sendReport",
    response={201: shapes.Sent, 200: shapes.Sent, **PROBLEMS},
)  # fmt: skip
def send_report(request: HttpRequest, given: shapes.GivenReport, key: IdempotencyKey) -> Any:
    """
    Send a report: by nobody in particular, by the citizen who is signed in, or by a partner for somebody.

    201 the first time; 200 when the same was sent before with the same key, or when this person has said
    already that they have no power. Where it is of danger, call the number in the answer at once.
    """
    category = _category(request, given.category, at="/body/category")
    place = _place(request, given.place, at="/body/place")
    form = _details(given, category)
    who = caller(request)
    if who.partner is None:
        patience.require(
            who.address, who.person, is_sign=category.follows_outage, now=moment(request)
        )
    sent = services.report(
        said=Said(
            category=category,
            place=place,
            place_words=given.place.words if not category.follows_outage else "",
            words=given.words,
            answers=form.answers(),
            is_urgent=bool(given.is_urgent),
            language=language(),
            token=_token(request, key, given),
        ),
        reporter=who.person,
        client=services.client_of(who.partner) if who.partner else None,
        now=moment(request),
    )
    return Status(201 if sent.is_new else 200, own.sent(request, sent))


def _token(request: HttpRequest, key: str, given: shapes.GivenReport) -> str:
    # With the content and the caller in it, so that who guesses a weak key is told nothing of others.
    who = caller(request)
    parts = [
        key,
        given.model_dump(mode="json"),
        str(who.person and who.person.pk),
        str(who.partner),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _details(given: shapes.GivenReport, category: CategoryVersion) -> DetailsForm:
    """What was answered, through the form that visitors fill in. :raises Refusal: with every fault."""
    data: MultiValueDict[str, str] = MultiValueDict()
    codes = {question["code"] for question in category.questions}
    faults = [
        Fault(
            pointer=f"/body/answers/{code[:100]}",
            code="UNKNOWN",
            detail=_("The category does not ask this."),
        )
        for code in given.answers
        if code not in codes
    ]
    for code, answer in given.answers.items():
        values = answer if isinstance(answer, list) else [answer]
        data.setlist(f"q_{code}", [str(each) for each in values])
    data["words"] = given.words
    if given.is_urgent is not None:
        data["is_urgent"] = "yes" if given.is_urgent else "no"
    form = DetailsForm(data, MultiValueDict(), category=category)
    form.is_valid()
    at = {name: f"/body/answers/{name[2:]}" for name in form.fields if name.startswith("q_")}
    found = problems.of_form(
        form.errors.get_json_data(),
        at | {"words": "/body/words", "is_urgent": "/body/is_urgent"},
    )
    if faults or found.faults:
        raise Refusal(422, "WRONG_FIELDS", faults=[*faults, *found.faults])
    return form


@router.post(
    "/known/{uuid:report_id}/join", auth=Admit(PUBLIC), operation_id="joinReport",
    response={201: shapes.Sent, 200: shapes.Sent, **PROBLEMS},
)  # fmt: skip
def join_report(request: HttpRequest, report_id: UUID) -> Any:
    """That is mine too: follow a report that is known, and have its news."""
    who = caller(request)
    patience.require(who.address, who.person, is_sign=False, now=moment(request))
    sent = services.join(
        report_id=report_id, reporter=who.person, language=language(), now=moment(request)
    )
    return Status(201 if sent.is_new else 200, own.sent(request, sent))


@router.get(
    "/my/reports", auth=Admit(CITIZEN), operation_id="listMyReports",
    response={200: shapes.Reports, **PROBLEMS},
)  # fmt: skip
def list_my_reports(request: HttpRequest, limit: Limit = 20, after: After = "") -> Any:
    """What the citizen who is signed in has reported, the newest first."""
    before = read_mark(after) if after else None
    if before is not None:
        own.require_uuid(before[1])
    found = selectors.reports_page(person(request), before=before, most=limit + 1)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    return shapes.Reports(
        items=[states.summary(each, language()) for each in shown],
        next=mark(last.received_at, str(last.id)) if last else None,
    )


router.add_router("", api_following.router)
router.add_router("", api_messages.router)
router.add_router("", api_open_data.router)
