"""The desk of routes: which books are walked when, how far they are, what came of each door."""

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import reading_photos, route_pages, services
from wasl.billing.models import ReadingRoute
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm

PLANNERS = roles(Role.SUPERVISOR, Role.CASHIER_CONTROLLER)


class PlanRouteForm(WaslForm):
    """Which book, on which day. Who walks it is drawn."""

    book = forms.ChoiceField(label=_("Book"), error_messages={"required": _("Choose the book.")})
    walk_on = forms.DateField(
        label=_("Day of the walk"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, books: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["book"]
        choice.choices = books  # type: ignore[attr-defined]


@policy(PLANNERS)
def routes(request: HttpRequest) -> HttpResponse:
    """The routes of these days, and a new one."""
    now, here = timezone.now(), office_of(request)
    today, language = timezone.localdate(now), get_language() or "ar"
    form = PlanRouteForm(
        request.POST or None,
        books=route_pages.book_choices(here, language),
        initial={"walk_on": today},
    )
    if request.method == "POST" and form.is_valid():
        code, _colon, book = form.cleaned_data["book"].rpartition(":")
        try:
            made = services.plan_route(
                directorate_id=here, district_code=code, book=int(book),
                walk_on=form.cleaned_data["walk_on"], actor=actor_of(request), now=now,
            )  # fmt: skip
            return redirect("billing_desk:route", route_id=made.id)
        except Unable as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "rows": route_pages.routes_of(here, today, language),
        "unplaced": route_pages.unplaced(here),
        "nobody": UUID(int=0),
    }
    status = 422 if form.errors else 200
    return render(request, "billing/routes/routes.html", context, status=status)


@policy(PLANNERS)
def show(request: HttpRequest, route_id: UUID) -> HttpResponse:
    """What came of each door."""
    found = _find(request, route_id)
    language = get_language() or "ar"
    context = {
        "route": found,
        "district": route_pages.district_name(found.district_code, language),
        "rows": route_pages.stop_lines(found, language),
    }
    return render(request, "billing/routes/route.html", context)


@policy(PLANNERS)
def move(request: HttpRequest, route_id: UUID, step: str) -> HttpResponse:
    """Put accounts into books; take a route from its reader and draw another; end it."""
    if request.method != "POST" or step not in {"place", "again", "end"}:
        raise Http404
    now, here = timezone.now(), office_of(request)
    if step == "place":
        return _place(request, here, timezone.localdate(now))
    _find(request, route_id)
    act = services.give_back if step == "again" else services.end_route
    try:
        act(directorate_id=here, route_id=route_id, actor=actor_of(request), now=now)
        messages.success(request, _("Done."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("billing_desk:route", route_id=route_id)


def _place(request: HttpRequest, here: int, today: date) -> HttpResponse:
    count = services.place_accounts(directorate_id=here, on=today)
    words = ngettext(
        "%(count)d account was put into a book.", "%(count)d accounts were put into books.", count
    )
    messages.success(request, words % {"count": count})
    return redirect("billing_desk:routes")


@never_cache
@policy(PLANNERS)
def photo(request: HttpRequest, route_id: UUID, position: int) -> HttpResponse:
    """The photograph of a stop."""
    stop = route_pages.stop(_find(request, route_id), position)
    found = reading_photos.load(stop.photo) if stop is not None and stop.photo else None
    if found is None:
        raise Http404
    return HttpResponse(found.content, content_type=found.content_type)


def _find(request: HttpRequest, route_id: UUID) -> ReadingRoute:
    found = route_pages.route(office_of(request), route_id)
    if found is None:
        raise Http404
    return found
