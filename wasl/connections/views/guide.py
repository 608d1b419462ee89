"""The public guide of a service, generated from the published process and the dated settings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from wasl.accounts.policies import PUBLIC, policy
from wasl.connections import guides
from wasl.connections.journeys import JOURNEYS
from wasl.core.calendars import BAGHDAD


@policy(PUBLIC)
def guide(request: HttpRequest, service: str) -> HttpResponse:
    """Who can apply, documents, fees, stages with their limits, rights."""
    if service not in JOURNEYS:
        raise Http404
    today = timezone.now().astimezone(BAGHDAD).date()
    context = guides.guide(JOURNEYS[service], today, get_language() or "ar")
    return render(request, "connections/guide.html", context)
