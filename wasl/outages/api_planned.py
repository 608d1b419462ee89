"""The API of planned work and programmed cuts: what is announced and promised, and what happened."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from wasl.accounts.api_access import PUBLIC, Admit, moment
from wasl.core import references, scope
from wasl.core.api_shapes import PROBLEMS, After, Limit, Reference, mark, read_mark
from wasl.core.problems import Fault, Refusal
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.outages import api_shapes as shapes
from wasl.outages import api_states as states
from wasl.outages import my_place, promise_pages, promises, reach, selectors, work_pages
from wasl.outages.api_asked import (
    DirectorateCode,
    DistrictCode,
    FeederCode,
    language,
    office,
    offices,
    today,
)

router = Router(tags=["planned"])


@router.get(
    "/planned-work", auth=Admit(PUBLIC, seconds=60), operation_id="listPlannedWork",
    response={200: shapes.Works, **PROBLEMS},
)  # fmt: skip
def list_planned_work(
    request: HttpRequest,
    directorate: DirectorateCode = "",
    district: DistrictCode = "",
    feeder: FeederCode = "",
    state: Annotated[shapes.WorkState | None, Query()] = None,
    reference: Annotated[Reference | None, Query()] = None,
    limit: Limit = 50,
    after: After = "",
) -> Any:
    """
    Planned work: announced ahead, under way, and over since thirty days at most, by when it begins.

    That of one home is told by `isMyPlaceOff`.
    """
    now, behind = moment(request), _behind(after)
    with scope.within_system():
        here = office(directorate).id if directorate else None
        found = work_pages.narrowed(
            work_pages.told(now, here),
            reference=references.normalise(reference) if reference else "",
            district=district, feeder=feeder, state=state or "", after=behind,
        )[: limit + 1]  # fmt: skip
        rows = states.works(found, now)
        served = [here] if here else selectors.served()
        hours = work_pages.notice_hours(served[0], now) if served else None
    last = rows[limit - 1] if len(rows) > limit else None
    return shapes.Works(
        items=rows[:limit],
        next=mark(last.begins_at, str(last.id)) if last else None,
        notice_hours=hours,
    )


def _behind(after: str) -> Any:
    if not after:
        return None
    at, key = read_mark(after)
    try:
        return at, UUID(key)
    except ValueError:
        fault = Fault(pointer="/query/after", code="WRONG_MARK", detail="")
        raise Refusal(422, "WRONG_MARK", faults=[fault]) from None


@router.get(
    "/feeders", auth=Admit(PUBLIC, seconds=60), operation_id="listFeeders",
    response={200: shapes.Feeders, **PROBLEMS},
)  # fmt: skip
def list_feeders(request: HttpRequest, directorate: DirectorateCode = "") -> Any:
    """The feeders with a published timetable of programmed cuts: what is promised today."""
    now = moment(request)
    with scope.within_system():
        rows = [
            states.feeder_today(each.code, promise_pages.feeder(each.id, code, now, days=1), now)
            for each in offices(directorate)
            for code in promises.promised_feeders(each.id)
        ]
    return shapes.Feeders(items=rows)


def _feeder_of(directorate: str, feeder: str) -> Directorate:
    """The directorate that has the feeder. :raises Refusal: when there is none."""
    found = office(directorate)
    if not reach.has_feeder(found.id, feeder):
        raise Refusal(404, "NOT_FOUND", _("The directorate has no such feeder."))
    return found


@router.get(
    "/feeders/{directorate}/{feeder}", auth=Admit(PUBLIC, seconds=60), operation_id="getFeeder",
    response={200: shapes.FeederState, **PROBLEMS},
)  # fmt: skip
def get_feeder(
    request: HttpRequest, directorate: Path[DirectorateCode], feeder: Path[FeederCode]
) -> Any:
    """A feeder: the week that is promised, whether it is cut now, and the work ahead."""
    now = moment(request)
    with scope.within_system():
        found = _feeder_of(directorate, feeder)
        works = work_pages.narrowed(work_pages.told(now, found.id), feeder=feeder)
        promise = promise_pages.feeder(found.id, feeder, now, days=1)
        return states.feeder(found.code, promise, work_pages.ahead(works), now)


@router.get(
    "/feeders/{directorate}/{feeder}/days", auth=Admit(PUBLIC, seconds=60),
    operation_id="listFeederDays", response={200: shapes.KeptDays, **PROBLEMS},
)  # fmt: skip
def list_feeder_days(
    request: HttpRequest,
    directorate: Path[DirectorateCode],
    feeder: Path[FeederCode],
    first: Annotated[date | None, Query(alias="from")] = None,
) -> Any:
    """What a feeder was promised beside what happened, by day: thirty days, or from a day of the last year."""
    now = moment(request)
    with scope.within_system():
        found = _feeder_of(directorate, feeder)
        begin = promise_pages.first_day(first, today(request))
        return states.kept(found.code, found.id, feeder, begin, now)


@router.get(
    "/districts/{district}", auth=Admit(PUBLIC, seconds=60), operation_id="getDistrict",
    response={200: shapes.DistrictState, **PROBLEMS},
)  # fmt: skip
def get_district(request: HttpRequest, district: Path[DistrictCode]) -> Any:
    """A district: what is off in it, the work ahead, and the next programmed cuts."""
    with scope.within_system():
        found = my_place.of_district(district, language(), moment(request))
        if found is None:
            raise Refusal(404, "NOT_FOUND")
        number = directorates.emergency_number(found.office, today(request))
        return states.district(found, number)
