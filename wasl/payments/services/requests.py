"""Asking somebody for an amount, and taking that back."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.core import identifiers, jobs, references, scope
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.payments import states
from wasl.payments.models import PaymentIntent, PaymentRequest


class UnableToRequestPayment(Unable):
    """The amount is not positive."""

    code = "WRONG_AMOUNT"
    message = _("An amount of %(amount)s dinars cannot be asked for.")


class UnableToCancelRequest(Unable):
    """It was paid already."""

    code = "ALREADY_PAID"
    message = _("This payment was already made. It can be given back, but not cancelled.")


def request_payment(
    *,
    payer: User,
    purpose: str,
    subject: tuple[str, UUID],
    amount: int,
    directorate_id: int,
    now: datetime,
    actor: Actor | None = None,
    subject_reference: str = "",
) -> PaymentRequest:
    """
    This function will ask a person for an amount of whole dinars, about one subject.

    While an equal request is open, that one is returned; an open one over another amount is
    cancelled and replaced.
    :raises UnableToRequestPayment: when the amount is not positive.
    """
    if amount <= 0:
        raise UnableToRequestPayment(amount=amount)
    by = actor or Actor.system()
    with scope.within_system():
        open_one = _open_one(subject, purpose)
        if open_one is not None and open_one.amount == amount and open_one.payer_id == payer.pk:
            return open_one
        if open_one is not None:
            _cancel(open_one, by, now)
        request = PaymentRequest(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            payer=payer,
            reference=references.new_reference(),
            purpose=purpose,
            subject_type=subject[0],
            subject_id=subject[1],
            subject_reference=subject_reference,
            amount=amount,
            created_at=now,
        )
        try:
            with transaction.atomic():
                request.save(force_insert=True)
        except IntegrityError:
            # Asked for twice at once: the other one is there now.
            other = _open_one(subject, purpose)
            if other is None or other.amount != amount:
                raise
            return other
        record(request, "payments.request.opened", by, now)
        return request


def _open_one(subject: tuple[str, UUID], purpose: str) -> PaymentRequest | None:
    found = PaymentRequest.objects.about(*subject).filter(purpose=purpose, status="OPEN")
    return found.select_for_update(of=("self",)).first()


def cancel_request(*, request_id: UUID, actor: Actor, now: datetime) -> PaymentRequest:
    """
    This function will take a request back. Cancelling twice changes nothing.

    An attempt that is under way is taken back at the company too, where it can be, and still
    followed: money that comes all the same is credited.
    :raises UnableToCancelRequest: when it was paid.
    """
    with scope.within_system():
        request = PaymentRequest.objects.select_for_update(of=("self",)).get(id=request_id)
        if request.is_settled:
            raise UnableToCancelRequest
        if request.is_open:
            _cancel(request, actor, now)
        return request


def _cancel(request: PaymentRequest, actor: Actor, now: datetime) -> None:
    request.status, request.cancelled_at = PaymentRequest.Status.CANCELLED, now
    request.save(update_fields=["status", "cancelled_at"])
    record(request, "payments.request.cancelled", actor, now)
    under_way = PaymentIntent.objects.filter(request=request, state__in=states.LIVE)
    for intent_id in under_way.order_by("id").values_list("id", flat=True):
        enqueue_withdrawal(intent_id)


def enqueue_withdrawal(intent_id: UUID) -> None:
    """This function will have a job take an attempt back at the company."""
    jobs.enqueue("payments.withdraw", lock=f"payment-{intent_id}", intent_id=str(intent_id))


def record(request: PaymentRequest, kind: str, actor: Actor, now: datetime, **more: object) -> None:
    """This function will put an event about a request on record, under its own subject."""
    events.record(
        kind=kind,
        subject=(request.subject_type, request.subject_id),
        actor=actor,
        directorate_id=request.directorate_id,
        data={
            "request": str(request.id),
            "subject_type": request.subject_type,
            "subject_id": str(request.subject_id),
            "purpose": request.purpose,
            "amount": request.amount,
            **more,
        },
        now=now,
    )
