"""Planned work at the duty desk: drafted by one, announced by another, followed to its end."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy
from wasl.core.errors import Unable
from wasl.network.topology import Element
from wasl.outages import reasons, services, work_pages
from wasl.outages.forms import WorkForm, moment_of
from wasl.outages.views.desk import DUTY, READERS


def language() -> str:
    """The reader's."""
    return get_language() or "ar"


@policy(READERS)
def works(request: HttpRequest) -> HttpResponse:
    """Every work of the office: what waits, what is announced, what is under way, what is over."""
    now, here = timezone.now(), office_of(request)
    context = {
        "works": work_pages.shown(work_pages.of_office(here, now), language(), now),
        "me": actor_of(request).user_id,
        "may_act": DUTY.admits(request.standing),  # type: ignore[attr-defined]
        "cancel_reasons": reasons.choices(reasons.CANCEL, language()),
        "notice_hours": work_pages.notice_hours(here, now),
        "now": timezone.localtime(now),
    }
    return render(request, "outages/works.html", context)


@policy(DUTY)
def draft(request: HttpRequest) -> HttpResponse:
    """A new work, for another person to announce."""
    form = WorkForm(request.POST or None, language=language())
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            services.draft_work(
                directorate_id=office_of(request),
                element=Element(found["element_kind"], found["element_code"]),
                reason=found["reason"],
                begins_at=found["begins_at"],
                ends_at=found["ends_at"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Kept. Another person announces it."))
            return redirect("outage_desk:works")
        except Unable as unable:
            form.add_error(None, str(unable))
    status = 422 if form.errors else 200
    return render(request, "outages/draft_work.html", {"form": form}, status=status)


def _announce(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    services.announce_work(work_id=work_id, actor=actor_of(request), now=now)


def _cancel(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    reason = request.POST.get("reason", "")
    services.cancel_work(work_id=work_id, reason=reason, actor=actor_of(request), now=now)


def _start(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    at = moment_of(request.POST.get("at", "")) or now
    services.start_work(work_id=work_id, at=at, actor=actor_of(request), now=now)


def _confirm(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    services.confirm_switched(work_id=work_id, actor=actor_of(request), now=now)


def _extend(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    ends_at = moment_of(request.POST.get("at", ""))
    if ends_at is None:
        raise services.UnableToPlanWork(cause=_("that is no time."))
    services.extend_work(work_id=work_id, ends_at=ends_at, actor=actor_of(request), now=now)


def _end(request: HttpRequest, work_id: UUID, now: datetime) -> None:
    at = moment_of(request.POST.get("at", "")) or now
    services.end_work(work_id=work_id, at=at, actor=actor_of(request), now=now)


STEPS: dict[str, Callable[[HttpRequest, UUID, datetime], None]] = {
    "announce": _announce,
    "cancel": _cancel,
    "start": _start,
    "confirm": _confirm,
    "extend": _extend,
    "end": _end,
}


@policy(DUTY)
@require_POST
def step(request: HttpRequest, work_id: UUID, step: str) -> HttpResponse:
    """One step of a work of the office."""
    now = timezone.now()
    mine = work_pages.of_office(office_of(request), now).filter(id=work_id)
    if step not in STEPS or not mine.exists():
        raise Http404
    try:
        STEPS[step](request, work_id, now)
        messages.success(request, _("Done."))
    except Unable as unable:
        messages.error(request, str(unable))
    return redirect("outage_desk:works")
