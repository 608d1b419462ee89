"""What the duty desk does: sends a crew, checks, closes, cancels, asks against the rule, looks at sendings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.actors import Actor
from wasl.accounts.policies import actor_of, office_of, policy
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.fieldwork import dangers, services
from wasl.fieldwork.models import Override
from wasl.fieldwork.models.orders import Danger
from wasl.fieldwork.views import access
from wasl.fieldwork.views.desk import DUTY

Step = Callable[[HttpRequest, UUID, Actor, datetime], Any]


def _cancel(request: HttpRequest, order_id: UUID, actor: Actor, now: datetime) -> None:
    services.cancel(order_id=order_id, reason=request.POST.get("reason", ""), actor=actor, now=now)


def _check(request: HttpRequest, order_id: UUID, actor: Actor, now: datetime) -> None:
    services.check(order_id=order_id, is_good=True, actor=actor, now=now)


def _again(request: HttpRequest, order_id: UUID, actor: Actor, now: datetime) -> None:
    reason = request.POST.get("reason", "")
    services.check(order_id=order_id, is_good=False, actor=actor, now=now, reason=reason)


def _close(request: HttpRequest, order_id: UUID, actor: Actor, now: datetime) -> None:
    services.close(order_id=order_id, actor=actor, now=now)


def _override(request: HttpRequest, order_id: UUID, actor: Actor, now: datetime) -> None:
    services.ask_override(
        order_id=order_id, crew_id=_uuid(request.POST.get("crew", "")),
        reason=request.POST.get("reason", ""), actor=actor, now=now,
    )  # fmt: skip


STEPS: dict[str, Step] = {
    "cancel": _cancel, "check": _check, "again": _again, "close": _close, "override": _override,
}  # fmt: skip


@policy(DUTY)
@require_POST
def move(request: HttpRequest, order_id: UUID, step: str) -> HttpResponse:
    """One step of an order of this office."""
    if step not in STEPS:
        raise Http404
    found = access.order_here(request, order_id)
    _try(request, lambda now: STEPS[step](request, found.id, actor_of(request), now))
    return redirect("fieldwork:order", order_id=found.id)


@policy(DUTY)
@require_POST
def decide(request: HttpRequest, override_id: UUID, answer: str) -> HttpResponse:
    """Agree to another crew than the rule's, or refuse it."""
    if answer not in {"agree", "refuse"}:
        raise Http404
    try:
        _try(
            request,
            lambda now: services.decide_override(
                directorate_id=office_of(request), override_id=override_id,
                is_approved=answer == "agree", actor=actor_of(request), now=now,
            ),
        )  # fmt: skip
    except Override.DoesNotExist:
        raise Http404 from None
    return redirect("fieldwork:desk")


@policy(DUTY)
@require_POST
def send(request: HttpRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Open an order for an outage or a danger of the board."""
    here, language = office_of(request), get_language() or "ar"

    def work(now: datetime) -> None:
        if kind == "outage":
            services.open_for_outage(
                directorate_id=here, outage_id=subject_id, actor=actor_of(request), now=now
            )
            return
        on = now.astimezone(BAGHDAD).date()
        found = [
            each for each in dangers.open_ones(here, on, language)
            if each.subject_id == subject_id and each.subject_type == kind
        ]  # fmt: skip
        if not found:
            raise Http404
        services.open_order(
            directorate_id=here,
            subject=services.Subject(
                type=kind, id=subject_id, title=found[0].label, skills=("low_voltage",),
                danger=Danger.LIFE, lat=found[0].lat, lon=found[0].lon,
            ),
            actor=actor_of(request),
            now=now,
        )  # fmt: skip

    _try(request, work)
    return redirect("fieldwork:desk")


@policy(DUTY)
@require_POST
def look(request: HttpRequest, action_id: UUID, answer: str) -> HttpResponse:
    """What a phone sent and contradicts what stands: take it after all, or leave it aside."""
    if answer not in {"take", "leave"}:
        raise Http404
    _try(
        request,
        lambda now: services.look(
            directorate_id=office_of(request), action_id=action_id, is_taken=answer == "take",
            actor=actor_of(request), now=now,
        ),
    )  # fmt: skip
    return redirect("fieldwork:desk")


def _try(request: HttpRequest, work: Callable[[datetime], Any]) -> None:
    """Do it whole or not at all, and say which."""
    try:
        with transaction.atomic():
            work(timezone.now())
        messages.success(request, _("Done."))
    except Unable as error:
        messages.error(request, str(error))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
