"""The store: what is there, deliveries, counts against the books, and what is scrapped by two people."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers import selectors, services
from wasl.customers.forms import CountForm, DeliveryForm, ScrapForm
from wasl.customers.models import ScrapRequest

KEEPERS = roles(Role.STORE_KEEPER)
DECIDERS = roles(Role.SUPERVISOR, Role.DIRECTOR)
READERS = KEEPERS | DECIDERS | roles(Role.QUALITY_OFFICER, Role.AUDITOR)


@policy(READERS)
def store(request: HttpRequest) -> HttpResponse:
    """What is in the store and elsewhere, the last counts, and what waits to be scrapped."""
    here = office_of(request)
    context = {
        "stock": sorted(selectors.store_stock(here).items()),
        "custodians": selectors.custodians(here),
        "counts": selectors.stock_counts(here),
        "requests": selectors.scrap_requests(here),
        "may_decide": DECIDERS.admits(request.standing),  # type: ignore[attr-defined]
    }
    return render(request, "customers/store.html", context)


def _written(
    request: HttpRequest, form: WaslForm, title: str, work: Callable[[], str]
) -> HttpResponse:
    """A page with one form; done, back to the store with what came of it."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, work())
            return redirect("store:store")
        except Unable as error:
            form.add_error(None, str(error))
    context = {"form": form, "title": title}
    return render(request, "customers/store_form.html", context, status=422 if form.errors else 200)


@policy(KEEPERS)
def count(request: HttpRequest) -> HttpResponse:
    """Count the shelves: what the books say is not shown beforehand."""
    form = CountForm(request.POST or None)

    def work() -> str:
        made = services.count_stock(
            directorate_id=office_of(request), serials=form.cleaned_data["serials"],
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
        if made.is_reconciled:
            return str(_("Counted: shelves and books agree."))
        return str(_("Counted: they do not agree. What differs is listed."))

    return _written(request, form, str(_("Count the store")), work)


@policy(KEEPERS)
def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery into the store."""
    form = DeliveryForm(request.POST or None)

    def work() -> str:
        number = services.receive_meters(
            directorate_id=office_of(request), serials=form.cleaned_data["serials"],
            phases=form.cleaned_data["phases"], delivery_no=form.cleaned_data["delivery_no"],
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
        return str(_("Meters received: %(number)s.") % {"number": number})

    return _written(request, form, str(_("Receive a delivery")), work)


@policy(KEEPERS)
def scrap(request: HttpRequest) -> HttpResponse:
    """Ask that meters be scrapped."""
    form = ScrapForm(request.POST or None)

    def work() -> str:
        services.ask_to_scrap(
            directorate_id=office_of(request), serials=form.cleaned_data["serials"],
            reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
        return str(_("Asked for. A supervisor decides."))

    return _written(request, form, str(_("Scrap meters")), work)


@policy(DECIDERS)
@require_POST
def decide(request: HttpRequest, request_id: UUID, step: str) -> HttpResponse:
    """Agree that meters be scrapped, or refuse it."""
    if step not in {"agree", "refuse"}:
        raise Http404
    try:
        services.decide_scrap(
            directorate_id=office_of(request), request_id=request_id, is_agreed=step == "agree",
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Done."))
    except ScrapRequest.DoesNotExist:
        raise Http404 from None
    except Unable as error:
        messages.error(request, str(error))
    return redirect("store:store")
