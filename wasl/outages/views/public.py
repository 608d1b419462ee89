"""Is my street off? Asked by account number or place; told at once when nobody knows of it yet."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import PUBLIC, policy
from wasl.core import limits, scope
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers.forms import AccountNoField
from wasl.directorates import selectors as directorates
from wasl.outages import selectors, services
from wasl.outages.models import Signal

# From one address, as behind one sits a whole street.
ASKS, REPORTS, PER_SECONDS = 60, 10, 3600


class WhereForm(WaslForm):
    """An account number; or the place that the telephone gives."""

    digit_fields = ("lat", "lon")
    account_no = AccountNoField(
        required=False,
        help_text=_("It stands on every bill. Without it, use your telephone's place."),
    )
    lat = forms.FloatField(required=False, min_value=28, max_value=38, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=38, max_value=50, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        """One of the two."""
        found = super().clean() or {}
        has_place = found.get("lat") is not None and found.get("lon") is not None
        if not self.errors and not found.get("account_no") and not has_place:
            raise forms.ValidationError(
                _("Write the account number, or use your telephone's place.")
            )
        return found


@policy(PUBLIC)
def now(request: HttpRequest) -> HttpResponse:
    """Where supply is missing; and, when asked, whether it is at one's own place."""
    moment, language = timezone.now(), get_language() or "ar"
    asked = "account_no" in request.GET or "lat" in request.GET
    form = WhereForm(request.GET if asked else None)
    place, is_answered = None, False
    if asked and form.is_valid():
        try:
            limits.require(
                f"outage:{_address(request)}", limit=ASKS, per_seconds=PER_SECONDS, now=moment
            )
            with scope.within_system():
                place = selectors.at_place(_office(form), now=moment, **form.cleaned_data)
            is_answered = True
        except Unable as error:
            form.add_error(None, str(error))
    with scope.within_system():
        told = [
            (
                selectors.office_name(each, language),
                selectors.areas(each, timezone.localdate(moment), language),
            )
            for each in selectors.served()
        ]
        number = directorates.emergency_number(None, timezone.localdate(moment))
    context: dict[str, Any] = {"form": form, "place": place, "is_answered": is_answered}
    context["told"] = told
    context["emergency_number"] = number
    status = 422 if asked and form.errors else 200
    return render(request, "outages/now.html", context, status=status)


@policy(PUBLIC)
def report(request: HttpRequest) -> HttpResponse:
    """No supply here, or it is back: one sign, nothing about the person."""
    if request.method != "POST":
        return redirect("outages:now")
    form, moment = WhereForm(request.POST), timezone.now()
    if not form.is_valid():
        return render(request, "outages/now.html", {"form": form, "told": []}, status=422)
    is_back = request.POST.get("says") == Signal.Says.ON
    try:
        key = f"outage-report:{_address(request)}"
        limits.require(key, limit=REPORTS, per_seconds=PER_SECONDS, now=moment)
    except Unable as error:
        messages.error(request, str(error))
        return redirect("outages:now")
    with scope.within_system():
        services.signal(
            directorate_id=_office(form),
            source=Signal.Source.REPORT,
            source_id=uuid4(),
            says=Signal.Says.ON if is_back else Signal.Says.OFF,
            at=moment,
            now=moment,
            **form.cleaned_data,
        )
    messages.success(
        request,
        _("Thank you. It helps to find the place of the fault.")
        if is_back
        else _("Noted. With what your neighbours report it shows where the fault is."),
    )
    return redirect("outages:now")


def _office(form: WhereForm) -> int:
    """The directorate that the account number begins with, or the one whose network is nearest."""
    account_no = form.cleaned_data["account_no"]
    known = selectors.served()
    if account_no and int(account_no[:2]) in known:
        return int(account_no[:2])
    lat, lon = form.cleaned_data["lat"], form.cleaned_data["lon"]
    near = selectors.office_near(lat, lon) if lat is not None and lon is not None else None
    if near is not None:
        return near.directorate_id
    return known[0] if known else directorates.ministry().id


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
