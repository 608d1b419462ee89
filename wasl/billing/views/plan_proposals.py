"""Instalments beyond the rule: one person proposes, another decides."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import selectors, services
from wasl.billing.models import PlanProposal
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers import account_numbers
from wasl.customers.forms import AccountNoField

ASKERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)
DECIDERS = roles(Role.SUPERVISOR, Role.DIRECTOR)


class ProposalForm(WaslForm):
    """Which account, in how many parts, on what ground."""

    digit_fields = ("account_no", "count", "first_pct")
    account_no = AccountNoField(error_messages={"required": _("Write the account number.")})
    count = forms.IntegerField(
        label=_("Number of parts, one a month"), min_value=2, max_value=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
        error_messages={"required": _("Write in how many parts.")},
    )  # fmt: skip
    first_pct = forms.IntegerField(
        label=_("First part, percent of the debt"), min_value=0, max_value=90,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
        error_messages={"required": _("Write the share of the first part; 0 is possible.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("What it rests on: decision, date, number"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what it rests on.")},
    )  # fmt: skip
    is_signed = forms.BooleanField(
        label=_("The holder has signed it on paper: it begins when it is granted"), required=False
    )


@policy(ASKERS)
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits to be decided, what was, and a new one."""
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_plan(
                directorate_id=office_of(request),
                actor=actor_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("Somebody else decides now."))
            return redirect("billing_desk:plan_proposals")
        except Unable as error:
            form.add_error(None, str(error))
    actor = actor_of(request)
    rows = [
        {
            "proposal": each,
            "shown_no": account_numbers.shown(each.account_no),
            "is_waiting": each.status == PlanProposal.Status.ASKED,
            "may_decide": each.asked_by != actor.user_id
            and actor.role in services.plan_proposals.DECIDERS,
        }
        for each in selectors.plan_proposals(office_of(request))
    ]
    status = 422 if form.errors else 200
    context = {"form": form, "rows": rows}
    return render(request, "billing/instalments/proposals.html", context, status=status)


@policy(DECIDERS)
def decide(request: HttpRequest, proposal_id: UUID, step: str) -> HttpResponse:
    """Grant or refuse what somebody else proposed."""
    if request.method == "POST" and step in {"grant", "refuse"}:
        try:
            services.decide_proposal(
                directorate_id=office_of(request), proposal_id=proposal_id,
                is_approved=step == "grant", actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Done."))
        except Unable as error:
            messages.error(request, str(error))
        except PlanProposal.DoesNotExist:
            raise Http404 from None
    return redirect("billing_desk:plan_proposals")
