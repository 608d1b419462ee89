"""Reading payments: for the pages, for the sweep, and for the apps that asked for money."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from wasl.accounts.models import User
from wasl.core import scope
from wasl.payments import states
from wasl.payments.models import PaymentIntent, PaymentRequest, Settlement

SWEPT_AT_ONCE = 500


def request_for(
    subject_type: str, subject_id: UUID, purpose: str | None = None
) -> PaymentRequest | None:
    """The newest request about a subject that was not taken back."""
    found = PaymentRequest.objects.about(subject_type, subject_id).exclude(status="CANCELLED")
    if purpose is not None:
        found = found.filter(purpose=purpose)
    return found.order_by("-created_at", "-id").first()


def request_of_payer(user: User, request_id: UUID) -> PaymentRequest:
    """The person's own request. :raises PaymentRequest.DoesNotExist: when it is not theirs."""
    return PaymentRequest.objects.visible_to(user).get(id=request_id)


def request_by_id(request_id: UUID) -> PaymentRequest:
    """Any request, for who has proved to know it. :raises PaymentRequest.DoesNotExist:"""
    with scope.within_system():
        return PaymentRequest.objects.select_related("payer").get(id=request_id)


def is_settled(request_id: UUID) -> bool:
    """Whether the request was paid."""
    return PaymentRequest.objects.filter(id=request_id, status="SETTLED").exists()


def settlement_of(request_id: UUID) -> Settlement | None:
    """The money that settled the request, with its receipt number."""
    with scope.within_system():
        return Settlement.objects.filter(request_id=request_id, is_credit=False).first()


def newest_intent(request_id: UUID) -> PaymentIntent | None:
    """The last attempt to pay."""
    with scope.within_system():
        found = PaymentIntent.objects.filter(request_id=request_id)
        return found.order_by("-created_at", "-id").first()


def live_intent(request_id: UUID) -> PaymentIntent | None:
    """The attempt that is under way."""
    with scope.within_system():
        return PaymentIntent.objects.filter(request_id=request_id, state__in=states.LIVE).first()


def intent_of_payment(provider: str, provider_payment_id: str) -> PaymentIntent | None:
    """The attempt that the provider calls so."""
    with scope.within_system():
        return PaymentIntent.objects.filter(
            provider=provider, provider_payment_id=provider_payment_id
        ).first()


def due_for_asking(now: datetime) -> list[PaymentIntent]:
    """The attempts without an end that are due to be asked about, oldest question first."""
    due = PaymentIntent.objects.filter(closed_at=None, ask_next_at__lte=now)
    return list(due.order_by("ask_next_at", "id")[:SWEPT_AT_ONCE])


def in_review(directorate_ids: list[int]) -> QuerySet[PaymentIntent]:
    """The attempts that wait for a person, oldest first."""
    found = PaymentIntent.objects.filter(
        state=states.NEEDS_REVIEW, directorate_id__in=directorate_ids
    )
    return found.select_related("request").order_by("created_at", "id")
