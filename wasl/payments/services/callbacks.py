"""Messages at our door. Even with the right signature they only make us ask."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.core import jobs, limits, scope
from wasl.core.errors import Unable
from wasl.payments import providers
from wasl.payments.models import PaymentIntent, ProviderMessage
from wasl.payments.providers import CallbackRequest, CallbackResult
from wasl.payments.services.orphans import enqueue_claim
from wasl.payments.services.settlement import keep_message

# Forged messages are kept, by size and hash, but not without end.
FORGED_KEPT = 60, 60 * 60
# Unsigned messages about one attempt: more than any company sends, and few enough to ask about.
HINTS_TAKEN = 30, 60 * 60


class UnableToBelieveCallback(Unable):
    """The signature is wrong, or no such provider exists."""

    code = "FORGED_CALLBACK"
    message = _("This message is not from the payment company.")


def receive_callback(*, provider: str, request: CallbackRequest, now: datetime) -> bool:
    """
    This function will take a provider's message; whether it was new.

    It is written down once per event, and a job asks the provider. A message about a payment that
    we do not know is kept for the reconciliation.
    :raises UnableToBelieveCallback: when it is forged; its size and hash are kept.
    """
    try:
        result = providers.get(provider).read_callback(request)
    except KeyError:
        raise UnableToBelieveCallback from None
    except providers.CallbackRefusedError as refused:
        _keep_forged(provider, request.body, refused.code, now)
        raise UnableToBelieveCallback from refused
    with scope.within_system():
        if not result.is_signed:
            return _take_hint(provider, result, request, now)
        intent = _intent_of(provider, result)
        try:
            with transaction.atomic():
                keep_message(
                    intent=intent,
                    provider=provider,
                    way=ProviderMessage.Way.CALLBACK,
                    event_id=result.event_id,
                    content=result.content,
                    problem="" if intent else "UNKNOWN_PAYMENT",
                    now=now,
                )
        except IntegrityError:
            return False
        if intent is not None:
            enqueue_confirmation(intent.id)
        return True


def _take_hint(
    provider: str, result: CallbackResult, request: CallbackRequest, now: datetime
) -> bool:
    """
    A message that nobody signed: it counts only at the address of the attempt that it is about.

    Kept as not verified, so that one who forges it does not use up the name of the real one.
    """
    key = _uuid(request.key)
    found = PaymentIntent.objects.filter(provider=provider, key=key) if key else None
    meant = found.first() if found is not None else None
    is_lost = meant is not None and meant.provider_payment_id is None
    if meant is None or not (is_lost or meant.provider_payment_id == result.provider_payment_id):
        _keep_forged(provider, request.body, "UNKNOWN_PAYMENT", now)
        return False
    limit, seconds = HINTS_TAKEN
    if not limits.hit(f"hint:{meant.id}", limit=limit, per_seconds=seconds, now=now):
        return False
    known = ProviderMessage.objects.filter(intent=meant, event_id=result.event_id)
    is_new = not known.exists()
    keep_message(
        intent=meant,
        provider=provider,
        way=ProviderMessage.Way.CALLBACK,
        event_id=result.event_id,
        content=result.content,
        is_verified=False,
        problem="LOST_START" if is_lost else "",
        now=now,
    )
    if is_lost:
        enqueue_claim(meant.id, result.provider_payment_id, since=now)
    else:
        enqueue_confirmation(meant.id)
    return is_new


def read_return(*, provider: str, request: CallbackRequest) -> CallbackResult | None:
    """This function will read what the payer came back with; None when it proves nothing."""
    try:
        return providers.get(provider).read_callback(request)
    except (KeyError, providers.CallbackRefusedError):
        return None


def enqueue_confirmation(intent_id: UUID) -> None:
    """This function will have a job ask the provider about an attempt."""
    jobs.enqueue(
        "payments.confirm",
        lock=f"payment-{intent_id}",
        queueing_lock=f"payments.confirm-{intent_id}",
        intent_id=str(intent_id),
    )


def _intent_of(provider: str, result: CallbackResult) -> PaymentIntent | None:
    """The attempt that is meant; one whose first answer was lost is tied back by its key."""
    known = PaymentIntent.objects.filter(
        provider=provider, provider_payment_id=result.provider_payment_id
    ).first()
    if known is not None:
        return known
    key = _uuid(result.key)
    if key is None:
        return None
    lost = PaymentIntent.objects.select_for_update(of=("self",)).filter(
        provider=provider, key=key, provider_payment_id=None
    )
    intent = lost.first()
    if intent is not None and result.provider_payment_id:
        intent.provider_payment_id = result.provider_payment_id
        intent.save(update_fields=["provider_payment_id"])
    return intent


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _keep_forged(provider: str, body: bytes, problem: str, now: datetime) -> None:
    limit, seconds = FORGED_KEPT
    if not limits.hit(f"forged:{provider}", limit=limit, per_seconds=seconds, now=now):
        return
    with scope.within_system():
        keep_message(
            intent=None,
            provider=provider,
            way=ProviderMessage.Way.CALLBACK,
            content={"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()},
            is_verified=False,
            problem=problem,
            now=now,
        )
