"""The desk of bill runs: plan, look at what it would come to, approve, watch."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import overview, services
from wasl.billing.forms import HoldForm, PlanRunForm
from wasl.billing.models import BillRun, BillRunHold
from wasl.core.errors import Unable

PLANNERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)
READERS = PLANNERS | roles(Role.QUALITY_OFFICER, Role.AUDITOR)
STEPS = {
    "approve": services.approve_run,
    "pause": services.pause_run,
    "resume": services.resume_run,
    "cancel": services.cancel_run,
}


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """The runs of the directorate."""
    return render(
        request, "billing/runs/desk.html", {"runs": overview.of_directorate(office_of(request))}
    )


@policy(PLANNERS)
def plan(request: HttpRequest) -> HttpResponse:
    """A new run; its preview begins at once."""
    now = timezone.now()
    form = PlanRunForm(request.POST or None, initial=PlanRunForm.usual(timezone.localdate(now)))
    if request.method == "POST" and form.is_valid():
        try:
            run = services.plan_run(
                directorate_id=office_of(request),
                actor=actor_of(request),
                now=now,
                **form.cleaned_data,
            )
            return redirect("billing_desk:run", run_id=run.id)
        except Unable as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "billing/runs/plan.html", {"form": form}, status=status)


@policy(READERS)
def show(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, what it comes to, and what waits for a person."""
    found = overview.of_run(office_of(request), run_id)
    if found is None:
        raise Http404
    user, status = actor_of(request).user_id, found.run.status
    context: dict[str, Any] = {
        "overview": found,
        "holds": overview.holds(office_of(request), run_id),
        "may_decide": status == BillRun.Status.PREVIEWED,
        "may_approve": status == BillRun.Status.PREVIEWED and user != found.run.planned_by,
        "needs_other": status == BillRun.Status.PREVIEWED and user == found.run.planned_by,
        "decisions": BillRunHold.Decision,
    }
    response = render(request, "billing/runs/run.html", context)
    if found.is_working:
        response["Refresh"] = "3"
    return response


@policy(PLANNERS)
def move(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Approve, pause, resume or give up a run."""
    if request.method == "POST" and step in STEPS:
        _try(request, STEPS[step], run_id=run_id)
    return redirect("billing_desk:run", run_id=run_id)


@policy(PLANNERS)
def decide(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Release a bill that was held back, or leave it out."""
    form = HoldForm(request.POST)
    if request.method == "POST" and form.is_valid():
        _try(
            request,
            services.decide_hold,
            run_id=run_id,
            account_no=form.cleaned_data["account_no"],
            decision=BillRunHold.Decision(form.cleaned_data["decision"]),
        )
    return redirect("billing_desk:run", run_id=run_id)


def _try(request: HttpRequest, service: Any, **values: Any) -> None:
    now: datetime = timezone.now()
    try:
        service(directorate_id=office_of(request), actor=actor_of(request), now=now, **values)
    except Unable as error:
        messages.error(request, str(error))
    except (BillRun.DoesNotExist, BillRunHold.DoesNotExist):
        raise Http404 from None
    else:
        messages.success(request, _("Done."))
