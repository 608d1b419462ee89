"""The supervisor's page of crews: who is in them, what they can do, when they are out."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.fieldwork import selectors, services
from wasl.fieldwork.forms import CrewForm, ShiftForm
from wasl.fieldwork.models import Crew

BOSS = roles(Role.SUPERVISOR)
READERS = BOSS | roles(Role.ENGINEER, Role.DIRECTOR, Role.QUALITY_OFFICER, Role.AUDITOR)


@policy(READERS)
def crews(request: HttpRequest) -> HttpResponse:
    """Every crew, its people, its shifts; where it is only while it is out."""
    here, now = office_of(request), timezone.now()
    may_act = BOSS.admits(request.standing)  # type: ignore[attr-defined]
    context = {
        "cards": selectors.crew_cards(here, now),
        "free": selectors.technicians_without_crew(here, now) if may_act else [],
        "may_act": may_act,
        "shift": ShiftForm(),
    }
    return render(request, "fieldwork/crews.html", context)


@policy(BOSS)
def edit(request: HttpRequest, crew_id: UUID | None = None) -> HttpResponse:
    """Found a crew, or change one."""
    here = office_of(request)
    crew = _crew(here, crew_id) if crew_id else None
    initial = (
        {
            "name": crew.name, "skills": crew.skills, "vehicle": crew.vehicle,
            "lat": crew.home_lat, "lon": crew.home_lon,
        }
        if crew
        else None
    )  # fmt: skip
    form = CrewForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_crew(
                directorate_id=here, crew_id=crew_id, actor=actor_of(request),
                now=timezone.now(), **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("The crew is saved."))
            return redirect("fieldwork:crews")
        except Unable as error:
            form.add_error(None, str(error))
    context = {"form": form, "crew": crew}
    return render(request, "fieldwork/crew_form.html", context, status=422 if form.errors else 200)


def _join(request: HttpRequest, crew: Crew, values: dict[str, Any]) -> None:
    services.add_member(
        user_id=_uuid(request.POST.get("user", "")),
        valid_from=values["now"].astimezone(BAGHDAD).date(), **values,
    )  # fmt: skip


def _leave(request: HttpRequest, crew: Crew, values: dict[str, Any]) -> None:
    services.remove_member(
        user_id=_uuid(request.POST.get("user", "")),
        valid_to=values["now"].astimezone(BAGHDAD).date(), **values,
    )  # fmt: skip


def _shift(request: HttpRequest, crew: Crew, values: dict[str, Any]) -> None:
    form = ShiftForm(request.POST)
    if not form.is_valid():
        told = " ".join(str(each) for row in form.errors.values() for each in row)
        raise services.UnableToChangeCrew(cause=told)
    services.plan_shift(**form.cleaned_data, **values)


def _end(request: HttpRequest, crew: Crew, values: dict[str, Any]) -> None:
    services.end_crew(**values)


STEPS: dict[str, Callable[[HttpRequest, Crew, dict[str, Any]], None]] = {
    "join": _join, "leave": _leave, "shift": _shift, "end": _end,
}  # fmt: skip


@policy(BOSS)
@require_POST
def change(request: HttpRequest, crew_id: UUID, step: str) -> HttpResponse:
    """Somebody joins or leaves, a shift is planned, the crew ends."""
    here = office_of(request)
    crew = _crew(here, crew_id)
    if step not in STEPS:
        raise Http404
    values = {
        "directorate_id": here, "crew_id": crew.id, "actor": actor_of(request),
        "now": timezone.now(),
    }  # fmt: skip
    try:
        with transaction.atomic():
            STEPS[step](request, crew, values)
        messages.success(request, _("The crew is saved."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("fieldwork:crews")


def _crew(directorate_id: int, crew_id: UUID) -> Crew:
    found = selectors.crew_here(directorate_id, crew_id)
    if found is None:
        raise Http404
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
