"""Payments where money came, but not as agreed: one person says what came, another agrees."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers, scope
from wasl.core.errors import Unable
from wasl.payments import states
from wasl.payments.models import PaymentIntent, PaymentRequest, Review
from wasl.payments.services.settlement import record_intent, settle

MOST = 1_000_000_000


class UnableToReview(Unable):
    """The payment is not in review, or somebody has decided it."""

    code = "NOT_REVIEWED"
    message = _("This payment cannot be decided: %(cause)s")


@transaction.atomic
def propose_review(
    *,
    directorate_id: int,
    intent_id: UUID,
    outcome: str,
    amount: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Review:
    """
    This function will propose what came of a payment in review: an amount of dinars, or nothing.

    :raises UnableToReview: when it is not in review, proposed or decided already, or the amount is
        none.
    """
    if actor.user_id is None:
        raise UnableToReview(cause=_("a person decides it."))
    if outcome not in Review.Outcome.values:
        raise UnableToReview(cause=_("choose what came."))
    if outcome == Review.Outcome.ACCEPTED and not 0 < amount <= MOST:
        raise UnableToReview(cause=_("write the amount that came."))
    with scope.within_system():
        intent = PaymentIntent.objects.filter(
            id=intent_id, directorate_id=directorate_id, state=states.NEEDS_REVIEW
        ).first()
        if intent is None:
            raise UnableToReview(cause=_("it is not in review."))
        review = Review(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            intent=intent,
            outcome=outcome,
            amount=amount if outcome == Review.Outcome.ACCEPTED else 0,
            reason=reason.strip()[:300],
            proposed_by=actor.user_id,
            proposed_at=now,
        )
        try:
            with transaction.atomic():
                review.save(force_insert=True)
        except IntegrityError:
            raise UnableToReview(cause=_("it is proposed or decided already.")) from None
    return review


@transaction.atomic
def decide_review(
    *, directorate_id: int, review_id: UUID, is_agreed: bool, actor: Actor, now: datetime
) -> Review:
    """
    This function will agree to what came, by a second person, and settle it; or refuse.

    The amount asked for settles the request. Another amount goes to the accounts all the same; for
    a service it is kept apart, and can be given back.

    :raises UnableToReview: when the same person agrees, or it is decided already.
    :raises Review.DoesNotExist: when there is none of this directorate.
    """
    with scope.within_system():
        found = Review.objects.select_for_update(of=("self",)).select_related("intent")
        review = found.get(id=review_id, directorate_id=directorate_id)
        if review.status != Review.Status.PROPOSED:
            raise UnableToReview(cause=_("it is decided already."))
        if actor.user_id is None or (is_agreed and review.proposed_by == actor.user_id):
            raise UnableToReview(cause=_("somebody else than who proposed it agrees."))
        review.status = Review.Status.STANDS if is_agreed else Review.Status.REFUSED
        review.decided_by, review.decided_at = actor.user_id, now
        review.save(update_fields=["status", "decided_by", "decided_at"])
        if is_agreed:
            _carry_out(review, actor, now)
    return review


def _carry_out(review: Review, actor: Actor, now: datetime) -> None:
    request = (
        PaymentRequest.objects.select_for_update(of=("self",))
        .select_related("payer")
        .get(id=review.intent.request_id)
    )
    intent = PaymentIntent.objects.select_for_update(of=("self",)).get(id=review.intent_id)
    intent.request = request
    if review.outcome == Review.Outcome.ACCEPTED:
        settle(intent, amount=review.amount, fee_amount=0, actor=actor, now=now)
        intent.save(update_fields=["state", "failure", "closed_at"])
    record_intent(
        intent, "payments.intent.reviewed", now, outcome=review.outcome, reason=review.reason
    )
