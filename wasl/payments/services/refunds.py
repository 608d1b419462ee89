"""
Giving money back: asked for by one person, agreed to by another, and the company is asked once.

The record says REFUNDING, and is committed, before the company is asked. A lost answer is not tried
again: a second call might pay a second time. The company's own inquiry, or a person, resolves it.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing import subjects
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import identifiers, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.notifications import services as notifications
from wasl.payments import providers
from wasl.payments.models import BasketLine, Refund, Settlement
from wasl.payments.services.books import BASKET, spread

log = logging.getLogger(__name__)
State = Refund.State
# A call that has not come back by now does not come back: nobody knows how it ended.
LOST_AFTER = timedelta(minutes=10)


class UnableToRefund(Unable):
    """The amount, the payment or the moment does not allow it."""

    code = "NOT_REFUNDED"
    message = _("This cannot be given back: %(cause)s")


class UnableToDecideRefund(Unable):
    """The one who asked for it wants to agree to it, or it is decided already."""

    code = "REFUND_NOT_DECIDED"
    message = _("This refund cannot be decided: %(cause)s")


@transaction.atomic
def request_refund(
    *,
    directorate_id: int,
    receipt_no: str,
    amount: int | None,
    reason: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> Refund:
    """
    This function will ask for a refund of a payment, whole (`amount` None) or in part.

    A part is only given back of a payment for one account, or for a service.

    :raises UnableToRefund: when there is no such payment, too much is asked, or one is under way.
    """
    if actor.user_id is None:
        raise UnableToRefund(cause=_("a person asks for it."))
    if reason not in Refund.Reason.values:
        raise UnableToRefund(cause=_("choose a reason of the list."))
    with scope.within_system():
        found = Settlement.objects.filter(directorate_id=directorate_id, receipt_no=receipt_no)
        settlement = found.select_related("request").first()
        if settlement is None:
            raise UnableToRefund(cause=_("no payment has this receipt number."))
        wanted = settlement.amount if amount is None else amount
        if not 0 < wanted <= settlement.amount:
            raise UnableToRefund(cause=_("more than was paid cannot be given back."))
        if wanted < settlement.amount and len(_basket(settlement)) > 1:
            raise UnableToRefund(cause=_("it paid several accounts: give all of it back."))
        refund = Refund(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            settlement=settlement,
            key=uuid4(),
            amount=wanted,
            reason=reason,
            note=note.strip()[:300],
            requested_by=actor.user_id,
            requested_at=now,
        )
        try:
            with transaction.atomic():
                refund.save(force_insert=True)
        except IntegrityError:
            raise UnableToRefund(cause=_("a refund of it is under way, or done.")) from None
        _record("payments.refund.requested", refund, actor, now)
    return refund


def decide_refund(
    *, directorate_id: int, refund_id: UUID, is_agreed: bool, actor: Actor, now: datetime
) -> Refund:
    """
    This function will agree to a refund, by a second person, and ask the company once; or refuse.

    It must not run in a transaction: that the company is being asked is committed before it is.
    What the customers' accounts lose is posted with the agreement, and taken back when the company
    refuses.

    :raises UnableToDecideRefund: when the same person agrees, or it is decided already.
    :raises Refund.DoesNotExist: when there is none of this directorate.
    """
    with scope.within_system():
        refund = _locked(directorate_id, refund_id)
        if refund.state != State.REQUESTED:
            raise UnableToDecideRefund(cause=_("it is decided already."))
        if actor.user_id is None or (is_agreed and refund.requested_by == actor.user_id):
            raise UnableToDecideRefund(cause=_("somebody else than who asked for it agrees."))
        refund.decided_by, refund.decided_at = actor.user_id, now
        refund.state = State.REFUNDING if is_agreed else State.REJECTED
        refund.called_at = now if is_agreed else None
        refund.finished_at = None if is_agreed else now
        refund.save(update_fields=["decided_by", "decided_at", "state", "called_at", "finished_at"])
        if is_agreed:
            _post(refund, "refund", now, back=False)
        kind = "payments.refund.agreed" if is_agreed else "payments.refund.rejected"
        _record(kind, refund, actor, now)
    return _ask_company(refund, now) if is_agreed else refund


def _ask_company(refund: Refund, now: datetime) -> Refund:
    """The one call. Whatever happens from here on, it is not made again."""
    settlement = refund.settlement
    part = None if refund.amount == settlement.amount else refund.amount
    try:
        done = providers.get(settlement.provider).refund(
            settlement.provider_payment_id, reason=refund.reason, amount=part, key=str(refund.key)
        )
    except providers.ProviderError as error:
        state = State.REFUND_UNKNOWN if error.may_have_happened else State.REFUND_FAILED
        return _finish(refund.id, state, now, failure=error.code)
    except KeyError:
        return _finish(refund.id, State.REFUND_FAILED, now, failure="NO_SUCH_COMPANY")
    if done.amount != refund.amount:
        return _finish(
            refund.id, State.REFUND_UNKNOWN, now, failure="OTHER_AMOUNT", reference=done.reference
        )
    state = State.REFUNDED if done.is_complete else State.REFUNDING
    return _finish(refund.id, state, now, reference=done.reference)


def _finish(
    refund_id: UUID,
    state: str,
    now: datetime,
    *,
    failure: str = "",
    reference: str = "",
    actor: Actor | None = None,
    resolution: str = "",
) -> Refund:
    with scope.within_system():
        refund = _locked(None, refund_id)
        if refund.is_over:
            return refund
        refund.state, refund.failure = state, failure[:60]
        refund.reference = reference[:100] or refund.reference
        if actor is not None:
            refund.resolved_by, refund.resolution = actor.user_id, resolution[:300]
        if refund.is_over:
            refund.finished_at = now
        refund.save(
            update_fields=[
                "state", "failure", "reference", "resolved_by", "resolution", "finished_at",
            ]
        )  # fmt: skip
        if state == State.REFUND_FAILED:
            _post(refund, "refund-failed", now, back=True)
        if state == State.REFUNDED:
            _post_paid_back(refund, now)
            _tell_payer(refund, now)
        if state == State.REFUND_UNKNOWN:
            log.error("refund %s: nobody knows whether it was given back (%s)", refund.id, failure)
        if state != State.REFUNDING:
            _record("payments.refund.ended", refund, actor or Actor.system(), now)
        return refund


def resolve_refund(
    *,
    directorate_id: int,
    refund_id: UUID,
    was_refunded: bool,
    resolution: str,
    actor: Actor,
    now: datetime,
) -> Refund:
    """
    This function will say how an unclear refund ended, by a person who asked the company.

    :raises UnableToDecideRefund: when it is not unclear, or the person agreed to it before.
    """
    with scope.within_system():
        refund = _locked(directorate_id, refund_id)
        if refund.state != State.REFUND_UNKNOWN:
            raise UnableToDecideRefund(cause=_("it is not unclear."))
        if actor.user_id is None or actor.user_id == refund.decided_by:
            raise UnableToDecideRefund(cause=_("somebody else than who agreed to it resolves it."))
        if not resolution.strip():
            raise UnableToDecideRefund(cause=_("say how you know."))
        state = State.REFUNDED if was_refunded else State.REFUND_FAILED
        return _finish(
            refund_id, state, now, failure=refund.failure, actor=actor, resolution=resolution
        )


def sweep_refunds(*, now: datetime) -> int:
    """
    This function will ask about refunds without an end, where a company can be; it calls none anew.

    A call that was lost long ago is unclear from now on. Returns how many came to an end.
    """
    with scope.within_system():
        waiting = Refund.objects.filter(state__in=[State.REFUNDING, State.REFUND_UNKNOWN])
        found = list(waiting.select_related("settlement").order_by("called_at", "id")[:200])
    ended = 0
    for refund in found:
        if _is_back(refund):
            ended += _finish(refund.id, State.REFUNDED, now).is_over
        elif (
            refund.state == State.REFUNDING
            and not refund.reference
            and refund.called_at is not None
            and now - refund.called_at > LOST_AFTER
        ):
            _finish(refund.id, State.REFUND_UNKNOWN, now, failure="LOST_ANSWER")
    return ended


def _is_back(refund: Refund) -> bool:
    """Whether the company says that money went back. Silence proves nothing either way."""
    try:
        company = providers.get(refund.settlement.provider)
        if not isinstance(company, providers.TellsOfRefund):
            return False
        return company.is_refunded(refund.settlement.provider_payment_id)
    except (providers.ProviderError, KeyError):
        return False


def _locked(directorate_id: int | None, refund_id: UUID) -> Refund:
    found = Refund.objects.select_for_update(of=("self",)).select_related("settlement__request")
    if directorate_id is not None:
        found = found.filter(directorate_id=directorate_id)
    return found.get(id=refund_id)


def _basket(settlement: Settlement) -> list[BasketLine]:
    request = settlement.request
    if request.subject_type != BASKET:
        return []
    return list(
        BasketLine.objects.filter(basket_id=request.subject_id).order_by("account_no", "id")
    )


def _post(refund: Refund, name: str, now: datetime, *, back: bool) -> None:
    """What was paid is owed back to the payer (REFUNDS); or, `back`, is the customer's again."""
    settlement = refund.settlement
    lines = _basket(settlement)
    parts: list[tuple[LedgerAccount, int, str | None]]
    if lines:
        parts = [
            (LedgerAccount.RECEIVABLE, amount, line.account_no)
            for line, amount in spread(lines, refund.amount)
        ]
    else:
        kept = LedgerAccount.UNALLOCATED if settlement.is_credit else LedgerAccount.SERVICES
        parts = [(kept, refund.amount, None)]
    _write(
        refund,
        name,
        [
            Line(debit=LedgerAccount.REFUNDS, credit=account, amount=amount, account_no=number)
            if back
            else Line(debit=account, credit=LedgerAccount.REFUNDS, amount=amount, account_no=number)
            for account, amount, number in parts
        ],
        now,
    )
    for _account, amount, number in parts:
        if number is not None:
            _record_account(refund, number, -amount if back else amount, now)


def _record_account(refund: Refund, account_no: str, amount: int, now: datetime) -> None:
    """For each account its own event: what its debt grows by (or, the refund failed, falls by again)."""
    events.record(
        kind="payments.account.refunded",
        subject=subjects.account(refund.directorate_id, account_no),
        actor=Actor.system(),
        directorate_id=refund.directorate_id,
        data={
            "account": account_no,
            "amount": amount,
            "receipt": refund.settlement.receipt_no,
        },
        now=now,
    )


def _post_paid_back(refund: Refund, now: datetime) -> None:
    line = Line(
        debit=LedgerAccount.REFUNDS,
        credit=LedgerAccount.CLEARING,
        amount=refund.amount,
        party=refund.settlement.provider,
    )
    _write(refund, "refund-done", [line], now)


def _tell_payer(refund: Refund, now: datetime) -> None:
    request = refund.settlement.request
    notifications.notify(
        recipient=request.payer,
        template="payments.refunded",
        values={"amount": refund.amount, "receipt": refund.settlement.receipt_no, "date": now},
        directorate_id=refund.directorate_id,
        subject=(request.subject_type, request.subject_id),
        now=now,
    )


def _write(refund: Refund, name: str, lines: list[Line], now: datetime) -> None:
    billing.post(
        directorate_id=refund.directorate_id,
        entry=f"{name}:{refund.id}",
        kind=Transfer.Kind.REFUND,
        lines=lines,
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )


def _record(kind: str, refund: Refund, actor: Actor, now: datetime) -> None:
    request = refund.settlement.request
    events.record(
        kind=kind,
        subject=(request.subject_type, request.subject_id),
        actor=actor,
        directorate_id=refund.directorate_id,
        data={
            "refund": str(refund.id),
            "receipt": refund.settlement.receipt_no,
            "amount": refund.amount,
            "reason": refund.reason,
            "state": refund.state,
            "note": refund.resolution or refund.note,
        },
        now=now,
    )
