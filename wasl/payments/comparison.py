"""
The books of a directorate beside what we hold, what companies say and what the bank says.

Each check has two sides that must be equal to the dinar; the other side is a sum of named items, so
that a balance is explained, and a difference has a name. Everything is taken as of the end of a day
in Baghdad.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.billing import selectors as billing
from wasl.core.calendars import BAGHDAD

LABELS: dict[str, str | Promise] = {
    "PAYMENTS": _("Payments of the day, and their postings"),
    "CLEARING": _("What a payment company still owes us"),
    "BANK": _("The bank's entries, and the account “bank”"),
    "STATEMENTS": _("Each statement begins where the last one ended"),
    "UNALLOCATED": _("Money kept apart"),
    "REFUNDS": _("Refunds under way"),
    "AGENTS": _("What a cash agent has taken and not yet paid in"),
    "CUSTOMERS": _("Kept balances of customers, and their movements"),
    "ENTRIES": _("All postings together"),
    "LAST_CLOSE": _("The day closed before has not changed since"),
}
ITEMS: dict[str, str | Promise] = {
    "NOT_IN_FILE": _("payments in no file of the company yet"),
    "FILE_NOT_PAID": _("files that the company has not paid out yet"),
    "FILE_PAID": _("difference between files and their payouts"),
    "WITHOUT_FILE": _("payouts without a file"),
    "BANK_ENTRIES": _("entries of the bank"),
    "BANK_UNMATCHED": _("entries of the bank without a match"),
    "LINES_KEPT": _("payments at companies that we do not know"),
    "LINE_DIFFERENCES": _("differences between company and us"),
    "PAID_TWICE": _("fees for services paid twice, not yet given back"),
    "SETTLED": _("payments with a receipt"),
    "REFUND_NOT_IN_FILE": _("refunds in no file of the company yet"),
    "TAKEN": _("payments that the agent has taken"),
    "TAKEN_BACK": _("payments that the agent took back"),
    "PAID_IN": _("paid in at the bank"),
    "UNDER_WAY": _("refunds without an end"),
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """A part of a sum: how many, how many dinars."""

    code: str
    count: int
    amount: int

    @property
    def label(self) -> str | Promise:
        """In words."""
        return ITEMS.get(self.code, self.code)


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the books say, what the items say, in dinars. `party` is a company or an account."""

    code: str
    books: int
    other: int
    party: str = ""
    items: list[Item] = field(default_factory=list)

    @property
    def difference(self) -> int:
        """Nought, when they agree."""
        return self.books - self.other

    @property
    def label(self) -> str | Promise:
        """In words."""
        return LABELS[self.code]

    def as_json(self) -> dict[str, Any]:
        """For the record of the close."""
        return asdict(self)


def from_json(stored: dict[str, Any]) -> Check:
    """A check as it was recorded."""
    return Check(**{**stored, "items": [Item(**each) for each in stored["items"]]})


def end_of(day: date) -> datetime:
    """The midnight that ends a day in Baghdad."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BAGHDAD)


def checks(directorate_id: int, day: date) -> list[Check]:
    """Every comparison as of the end of a day."""
    values = {"directorate": directorate_id, "day": day, "until": end_of(day)}
    return [
        *_payments(values),
        *_clearing(values),
        _bank(values),
        *_statements(values),
        _unallocated(values),
        _refunds(values),
        *_agents(values),
        _customers(directorate_id),
        _entries(directorate_id, day),
    ]


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


_PAYMENTS = """
SELECT party, coalesce(sum(posted), 0)::bigint, coalesce(sum(settled), 0)::bigint, count(settled)
FROM (
    SELECT party, amount AS posted, NULL::bigint AS settled FROM billing_transfer
    WHERE directorate_id = %(directorate)s AND posted_on = %(day)s
        AND debit = 'CLEARING' AND entry LIKE 'payment:%%'
    UNION ALL
    SELECT provider, NULL, amount FROM payments_settlement
    WHERE directorate_id = %(directorate)s
        AND (settled_at AT TIME ZONE 'Asia/Baghdad')::date = %(day)s
) AS sides GROUP BY party ORDER BY party
"""


def _payments(values: dict[str, Any]) -> Iterator[Check]:
    for party, posted, settled, count in _rows(_PAYMENTS, values):
        item = Item(code="SETTLED", count=count, amount=settled)
        yield Check(code="PAYMENTS", party=party, books=posted, other=settled, items=[item])


# The ledger's clearing account of each company, and the items that it consists of.
_CLEARING_BOOKS = """
SELECT party, sum(amount)::bigint FROM billing_posting
WHERE directorate_id = %(directorate)s AND ledger_account = 'CLEARING' AND posted_on <= %(day)s
GROUP BY party ORDER BY party
"""
_STANDING = """
standing AS (
    SELECT m.*, coalesce(m.decided_at, m.proposed_at) AS at FROM payments_match m
    WHERE m.directorate_id = %(directorate)s AND m.status = 'STANDS'
        AND coalesce(m.decided_at, m.proposed_at) < %(until)s
),
taken AS (
    SELECT l.*, f.imported_at, coalesce(l.settlement_id::text, s.target_name) AS of_settlement
    FROM payments_companyline l
    JOIN payments_companyfile f ON f.id = l.file_id AND f.imported_at < %(until)s
    LEFT JOIN standing s ON s.line_id = l.id
    WHERE l.directorate_id = %(directorate)s AND (l.problem = '' OR s.id IS NOT NULL)
),
paid AS (
    SELECT s.target, s.target_name, e.amount,
        CASE s.target WHEN 'PAYOUT' THEN f.provider WHEN 'SETTLEMENT' THEN t.provider
            ELSE s.target_name END AS provider
    FROM standing s JOIN payments_bankentry e ON e.id = s.entry_id
    LEFT JOIN payments_companyfile f ON s.target = 'PAYOUT' AND f.id::text = s.target_name
    LEFT JOIN payments_settlement t ON s.target = 'SETTLEMENT' AND t.id::text = s.target_name
    WHERE s.target IN ('PAYOUT', 'SETTLEMENT', 'COMPANY')
)
"""
_CLEARING_ITEMS = f"""
WITH {_STANDING}
SELECT provider, code, count(*), sum(amount)::bigint FROM (
    SELECT s.provider, 'NOT_IN_FILE' AS code, s.amount - s.fee_amount AS amount
    FROM payments_settlement s
    WHERE s.directorate_id = %(directorate)s AND s.settled_at < %(until)s
        AND NOT EXISTS (SELECT FROM taken WHERE of_settlement = s.id::text AND amount > 0)
    UNION ALL
    SELECT s.provider, 'REFUND_NOT_IN_FILE', -r.amount
    FROM payments_refund r JOIN payments_settlement s ON s.id = r.settlement_id
    WHERE r.directorate_id = %(directorate)s AND r.state = 'REFUNDED' AND r.finished_at < %(until)s
        AND NOT EXISTS (SELECT FROM taken WHERE of_settlement = s.id::text AND amount < 0)
    UNION ALL
    SELECT t.provider,
        CASE WHEN EXISTS (SELECT FROM paid p WHERE p.target = 'PAYOUT' AND p.target_name = t.file_id::text)
            THEN 'FILE_PAID' ELSE 'FILE_NOT_PAID' END, t.amount - t.fee_amount
    FROM taken t
    UNION ALL
    SELECT provider, CASE target WHEN 'PAYOUT' THEN 'FILE_PAID' ELSE 'WITHOUT_FILE' END, -amount FROM paid
) AS items GROUP BY provider, code ORDER BY provider, code
"""  # noqa: S608 (no value is put in)


def _clearing(values: dict[str, Any]) -> Iterator[Check]:
    books = dict(_rows(_CLEARING_BOOKS, values))
    items: dict[str, list[Item]] = {party: [] for party in books}
    for provider, code, count, amount in _rows(_CLEARING_ITEMS, values):
        items.setdefault(provider, []).append(Item(code=code, count=count, amount=amount))
    for party, parts in sorted(items.items()):
        yield Check(
            code="CLEARING",
            party=party,
            books=books.get(party, 0),
            other=sum(each.amount for each in parts),
            items=[each for each in parts if each.amount],
        )


_BANK = """
SELECT
    (SELECT coalesce(sum(amount), 0)::bigint FROM billing_posting WHERE directorate_id = %(directorate)s
        AND ledger_account = 'BANK' AND posted_on <= %(day)s),
    count(*), coalesce(sum(e.amount), 0)::bigint
FROM payments_bankentry e JOIN payments_bankstatement s ON s.id = e.statement_id
WHERE e.directorate_id = %(directorate)s AND e.status = 'BOOK' AND s.imported_at < %(until)s
"""


def _bank(values: dict[str, Any]) -> Check:
    ((books, count, amount),) = _rows(_BANK, values)
    item = Item(code="BANK_ENTRIES", count=count, amount=amount)
    return Check(code="BANK", books=books, other=amount, items=[item])


# A statement that does not begin where the last one of its account ended: one is missing.
_GAPS = """
SELECT account, last_closing, opening FROM (
    SELECT account, opening, imported_at, last_on,
        lag(closing) OVER (PARTITION BY account ORDER BY last_on, imported_at, id) AS last_closing
    FROM payments_bankstatement
    WHERE directorate_id = %(directorate)s AND imported_at < %(until)s
        AND opening IS NOT NULL AND closing IS NOT NULL
) AS ordered WHERE last_closing <> opening
    -- Statements that came together have no order of their own: another one may be the one before.
    AND NOT EXISTS (SELECT FROM payments_bankstatement b WHERE b.directorate_id = %(directorate)s
        AND b.account = ordered.account AND b.closing = ordered.opening AND b.imported_at < %(until)s)
ORDER BY last_on DESC LIMIT 10
"""


def _statements(values: dict[str, Any]) -> Iterator[Check]:
    for account, closing, opening in _rows(_GAPS, values):
        yield Check(code="STATEMENTS", party=account, books=closing, other=opening)


_UNALLOCATED = f"""
WITH {_STANDING}
SELECT code, count(*), sum(amount)::bigint FROM (
    SELECT 'BANK_UNMATCHED' AS code, e.amount FROM payments_bankentry e
    JOIN payments_bankstatement t ON t.id = e.statement_id AND t.imported_at < %(until)s
    LEFT JOIN standing s ON s.entry_id = e.id
    WHERE e.directorate_id = %(directorate)s AND e.status = 'BOOK' AND e.amount IS NOT NULL
        AND (s.id IS NULL OR s.target = 'KEPT')
    UNION ALL
    SELECT 'LINES_KEPT', l.amount FROM standing s JOIN payments_companyline l ON l.id = s.line_id
    WHERE s.target = 'KEPT'
    UNION ALL
    SELECT 'LINE_DIFFERENCES', l.amount - t.amount FROM standing s
    JOIN payments_companyline l ON l.id = s.line_id
    JOIN payments_settlement t ON t.id::text = s.target_name
    WHERE s.target = 'SETTLEMENT' AND l.amount > 0 AND l.amount <> t.amount
    UNION ALL
    SELECT 'PAID_TWICE', s.amount FROM payments_settlement s
    JOIN payments_paymentrequest r ON r.id = s.request_id AND r.subject_type <> 'basket'
    WHERE s.directorate_id = %(directorate)s AND s.is_credit AND s.settled_at < %(until)s
    UNION ALL
    SELECT 'PAID_TWICE', -f.amount FROM payments_refund f
    JOIN payments_settlement s ON s.id = f.settlement_id AND s.is_credit
    JOIN payments_paymentrequest r ON r.id = s.request_id AND r.subject_type <> 'basket'
    WHERE f.directorate_id = %(directorate)s AND f.called_at < %(until)s
        AND NOT (f.state = 'REFUND_FAILED' AND f.finished_at < %(until)s)
) AS items GROUP BY code ORDER BY code
"""  # noqa: S608 (no value is put in)
_UNALLOCATED_BOOKS = """
SELECT coalesce(-sum(amount), 0)::bigint FROM billing_posting WHERE directorate_id = %(directorate)s
    AND ledger_account = 'UNALLOCATED' AND posted_on <= %(day)s
"""


def _unallocated(values: dict[str, Any]) -> Check:
    items = [Item(code=c, count=n, amount=a) for c, n, a in _rows(_UNALLOCATED, values)]
    ((books,),) = _rows(_UNALLOCATED_BOOKS, values)
    return Check(
        code="UNALLOCATED", books=books, other=sum(each.amount for each in items), items=items
    )


_REFUNDS = """
SELECT
    (SELECT coalesce(-sum(amount), 0)::bigint FROM billing_posting WHERE directorate_id = %(directorate)s
        AND ledger_account = 'REFUNDS' AND posted_on <= %(day)s),
    count(*), coalesce(sum(amount), 0)::bigint
FROM payments_refund WHERE directorate_id = %(directorate)s AND called_at < %(until)s
    AND (finished_at IS NULL OR finished_at >= %(until)s)
"""


def _refunds(values: dict[str, Any]) -> Check:
    ((books, count, amount),) = _rows(_REFUNDS, values)
    items = [Item(code="UNDER_WAY", count=count, amount=amount)] if count else []
    return Check(code="REFUNDS", books=books, other=amount, items=items)


_AGENT_BOOKS = """
SELECT party, sum(amount)::bigint FROM billing_posting
WHERE directorate_id = %(directorate)s AND ledger_account = 'CASH_AGENTS' AND posted_on <= %(day)s
GROUP BY party ORDER BY party
"""
_AGENT_ITEMS = f"""
WITH {_STANDING}
SELECT code, item, count(*), sum(amount)::bigint FROM (
    SELECT a.code, 'TAKEN' AS item, p.amount FROM payments_billerpayment p
    JOIN payments_billeragent a ON a.id = p.agent_id
    WHERE p.directorate_id = %(directorate)s AND p.reported_at < %(until)s
    UNION ALL
    SELECT a.code, 'TAKEN_BACK', -p.amount FROM payments_billerreversal r
    JOIN payments_billerpayment p ON p.id = r.payment_id
    JOIN payments_billeragent a ON a.id = p.agent_id
    WHERE p.directorate_id = %(directorate)s AND r.reversed_at < %(until)s
    UNION ALL
    SELECT s.target_name, 'PAID_IN', -e.amount FROM standing s
    JOIN payments_bankentry e ON e.id = s.entry_id WHERE s.target = 'AGENT'
) AS items GROUP BY code, item ORDER BY code, item
"""  # noqa: S608 (no value is put in)


def _agents(values: dict[str, Any]) -> Iterator[Check]:
    books = dict(_rows(_AGENT_BOOKS, values))
    items: dict[str, list[Item]] = {code: [] for code in books}
    for code, item, count, amount in _rows(_AGENT_ITEMS, values):
        items.setdefault(code, []).append(Item(code=item, count=count, amount=amount))
    for code, parts in sorted(items.items()):
        yield Check(
            code="AGENTS",
            party=code,
            books=books.get(code, 0),
            other=sum(each.amount for each in parts),
            items=parts,
        )


def _customers(directorate_id: int) -> Check:
    """By the balances of now: what drifted is wrong whatever the day."""
    drifted = billing.drifted_balances(directorate_id)
    return Check(
        code="CUSTOMERS",
        books=sum(summed for _no, _kept, summed in drifted),
        other=sum(kept for _no, kept, _summed in drifted),
        items=[Item(code=no, count=1, amount=kept - summed) for no, kept, summed in drifted[:20]],
    )


def _entries(directorate_id: int, day: date) -> Check:
    trial = billing.trial_balance(directorate_id, day)
    return Check(
        code="ENTRIES",
        books=sum(each.debit for each in trial),
        other=sum(each.credit for each in trial),
    )
