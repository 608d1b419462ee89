"""What a person wants to be told of: chosen by themselves, for themselves, ended with one tap."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.accounts.policies import CITIZEN, PUBLIC, policy, user_of
from wasl.core import addresses, limits, scope
from wasl.core.errors import Unable
from wasl.outages import my_place, place_feeds, services, subscription_pages
from wasl.outages.forms import OwnAccountForm, SubscribeForm
from wasl.outages.views.places import answer

STOPS, CALENDARS, PER_SECONDS = 60, 600, 3600


def _language() -> str:
    return get_language() or "ar"


@require_GET
@policy(CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    """What the person follows, and their homes."""
    user = user_of(request)
    with scope.within_system():
        context = {
            "rows": subscription_pages.of(user, _language()),
            "accounts": my_place.own_accounts(user),
        }
    return render(request, "outages/subscriptions.html", context)


@require_http_methods(["GET", "POST"])
@policy(CITIZEN)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Follow a place. Who was not signed in comes back here with what they had chosen."""
    form = SubscribeForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        raise Http404
    user, found, now = user_of(request), form.cleaned_data, timezone.now()
    if request.method == "GET":
        label = subscription_pages.label(found["kind"], found["place"], _language())
        context = {
            "label": label,
            "kind": found["kind"],
            "place": found["place"],
            "office": found["office"],
        }
        return render(request, "outages/confirm_subscription.html", context)
    try:
        services.subscribe(
            user=user, directorate_id=found["office"], kind=found["kind"], place=found["place"],
            by_sms=found["by_sms"], by_push=found["by_push"], on=timezone.localdate(now), now=now,
        )  # fmt: skip
        messages.success(request, _("We will tell you."))
    except Unable as unable:
        messages.error(request, str(unable))
    return redirect("outages:subscriptions")


@require_POST
@policy(CITIZEN)
def end(request: HttpRequest, subscription_id: object) -> HttpResponse:
    """No more of this."""
    ended = services.end_subscription(
        user=user_of(request),
        subscription_id=subscription_id,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    if not ended:
        raise Http404
    messages.success(request, _("Stopped."))
    return redirect("outages:subscriptions")


@require_POST
@policy(CITIZEN)
def decline(request: HttpRequest) -> HttpResponse:
    """No SMS about a home of one's own, not even of planned work."""
    form = OwnAccountForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        services.decline_account(
            user=user_of(request), directorate_id=form.cleaned_data["office"],
            account_no=form.cleaned_data["account_no"], now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("No more SMS about this home. Messages stay in your list."))
    except Unable as unable:
        messages.error(request, str(unable))
    return redirect("outages:subscriptions")


@never_cache
@require_http_methods(["GET", "POST"])
@policy(PUBLIC)
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """The address in each message. A button ends it, as programs open addresses by themselves."""
    if request.method == "GET":
        return render(request, "outages/stop.html", {})
    now = timezone.now()
    try:
        limits.require(
            f"outage-stop:{addresses.of(request)}", limit=STOPS, per_seconds=PER_SECONDS, now=now
        )
    except Unable as unable:
        messages.error(request, str(unable))
        return render(request, "outages/stop.html", {}, status=429)
    # The same answer whether or not there is such a key.
    services.stop(key=key, now=now)
    return render(request, "outages/stop.html", {"is_stopped": True})


@require_POST
@policy(CITIZEN)
def calendar_link(request: HttpRequest) -> HttpResponse:
    """The secret address of the calendar of an own home; made anew when asked."""
    form = OwnAccountForm(request.POST)
    if not form.is_valid():
        raise Http404
    found = form.cleaned_data
    try:
        token = services.calendar_link(
            user=user_of(request), directorate_id=found["office"], account_no=found["account_no"],
            now=timezone.now(), renew="renew" in request.POST,
        )  # fmt: skip
    except Unable:
        raise Http404 from None
    path = reverse("outages:calendar", args=[token])
    site = settings.WASL_PUBLIC_URL.rstrip("/")
    context = {
        "address": site + path,
        "webcal": "webcal:" + site.partition(":")[2] + path,
        "account_no": found["account_no"],
        "office": found["office"],
    }
    return render(request, "outages/calendar.html", context)


@require_GET
@policy(PUBLIC)
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address; what was renewed is nowhere."""
    now = timezone.now()
    try:
        limits.require(
            f"outage-calendar:{addresses.of(request)}",
            limit=CALENDARS, per_seconds=PER_SECONDS, now=now,
        )  # fmt: skip
    except Unable:
        return HttpResponse(status=429)
    with scope.within_system():
        found = services.open_calendar(token)
        if found is None:
            raise Http404
        with translation.override(found.language):
            entries = place_feeds.of_account(
                found.directorate_id, found.account_no, found.language, now
            )
            name = _("Supply at %(account)s") % {"account": found.account_no}
            content = place_feeds.calendar(
                entries, name=str(name), path=reverse("outages:now"), now=now
            )
    return answer(content, "ics", is_secret=True)
