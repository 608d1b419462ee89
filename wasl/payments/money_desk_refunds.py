"""What the desk for money shows of refunds, and of payments in review."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from wasl.payments import states
from wasl.payments.models import PaymentIntent, ProviderMessage, Refund, Review

SHOWN = 100


def refunds(directorate_id: int) -> list[Refund]:
    """Those without an end first, then the newest."""
    found = Refund.objects.filter(directorate_id=directorate_id).select_related(
        "settlement__request"
    )
    newest = list(found.order_by("-requested_at", "-id")[:SHOWN])
    return sorted(newest, key=lambda each: each.is_over)


def refund(directorate_id: int, refund_id: UUID) -> Refund | None:
    """One of them."""
    found = Refund.objects.filter(directorate_id=directorate_id, id=refund_id)
    return found.select_related("settlement__request").first()


@dataclass(frozen=True, kw_only=True)
class InReview:
    """A payment that a person decides: what we asked for, what the company said, what is proposed."""

    intent: PaymentIntent
    proposed: Review | None
    messages: list[ProviderMessage]


def _in_review(directorate_id: int) -> QuerySet[PaymentIntent]:
    found = PaymentIntent.objects.filter(
        directorate_id=directorate_id, state=states.NEEDS_REVIEW
    ).exclude(reviews__status=Review.Status.STANDS)
    return found.select_related("request").order_by("created_at", "id")


def reviews(directorate_id: int) -> list[PaymentIntent]:
    """The payments that wait for a decision, oldest first."""
    return list(_in_review(directorate_id)[:SHOWN])


def reviews_count(directorate_id: int) -> int:
    """How many wait."""
    return _in_review(directorate_id).count()


def review(directorate_id: int, intent_id: UUID) -> InReview | None:
    """One of them, with everything that was said."""
    intent = _in_review(directorate_id).filter(id=intent_id).first()
    if intent is None:
        return None
    return InReview(
        intent=intent,
        proposed=Review.objects.filter(intent=intent, status=Review.Status.PROPOSED).first(),
        messages=list(intent.provider_messages.order_by("received_at", "id")[:50]),
    )
