"""Beginning to pay: the attempt is written down and committed before the provider is asked."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers, limits, scope
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.payments import providers, shown, states
from wasl.payments.models import PaymentIntent, PaymentRequest
from wasl.payments.services import orders, schedule
from wasl.payments.services.requests import enqueue_withdrawal

LASTS = timedelta(minutes=15)
# An attempt that the provider was asked for this long ago, without an answer, is nobody's any more.
ANSWER_WITHIN = timedelta(seconds=45)
ATTEMPTS = 20, 60 * 60


class UnableToPay(Unable):
    """The request was paid, or taken back."""

    code = "NOTHING_TO_PAY"
    message = _("There is nothing to pay here any more. Open the page again to see why.")


class UnableToPayThisWay(Unable):
    """No such provider, or it is not ready."""

    code = "UNKNOWN_PROVIDER"
    message = _("This way to pay is not offered. Choose one of the list.")


class UnableToStartAgain(Unable):
    """The first click is still on its way to the provider."""

    code = "BEING_STARTED"
    message = _("We are already connecting you. Wait a few seconds.")


class UnableToReachProvider(Unable):
    """The provider does not answer, or refuses."""

    code = "PROVIDER_DOWN"
    message = _(
        "The payment company does not answer. You were not charged. Try again in a few minutes."
    )


class UnableToTellWhetherStarted(Unable):
    """The provider was asked and its answer was lost. No page was shown, so nothing was paid."""

    code = "START_UNKNOWN"
    message = _(
        "The connection to the payment company broke. You were not charged. "
        "We keep checking; you can try again in a few minutes."
    )


def start_payment(*, request_id: UUID, provider: str, language: str, now: datetime) -> str:
    """
    This function will begin an attempt to pay and return the page for the payer: the provider's,
    or ours, where the provider has none and the payer's app reads a QR or a code.

    It must not run in a transaction: the attempt is committed before the provider is asked. A
    second click gets the page of the first; another provider closes the first attempt on our side.
    :raises UnableToPay: when the request is not open.
    :raises UnableToPayThisWay: when the provider is not offered.
    :raises UnableToStartAgain: while the provider is just being asked.
    :raises UnableToReachProvider: nothing happened there.
    :raises UnableToTellWhetherStarted: the answer was lost.
    """
    company = _offered(provider)
    limit, seconds = ATTEMPTS
    limits.require(f"pay:{request_id}", limit=limit, per_seconds=seconds, now=now)
    try:
        intent, is_new = _write_down(request_id, provider, now)
    except IntegrityError:
        # Two clicks at the same instant: the other one wrote first.
        raise UnableToStartAgain from None
    if not is_new:
        return intent.redirect_url or ""
    try:
        redirect = company.start(orders.order_of(intent, language))
        if redirect.shown is None:
            _require_page(redirect.url)
    except providers.ProviderError as error:
        _note_failure(intent, error, now)
        if error.may_have_happened:
            raise UnableToTellWhetherStarted from error
        raise UnableToReachProvider from error
    return _note_page(intent, redirect, now)


def _offered(name: str) -> providers.Provider:
    for provider in providers.offered():
        if provider.name == name:
            return provider
    raise UnableToPayThisWay


def _write_down(request_id: UUID, provider: str, now: datetime) -> tuple[PaymentIntent, bool]:
    with scope.within_system():
        request = PaymentRequest.objects.select_for_update(of=("self",)).get(id=request_id)
        if not request.is_open:
            raise UnableToPay
        live = _live_attempt(request)
        if live is not None and _stands(live, provider, now):
            return live, False
        intent = PaymentIntent.objects.create(
            id=identifiers.new_id(now),
            request=request,
            directorate_id=request.directorate_id,
            payer_id=request.payer_id,
            provider=provider,
            key=uuid4(),
            amount=request.amount,
            currency=request.currency,
            created_at=now,
            expires_at=now + LASTS,
            ask_next_at=now + schedule.FIRST,
        )
        return intent, True


def _live_attempt(request: PaymentRequest) -> PaymentIntent | None:
    live = PaymentIntent.objects.select_for_update(of=("self",)).filter(
        request=request, state__in=states.LIVE
    )
    return live.first()


def _stands(live: PaymentIntent, provider: str, now: datetime) -> bool:
    """Whether the earlier attempt serves this click too; otherwise it makes room."""
    is_usable = live.provider == provider and live.expires_at > now
    if is_usable and live.redirect_url:
        return True
    if live.state == states.CREATED and now - live.created_at < ANSWER_WITHIN:
        raise UnableToStartAgain
    # It is over on our side. The company is asked to close it too; where it cannot, the sweep keeps
    # asking, and a late success is credited.
    live.state = states.EXPIRED
    live.save(update_fields=["state"])
    enqueue_withdrawal(live.id)
    return False


def _require_page(url: str) -> None:
    """The payer is only ever sent to a web page, and in the clear only while trying out."""
    schemes = ("https://", "http://") if settings.WASL_DEMO or settings.DEBUG else ("https://",)
    if not url.startswith(schemes):
        raise providers.ProviderError("PAGE_REFUSED", permanent=True, may_have_happened=True)


def _note_failure(intent: PaymentIntent, error: providers.ProviderError, now: datetime) -> None:
    with scope.within_system():
        locked = PaymentIntent.objects.select_for_update(of=("self",)).get(id=intent.id)
        wanted = states.INIT_UNKNOWN if error.may_have_happened else states.FAILED
        if not states.may_move(locked.state, wanted):
            return  # A callback was faster than the lost answer.
        locked.state, locked.failure = wanted, error.code[:60]
        if wanted == states.FAILED:
            locked.closed_at = now
        locked.save(update_fields=["state", "failure", "closed_at"])


@transaction.atomic
def _note_page(intent: PaymentIntent, redirect: providers.Redirect, now: datetime) -> str:
    with scope.within_system():
        locked = PaymentIntent.objects.select_for_update(of=("self",)).get(id=intent.id)
        if locked.provider_payment_id is None:
            locked.provider_payment_id = redirect.provider_payment_id
        locked.redirect_url = redirect.url
        if redirect.shown is not None:
            locked.redirect_url = reverse("payments:show", args=[locked.request_id])
            locked.shown = shown.write(redirect.shown)
        locked.expires_at = redirect.expires_at or locked.expires_at
        if states.may_move(locked.state, states.INITIATED):
            locked.state = states.INITIATED
        locked.save(
            update_fields=["provider_payment_id", "redirect_url", "shown", "expires_at", "state"]
        )
        events.record(
            kind="payments.intent.started",
            subject=(locked.request.subject_type, locked.request.subject_id),
            actor=Actor(kind="CITIZEN", user_id=locked.payer_id),
            directorate_id=locked.directorate_id,
            data={
                "request": str(locked.request_id),
                "intent": str(locked.id),
                "provider": locked.provider,
            },
            now=now,
        )
        return str(locked.redirect_url)
