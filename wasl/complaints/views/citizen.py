"""Reporting, in three pages: what, where, and the rest; then following it."""

import secrets as tokens
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from wasl.accounts.models import User
from wasl.accounts.policies import PUBLIC, policy
from wasl.casework import selectors as casework
from wasl.casework.views.access import remember as remember_case
from wasl.complaints import field, patience, places, selectors, services
from wasl.complaints.forms import DetailsForm, WhereForm
from wasl.complaints.models import CategoryVersion, Report
from wasl.complaints.services import Said, Sent
from wasl.core import addresses, references, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates
from wasl.outages import selectors as outages

_SESSION_KEY = "tracked_reports"


def _today() -> date:
    return timezone.now().astimezone(BAGHDAD).date()


def _language() -> str:
    return get_language() or "ar"


def _person(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and user.is_citizen else None


@policy(PUBLIC)
def categories(request: HttpRequest) -> HttpResponse:
    """What is it about? Pictures and words; what one has reported before."""
    person = _person(request)
    with scope.within_system():
        found = selectors.categories(_today())
        mine = selectors.reports_of(person) if person else []
        number = directorates.emergency_number(None, _today())
    context = {"categories": found, "mine": mine, "emergency_number": number}
    return render(request, "complaints/categories.html", context)


@never_cache
@policy(PUBLIC)
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Where; what is known there already; and the rest."""
    with scope.within_system():
        category = selectors.category(code, _today())
        areas = _areas()
    if category is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    is_asked = any(name in given for name in ("lat", "account_no", "district"))
    where = WhereForm(given if is_asked else None, areas=areas)
    context: dict[str, Any] = {"category": category, "where": where}
    with scope.within_system():
        context["emergency_number"] = directorates.emergency_number(None, _today())
        place = _place(where) if is_asked and where.is_valid() else None
        if place is None:
            return render(
                request, "complaints/where.html", context, status=422 if where.errors else 200
            )
        context["known"] = selectors.known(
            place.directorate_id, category, lat=place.lat, lon=place.lon,
            account_no=place.account_no, now=timezone.now(),
        )  # fmt: skip
    posted = request.method == "POST" and "send" in request.POST
    hasty = _too_many_files(request) if posted else None
    details = DetailsForm(
        *((request.POST, None if hasty else request.FILES) if posted else (None, None)),
        category=category,
        initial={"token": tokens.token_urlsafe(16)},
    )
    if hasty is not None:
        details.add_error(None, str(hasty))
    if posted and details.is_valid():
        answer = _send(request, category, place, details)
        if answer is not None:
            return answer
    context |= {"details": details, "place": place}
    return render(
        request, "complaints/details.html", context, status=422 if details.errors else 200
    )


def _too_many_files(request: HttpRequest) -> Unable | None:
    """Why files of this address are not looked at any more for a while; None where they are."""
    try:
        if request.FILES:
            patience.require_for_files(addresses.of(request), timezone.now())
    except Unable as error:
        return error
    return None


def _areas() -> list[tuple[str, list[tuple[str, str]]]]:
    on, language = _today(), _language()
    served = set(outages.served())
    return [
        (each.name(language), directorates.district_choices(each.id, on, language))
        for each in directorates.distribution(on)
        if each.id in served
    ]


def _place(where: WhereForm) -> places.Place | None:
    found = where.cleaned_data
    place = places.resolve(
        on=_today(), account_no=found["account_no"], lat=found["lat"], lon=found["lon"],
        district_code=found["district"],
    )  # fmt: skip
    if place is None:
        where.add_error(
            None,
            _("No directorate that we serve lies there. Check the number, or choose the area."),
        )
    return place


def _send(
    request: HttpRequest, category: CategoryVersion, place: places.Place, details: DetailsForm
) -> HttpResponse | None:
    """Hand it in; None when it could not be, with the error on the form."""
    person, now = _person(request), timezone.now()
    said = Said(
        category=category,
        place=place,
        place_words=details.cleaned_data.get("place_words", ""),
        words=details.cleaned_data["words"],
        answers=details.answers(),
        is_urgent=details.cleaned_data.get("is_urgent") == "yes",
        files=[
            *(details.cleaned_data.get("photos") or []),
            *(details.cleaned_data.get("recording") or []),
        ],
        language=_language(),
        token=details.cleaned_data["token"],
    )
    try:
        _require_patience(request, person, is_sign=category.follows_outage)
        sent = services.report(said=said, reporter=person, now=now)
    except Unable as error:
        details.add_error(None, str(error))
        return None
    return _sent(request, sent)


def _require_patience(request: HttpRequest, person: User | None, *, is_sign: bool = False) -> None:
    patience.require(addresses.of(request), person, is_sign=is_sign, now=timezone.now())


def _sent(request: HttpRequest, sent: Sent) -> HttpResponse:
    """To the page by which it is followed; the secret is told once."""
    _remember(request, sent.report)
    if sent.secret and _person(request) is None:
        request.session["report_secret"] = [sent.report.reference, sent.secret]
    else:
        messages.success(request, _("We have your report."))
    return redirect("complaints:report", reference=sent.report.reference)


def _remember(request: HttpRequest, report: Report) -> None:
    known = [str(report.id), *request.session.get(_SESSION_KEY, [])]
    request.session[_SESSION_KEY] = list(dict.fromkeys(known))[:10]
    if report.case_id:
        with scope.within_system():
            case = casework.find(report.reference)
        if case is not None:
            remember_case(request, case)


@policy(PUBLIC)
@require_POST
def join(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """That is mine too: its news come to me."""
    person = _person(request)
    try:
        _require_patience(request, person)
        sent = services.join(
            report_id=report_id, reporter=person, language=_language(), now=timezone.now()
        )
    except Unable as error:
        messages.error(request, str(error))
        return redirect("complaints:categories")
    return _sent(request, sent)


@never_cache
@policy(PUBLIC)
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """How one's report stands; of no supply, whether it is back. A case has its own page."""
    found = _own(request, reference)
    told = request.session.get("report_secret") or ["", ""]
    secret = told[1] if told[0] == found.reference else ""
    if request.method == "POST":
        says = request.POST.get("says")
        if found.is_open and found.category.follows_outage and says in {"ON", "OFF"}:
            services.say_whether_back(report_id=found.id, is_back=says == "ON", now=timezone.now())
            messages.success(request, _("Thank you. We have noted it."))
        else:
            messages.info(request, _("This report is closed already. Nothing was changed."))
        return redirect("complaints:report", reference=found.reference)
    if found.case_id and not secret:
        return redirect("casework:case", reference=found.reference)
    if secret:
        del request.session["report_secret"]
    with scope.within_system():
        known = selectors.known(
            found.directorate_id, found.category, lat=found.lat, lon=found.lon,
            account_no=found.account_no, now=timezone.now(),
        )  # fmt: skip
        links = field.pictures_of(found)
    context = {"report": found, "secret": secret, "known": known, "pictures": links}
    return render(request, "complaints/report.html", context)


def _own(request: HttpRequest, reference: str) -> Report:
    """The report that this visitor sent or has proved. :raises Http404: alike for any other."""
    try:
        canonical = references.normalise(reference)
    except references.UnableToReadReference:
        raise Http404 from None
    with scope.within_system():
        found = selectors.find(canonical)
    person = _person(request)
    if found is not None:
        is_mine = person is not None and found.reporter_id == person.pk
        if is_mine or str(found.id) in request.session.get(_SESSION_KEY, []):
            return found
    raise Http404


def track(request: HttpRequest, reference: str, secret: str) -> str:
    """For the page that follows anything: the address of the report that the two open, noted here."""
    found = selectors.track(reference, secret)
    if found is None:
        return ""
    _remember(request, found)
    return reverse("complaints:report", args=[found.reference])
