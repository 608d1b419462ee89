"""The live duty desk: what waits, the most urgent first, beside its map; told by server-sent events."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.calendars import BAGHDAD
from wasl.fieldwork import board as boards
from wasl.fieldwork import live, live_map, pictures, selectors, watching
from wasl.fieldwork.views import access

DUTY = roles(Role.SUPERVISOR, Role.ENGINEER, Role.DIRECTOR)
READERS = DUTY | roles(Role.QUALITY_OFFICER, Role.AUDITOR)
# As an image it may style itself, and nothing else.
_MAP_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """The board; with `part`, only what changes of it."""
    here = office_of(request)
    # Before anything is read: what changes from now on is told.
    place = watching.here()
    now = timezone.now()
    context = {
        "board": boards.board(here, now=now, language=get_language() or "ar"),
        "looks": selectors.to_look_at(here),
        "place": place,
        "now": now,
        "may_act": DUTY.admits(request.standing),  # type: ignore[attr-defined]
    }
    name = "fieldwork/board.html" if "part" in request.GET else "fieldwork/desk.html"
    return render(request, name, context)


@never_cache
@policy(READERS)
def map_picture(request: HttpRequest) -> HttpResponse:
    """The map of the board at this moment."""
    here, now, language = office_of(request), timezone.now(), get_language() or "ar"
    found = boards.board(here, now=now, language=language)
    svg = live_map.svg(
        here, found, on=now.astimezone(BAGHDAD).date(), language=language,
        title=_("What is without supply, and where the crews are"),
    )  # fmt: skip
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Security-Policy"] = _MAP_POLICY
    return response


@policy(READERS, atomic=False)
def stream(request: HttpRequest) -> HttpResponseBase:
    """
    What changes, as it changes, from the place where the desk last looked.

    503 where there is no seat: the desk then asks now and then by itself.
    """
    place = request.headers.get("Last-Event-ID") or request.GET.get("from", "")
    if not watching.is_place(place):
        place = watching.here()
    actor = actor_of(request)
    if actor.user_id is None:
        raise Http404
    seat = live.Seat(person=actor.user_id, offices=frozenset({office_of(request)}), place=place)
    live.release_connection()
    if not live.HUB.join(seat):
        return HttpResponse(status=503, headers={"Retry-After": "20", "Cache-Control": "no-store"})
    response = StreamingHttpResponse(live.Stream(seat), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


@policy(READERS)
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: its steps, how its crew was found and why, its material, its pictures."""
    found = access.order_here(request, order_id)
    now = timezone.now()
    context = {
        **access.order_context(found, now),
        "may_act": DUTY.admits(request.standing),  # type: ignore[attr-defined]
        "me": actor_of(request).user_id,
    }
    return render(request, "fieldwork/order.html", context)


@policy(access.EVERYBODY)
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """A photograph of the work, by an address that a page gave to somebody who may see it."""
    name = pictures.opened_by(token)
    content = pictures.load(name) if name else None
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
