"""An issued bill is never edited: it is cancelled as a whole, by two people, and made anew."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import run_sql, selectors, subjects
from wasl.billing.models import Bill, BillCancellation, LedgerAccount, Transfer
from wasl.billing.services.chunks import record_issued
from wasl.billing.services.ledger import Line, post
from wasl.core import identifiers
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events

CANCELLATION_REASONS = {
    "WRONG_READING": _("the reading was wrong"),
    "WRONG_METER": _("it was another customer's meter"),
    "WRONG_CLASS": _("the class or tariff was wrong"),
    "DISPUTE_UPHELD": _("the customer was right"),
    "OTHER": _("another reason, in the note"),
}


class UnableToCancelBill(Unable):
    """It is cancelled already, or a later bill gave back what it had estimated."""

    code = "BILL_NOT_CANCELLED"
    message = _("Bill %(bill)s is not cancelled: %(cause)s")


class UnableToMakeBill(Unable):
    """There is nothing to bill: no accepted reading, or no tariff for its days."""

    code = "NOTHING_TO_BILL"
    message = _("There is nothing to bill: a reading or a tariff for the days is missing.")


def cancel_bill(
    *,
    directorate_id: int,
    account_no: str,
    period: str,
    revision: int,
    reason: str,
    asked_by: UUID,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> BillCancellation:
    """
    This function will cancel a bill that `asked_by` wants void and `actor`, somebody else, agrees to.

    The books get the mirror of its entry, so that the two sum to nothing. What was paid for it
    stays with the account.

    :raises UnableToCancelBill: when it is cancelled, the reason is unknown, both are one person, or
        it is an estimate that a later bill has given back.
    """
    bill = _lock(directorate_id, account_no, period, revision)
    agreed_by = _require_cancellable(bill, reason, asked_by, actor)
    cancellation = BillCancellation.objects.create(
        directorate_id=directorate_id,
        account_no=account_no,
        period=period,
        revision=revision,
        reason=reason,
        note=note,
        asked_by=asked_by,
        agreed_by=agreed_by,
        cancelled_at=now,
    )
    _reverse(bill, now)
    events.record(
        kind="billing.bill.cancelled",
        subject=subjects.account(directorate_id, account_no),
        actor=actor,
        directorate_id=directorate_id,
        data={"account": account_no, "bill": bill.number, "period": period, "reason": reason},
        now=now,
    )
    return cancellation


def _reverse(bill: Bill, now: datetime) -> None:
    """The mirror of the bill's entry in the books."""
    name = f"{bill.account_no}:{bill.period}:{bill.revision}"
    standing = Transfer.objects.filter(directorate_id=bill.directorate_id, entry=f"bill:{name}")
    post(
        directorate_id=bill.directorate_id,
        entry=f"cancel:{name}",
        kind=Transfer.Kind.CANCELLATION,
        lines=[
            Line(
                debit=LedgerAccount(row.credit),
                credit=LedgerAccount(row.debit),
                amount=row.amount,
                account_no=row.account_no,
                bill_key=row.bill_key,
            )
            for row in standing
        ],
        posted_on=now.date(),
        now=now,
    )


def rebill(*, bill: Bill, now: datetime, issued_on: date) -> Bill:
    """
    This function will make the bill of a cancelled one's days anew, from what is in the books now.

    :raises UnableToMakeBill: when no accepted reading or no tariff covers the days.
    """
    return _make(
        bill.directorate_id,
        bill.account_no,
        kind=Bill.Kind.REBILL,
        period=bill.period,
        since=bill.from_on,
        read_before=bill.to_on + timedelta(days=1),
        issued_on=issued_on,
        now=now,
    )


def cancel_and_rebill(
    *,
    directorate_id: int,
    account_no: str,
    period: str,
    revision: int,
    reason: str,
    asked_by: UUID,
    actor: Actor,
    now: datetime,
    note: str = "",
) -> Bill:
    """
    This function will cancel a bill and make it anew, in one transaction: both or neither.

    :raises UnableToCancelBill: as `cancel_bill` does. :raises UnableToMakeBill: as `rebill` does.
    """
    with transaction.atomic():
        cancel_bill(
            directorate_id=directorate_id,
            account_no=account_no,
            period=period,
            revision=revision,
            reason=reason,
            asked_by=asked_by,
            actor=actor,
            now=now,
            note=note,
        )
        bill = Bill.objects.get(
            directorate_id=directorate_id, account_no=account_no, period=period, revision=revision
        )
        return rebill(bill=bill, now=now, issued_on=now.date())


def final_bill(
    *, directorate_id: int, account_no: str, moved_out_on: date, now: datetime
) -> Bill | None:
    """
    This function will bill an account up to its last reading; None when all is billed already.

    Readings up to and including the day of moving out count.
    """
    try:
        return _make(
            directorate_id,
            account_no,
            kind=Bill.Kind.FINAL,
            period=_free_period(directorate_id, account_no, moved_out_on),
            since=None,
            read_before=moved_out_on + timedelta(days=1),
            issued_on=now.date(),
            now=now,
        )
    except UnableToMakeBill:
        return None


def _free_period(directorate_id: int, account_no: str, on: date) -> str:
    """The month of the day; the next one where the run of the month has billed already."""
    month = on.replace(day=1)
    taken = {bill.period for bill in selectors.standing_bills(directorate_id, account_no)}
    while f"{month:%Y-%m}" in taken:
        month = (month + timedelta(days=32)).replace(day=1)
    return f"{month:%Y-%m}"


def _lock(directorate_id: int, account_no: str, period: str, revision: int) -> Bill:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM customers_account WHERE directorate_id = %s AND account_no = %s FOR UPDATE",
            [directorate_id, account_no],
        )
    return Bill.objects.get(
        directorate_id=directorate_id, account_no=account_no, period=period, revision=revision
    )


def _require_cancellable(bill: Bill, reason: str, asked_by: UUID, actor: Actor) -> UUID:
    """Who agrees; somebody else than who asked."""
    agreed_by = actor.user_id
    standing = selectors.standing_bills(bill.directorate_id, bill.account_no)
    causes = {
        _("it is cancelled already."): not standing.filter(
            period=bill.period, revision=bill.revision
        ).exists(),
        _("a later bill gave the estimate back."): bill.is_estimated
        and standing.filter(to_on__gt=bill.to_on, is_estimated=False).exists(),
        _("the reason is not on the list."): reason not in CANCELLATION_REASONS,
    }
    for cause, holds in causes.items():
        if holds:
            raise UnableToCancelBill(bill=bill.number, cause=cause)
    if agreed_by is None or agreed_by == asked_by:
        raise UnableToCancelBill(bill=bill.number, cause=_("somebody else has to agree."))
    return agreed_by


def _make(
    directorate_id: int,
    account_no: str,
    *,
    kind: Bill.Kind,
    period: str,
    since: date | None,
    read_before: date,
    issued_on: date,
    now: datetime,
) -> Bill:
    """One account, by the statements of the run."""
    days = int(dated.value("billing.days_to_pay", directorate_id=directorate_id, on=issued_on))
    values: dict[str, Any] = {
        "directorate": directorate_id,
        "first": account_no,
        "last": account_no,
        "run": identifiers.new_id(now),
        "kind": kind,
        "period": period,
        "since": since,
        "read_before": read_before,
        "issued_on": issued_on,
        "due_on": issued_on + timedelta(days=days),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(run_sql.ISSUE, values)
        if cursor.rowcount != 1:
            raise UnableToMakeBill
        cursor.execute(run_sql.POST, values)
    record_issued(values, now)
    return Bill.objects.get(
        directorate_id=directorate_id, run_id=values["run"], account_no=account_no
    )
