"""The desk of readings: those that a person must look at."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import reading_desk, reading_photos, services
from wasl.billing.models import Reading
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm

DECIDERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR)
DECISIONS = (
    ("ACCEPT", _("The figure is right: it counts")),
    ("CORRECT", _("The photograph shows another figure")),
    ("REJECT", _("It cannot be used")),
)


class DecideReadingForm(WaslForm):
    """The verdict; a corrected figure where the photograph shows one."""

    digit_fields = ("register_kwh",)
    decision = forms.ChoiceField(
        label=_("Your decision"), choices=DECISIONS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the reading.")},
    )  # fmt: skip
    register_kwh = forms.IntegerField(
        label=_("The figure on the photograph"), required=False, min_value=0, max_value=10**9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 10}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Who corrects says to what."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "CORRECT" and cleaned.get("register_kwh") is None:
            self.add_error("register_kwh", _("Write the figure that the photograph shows."))
        return cleaned


@policy(DECIDERS)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first."""
    rows = reading_desk.waiting(office_of(request))
    return render(request, "billing/readings/queue.html", {"rows": rows})


@never_cache
@policy(DECIDERS)
def decide(request: HttpRequest, account_no: str, read_on: str, revision: int) -> HttpResponse:
    """One reading beside the account's last year, and the verdict."""
    reading = _held(request, account_no, read_on, revision)
    form = DecideReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(request, reading, form)
            messages.success(request, _("Done."))
            return redirect("billing_desk:readings")
        except Unable as error:
            form.add_error(None, str(error))
    if request.method == "GET":
        services.record_reading_opened(reading=reading, actor=actor_of(request), now=timezone.now())
    context = {
        "reading": reading,
        "form": form,
        "year": reading_desk.year_of(reading),
        "is_own": reading.taken_by == actor_of(request).user_id,
    }
    status = 422 if form.errors else 200
    return render(request, "billing/readings/decide.html", context, status=status)


@never_cache
@policy(DECIDERS)
def photo(request: HttpRequest, account_no: str, read_on: str, revision: int) -> HttpResponse:
    """The photograph of a reading, on the pages where its opening is put on record."""
    name = reading_desk.with_photograph(office_of(request), account_no, _day(read_on), revision)
    found = reading_photos.load(name) if name else None
    if found is None:
        raise Http404
    return HttpResponse(found.content, content_type=found.content_type)


def _carry_out(request: HttpRequest, reading: Reading, form: DecideReadingForm) -> None:
    now, decision = timezone.now(), form.cleaned_data["decision"]
    key: dict[str, Any] = {
        "directorate_id": reading.directorate_id,
        "account_no": reading.account_no,
        "read_on": reading.read_on,
        "revision": reading.revision,
        "actor": actor_of(request),
        "now": now,
    }
    if decision == "CORRECT":
        figure = form.cleaned_data["register_kwh"]
        services.correct_reading(**key, register_kwh=figure, today=timezone.localdate(now))
    else:
        services.decide_reading(**key, is_accepted=decision == "ACCEPT")


def _held(request: HttpRequest, account_no: str, read_on: str, revision: int) -> Reading:
    found = reading_desk.held(office_of(request), account_no, _day(read_on), revision)
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
