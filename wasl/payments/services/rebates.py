"""
Rebates: a share of what was paid electronically is given back on the account's next bill.

The share is a dated setting, and the day of the payment decides. It is brought into line with the
books each night: what went back to the payer later, takes its rebate with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import services as books
from wasl.billing import subjects
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.events import services as events
from wasl.notifications import services as notifications

KEY = "billing.rebate_pct"
# A payment whose next bill has not come by then gets none any more; a refund is as old at most.
LOOKS_BACK = timedelta(days=400)
# What each payment brought to each account and still stands, beside the rebate it has. Cash that an
# agent took is not electronic. A sum that nobody had asked for (is_credit) is no payment of a bill.
_DIFFERENCES = """
WITH moved AS (
    SELECT s.id AS payment, s.receipt_no, t.account_no, t.posted_on AS paid_on, t.amount
    FROM payments_settlement AS s
    JOIN billing_transfer AS t ON t.directorate_id = s.directorate_id
        AND t.entry = 'payment:' || s.id AND t.account_no IS NOT NULL
    WHERE s.directorate_id = %(directorate)s AND NOT s.is_credit
        AND s.settled_at >= %(begins)s AND s.settled_at < %(ends)s
    UNION ALL
    SELECT s.id, s.receipt_no, t.account_no, NULL,
        CASE WHEN t.debit = 'RECEIVABLE' THEN -t.amount ELSE t.amount END
    FROM payments_settlement AS s
    JOIN payments_refund AS r ON r.settlement_id = s.id
    JOIN billing_transfer AS t ON t.directorate_id = s.directorate_id
        AND t.entry IN ('refund:' || r.id, 'refund-failed:' || r.id) AND t.account_no IS NOT NULL
    WHERE s.directorate_id = %(directorate)s AND NOT s.is_credit
        AND s.settled_at >= %(begins)s AND s.settled_at < %(ends)s
    UNION ALL
    SELECT p.id, p.receipt_no, p.account_no, (p.reported_at AT TIME ZONE 'Asia/Baghdad')::date,
        CASE WHEN EXISTS (SELECT FROM payments_billerreversal AS v WHERE v.payment_id = p.id)
            THEN 0 ELSE p.amount END
    FROM payments_billerpayment AS p
    WHERE p.directorate_id = %(directorate)s AND p.channel <> 'CASH'
        AND p.reported_at >= %(begins)s AND p.reported_at < %(ends)s
), kept AS (
    SELECT payment, account_no, min(receipt_no) AS receipt_no, max(paid_on) AS paid_on,
        div(greatest(sum(amount), 0) * %(pct)s, 100)::bigint AS rebate
    FROM (SELECT payment, account_no, receipt_no, paid_on, amount::bigint FROM moved) AS m
    GROUP BY payment, account_no
)
SELECT k.payment, k.account_no, k.receipt_no, k.rebate - given.amount, given.times
FROM kept AS k
CROSS JOIN LATERAL (
    SELECT count(*) AS times,
        coalesce(sum(CASE WHEN g.credit = 'RECEIVABLE' THEN g.amount ELSE -g.amount END), 0)::bigint
            AS amount
    FROM billing_transfer AS g
    WHERE g.directorate_id = %(directorate)s AND g.account_no = k.account_no
        AND g.posted_on >= k.paid_on AND g.kind = 'REBATE'
        AND g.entry LIKE 'rebate:' || k.payment || ':%%'
) AS given
WHERE k.rebate <> given.amount AND (given.times > 0 OR EXISTS (
    SELECT FROM billing_bill AS b
    WHERE b.directorate_id = %(directorate)s AND b.account_no = k.account_no
        AND b.issued_on > k.paid_on))
ORDER BY k.paid_on, k.payment, k.account_no
"""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Dinars that an account is still to get for a payment; negative, what it is to give up."""

    payment_id: UUID
    account_no: str
    receipt_no: str
    amount: int
    times: int

    @property
    def entry(self) -> str:
        """Its name in the books: each further one has its own, so that none is written twice."""
        return f"rebate:{self.payment_id}:{self.account_no}:{self.times}"


def rebate_pct(*, directorate_id: int, on: date) -> int:
    """The share of an electronic payment of a day that is given back on the next bill, in percent."""
    return int(dated.value(KEY, directorate_id=directorate_id, on=on))


def give_rebates(*, now: datetime) -> int:
    """
    This function will bring the rebates of every directorate into line; how many it wrote.

    Each has its own transaction and its own entry in the books: broken off, it is gone on with.
    """
    today = now.astimezone(BAGHDAD).date()
    written = 0
    for office in directorates.distribution(today):
        with scope.within_system():
            found = list(_differences(office.id, today))
        written += sum(_write(office.id, each, now) for each in found)
    return written


def _differences(directorate_id: int, today: date) -> Iterator[Difference]:
    spans = dated.spans(
        KEY,
        directorate_id=directorate_id,
        since=today - LOOKS_BACK,
        until=today + timedelta(days=1),
    )
    for begins, ends, pct in spans:
        if not pct:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                _DIFFERENCES,
                {
                    "directorate": directorate_id,
                    "begins": datetime.combine(begins, time(), tzinfo=BAGHDAD),
                    "ends": datetime.combine(ends, time(), tzinfo=BAGHDAD),
                    "pct": pct,
                },
            )
            for payment_id, account_no, receipt_no, amount, times in cursor.fetchall():
                yield Difference(
                    payment_id=payment_id,
                    account_no=account_no,
                    receipt_no=receipt_no,
                    amount=amount,
                    times=times,
                )


def _write(directorate_id: int, difference: Difference, now: datetime) -> bool:
    customer, cost = LedgerAccount.RECEIVABLE, LedgerAccount.ADJUSTMENTS
    debit, credit = (cost, customer) if difference.amount > 0 else (customer, cost)
    with scope.within_system():
        is_new = books.post(
            directorate_id=directorate_id,
            entry=difference.entry,
            kind=Transfer.Kind.REBATE,
            lines=[
                Line(
                    debit=debit,
                    credit=credit,
                    amount=abs(difference.amount),
                    account_no=difference.account_no,
                )
            ],
            posted_on=now.astimezone(BAGHDAD).date(),
            now=now,
        )
        if is_new:
            _record(directorate_id, difference, now)
    return is_new


def _record(directorate_id: int, difference: Difference, now: datetime) -> None:
    subject = subjects.account(directorate_id, difference.account_no)
    events.record(
        kind="payments.account.rebated",
        subject=subject,
        actor=Actor.system(),
        directorate_id=directorate_id,
        data={
            "account": difference.account_no,
            "amount": difference.amount,
            "receipt": difference.receipt_no,
        },
        now=now,
    )
    account = customers.account_by_no(directorate_id, difference.account_no)
    holder = User.objects.filter(id=account.holder_id).first() if account else None
    if holder is None or difference.amount < 0:
        return
    notifications.notify(
        recipient=holder,
        template="payments.rebate",
        values={
            "amount": difference.amount,
            "receipt": difference.receipt_no,
            "account": account_numbers.shown(difference.account_no),
        },
        directorate_id=directorate_id,
        subject=subject,
        now=now,
    )
