"""Changes of debts: one person asks, another decides."""

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
from wasl.billing.models import Adjustment
from wasl.core import money
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers.forms import AccountNoField

ASKERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)


class AskForm(WaslForm):
    """Which account, by how much, why."""

    digit_fields = ("account_no", "amount")
    account_no = AccountNoField(error_messages={"required": _("Write the account number.")})
    amount = forms.CharField(
        label=_("Amount in dinars"), max_length=20,
        help_text=_("With a minus when the debt becomes smaller, for example -15,000."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        error_messages={"required": _("Write the amount.")},
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Why?"), choices=Adjustment.Reason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason from the list.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("What it rests on: decision, date, number"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what it rests on.")},
    )  # fmt: skip

    def clean_amount(self) -> int:
        """Whole dinars, with their sign."""
        try:
            return money.parse(self.cleaned_data["amount"])
        except Unable as error:
            raise forms.ValidationError(str(error), code=error.code) from None


@policy(ASKERS)
def adjustments(request: HttpRequest) -> HttpResponse:
    """What waits to be decided, and a new one."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "reason": Adjustment.Reason(form.cleaned_data["reason"])}
        try:
            services.ask_adjustment(
                directorate_id=office_of(request),
                actor=actor_of(request),
                now=timezone.now(),
                **values,
            )
            messages.success(request, _("Somebody else decides now."))
            return redirect("billing_desk:adjustments")
        except Unable as error:
            form.add_error(None, str(error))
    rows = selectors.waiting_adjustments(office_of(request))
    context = {"form": form, "rows": rows, "me": actor_of(request).user_id}
    status = 422 if form.errors else 200
    return render(request, "billing/adjustments/adjustments.html", context, status=status)


@policy(ASKERS)
def decide(request: HttpRequest, adjustment_id: UUID, step: str) -> HttpResponse:
    """Approve or refuse what somebody else asked for."""
    if request.method == "POST" and step in {"approve", "refuse"}:
        try:
            services.decide_adjustment(
                directorate_id=office_of(request), adjustment_id=adjustment_id,
                is_approved=step == "approve", actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Done."))
        except Unable as error:
            messages.error(request, str(error))
        except Adjustment.DoesNotExist:
            raise Http404 from None
    return redirect("billing_desk:adjustments")
