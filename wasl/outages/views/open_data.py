"""Outages and reliability for everybody who computes: pages, feeds, open data."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wasl.accounts.policies import PUBLIC, policy
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.directorates import selectors as directorates
from wasl.outages import alerts, feeds, reliability_pages, selectors
from wasl.outages.models import Outage

TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "geojson": "application/geo+json; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "cap": "application/cap+xml; charset=utf-8",
}


@policy(PUBLIC)
def feed(request: HttpRequest, suffix: str) -> HttpResponse:
    """Where supply is missing now, in the format asked for; CAP is of one directorate."""
    if suffix not in TYPES:
        raise Http404
    now, language = timezone.now(), get_language() or "ar"
    with scope.within_system():
        offices = [
            feeds.Office(
                code=office.code,
                name=office.name(language),
                areas=selectors.areas(office.id, now.astimezone(BAGHDAD).date(), language),
            )
            for office in map(directorates.by_id, selectors.served())
        ]
    words = {code: str(label) for code, label in Outage.Cause.choices}
    url = settings.WASL_PUBLIC_URL.rstrip("/") + request.path
    if suffix == "atom":
        content = feeds.atom(offices, title=_("Without supply now"), words=words, url=url, now=now)
    elif suffix == "cap":
        wanted = request.GET.get("directorate", "").upper()
        found = [each for each in offices if each.code == wanted or not wanted]
        if not found:
            raise Http404
        content = alerts.of_office(
            found[0], sender=url, headline=_("Without supply now"), words=words,
            language=language, now=now,
        )  # fmt: skip
    elif suffix == "csv":
        content = feeds.table(offices)
    elif suffix == "geojson":
        content = json.dumps(feeds.geojson(offices), ensure_ascii=False)
    else:
        told = {"as_of": now.isoformat(), "outages": feeds.records(offices)}
        content = json.dumps(told, ensure_ascii=False)
    response = HttpResponse(content, content_type=TYPES[suffix])
    response["Access-Control-Allow-Origin"] = "*"
    # Names of districts are in the reader's language, which a cookie says.
    response["Cache-Control"] = "public, max-age=60"
    patch_vary_headers(response, ["Cookie"])
    return response


def _asked(request: HttpRequest) -> tuple[int, int]:
    """The directorate and the year that are asked for. :raises Http404: when it is not served."""
    today = timezone.now().astimezone(BAGHDAD).date()
    served = selectors.served()
    text = request.GET.get("directorate", "")
    office = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
    if office is None and served:
        office = served[0]
    if office not in served or office is None:
        raise Http404
    return office, reliability_pages.year_of(request.GET.get("year", ""), today)


@policy(PUBLIC)
def reliability(request: HttpRequest) -> HttpResponse:
    """How often, how long: the indices of a year, and how anybody can compute them again."""
    today, language = timezone.now().astimezone(BAGHDAD).date(), get_language() or "ar"
    with scope.within_system():
        offices = [(each, selectors.office_name(each, language)) for each in selectors.served()]
        if not offices:
            return render(request, "outages/reliability.html", {"figures": None})
        office, year = _asked(request)
        figures = reliability_pages.figures(office, year, today)
        names = {each.code: each.name(language) for each in directorates.districts(office, today)}
    context = {
        "names": names,
        "figures": figures,
        "office": office,
        "offices": offices,
        "year": year,
        "years": range(today.year, today.year - 6, -1),
        "causes": dict(Outage.Cause.choices),
    }
    return render(request, "outages/reliability.html", context)


@policy(PUBLIC)
def reliability_data(request: HttpRequest, suffix: str) -> HttpResponse:
    """The figures as JSON, or the interruptions beneath them as CSV."""
    today = timezone.now().astimezone(BAGHDAD).date()
    with scope.within_system():
        office, year = _asked(request)
        if suffix == "csv":
            content = reliability_pages.rows_csv(reliability_pages.rows_of(office, year))
            response = HttpResponse(content, content_type=TYPES["csv"])
            response["Content-Disposition"] = f'attachment; filename="interruptions-{year}.csv"'
            return response
        figures = reliability_pages.figures(office, year, today)
    if suffix != "json" or figures is None:
        raise Http404
    return JsonResponse(figures)
