"""A directorate's staff: who holds which role, and who is away."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wasl.accounts import selectors, services
from wasl.accounts.forms import AwayForm, RoleForm
from wasl.accounts.policies import Standing, policy, roles
from wasl.accounts.roles import Role
from wasl.core.errors import Unable

OVERSIGHT = roles(Role.DIRECTOR, Role.SUPERVISOR)
GRANTING = roles(Role.DIRECTOR)


def _standing(request: HttpRequest) -> tuple[Standing, int]:
    standing: Standing = request.standing  # type: ignore[attr-defined]
    if standing.directorate_id is None:
        raise Http404
    return standing, standing.directorate_id


def _member(request: HttpRequest, user_id: UUID) -> selectors.Member:
    """Somebody of the same directorate; everybody else is not found."""
    _who, directorate_id = _standing(request)
    found = selectors.member(directorate_id, user_id, timezone.now())
    if found is None:
        raise Http404
    return found


@policy(OVERSIGHT)
@never_cache
def team(request: HttpRequest) -> HttpResponse:
    """The list."""
    _who, directorate_id = _standing(request)
    members = selectors.team(directorate_id, timezone.now())
    return render(request, "accounts/team.html", {"members": members})


def _page(
    request: HttpRequest,
    found: selectors.Member,
    form: AwayForm | None = None,
    problem: str = "",
) -> HttpResponse:
    standing, _directorate_id = _standing(request)
    context = {
        "member": found,
        "form": form or AwayForm(),
        "role_form": RoleForm(),
        "may_grant": standing.role == Role.DIRECTOR and standing.user != found.user,
        "problem": problem,
    }
    return render(request, "accounts/member.html", context)


@policy(OVERSIGHT)
@never_cache
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One person; POST enters a time away."""
    found = _member(request, user_id)
    form = AwayForm(request.POST or None)
    if not form.is_valid():
        return _page(request, found, form)
    zone = timezone.get_current_timezone()
    try:
        services.enter_duty_period(
            user=found.user,
            kind=form.cleaned_data["kind"],
            starts_at=datetime.combine(form.cleaned_data["first_day"], time.min, zone),
            ends_at=datetime.combine(
                form.cleaned_data["last_day"] + timedelta(days=1), time.min, zone
            ),
            entered_by=_standing(request)[0].user,
            now=timezone.now(),
        )
    except Unable as unable:
        form.add_error("first_day", str(unable))
        return _page(request, found, form)
    return redirect("accounts:member", user_id=user_id)


@policy(GRANTING)
@require_POST
def grant(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Grant a role from today."""
    found = _member(request, user_id)
    standing, directorate_id = _standing(request)
    form = RoleForm(request.POST)
    now = timezone.now()
    try:
        if form.is_valid():
            services.grant_role(
                user=found.user,
                role=form.cleaned_data["role"],
                directorate_id=directorate_id,
                valid_from=timezone.localdate(now),
                granted_by=standing.user,
                now=now,
            )
    except Unable as unable:
        return _page(request, found, problem=str(unable))
    return redirect("accounts:member", user_id=user_id)


@policy(GRANTING)
@require_POST
def end(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """End one of the roles today."""
    found = _member(request, user_id)
    wanted = request.POST.get("assignment", "")
    held = next((each for each in found.assignments if str(each.pk) == wanted), None)
    if held is None:
        raise Http404
    try:
        services.end_role(assignment=held, ended_by=_standing(request)[0].user, now=timezone.now())
    except Unable as unable:
        return _page(request, found, problem=str(unable))
    return redirect("accounts:team")
