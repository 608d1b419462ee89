"""Taking an attempt back at the company, so that nobody pays it any more by an old page."""

import logging
from datetime import datetime
from uuid import UUID

from wasl.core import scope
from wasl.payments import providers
from wasl.payments.models import PaymentIntent
from wasl.payments.services.settlement import apply_answer

log = logging.getLogger(__name__)


def withdraw_intent(*, intent_id: UUID, now: datetime) -> PaymentIntent:
    """
    This function will take an unpaid attempt back, where the company can; asking again is harmless.

    Whatever the company answers instead (it was just paid, it does not answer) is left to the
    sweep: the attempt is still asked about, and money that comes is credited.
    """
    with scope.within_system():
        intent = PaymentIntent.objects.get(id=intent_id)
    if intent.closed_at is not None or intent.provider_payment_id is None:
        return intent
    company = providers.get(intent.provider)
    if not isinstance(company, providers.CancelsPayment):
        return intent
    try:
        answer = company.cancel(intent.provider_payment_id)
    except providers.ProviderError as error:
        log.info("payment intent %s was not taken back: %s", intent.id, error.code)
        return intent
    return apply_answer(intent_id=intent_id, answer=answer, now=now)
