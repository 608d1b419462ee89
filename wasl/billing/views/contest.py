"""Contest a bill: one page, then the case."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import CITIZEN, actor_of, policy, user_of
from wasl.billing import services
from wasl.billing.models import BillDispute
from wasl.billing.task_forms import PhotoField
from wasl.billing.views.citizen import own_account, own_bill
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm


class ContestForm(WaslForm):
    """Why the bill is wrong; a photograph and one's own reading help, but nobody has to."""

    digit_fields = ("own_reading_kwh",)
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=BillDispute.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    own_reading_kwh = forms.IntegerField(
        label=_("What the meter shows today"),
        help_text=_("Only the digits before the point."),
        min_value=0,
        max_value=10**9,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 10}),
        error_messages={"invalid": _("Write it in digits.")},
    )
    photo = PhotoField(label=_("Photograph of the meter"), required=False)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Something else says what."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == BillDispute.Reason.OTHER and not cleaned.get("words"):
            self.add_error("words", _("Say in a few words what is wrong."))
        return cleaned

    def objection(self) -> services.Objection:
        """What the services are told."""
        return services.Objection(
            reason=BillDispute.Reason(self.cleaned_data["reason"]),
            own_reading_kwh=self.cleaned_data.get("own_reading_kwh"),
            words=self.cleaned_data.get("words", ""),
            photo=self.cleaned_data.get("photo"),
        )


@policy(CITIZEN)
def contest(request: HttpRequest, account_no: str, slug: str) -> HttpResponse:
    """Ask why, and open the case; the answer is the case's page."""
    account = own_account(request, account_no)
    with scope.within_system():
        bill = own_bill(account, slug)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ContestForm(*posted)
    if request.method == "POST" and form.is_valid():
        try:
            case, _secret = services.contest_bill(
                bill=bill,
                holder=user_of(request),
                objection=form.objection(),
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(
                request,
                _("We have your objection. Until it is decided, the sum is not collected."),
            )
            return redirect("casework:case", reference=case.reference)
        except Unable as error:
            form.add_error(None, str(error))
    return render(
        request,
        "billing/citizen/contest.html",
        {"form": form, "bill": bill, "slug": slug},
        status=422 if form.errors else 200,
    )
