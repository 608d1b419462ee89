"""What a provider is told of an attempt."""

from django.conf import settings
from django.urls import reverse

from wasl.payments import providers, purposes
from wasl.payments.models import PaymentIntent


def order_of(intent: PaymentIntent, language: str) -> providers.Order:
    """The order of an attempt, in the payer's language; the same each time it is made."""
    request = intent.request
    return providers.Order(
        key=str(intent.key),
        reference=request.reference,
        amount=intent.amount,
        language=language,
        description=str(purposes.label(request.purpose)),
        return_url=_address("payments:return", request.id),
        callback_url=_address("payments:callback_of", intent.provider, intent.key),
        currency=intent.currency,
    )


def _address(name: str, *args: object) -> str:
    return settings.WASL_PUBLIC_URL.rstrip("/") + reverse(name, args=args)
