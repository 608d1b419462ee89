"""Paying, coming back from the payment company, and the company's own messages."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.accounts.models import User
from wasl.accounts.policies import CITIZEN, PUBLIC, policy
from wasl.core import limits, scope
from wasl.core.errors import Unable
from wasl.payments import providers, purposes, receipt_paper, selectors, services, shown, states
from wasl.payments.forms import PayForm
from wasl.payments.models import PaymentIntent, PaymentRequest
from wasl.payments.providers import CallbackRequest

LARGEST_CALLBACK = 64 * 1024
# Who reloads the page does not make us ask the company more often than this.
ASK_AGAIN_AFTER = timedelta(seconds=3)
WATCH_AGAIN_AFTER = timedelta(seconds=10)
WATCH_FOR = timedelta(minutes=30)
LOOK_AGAIN_SECONDS = 5


@never_cache
@require_http_methods(["GET", "POST"])
@policy(CITIZEN, atomic=False)
def pay(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """What is to be paid, and how. No transaction is open while the company is asked."""
    asked = _own(request, request_id)
    if asked.is_settled:
        return redirect("payments:return", request_id=request_id)
    offered = providers.offered()
    form = PayForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        return _start(request, asked, form)
    return _pay_page(request, asked, form)


def _own(request: HttpRequest, request_id: UUID) -> PaymentRequest:
    user = cast(User, request.user)
    try:
        with scope.within_person(user.pk):
            return selectors.request_of_payer(user, request_id)
    except PaymentRequest.DoesNotExist:
        raise Http404 from None


def _start(request: HttpRequest, asked: PaymentRequest, form: PayForm) -> HttpResponse:
    try:
        url = services.start_payment(
            request_id=asked.id,
            provider=form.cleaned_data["provider"],
            language=request.LANGUAGE_CODE,
            now=timezone.now(),
        )
    except services.UnableToPay:
        return redirect("payments:pay", request_id=asked.id)
    except services.UnableToStartAgain as unable:
        answer = _pay_page(request, asked, form, unable=unable, status=409)
        answer["Refresh"] = f"2; url={request.path}"
        return answer
    except limits.UnableToTryAgainYet as unable:
        return _pay_page(request, asked, form, unable=unable, status=429)
    except Unable as unable:
        return _pay_page(request, asked, form, unable=unable, status=503)
    return HttpResponseRedirect(url)


def _pay_page(
    request: HttpRequest,
    asked: PaymentRequest,
    form: PayForm,
    *,
    unable: Unable | None = None,
    status: int = 200,
) -> HttpResponse:
    live = selectors.live_intent(asked.id)
    is_usable = live is not None and live.redirect_url and live.expires_at > timezone.now()
    context = {
        "asked": asked,
        "purpose": purposes.label(asked.purpose),
        "form": form,
        "offered": providers.offered(),
        "unable": unable,
        "live": live if is_usable and "other" not in request.GET else None,
    }
    return render(request, "payments/pay.html", context, status=status)


@never_cache
@require_GET
@policy(CITIZEN, atomic=False)
def show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """
    What the payer's app reads, where the company has no page: a QR, a code, links.

    A button looks again (`check`); a small script does it meanwhile. Once there is news, the payer
    goes on to the same page as from any company.
    """
    asked = _own(request, request_id)
    intent = selectors.live_intent(request_id)
    if intent is not None and "check" in request.GET:
        intent = _asked_about(intent)
    if intent is None or not intent.is_live or intent.shown is None or not asked.is_open:
        return redirect("payments:return", request_id=request_id)
    company = providers.get(intent.provider)
    titles = company.link_titles if isinstance(company, providers.ShowsPayer) else {}
    seen = shown.read(intent.shown)
    context = {
        "asked": asked,
        "intent": intent,
        "purpose": purposes.label(asked.purpose),
        "company": company,
        "seen": seen,
        "links": [(titles.get(name, name), url) for name, url in seen.links],
        "is_over": intent.expires_at <= timezone.now(),
        "checked_at": timezone.now() if "check" in request.GET else None,
    }
    return render(request, "payments/show.html", context)


@never_cache
@require_GET
@policy(CITIZEN, atomic=False)
def state(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Whether there is news, for the script: the company is asked only now and then."""
    asked = _own(request, request_id)
    intent = selectors.live_intent(request_id)
    if asked.is_open and intent is not None:
        intent = _asked_about(intent, after=WATCH_AGAIN_AFTER)
    return JsonResponse({"is_over": not asked.is_open or intent is None or not intent.is_live})


@never_cache
@require_GET
@policy(PUBLIC, atomic=False)
def come_back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """
    Back from the company: paid, not paid, or still being checked. Loading it again repeats nothing.

    Open to the payer, and to whoever carries the company's signed token: a phone's wallet may
    return to another browser than the one that signed in. A bank's app carries no token: who comes
    back unknown is asked to sign in.
    """
    try:
        asked = selectors.request_by_id(request_id)
    except PaymentRequest.DoesNotExist:
        raise Http404 from None
    newest = selectors.newest_intent(request_id)
    hinted = _hinted(request, asked, newest)
    is_payer = request.user.is_authenticated and request.user.pk == asked.payer_id
    if hinted is None and not request.user.is_authenticated and not request.GET:
        return redirect_to_login(request.path, reverse("accounts:sign_in"))
    if hinted is None and not is_payer:
        raise Http404
    intent = _asked_about(hinted or newest)
    return _outcome_page(request, selectors.request_by_id(request_id), intent, is_payer=is_payer)


def _hinted(
    request: HttpRequest, asked: PaymentRequest, newest: PaymentIntent | None
) -> PaymentIntent | None:
    if newest is None or "token" not in request.GET:
        return None
    query = CallbackRequest(query={"token": request.GET["token"]})
    hint = services.read_return(provider=newest.provider, request=query)
    if hint is None:
        return None
    found = selectors.intent_of_payment(newest.provider, hint.provider_payment_id)
    return found if found is not None and found.request_id == asked.id else None


def _asked_about(
    intent: PaymentIntent | None, *, after: timedelta = ASK_AGAIN_AFTER
) -> PaymentIntent | None:
    """The attempt after the company was asked, unless it was asked just now or has its end."""
    now = timezone.now()
    if intent is None or intent.closed_at is not None:
        return intent
    if intent.asked_at is not None and now - intent.asked_at < after:
        return intent
    try:
        return services.confirm_intent(intent_id=intent.id, now=now)
    except services.UnableToAskProvider:
        return intent


def _outcome_page(
    request: HttpRequest, asked: PaymentRequest, intent: PaymentIntent | None, *, is_payer: bool
) -> HttpResponse:
    context = {
        "asked": asked,
        "intent": intent,
        "purpose": purposes.label(asked.purpose),
        "is_payer": is_payer,
    }
    if asked.is_settled:
        settlement = selectors.settlement_of(asked.id)
        way = _title(settlement.provider) if settlement else ""
        proof = receipt_paper.code_of(settlement) if settlement and is_payer else ""
        context.update(settlement=settlement, way=way, proof=proof)  # type: ignore[arg-type]
        return render(request, "payments/paid.html", context)
    if intent is not None and intent.state == states.NEEDS_REVIEW:
        return render(request, "payments/review.html", context)
    if intent is None or intent.closed_at is not None or not asked.is_open:
        return render(request, "payments/unpaid.html", context)
    can_continue = intent.redirect_url and intent.expires_at > timezone.now()
    context["can_continue"] = bool(is_payer and can_continue and intent.is_live)
    answer = render(request, "payments/checking.html", context)
    if timezone.now() - intent.created_at < WATCH_FOR:
        answer["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


def _title(provider: str) -> str:
    try:
        return str(providers.get(provider).title)
    except KeyError:
        return provider  # It was taken out of the settings since.


@csrf_exempt
@require_POST
@policy(PUBLIC)
def callback(request: HttpRequest, provider: str, key: UUID | None = None) -> HttpResponse:
    """A company's message. Read, kept once, and answered before anybody is asked."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > LARGEST_CALLBACK:
        return HttpResponse("too large", status=413, content_type="text/plain")
    message = CallbackRequest(
        body=request.body, headers=dict(request.headers), key=str(key) if key else ""
    )
    try:
        is_new = services.receive_callback(provider=provider, request=message, now=timezone.now())
    except services.UnableToBelieveCallback:
        return HttpResponse("refused", status=403, content_type="text/plain")
    return HttpResponse("kept" if is_new else "known", content_type="text/plain")
