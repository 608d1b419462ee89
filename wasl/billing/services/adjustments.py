"""Changing a debt by decision: one person asks, another decides, the books say why."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing import selectors, subjects
from wasl.billing.models import Adjustment, LedgerAccount, Transfer
from wasl.billing.services.ledger import Line, post
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers import selectors as customers
from wasl.directorates import dated
from wasl.events import services as events

LARGEST = 10**9


class UnableToAdjust(Unable):
    """The amount, the account or the person is not such as the rule wants."""

    code = "NOT_ADJUSTED"
    message = _("The debt is not changed: %(cause)s")


def ask_adjustment(
    *,
    directorate_id: int,
    account_no: str,
    amount: int,
    reason: Adjustment.Reason,
    note: str,
    actor: Actor,
    now: datetime,
) -> Adjustment:
    """
    This function will ask that a debt be changed by `amount` dinars; negative lowers it.

    :raises UnableToAdjust: when the account is unknown, the amount is none, or a write-off is of a
        debt that is not old enough, or of more than is owed.
    """
    if not 0 < abs(amount) <= LARGEST:
        raise UnableToAdjust(cause=_("write an amount in whole dinars."))
    if actor.user_id is None or customers.account_by_no(directorate_id, account_no) is None:
        raise UnableToAdjust(cause=_("no account has the number."))
    if reason == Adjustment.Reason.UNCOLLECTABLE:
        _require_uncollectable(directorate_id, account_no, amount, now)
    return Adjustment.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        account_no=account_no,
        amount=amount,
        reason=reason,
        note=note.strip(),
        asked_by=actor.user_id,
        asked_at=now,
    )


def decide_adjustment(
    *, directorate_id: int, adjustment_id: UUID, is_approved: bool, actor: Actor, now: datetime
) -> Adjustment:
    """
    This function will approve or refuse a change that somebody else asked for, and post it.

    A write-off is approved by the director alone.

    :raises UnableToAdjust: when it is decided, one's own, or needs the director.
    """
    with transaction.atomic():
        asked = Adjustment.objects.select_for_update().get(
            directorate_id=directorate_id, id=adjustment_id
        )
        if asked.status != Adjustment.Status.ASKED:
            raise UnableToAdjust(cause=_("it is decided already."))
        if actor.user_id is None or actor.user_id == asked.asked_by:
            raise UnableToAdjust(cause=_("somebody else than who asked decides."))
        is_write_off = asked.reason == Adjustment.Reason.UNCOLLECTABLE
        if is_approved and is_write_off and actor.role != Role.DIRECTOR:
            raise UnableToAdjust(cause=_("the director decides about writing off."))
        statuses = Adjustment.Status
        asked.status = statuses.APPROVED if is_approved else statuses.REFUSED
        asked.decided_by, asked.decided_at = actor.user_id, now
        asked.save(update_fields=["status", "decided_by", "decided_at"])
        if is_approved:
            _post(asked, now)
        events.record(
            kind="billing.adjustment.decided",
            subject=subjects.account(directorate_id, asked.account_no),
            actor=actor,
            directorate_id=directorate_id,
            data={
                "account": asked.account_no,
                "amount": asked.amount,
                "reason": asked.reason,
                "status": asked.status,
            },
            now=now,
        )
    return asked


def _post(asked: Adjustment, now: datetime) -> None:
    is_write_off = asked.reason == Adjustment.Reason.UNCOLLECTABLE
    other = LedgerAccount.WRITTEN_OFF if is_write_off else LedgerAccount.ADJUSTMENTS
    receivable = LedgerAccount.RECEIVABLE
    raises = asked.amount > 0
    post(
        directorate_id=asked.directorate_id,
        entry=f"adjustment:{asked.id}",
        kind=Transfer.Kind.WRITE_OFF if is_write_off else Transfer.Kind.ADJUSTMENT,
        lines=[
            Line(
                debit=receivable if raises else other,
                credit=other if raises else receivable,
                amount=abs(asked.amount),
                account_no=asked.account_no,
            )
        ],
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )


def _require_uncollectable(
    directorate_id: int, account_no: str, amount: int, now: datetime
) -> None:
    on = now.astimezone(BAGHDAD).date()
    days = int(dated.value("billing.write_off_after_days", directorate_id=directorate_id, on=on))
    dues = selectors.dues(directorate_id, account_no, on)
    old = sum(each.amount_to_pay for each in dues.bills if each.due_on <= on - timedelta(days=days))
    if amount > 0 or -amount > old:
        raise UnableToAdjust(
            cause=_("only debts older than %(days)s days are written off.") % {"days": days}
        )
