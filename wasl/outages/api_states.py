"""Planned work and programmed cuts as the API shows them: read through the selectors of the pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.urls import reverse

from wasl.outages import api_shapes as shapes
from wasl.outages import feeds, promise_pages, work_pages
from wasl.outages.api_asked import language, site
from wasl.outages.models import Outage, PlannedWork
from wasl.outages.my_place import DistrictAnswer, NextCut
from wasl.outages.promise_pages import FeederPromise
from wasl.outages.promises import DayPromised
from wasl.outages.selectors import FEWEST
from wasl.outages.timetables import Moments
from wasl.outages.work_pages import WorkShown


def works(found: Iterable[PlannedWork], now: datetime) -> list[shapes.Work]:
    """Planned work in the language asked for, in the order given."""
    return [work(each) for each in work_pages.shown(found, language(), now)]


def work(each: WorkShown) -> shapes.Work:
    """One planned work. Few customers are told as "fewer than", as of outages."""
    found, outage = each.work, each.work.outage
    is_few = found.customers < FEWEST
    return shapes.Work(
        id=found.id,
        reference=found.reference,
        directorate=each.office_code,
        element=Outage.Element(found.element_kind),
        feeders=found.feeders,
        districts=found.districts,
        where=each.where,
        customers=None if is_few else found.customers,
        fewer_than=FEWEST if is_few else None,
        reason=found.reason,
        reason_words=each.reason,
        state=cast(shapes.WorkState, found.state),
        state_words=str(found.get_state_display()),
        is_waited_for=each.is_waited_for,
        is_short_notice=found.is_short_notice,
        announced_at=found.announced_at,
        begins_at=found.begins_at,
        promised_end_at=found.promised_end_at,
        expected_end_at=found.ends_at,
        switched_off_at=outage.began_at if outage else None,
        switched_on_at=outage.ended_at if outage else None,
        is_confirmed=found.is_switched,
        late_minutes=each.late_minutes,
        cancelled_for=found.cancel_reason,
        cancelled_for_words=each.cancelled_for,
        sequence=found.sequence,
        alert=site() + reverse("outages:work_alert", args=[found.id]),
    )


def ahead(found: NextCut | None) -> shapes.AheadCut | None:
    """The cut that runs or comes next."""
    if found is None:
        return None
    return shapes.AheadCut(
        feeder=found.feeder, begins_at=found.begins, ends_at=found.ends, is_now=found.is_now
    )


def _next(feeder: str, found: Moments | None, now: datetime) -> shapes.AheadCut | None:
    if found is None:
        return None
    return shapes.AheadCut(
        feeder=feeder, begins_at=found[0], ends_at=found[1], is_now=found[0] <= now
    )


def feeder_today(office: str, found: FeederPromise, now: datetime) -> shapes.FeederToday:
    """A feeder in the list."""
    return shapes.FeederToday(**_today(office, found, now))


def feeder(
    office: str, found: FeederPromise, ahead: Iterable[PlannedWork], now: datetime
) -> shapes.FeederState:
    """A feeder with its week."""
    version = found.version
    return shapes.FeederState(
        **_today(office, found, now),
        is_promised=found.is_promised,
        version=version.version if version else None,
        valid_from=version.valid_from if version else None,
        week=[_promised(each) for each in found.week],
        works=works(ahead, now),
    )


def _today(office: str, found: FeederPromise, now: datetime) -> dict[str, Any]:
    return {
        "directorate": office,
        "feeder": found.feeder,
        "is_cut_now": found.is_cut_now,
        "today": _promised(found.today) if found.today else None,
        "next_cut": _next(found.feeder, found.next_cut, now),
    }


def _promised(found: DayPromised) -> shapes.PromisedDay:
    cuts = [shapes.DayTimes(begins=a, ends=b) for a, b in found.cuts]
    return shapes.PromisedDay(day=found.day, cuts=cuts, minutes=found.minutes)


def kept(office: str, directorate_id: int, code: str, first: Any, now: datetime) -> shapes.KeptDays:
    """Promise and deed of a feeder by day, from a day on."""
    rows = promise_pages.records(office, directorate_id, code, first, now)
    days = []
    for row in rows:
        told: dict[str, Any] = {name: row[name] for name in shapes.KeptDay.model_fields}
        told |= {name: [_times(each) for each in row[name]] for name in _TIMES}
        days.append(shapes.KeptDay(**told))
    return shapes.KeptDays(directorate=office, feeder=code, items=days)


_TIMES = ("promised", "real")


def _times(text: str) -> shapes.DayTimes:
    begins, _slash, ends = text.partition("/")
    return shapes.DayTimes(begins=begins, ends=None if ends == "?" else ends)


def district(found: DistrictAnswer, emergency_number: str) -> shapes.DistrictState:
    """A district with what is off in it, and what is ahead."""
    office = feeds.Office(code=found.office_code, name="", areas=found.areas)
    cuts = [ahead(each) for each in found.cuts]
    return shapes.DistrictState(
        directorate=found.office_code,
        district=found.code,
        name=found.name,
        areas=[shapes.Area(**each) for each in feeds.records([office])],
        works=[work(each) for each in found.works],
        cuts=[each for each in cuts if each is not None],
        feeders=found.feeders,
        emergency_number=emergency_number,
    )
