"""Paying without a company, for the demo's three simulated months. Never on a real system."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.core import identifiers, scope
from wasl.core.errors import Unable
from wasl.payments import providers, states
from wasl.payments.models import PaymentIntent, PaymentRequest
from wasl.payments.services import schedule
from wasl.payments.services.attempts import LASTS, UnableToPay
from wasl.payments.services.settlement import apply_answer

NAME = "sandbox"


class UnableToPayForDemo(Unable):
    """This is not the demonstration."""

    code = "NOT_A_DEMO"
    message = _("Payments are only made up in the demonstration.")


def settle_for_demo(*, request_id: UUID, now: datetime) -> PaymentIntent:
    """
    This function will pay a request as the sandbox's answer would, along the same path.

    :raises UnableToPayForDemo: outside demo mode.
    :raises UnableToPay: when the request is not open.
    """
    if not settings.WASL_DEMO:
        raise UnableToPayForDemo
    with scope.within_system():
        request = PaymentRequest.objects.select_for_update(of=("self",)).get(id=request_id)
        if not request.is_open:
            raise UnableToPay
        key = uuid4()
        intent = PaymentIntent.objects.create(
            id=identifiers.new_id(now),
            request=request,
            directorate_id=request.directorate_id,
            payer_id=request.payer_id,
            provider=NAME,
            provider_payment_id=f"demo-{key}",
            key=key,
            amount=request.amount,
            state=states.INITIATED,
            created_at=now,
            expires_at=now + LASTS,
            ask_next_at=now + schedule.FIRST,
        )
        answer = providers.ProviderStatus(
            status=providers.Status.SUCCEEDED,
            raw_status="SUCCESS",
            provider_payment_id=f"demo-{key}",
            key=str(key),
            amount=request.amount,
            currency=request.currency,
            content={"status": "SUCCESS", "made_up": True},
        )
        return apply_answer(intent_id=intent.id, answer=answer, now=now)
