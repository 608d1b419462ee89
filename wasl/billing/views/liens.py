"""The lists of liens: proposed, checked, approved; and the file for the tax authority."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import lien_desk, services
from wasl.billing.views.runs import READERS
from wasl.core.errors import Unable

LISTERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)
TAKERS = roles(Role.DIRECTOR)
STEPS = {
    "check": services.check_liens,
    "approve": services.approve_liens,
    "withdraw": services.withdraw_liens,
}


@policy(READERS)
def liens(request: HttpRequest) -> HttpResponse:
    """Every list, and whether somebody waits to be listed."""
    here = office_of(request)
    context = {"lists": lien_desk.lists(here), "candidates": lien_desk.candidates(here)}
    context["may_propose"] = LISTERS.admits(request.standing)  # type: ignore[attr-defined]
    return render(request, "billing/liens/liens.html", context)


@policy(LISTERS)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """A new list of everybody whom the ladder has brought there."""
    try:
        made = services.propose_liens(
            directorate_id=office_of(request), actor=actor_of(request), now=timezone.now()
        )
    except Unable as error:
        messages.error(request, str(error))
        return redirect("billing_desk:liens")
    messages.success(request, _("Proposed. Somebody else checks it now."))
    return redirect("billing_desk:lien_list", list_id=made.id)


@policy(READERS)
def lien_list(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list."""
    context = lien_desk.show(office_of(request), list_id)
    if context is None:
        raise Http404
    standing = request.standing  # type: ignore[attr-defined]
    found, me = context["list"], actor_of(request).user_id
    works = context["is_in_work"] and LISTERS.admits(standing)
    context |= {
        "may_work": works,
        "may_check": works and found.status == "PROPOSED" and me != found.proposed_by,
        "may_approve": found.status == "CHECKED"
        and TAKERS.admits(standing)
        and me not in {found.proposed_by, found.checked_by},
        "may_take": found.status == "APPROVED" and TAKERS.admits(standing),
    }
    return render(request, "billing/liens/list.html", context)


@policy(LISTERS)
@require_POST
def move(request: HttpRequest, list_id: UUID, step: str) -> HttpResponse:
    """Check, approve or withdraw a list."""
    if step not in STEPS:
        raise Http404
    try:
        STEPS[step](
            directorate_id=office_of(request),
            list_id=list_id,
            actor=actor_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Done."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("billing_desk:lien_list", list_id=list_id)


@policy(LISTERS)
@require_POST
def leave_out(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Take somebody off a list that is in work."""
    try:
        services.leave_out(
            directorate_id=office_of(request),
            list_id=list_id,
            account_no=request.POST.get("account_no", "")[:16],
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Left out, with the reason on record."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("billing_desk:lien_list", list_id=list_id)


@never_cache
@policy(TAKERS)
@require_POST
def take(request: HttpRequest, list_id: UUID, name: str) -> HttpResponse:
    """The approved file, or the releases since; every taking is on record."""
    give = {"list": services.open_file, "releases": services.open_releases}.get(name)
    if give is None:
        raise Http404
    try:
        content = give(
            directorate_id=office_of(request),
            list_id=list_id,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Unable as error:
        messages.error(request, str(error))
        return redirect("billing_desk:lien_list", list_id=list_id)
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="liens-{name}.csv"'},
    )
