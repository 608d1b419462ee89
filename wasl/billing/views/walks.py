"""
The reader's telephone: the doors of today's route in their order, each with its own small form.

One page holds the whole route, so that it needs no network once it is open. Nothing on it tells
what a register showed before or what is expected; nor does any answer.
"""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import route_pages, services
from wasl.billing.models import ReadingRoute
from wasl.billing.task_forms import PhotoField
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm

READERS = roles(Role.METER_READER)


class StopForm(WaslForm):
    """What the meter shows, or why it was not read; picture, position and time."""

    digit_fields = ("register_kwh",)
    register_kwh = forms.IntegerField(
        label=_("What does the meter show?"),
        min_value=0,
        max_value=10**9,
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric", "dir": "ltr", "class": "w-figure", "autocomplete": "off",
                "data-needed-unless": "reason",
            }
        ),
        error_messages={"invalid": _("Write it in digits only.")},
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Or why not read"), required=False)
    photo = PhotoField(label=_("Photograph"), required=False)
    lat = forms.FloatField(required=False, min_value=28, max_value=38, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=38, max_value=49, widget=forms.HiddenInput)
    noted_at = forms.DateTimeField(required=False, widget=forms.HiddenInput(attrs={"data-now": ""}))
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, reasons: list[tuple[str, str]], needs: dict[str, bool], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, is_needed in (("photo", needs["photo"]), ("lat", needs["position"])):
            if is_needed:
                self.fields[name].widget.attrs["data-needed"] = ""
        choice: Any = self.fields["reason"]
        choice.choices = [("", _("It was read")), *reasons]


@policy(READERS)
def mine(request: HttpRequest) -> HttpResponse:
    """The routes that I have to walk."""
    actor = actor_of(request)
    rows = route_pages.routes_of_reader(
        actor.user_id or UUID(int=0), actor.directorate_id or 0, _language()
    )
    return render(request, "billing/walks/mine.html", {"rows": rows})


@policy(READERS)
def walk(request: HttpRequest, route_id: UUID) -> HttpResponse:
    """The doors of a route, with a form for each that is still to come."""
    return _page(request, _own(request, route_id))


@policy(READERS)
def stop(request: HttpRequest, route_id: UUID, position: int) -> HttpResponse:
    """What came of one door. The answer says that it is written down, and nothing more."""
    route = _own(request, route_id)
    if request.method != "POST" or route_pages.stop(route, position) is None:
        raise Http404
    form = StopForm(request.POST, request.FILES, auto_id=f"id_{position}_%s", **_rules(route))
    if form.is_valid():
        values = form.cleaned_data
        answer = services.Answer(
            token=values["token"],
            register_kwh=values["register_kwh"],
            reason=values["reason"],
            photo=values["photo"],
            lat=values["lat"],
            lon=values["lon"],
            noted_at=values["noted_at"],
        )
        try:
            services.answer_stop(
                directorate_id=route.directorate_id,
                route_id=route.id,
                position=position,
                answer=answer,
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Noted."))
            return redirect("billing_desk:walk", route_id=route.id)
        except Unable as error:
            form.add_error(None, str(error))
    return _page(request, route, wrong=(position, form))


def _page(
    request: HttpRequest, route: ReadingRoute, wrong: tuple[int, StopForm] | None = None
) -> HttpResponse:
    rules, doors = _rules(route), route_pages.doors(route)
    rows = []
    for door in doors:
        form: StopForm | None = None
        if not door.outcome:
            form = StopForm(
                auto_id=f"id_{door.position}_%s", initial={"token": uuid4().hex}, **rules
            )
            figure = form.fields["register_kwh"].widget
            figure.attrs["maxlength"] = door.digits
        if wrong is not None and wrong[0] == door.position:
            form = wrong[1]
        rows.append((door, form))
    first = next((door.position for door in doors if not door.outcome), 0)
    context = {
        "route": route,
        "district": route_pages.district_name(route.district_code, _language()),
        "rows": rows,
        "first": wrong[0] if wrong is not None else first,
        "done": sum(1 for door in doors if door.outcome),
        "form": wrong[1] if wrong is not None else None,
    }
    status = 422 if wrong is not None else 200
    return render(request, "billing/walks/walk.html", context, status=status)


def _rules(route: ReadingRoute) -> dict[str, Any]:
    return {
        "reasons": route_pages.reasons(_language()),
        "needs": route_pages.needs(route.directorate_id, route.walk_on),
    }


def _own(request: HttpRequest, route_id: UUID) -> ReadingRoute:
    actor = actor_of(request)
    found = route_pages.route(actor.directorate_id or 0, route_id)
    if found is None or found.reader_id != actor.user_id:
        raise Http404
    return found


def _language() -> str:
    return get_language() or "ar"
