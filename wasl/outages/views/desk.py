"""The duty desk: what is without supply, why it is believed, and what people know of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.errors import Unable
from wasl.outages import selectors, services

DUTY = roles(Role.SUPERVISOR, Role.ENGINEER, Role.DIRECTOR)
READERS = DUTY | roles(Role.QUALITY_OFFICER, Role.AUDITOR)
SHOWN = 200


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Every open outage, the largest first; and signs of places that nobody knows."""
    here = office_of(request)
    context = {
        "outages": selectors.open_outages(here)[:SHOWN],
        "loose": selectors.loose_signals(here)[:SHOWN],
        "may_act": DUTY.admits(request.standing),  # type: ignore[attr-defined]
    }
    return render(request, "outages/desk.html", context)


@policy(DUTY)
@require_POST
def move(request: HttpRequest, outage_id: UUID, step: str) -> HttpResponse:
    """Confirm what was inferred, with the time when supply is expected; or note that it is back."""
    now = timezone.now()
    known = selectors.open_outages(office_of(request)).filter(id=outage_id)
    if step not in {"confirm", "restore"} or not known.exists():
        raise Http404
    try:
        if step == "restore":
            services.restore(outage_id=outage_id, at=now, actor=actor_of(request), now=now)
        else:
            expected = parse_datetime(request.POST.get("expected_at", "")[:30])
            if expected is not None and timezone.is_naive(expected):
                expected = timezone.make_aware(expected)
            services.confirm_outage(
                outage_id=outage_id, actor=actor_of(request), now=now, expected_at=expected
            )
        messages.success(request, _("Done."))
    except (Unable, ValueError) as error:
        messages.error(request, str(error) if isinstance(error, Unable) else _("That is no time."))
    return redirect("outage_desk:desk")
