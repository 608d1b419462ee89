"""Planned work and programmed cuts in public: pages, calendars, feeds, open data."""

import json
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wasl.accounts.policies import PUBLIC, policy
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.outages import (
    my_place,
    place_feeds,
    promise_pages,
    promises,
    reach,
    selectors,
    work_alerts,
    work_pages,
)
from wasl.outages.models import PlannedWork

TYPES = {
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "cap": "application/cap+xml; charset=utf-8",
}


def answer(content: str | bytes, suffix: str, *, is_secret: bool = False) -> HttpResponse:
    """A feed, for any program to read; a secret one for nobody's cache."""
    response = HttpResponse(content, content_type=TYPES[suffix])
    if is_secret:
        response["Cache-Control"] = "private, no-store"
        return response
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _language() -> str:
    return get_language() or "ar"


@policy(PUBLIC)
def planned(request: HttpRequest) -> HttpResponse:
    """Every planned work that was announced: ahead, under way, and over since not long."""
    now = timezone.now()
    with scope.within_system():
        works = work_pages.shown(work_pages.told(now), _language(), now)
        served = selectors.served()
        hours = work_pages.notice_hours(served[0], now) if served else None
    going = {"ANNOUNCED", "RUNNING"}
    context = {
        "ahead": [each for each in works if each.work.state in going],
        "behind": [each for each in reversed(works) if each.work.state not in going],
        "notice_hours": hours,
    }
    return render(request, "outages/planned.html", context)


@policy(PUBLIC)
def planned_feed(request: HttpRequest, suffix: str) -> HttpResponse:
    """The same for programs."""
    now = timezone.now()
    with scope.within_system():
        works = work_pages.shown(work_pages.told(now).prefetch_related("changes"), _language(), now)
        name = _("Planned work")
        if suffix == "ics":
            entries = place_feeds.of_works(works)
            content: str | bytes = place_feeds.calendar(
                entries, name=name, path=request.path, now=now
            )
        elif suffix == "atom":
            content = place_feeds.atom([], works, name=name, path=request.path, now=now)
        elif suffix == "json":
            rows = [work_pages.record(each) for each in works]
            content = json.dumps({"as_of": now.isoformat(), "works": rows}, ensure_ascii=False)
        elif suffix == "csv":
            content = work_pages.table([work_pages.record(each) for each in works])
        else:
            raise Http404
    return answer(content, suffix)


@policy(PUBLIC)
def work_alert(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """The newest alert about a planned work."""
    with scope.within_system():
        work = work_pages.told(timezone.now()).filter(id=work_id).first()
        if work is None:
            raise Http404
        content = work_alerts.of_work(work)
    return answer(content, "cap")


@policy(PUBLIC)
def feeders(request: HttpRequest) -> HttpResponse:
    """The feeders with a published timetable, by directorate: what is promised today."""
    now = timezone.now()
    with scope.within_system():
        told = [
            (
                directorates.by_id(each),
                [
                    promise_pages.feeder(each, code, now, days=1)
                    for code in promises.promised_feeders(each)
                ],
            )
            for each in selectors.served()
        ]
    return render(request, "outages/feeders.html", {"told": told})


def _office(code: str, feeder: str) -> Directorate:
    """The directorate that has the feeder. :raises Http404: when there is none."""
    try:
        office = directorates.by_code(code.upper())
    except Directorate.DoesNotExist:
        raise Http404 from None
    if not reach.has_feeder(office.id, feeder):
        raise Http404
    return office


@policy(PUBLIC)
def feeder(request: HttpRequest, office: str, code: str) -> HttpResponse:
    """What a feeder was promised, what happened, and the work ahead."""
    now = timezone.now()
    with scope.within_system():
        found = _office(office, code)
        works = [each for each in work_pages.told(now, found.id) if code in each.feeders]
        context = {
            "office": found,
            "promise": promise_pages.feeder(found.id, code, now),
            "works": work_pages.shown(work_pages.ahead(works), _language(), now),
        }
    return render(request, "outages/feeder.html", context)


@policy(PUBLIC)
def feeder_feed(request: HttpRequest, office: str, code: str, suffix: str) -> HttpResponse:
    """A feeder for programs: promise and deed by day, calendar, news."""
    now = timezone.now()
    if suffix not in {"csv", "json", "ics", "atom"}:
        raise Http404
    with scope.within_system():
        found = _office(office, code)
        if suffix in {"csv", "json"}:
            first = promise_pages.first_day(_asked_day(request), now.astimezone(BAGHDAD).date())
            rows = promise_pages.records(found.code, found.id, code, first, now)
            told = {"as_of": now.isoformat(), "days": rows}
            content: str | bytes = (
                promise_pages.table(rows)
                if suffix == "csv"
                else json.dumps(told, ensure_ascii=False)
            )
        else:
            works = work_pages.told(now, found.id).prefetch_related("changes")
            content = _news(
                request, found, [code], [each for each in works if code in each.feeders],
                name=_("Feeder %(feeder)s") % {"feeder": code}, suffix=suffix,
            )  # fmt: skip
    return answer(content, suffix)


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None


def _news(
    request: HttpRequest, office: Directorate, codes: list[str], works: list[PlannedWork],
    *, name: str, suffix: str,
) -> str | bytes:  # fmt: skip
    now = timezone.now()
    shown = work_pages.shown(works, _language(), now)
    if suffix == "atom":
        outages = place_feeds.outages_of(office.id, codes, now)
        return place_feeds.atom(outages, shown, name=name, path=request.path, now=now)
    entries = place_feeds.of_works(shown) + place_feeds.of_cuts(office.id, office.code, codes, now)
    return place_feeds.calendar(entries, name=name, path=request.path, now=now)


@policy(PUBLIC)
def district(request: HttpRequest, code: str) -> HttpResponse:
    """What is off in a district, and what is ahead."""
    now = timezone.now()
    with scope.within_system():
        found = my_place.of_district(code, _language(), now)
        if found is None:
            raise Http404
        number = directorates.emergency_number(found.office, timezone.localdate(now))
    return render(request, "outages/district.html", {"found": found, "emergency_number": number})


@policy(PUBLIC)
def district_feed(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """A district for programs: calendar and news."""
    now = timezone.now()
    if suffix not in {"ics", "atom"}:
        raise Http404
    with scope.within_system():
        found = my_place.of_district(code, _language(), now)
        if found is None:
            raise Http404
        works = work_pages.told(now, found.office).prefetch_related("changes")
        content = _news(
            request, directorates.by_id(found.office), found.feeders,
            [each for each in works if code in each.districts], name=found.name, suffix=suffix,
        )  # fmt: skip
    return answer(content, suffix)
