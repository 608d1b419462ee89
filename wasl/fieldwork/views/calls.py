"""Calls back: quality calls whom the draw chose, asks three questions, and sees what was answered by month."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.errors import Unable
from wasl.fieldwork import selectors, services
from wasl.fieldwork.forms import CallForm
from wasl.fieldwork.models import CallBack

CALLERS = roles(Role.QUALITY_OFFICER)
READERS = CALLERS | roles(Role.DIRECTOR, Role.AUDITOR)


@policy(READERS)
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call, and what was answered by month."""
    here = office_of(request)
    context = {
        "calls": selectors.open_calls(here),
        "figures": selectors.call_figures(here),
        "may_call": CALLERS.admits(request.standing),  # type: ignore[attr-defined]
    }
    return render(request, "fieldwork/calls.html", context)


@policy(CALLERS)
def call(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """One call. The number is shown when it is asked for, and that is on record."""
    found = _call(request, call_id)
    form = CallForm(request.POST if "outcome" in request.POST or "answer" in request.POST else None)
    phone, now, actor = "", timezone.now(), actor_of(request)
    try:
        if request.method == "POST" and "show" in request.POST:
            phone = services.open_call(
                directorate_id=found.directorate_id, call_id=found.id, actor=actor, now=now
            )
        elif request.method == "POST" and form.is_valid():
            services.answer_call(
                directorate_id=found.directorate_id, call_id=found.id, actor=actor, now=now,
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Recorded."))
            return redirect("fieldwork:calls")
    except Unable as error:
        if form.is_bound:
            form.add_error(None, str(error))
        else:
            messages.error(request, str(error))
    context = {"call": found, "form": form, "phone": phone}
    return render(request, "fieldwork/call.html", context, status=422 if form.errors else 200)


def _call(request: HttpRequest, call_id: UUID) -> CallBack:
    found = selectors.call_here(office_of(request), call_id)
    if found is None:
        raise Http404
    return found
