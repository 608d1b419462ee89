"""Payments at a provider that no attempt of ours holds, because the answer to the start was lost."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from wasl.core import jobs, scope
from wasl.payments import providers
from wasl.payments.models import PaymentIntent
from wasl.payments.services import schedule
from wasl.payments.services.settlement import apply_answer

log = logging.getLogger(__name__)
# A provider that is down is asked about a claim again, at growing intervals, for two weeks.
CLAIMS_LAST = schedule.OLD


def enqueue_claim(intent_id: UUID, provider_payment_id: str, *, since: datetime) -> None:
    """This function will have a job look into what an unsigned message says of a lost attempt."""
    jobs.enqueue(
        "payments.claim",
        lock=f"payment-{intent_id}",
        queueing_lock=f"payments.claim-{intent_id}-{provider_payment_id}",
        intent_id=str(intent_id),
        provider_payment_id=provider_payment_id,
        since=since.isoformat(),
    )


def look_into_claim(
    *, intent_id: UUID, provider_payment_id: str, since: datetime, now: datetime
) -> bool:
    """
    This function will tie a payment to an attempt whose first answer was lost; whether it did.

    Somebody who knows the attempt's own address says that they belong together. The provider is
    asked whether it has such a payment, over just this amount; else nothing changes.
    """
    with scope.within_system():
        intent = PaymentIntent.objects.get(id=intent_id)
    if intent.provider_payment_id is not None:
        return False
    try:
        answer = providers.get(intent.provider).confirm(provider_payment_id)
    except providers.ProviderError as error:
        if not error.is_permanent and now - since < CLAIMS_LAST:
            _ask_later(intent_id, provider_payment_id, since, now)
        return False
    is_it = (
        answer.is_known
        and answer.provider_payment_id == provider_payment_id
        and answer.key in {None, str(intent.key)}
        and (answer.amount, answer.currency) == (intent.amount, intent.currency)
    )
    if not is_it:
        log.warning("payment intent %s: a message claims another payment for it", intent_id)
        return False
    try:
        with transaction.atomic():
            apply_answer(intent_id=intent_id, answer=answer, now=now)
    except IntegrityError:
        # The payment belongs to another attempt.
        return False
    return True


def _ask_later(intent_id: UUID, provider_payment_id: str, since: datetime, now: datetime) -> None:
    jobs.enqueue(
        "payments.claim",
        lock=f"payment-{intent_id}",
        run_at=schedule.ask_next(since=since, now=now),
        intent_id=str(intent_id),
        provider_payment_id=provider_payment_id,
        since=since.isoformat(),
    )
