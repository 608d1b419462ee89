"""Accepted readings that were wrong: one person says so, another agrees, and the bills are made anew."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import reading_desk, services
from wasl.billing.models import Reading, ReadingCorrection
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers.forms import AccountNoField

CORRECTORS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)


class FindAccountForm(WaslForm):
    """Whose readings?"""

    account_no = AccountNoField(error_messages={"required": _("Write the account number.")})


class CorrectReadingForm(WaslForm):
    """The figure that the register really showed, and why another stands in the books."""

    digit_fields = ("register_kwh",)
    register_kwh = forms.IntegerField(
        label=_("The right figure, in kWh"), min_value=0, max_value=10**9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 10}),
        error_messages={"required": _("Write what the register showed.")},
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Why?"), choices=ReadingCorrection.Reason.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason from the list.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("What it rests on: decision, date, number"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what it rests on.")},
    )  # fmt: skip


@policy(CORRECTORS)
def corrections(request: HttpRequest) -> HttpResponse:
    """What waits for the second person; and the readings of an account, to choose the wrong one."""
    form = FindAccountForm(request.GET if "account_no" in request.GET else None)
    found: list[Reading] | None = None
    if form.is_bound and form.is_valid():
        found = reading_desk.correctable(office_of(request), form.cleaned_data["account_no"])
    context = {
        "form": form,
        "found": found,
        "waiting": reading_desk.waiting_corrections(office_of(request)),
    }
    status = 422 if form.errors else 200
    return render(request, "billing/readings/corrections.html", context, status=status)


@never_cache
@policy(CORRECTORS)
def reading(request: HttpRequest, account_no: str, read_on: str, revision: int) -> HttpResponse:
    """One accepted reading with its photograph: ask for its correction, or decide about it."""
    shown, now = _accepted(request, account_no, read_on, revision), timezone.now()
    asked = reading_desk.correction_asked(shown)
    form = CorrectReadingForm(request.POST or None)
    if request.method == "POST" and asked is None and form.is_valid():
        values = form.cleaned_data
        try:
            services.ask_reading_correction(
                directorate_id=shown.directorate_id,
                account_no=shown.account_no,
                read_on=shown.read_on,
                revision=shown.revision,
                register_kwh=values["register_kwh"],
                reason=ReadingCorrection.Reason(values["reason"]),
                note=values["note"],
                actor=actor_of(request),
                now=now,
            )
            messages.success(request, _("Somebody else decides now."))
            return redirect("billing_desk:corrections")
        except Unable as error:
            form.add_error(None, str(error))
    if request.method == "GET":
        services.record_reading_opened(reading=shown, actor=actor_of(request), now=now)
    me = actor_of(request).user_id
    context = {
        "reading": shown,
        "asked": asked,
        "form": form,
        "year": reading_desk.year_of(shown),
        "is_own": asked is not None and me in {asked.asked_by, shown.taken_by},
    }
    status = 422 if form.errors else 200
    return render(request, "billing/readings/correction.html", context, status=status)


@policy(CORRECTORS)
def decide(request: HttpRequest, correction_id: UUID, step: str) -> HttpResponse:
    """Agree to what somebody else found, or refuse it."""
    if request.method == "POST" and step in {"agree", "refuse"}:
        now = timezone.now()
        try:
            bills = services.decide_reading_correction(
                directorate_id=office_of(request),
                correction_id=correction_id,
                is_agreed=step == "agree",
                actor=actor_of(request),
                now=now,
                today=timezone.localdate(now),
            )
            made = ngettext(
                "%(count)d bill was made anew.", "%(count)d bills were made anew.", len(bills)
            )
            messages.success(request, made % {"count": len(bills)} if bills else _("Done."))
        except Unable as error:
            messages.error(request, str(error))
        except ReadingCorrection.DoesNotExist:
            raise Http404 from None
    return redirect("billing_desk:corrections")


def _accepted(request: HttpRequest, account_no: str, read_on: str, revision: int) -> Reading:
    try:
        on = date.fromisoformat(read_on)
    except ValueError:
        raise Http404 from None
    found = reading_desk.accepted(office_of(request), account_no, on, revision)
    if found is None:
        raise Http404
    return found
