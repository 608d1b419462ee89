"""Posting to the books: once an entry, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.billing.models import LedgerAccount, Transfer
from wasl.core.errors import Unable


class UnableToPost(Unable):
    """The entry stands in the books already, with other content."""

    code = "ENTRY_EXISTS"
    message = _("The books have an entry %(entry)s already, and it says something else.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    `amount` dinars, debited here and credited there.

    `account_no` where one side is RECEIVABLE; `bill_key` the bill it is about, as "2026-10:0".
    """

    debit: LedgerAccount
    credit: LedgerAccount
    amount: int
    account_no: str | None = None
    bill_key: str = ""
    party: str = ""


def post(
    *,
    directorate_id: int,
    entry: str,
    kind: Transfer.Kind,
    lines: Sequence[Line],
    posted_on: date,
    now: datetime,
) -> bool:
    """
    This function will write an entry in the caller's transaction; False when it stood already.

    Lines of nothing are left out. The balances of the customers follow in the database. Entries
    balance because each line has two sides (ADR 61).

    :raises UnableToPost: when an entry of that name stands with other lines.
    """
    rows = [
        Transfer(
            directorate_id=directorate_id,
            entry=entry,
            line=number,
            kind=kind,
            debit=line.debit,
            credit=line.credit,
            amount=line.amount,
            account_no=line.account_no,
            bill_key=line.bill_key,
            party=line.party,
            posted_on=posted_on,
            recorded_at=now,
        )
        for number, line in enumerate(lines)
        if line.amount
    ]
    try:
        with transaction.atomic():
            Transfer.objects.bulk_create(rows)
    except IntegrityError as error:
        known = Transfer.objects.filter(directorate_id=directorate_id, entry=entry)
        standing = sorted(_content(each) for each in known)
        if not standing:
            raise
        if standing != sorted(_content(each) for each in rows):
            raise UnableToPost(entry=entry) from error
        return False
    return True


def _content(row: Transfer) -> tuple[object, ...]:
    return (row.line, row.debit, row.credit, row.amount, row.account_no or "", row.party)
