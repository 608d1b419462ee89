"""Refunds with four eyes, and payments where money came, but not as agreed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.accounts.policies import actor_of, policy
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.payments import money_desk_refunds, services
from wasl.payments.forms import RefundForm, ReviewForm
from wasl.payments.models import Refund, Review
from wasl.payments.views.money import KEEPERS, READERS, here


@require_GET
@policy(READERS)
def refunds(request: HttpRequest) -> HttpResponse:
    """All refunds, those without an end first."""
    context = {"refunds": money_desk_refunds.refunds(here(request))}
    return render(request, "payments/money/refunds.html", context)


@require_http_methods(["GET", "POST"])
@policy(KEEPERS)
def new_refund(request: HttpRequest) -> HttpResponse:
    """Ask for a refund."""
    form = RefundForm(request.POST or None, initial={"receipt_no": request.GET.get("receipt", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.request_refund(
                directorate_id=here(request),
                actor=actor_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
            return redirect("money:refund", refund_id=made.id)
        except Unable as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "payments/money/new_refund.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@policy(READERS, atomic=False)
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """One refund: agree, refuse, or say how an unclear one ended. No transaction is open here."""
    directorate_id, actor = here(request), actor_of(request)
    if request.method == "POST":
        if actor.role not in KEEPERS.roles:
            raise Http404
        return _move(request, directorate_id, refund_id)
    with scope.within_staff([directorate_id]):
        found = money_desk_refunds.refund(directorate_id, refund_id)
    if found is None:
        raise Http404
    is_keeper = actor.role in KEEPERS.roles
    context = {
        "refund": found,
        "may_decide": is_keeper and found.state == Refund.State.REQUESTED,
        "may_agree": found.requested_by != actor.user_id,
        "may_resolve": is_keeper
        and found.state == Refund.State.REFUND_UNKNOWN
        and found.decided_by != actor.user_id,
    }
    return render(request, "payments/money/refund.html", context)


def _move(request: HttpRequest, directorate_id: int, refund_id: UUID) -> HttpResponse:
    actor, now, step = actor_of(request), timezone.now(), request.POST.get("step", "")
    try:
        if step in {"agree", "reject"}:
            services.decide_refund(
                directorate_id=directorate_id, refund_id=refund_id, is_agreed=step == "agree",
                actor=actor, now=now,
            )  # fmt: skip
        elif step in {"went", "stayed"}:
            services.resolve_refund(
                directorate_id=directorate_id, refund_id=refund_id, was_refunded=step == "went",
                resolution=request.POST.get("resolution", ""), actor=actor, now=now,
            )  # fmt: skip
    except Unable as error:
        messages.error(request, str(error))
    except Refund.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("Done."))
    return redirect("money:refund", refund_id=refund_id)


@require_GET
@policy(READERS)
def reviews(request: HttpRequest) -> HttpResponse:
    """The payments that wait for a person."""
    context = {"intents": money_desk_refunds.reviews(here(request))}
    return render(request, "payments/money/reviews.html", context)


@require_http_methods(["GET", "POST"])
@policy(READERS)
def review(request: HttpRequest, intent_id: UUID) -> HttpResponse:
    """What we asked for, what the company said; propose what came."""
    found = money_desk_refunds.review(here(request), intent_id)
    if found is None:
        raise Http404
    actor = actor_of(request)
    is_keeper = actor.role in KEEPERS.roles
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and is_keeper and form.is_valid():
        try:
            services.propose_review(
                directorate_id=here(request),
                intent_id=intent_id,
                actor=actor,
                now=timezone.now(),
                **form.cleaned_data,
            )
            return redirect("money:review", intent_id=intent_id)
        except Unable as error:
            form.add_error(None, str(error))
    context = {"found": found, "form": form, "is_keeper": is_keeper, "user_id": actor.user_id}
    status = 422 if form.errors else 200
    return render(request, "payments/money/review.html", context, status=status)


@require_POST
@policy(KEEPERS)
def decide_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Agree to what came, or refuse."""
    try:
        services.decide_review(
            directorate_id=here(request),
            review_id=review_id,
            is_agreed=request.POST.get("agreed") == "1",
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Unable as error:
        messages.error(request, str(error))
    except Review.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("Done."))
    return redirect("money:reviews")
