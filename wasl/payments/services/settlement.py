"""
From a hint to a receipt: ask the provider, lock, compare, settle once.

A callback, the payer's return, the sweep: each only makes us ask. The provider is asked before
anything is locked; rows are locked request first, then attempt.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.core import identifiers, references, scope
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.notifications import services as notifications
from wasl.payments import providers, purposes, states
from wasl.payments.models import PaymentIntent, PaymentRequest, ProviderMessage, Settlement
from wasl.payments.providers import ProviderStatus, Status
from wasl.payments.services import books, orders, schedule
from wasl.payments.services.requests import record

log = logging.getLogger(__name__)


class UnableToAskProvider(Unable):
    """The provider gave no answer; the sweep will ask again."""

    code = "NO_ANSWER"
    message = _("The payment company does not answer at the moment. We keep asking.")


def confirm_intent(*, intent_id: UUID, now: datetime) -> PaymentIntent:
    """
    This function will ask the provider about an attempt, and act on the answer.

    Asking again changes nothing more. An attempt that the provider never named an id for is asked
    about by our key, where the provider can be; otherwise it is closed when its time is over.
    :raises UnableToAskProvider: when there is no answer; the next time to ask is written down.
    """
    with scope.within_system():
        intent = PaymentIntent.objects.select_related("request__payer").get(id=intent_id)
    if intent.closed_at is not None:
        return intent
    company = providers.get(intent.provider)
    try:
        if intent.provider_payment_id is not None:
            answer = company.confirm(intent.provider_payment_id)
        elif (found := _recovered(company, intent)) is not None:
            answer = found
        else:
            return _close_unknown(intent, now)
    except providers.ProviderError as error:
        _postpone(intent, now)
        raise UnableToAskProvider from error
    return apply_answer(intent_id=intent_id, answer=answer, now=now)


def _recovered(company: providers.Provider, intent: PaymentIntent) -> ProviderStatus | None:
    """What the provider has under our key, of an attempt whose first answer was lost."""
    if not isinstance(company, providers.RecoversStart):
        return None
    language = intent.request.payer.language
    found = company.recover(orders.order_of(intent, language))
    if found is not None and found.key != str(intent.key):
        raise providers.ProviderError("OTHER_REFERENCE", permanent=False)
    return found


def apply_answer(*, intent_id: UUID, answer: ProviderStatus, now: datetime) -> PaymentIntent:
    """This function will act on what the provider answered: in one transaction, once."""
    with scope.within_system():
        intent = _locked(intent_id)
        if intent.provider_payment_id is None:
            intent.provider_payment_id = answer.provider_payment_id
        intent.asked_at, intent.asked_count = now, intent.asked_count + 1
        intent.ask_next_at = schedule.ask_next(since=intent.created_at, now=now)
        if intent.closed_at is None:
            _act(intent, answer, now)
        intent.save(
            update_fields=[
                "asked_at", "asked_count", "ask_next_at", "state", "failure", "closed_at",
                "provider_payment_id",
            ]
        )  # fmt: skip
        return intent


def _locked(intent_id: UUID) -> PaymentIntent:
    request_id = PaymentIntent.objects.values_list("request_id", flat=True).get(id=intent_id)
    request = (
        PaymentRequest.objects.select_for_update(of=("self",))
        .select_related("payer")
        .get(id=request_id)
    )
    intent = PaymentIntent.objects.select_for_update(of=("self",)).get(id=intent_id)
    intent.request = request
    return intent


def _act(intent: PaymentIntent, answer: ProviderStatus, now: datetime) -> None:
    before = intent.state
    problem = _mismatch(intent, answer)
    if not answer.is_known:
        _give_up_in_time(intent, now)
    elif answer.status == Status.PENDING:
        if states.may_move(intent.state, states.PENDING):
            intent.state = states.PENDING
    elif problem:
        _hand_to_person(intent, problem, now)
    elif answer.status == Status.SUCCEEDED:
        _settle(intent, answer, now)
    else:
        _close(intent, answer, now)
    if intent.state != before or intent.closed_at is not None:
        keep_message(
            intent=intent,
            provider=intent.provider,
            way=ProviderMessage.Way.ANSWER,
            content=answer.content,
            problem=problem,
            now=now,
        )


def _give_up_in_time(intent: PaymentIntent, now: datetime) -> None:
    """Some companies never say that a payer gave up: after a week without a word it is over."""
    if now - intent.created_at < schedule.UNHEARD:
        return
    if states.may_move(intent.state, states.EXPIRED):
        intent.state = states.EXPIRED
    intent.failure, intent.closed_at = "NEVER_PAID", now
    record_intent(intent, "payments.intent.closed", now, state=intent.state, failure=intent.failure)


def _mismatch(intent: PaymentIntent, answer: ProviderStatus) -> str:
    """What does not fit between what we asked for and what the provider says of money it holds."""
    if answer.status == Status.REFUNDED:
        return "REFUNDED_ELSEWHERE"
    if answer.status != Status.SUCCEEDED:
        return ""
    if answer.provider_payment_id != intent.provider_payment_id:
        return "OTHER_PAYMENT"
    if answer.key not in {None, str(intent.key)}:
        return "OTHER_REFERENCE"
    if answer.currency != intent.currency:
        return "OTHER_CURRENCY"
    if answer.amount != intent.amount:
        return "OTHER_AMOUNT"
    return ""


def _hand_to_person(intent: PaymentIntent, reason: str, now: datetime) -> None:
    intent.state, intent.failure, intent.closed_at = states.NEEDS_REVIEW, reason, now
    record_intent(intent, "payments.intent.in-review", now, reason=reason)
    request = intent.request
    notifications.notify(
        recipient=request.payer,
        template="payments.in-review",
        values={"reference": request.reference},
        directorate_id=intent.directorate_id,
        subject=(request.subject_type, request.subject_id),
        now=now,
    )
    log.error("payment intent %s needs a person: %s", intent.id, reason)


def _close(intent: PaymentIntent, answer: ProviderStatus, now: datetime) -> None:
    wanted = states.EXPIRED if answer.status == Status.EXPIRED else states.FAILED
    if states.may_move(intent.state, wanted):
        intent.state = wanted
    intent.failure, intent.closed_at = answer.failure or answer.raw_status, now
    record_intent(intent, "payments.intent.closed", now, state=intent.state, failure=intent.failure)


def _settle(intent: PaymentIntent, answer: ProviderStatus, now: datetime) -> None:
    settle(
        intent,
        amount=intent.amount,
        fee_amount=answer.fee_amount,
        actor=Actor(kind="CITIZEN", user_id=intent.payer_id),
        now=now,
    )


def settle(
    intent: PaymentIntent, *, amount: int, fee_amount: int, actor: Actor, now: datetime
) -> Settlement:
    """
    This function will write a settlement of a locked attempt, with receipt, books and message.

    Another amount than was asked for, and money for a request that is paid, is owed back.
    """
    request = intent.request
    is_credit = not request.is_open or amount != request.amount
    settlement = Settlement.objects.create(
        id=identifiers.new_id(now),
        intent=intent,
        request=request,
        directorate_id=intent.directorate_id,
        payer_id=intent.payer_id,
        provider=intent.provider,
        provider_payment_id=intent.provider_payment_id or "",
        amount=amount,
        fee_amount=fee_amount,
        receipt_no=references.new_reference(),
        is_credit=is_credit,
        settled_at=now,
    )
    intent.state, intent.failure, intent.closed_at = states.SUCCEEDED, "", now
    if not is_credit:
        request.status, request.settled_at = PaymentRequest.Status.SETTLED, now
        request.save(update_fields=["status", "settled_at"])
    record(
        request,
        "payments.payment.credited" if is_credit else "payments.payment.settled",
        actor,
        now,
        provider=intent.provider,
        receipt=settlement.receipt_no,
    )
    books.post_settlement(settlement, request, now)
    _tell_payer(request.payer, request, settlement, now)
    return settlement


def _tell_payer(
    payer: User, request: PaymentRequest, settlement: Settlement, now: datetime
) -> None:
    notifications.notify(
        recipient=payer,
        template="payments.credited" if settlement.is_credit else "payments.paid",
        values={
            "amount": settlement.amount,
            "receipt": settlement.receipt_no,
            "purpose": purposes.label(request.purpose),
            "date": now,
        },
        directorate_id=request.directorate_id,
        subject=(request.subject_type, request.subject_id),
        now=now,
    )


def _close_unknown(intent: PaymentIntent, now: datetime) -> PaymentIntent:
    """The provider's id never reached us: past its time it is over, unless a callback comes."""
    with scope.within_system():
        locked = _locked(intent.id)
        if locked.provider_payment_id is not None or locked.closed_at is not None:
            return locked
        if now < locked.expires_at:
            locked.ask_next_at = locked.expires_at
        else:
            if states.may_move(locked.state, states.EXPIRED):
                locked.state = states.EXPIRED
            # No end named by the provider: its callback may still tie the payment back.
            locked.ask_next_at = None
            record_intent(locked, "payments.intent.closed", now, state=locked.state)
        locked.save(update_fields=["state", "ask_next_at"])
        return locked


def _postpone(intent: PaymentIntent, now: datetime) -> None:
    with scope.within_system():
        locked = _locked(intent.id)
        locked.asked_at, locked.asked_count = now, locked.asked_count + 1
        locked.ask_next_at = schedule.ask_next(since=locked.created_at, now=now)
        locked.save(update_fields=["asked_at", "asked_count", "ask_next_at"])


def record_intent(intent: PaymentIntent, kind: str, now: datetime, **more: str) -> None:
    """This function will put an event about an attempt on record, under its request's subject."""
    events.record(
        kind=kind,
        subject=(intent.request.subject_type, intent.request.subject_id),
        actor=Actor.system(),
        directorate_id=intent.directorate_id,
        data={
            "request": str(intent.request_id),
            "intent": str(intent.id),
            "provider": intent.provider,
            **more,
        },
        now=now,
    )


def keep_message(
    *,
    intent: PaymentIntent | None,
    provider: str,
    way: str,
    content: Mapping[str, Any],
    now: datetime,
    event_id: str | None = None,
    is_verified: bool = True,
    problem: str = "",
) -> ProviderMessage:
    """This function will keep what a provider said."""
    return ProviderMessage.objects.create(
        id=identifiers.new_id(now),
        intent=intent,
        directorate_id=intent.directorate_id if intent else None,
        provider=provider,
        way=way,
        event_id=event_id,
        is_verified=is_verified,
        problem=problem[:60],
        content=dict(content),
        received_at=now,
    )
