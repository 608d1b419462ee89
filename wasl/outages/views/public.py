"""Is my street off? Asked by account, area or place; told at once when nobody knows of it yet."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.accounts.policies import PUBLIC, policy
from wasl.core import addresses, limits, scope
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers.forms import AccountNoField
from wasl.directorates import selectors as directorates
from wasl.outages import my_place, selectors, services
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
    district = forms.ChoiceField(
        label=_("Or the area"), required=False, help_text=_("Without an account number.")
    )
    lat = forms.FloatField(required=False, min_value=28, max_value=38, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=38, max_value=50, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with scope.within_system():
            choices = my_place.district_choices(timezone.localdate(), language)
        self.fields["district"].choices = [("", ""), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """One of the two."""
        found = super().clean() or {}
        has_place = found.get("lat") is not None and found.get("lon") is not None
        is_said = found.get("account_no") or found.get("district") or has_place
        if not self.errors and not is_said:
            raise forms.ValidationError(
                _("Write the account number, choose the area, or use your telephone's place.")
            )
        return found


@policy(PUBLIC)
def now(request: HttpRequest) -> HttpResponse:
    """Where supply is missing; and, when asked, whether it is at one's own place."""
    moment, language = timezone.now(), get_language() or "ar"
    asked = bool({"account_no", "lat", "district"} & set(request.GET))
    form = WhereForm(request.GET if asked else None, language=language)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        if form.cleaned_data["district"] and not form.cleaned_data["account_no"]:
            return redirect("outages:district", form.cleaned_data["district"])
        context |= _answer(request, form, language, moment)
    user = request.user if isinstance(request.user, User) and not request.user.is_staff else None
    with scope.within_system():
        context |= {
            "own": my_place.own_accounts(user) if user else [],
            "told": [
                (
                    selectors.office_name(each, language),
                    selectors.areas(each, timezone.localdate(moment), language),
                )
                for each in selectors.served()
            ],
            "emergency_number": directorates.emergency_number(None, timezone.localdate(moment)),
        }
    found = context.get("found")
    context["is_own"] = found is not None and found.account_no in {
        each.account_no for each in context["own"] if each.directorate_id == found.office
    }
    status = 422 if asked and form.errors else 200
    return render(request, "outages/now.html", context, status=status)


def _answer(
    request: HttpRequest, form: WhereForm, language: str, moment: datetime
) -> dict[str, Any]:
    """What is known of the place asked for; why not is said in the form."""
    try:
        key = f"outage:{addresses.of(request)}"
        limits.require(key, limit=ASKS, per_seconds=PER_SECONDS, now=moment)
    except Unable as error:
        form.add_error(None, str(error))
        return {}
    with scope.within_system():
        found = my_place.at_place(_office(form), language=language, now=moment, **_where(form))
    return {"found": found, "is_answered": True}


def _where(form: WhereForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("account_no", "lat", "lon")}


@policy(PUBLIC)
def report(request: HttpRequest) -> HttpResponse:
    """No supply here, or it is back: one sign, nothing about the person."""
    if request.method != "POST":
        return redirect("outages:now")
    moment = timezone.now()
    form = WhereForm(request.POST, language=get_language() or "ar")
    if form.is_valid() and not (form.cleaned_data["account_no"] or form.cleaned_data["lat"]):
        # Of a whole area nobody can say that it is off.
        form.add_error("account_no", _("Write the account number, or use your telephone's place."))
    if form.errors:
        return render(request, "outages/now.html", {"form": form, "told": []}, status=422)
    is_back = request.POST.get("says") == Signal.Says.ON
    try:
        key = f"outage-report:{addresses.of(request)}"
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
            **_where(form),
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
