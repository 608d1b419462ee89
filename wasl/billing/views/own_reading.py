"""The citizen reads the meter: a figure and a photograph, and at once what becomes of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import CITIZEN, actor_of, policy, user_of
from wasl.billing import reading_photos, services
from wasl.billing.models import Reading
from wasl.billing.task_forms import PhotoField
from wasl.billing.views.citizen import own_account
from wasl.core import limits, scope
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers import account_numbers
from wasl.customers import selectors as customers

# Photographs cost room and eyes; nobody reads a meter oftener.
ATTEMPTS = 5, 24 * 60 * 60


class OwnReadingForm(WaslForm):
    """What the meter shows, and a picture of it."""

    digit_fields = ("register_kwh",)
    register_kwh = forms.IntegerField(
        label=_("What does the meter show?"),
        help_text=_("The large digits from left to right, without those behind the point."),
        min_value=0,
        max_value=10**9,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "dir": "ltr", "class": "w-figure", "autocomplete": "off"}
        ),
        error_messages={
            "required": _("Write the figure that the meter shows."),
            "invalid": _("Write it in digits only."),
        },
    )
    photo = PhotoField(
        label=_("Photograph of the meter"),
        error_messages={"required": _("Add a photograph on which the figure can be read.")},
    )

    def __init__(self, *args: Any, digits: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digits = digits

    def clean_register_kwh(self) -> int:
        """No figure has more digits than the meter."""
        figure = int(self.cleaned_data["register_kwh"])
        if figure >= 10**self.digits:
            raise ValidationError(
                _("Your meter has %(digits)s digits. Leave out those behind the point.")
                % {"digits": self.digits},
                code="TOO_LONG",
            )
        return figure


@policy(CITIZEN)
def own_reading(request: HttpRequest, account_no: str) -> HttpResponse:
    """Read the meter of an own account."""
    account = own_account(request, account_no)
    now = timezone.now()
    today = timezone.localdate(now)
    with scope.within_system():
        meter = customers.meter_of(account.directorate_id, account_no)
    context: dict[str, Any] = {"account": account, "shown_no": account_numbers.shown(account_no)}
    if meter is None:
        return render(request, "billing/readings/no_meter.html", context)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = OwnReadingForm(*posted, digits=meter.digits)
    if request.method == "POST" and form.is_valid():
        try:
            limit, seconds = ATTEMPTS
            key = f"own-reading:{user_of(request).pk}:{account_no}"
            limits.require(key, limit=limit, per_seconds=seconds, now=now)
            with scope.within_system():
                verdict = services.record_reading(
                    directorate_id=account.directorate_id,
                    account_no=account_no,
                    read_on=today,
                    register_kwh=form.cleaned_data["register_kwh"],
                    source=Reading.Source.CITIZEN,
                    actor=actor_of(request),
                    now=now,
                    today=today,
                    details={"photo": reading_photos.store(form.cleaned_data["photo"], now=now)},
                )
            context |= {"verdict": verdict, "figure": form.cleaned_data["register_kwh"]}
            return render(request, "billing/readings/taken.html", context)
        except Unable as error:
            form.add_error(None, str(error))
    context |= {"form": form, "digits": range(meter.digits), "serial": meter.serial}
    status = 422 if form.errors else 200
    return render(request, "billing/readings/own.html", context, status=status)
