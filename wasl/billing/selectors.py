"""What is owed, what was billed, and whether the books agree with themselves."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from wasl.billing.allocation import Debt, open_amounts
from wasl.billing.models import (
    Adjustment,
    Balance,
    Bill,
    BillCancellation,
    BillDispute,
    InstalmentPlan,
    LedgerAccount,
    PlanProposal,
    Transfer,
)
from wasl.customers.models import Account

# What explains a bill, but not what of it is owed: ten years of it are a third of the page's time.
NOT_FOR_DUES = ("lines", "run_id", "opening_kwh", "closing_kwh", "balance_before", "issued_at")


def standing_bills(directorate_id: int, account_no: str) -> QuerySet[Bill]:
    """The bills of an account that are not cancelled, newest first."""
    cancelled = BillCancellation.objects.filter(
        directorate_id=OuterRef("directorate_id"),
        account_no=OuterRef("account_no"),
        period=OuterRef("period"),
        revision=OuterRef("revision"),
    )
    found = Bill.objects.filter(~Exists(cancelled), directorate_id=directorate_id)
    return found.filter(account_no=account_no).order_by("-period", "-revision")


def balance(directorate_id: int, account_no: str) -> int:
    """What an account owes, in dinars; negative is credit."""
    found = Balance.objects.filter(directorate_id=directorate_id, account_no=account_no)
    return found.values_list("owed", flat=True).first() or 0


def statement(directorate_id: int, account_no: str) -> list[Transfer]:
    """Every movement of an account, oldest first."""
    found = Transfer.objects.filter(directorate_id=directorate_id, account_no=account_no)
    return list(found.order_by("posted_on", "recorded_at", "entry", "line"))


@dataclass(frozen=True, kw_only=True)
class OpenBill:
    """
    A bill that stands, and what of it is still to be paid, in dinars.

    `disputed_amount` of it is contested and not collected meanwhile; `due_on` is later than the
    bill says where it was contested without success.
    """

    bill: Bill
    open_amount: int
    is_overdue: bool
    due_on: date
    disputed_amount: int = 0
    dispute: BillDispute | None = None

    @property
    def amount_to_pay(self) -> int:
        """What is open and not contested."""
        return self.open_amount - self.disputed_amount


@dataclass(frozen=True, kw_only=True)
class Dues:
    """
    What an account owes on a day: `owed` is never negative, `credit` is what it has over.

    `disputed` is the part of `owed` that is contested: neither overdue nor collected. What a plan of
    instalments covers is not overdue either, as long as the plan is kept.
    """

    owed: int
    credit: int
    overdue: int
    bills: list[OpenBill]
    disputed: int = 0
    plan: InstalmentPlan | None = None

    @property
    def to_pay(self) -> int:
        """What is owed and not contested."""
        return self.owed - self.disputed

    @property
    def open_bills(self) -> list[OpenBill]:
        """Those with something to pay, oldest first."""
        return [each for each in self.bills if each.open_amount > 0]


def dues(directorate_id: int, account_no: str, on: date) -> Dues:
    """What an account owes, bill by bill, oldest first: chosen payments, then oldest first."""
    bills = list(standing_bills(directorate_id, account_no).defer(*NOT_FOR_DUES))[::-1]
    debts = [Debt(key=b.key, due_on=b.due_on, amount=b.amount) for b in bills if b.amount > 0]
    owed = balance(directorate_id, account_no)
    left, credit = open_amounts(
        debts,
        paid=sum(debt.amount for debt in debts) - owed,
        chosen=_chosen(directorate_id, account_no),
    )
    contested = disputes(directorate_id, account_no)
    shown = [_open_bill(bill, left.get(bill.key, 0), contested, on) for bill in bills]
    overdue = sum(each.amount_to_pay for each in shown if each.is_overdue)
    plan = running_plan(directorate_id, account_no) if overdue else None
    return Dues(
        owed=max(0, owed),
        credit=credit,
        overdue=max(0, overdue - (plan.total if plan else 0)),
        bills=shown,
        disputed=min(max(0, owed), sum(each.disputed_amount for each in shown)),
        plan=plan,
    )


def running_plan(directorate_id: int, account_no: str) -> InstalmentPlan | None:
    """The plan by which an account pays a debt in parts."""
    return InstalmentPlan.objects.filter(
        directorate_id=directorate_id, account_no=account_no, status=InstalmentPlan.Status.ACTIVE
    ).first()


def granted_plan(directorate_id: int, account_no: str, on: date) -> PlanProposal | None:
    """What staff have granted beyond the rule, as long as the holder may agree to it."""
    return PlanProposal.objects.filter(
        directorate_id=directorate_id,
        account_no=account_no,
        status=PlanProposal.Status.APPROVED,
        valid_until__gte=on,
    ).first()


def plan_proposals(directorate_id: int) -> list[PlanProposal]:
    """Those to be decided first, then the last ones that were."""
    found = PlanProposal.objects.filter(directorate_id=directorate_id)
    is_waiting = Q(status=PlanProposal.Status.ASKED)
    waiting = list(found.filter(is_waiting).order_by("asked_at")[:200])
    return waiting + list(found.exclude(is_waiting).order_by("-asked_at")[:20])


def waiting_adjustments(directorate_id: int) -> list[Adjustment]:
    """The changes of debts that wait to be decided, the oldest first."""
    found = Adjustment.objects.filter(directorate_id=directorate_id, status=Adjustment.Status.ASKED)
    return list(found.order_by("asked_at")[:200])


def disputes(directorate_id: int, account_no: str) -> dict[str, BillDispute]:
    """The bills of an account that are or were contested, by their key: the last dispute of each."""
    found = BillDispute.objects.filter(directorate_id=directorate_id, account_no=account_no)
    return {each.key: each for each in found.order_by("opened_at")}


def _open_bill(bill: Bill, left: int, contested: Mapping[str, BillDispute], on: date) -> OpenBill:
    dispute = contested.get(bill.key)
    is_open = dispute is not None and dispute.closed_at is None
    disputed = min(left, dispute.amount) if dispute is not None and is_open else 0
    due_on = max(bill.due_on, dispute.due_again_on or bill.due_on) if dispute else bill.due_on
    return OpenBill(
        bill=bill,
        open_amount=left,
        is_overdue=left > disputed and due_on < on,
        due_on=due_on,
        disputed_amount=disputed,
        dispute=dispute,
    )


def _chosen(directorate_id: int, account_no: str) -> Counter[str]:
    chosen: Counter[str] = Counter()
    rows = Transfer.objects.filter(directorate_id=directorate_id, account_no=account_no)
    paid = rows.filter(kind=Transfer.Kind.PAYMENT).exclude(bill_key="")
    for key, debit, amount in paid.values_list("bill_key", "debit", "amount"):
        chosen[key] += -amount if debit == LedgerAccount.RECEIVABLE else amount
    return chosen


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """An account of the books: what was debited, what was credited, in dinars."""

    ledger_account: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Debit less credit."""
        return self.debit - self.credit


_TRIAL = """
SELECT ledger_account, sum(greatest(amount, 0))::bigint, -sum(least(amount, 0))::bigint
FROM billing_posting WHERE directorate_id = %s AND posted_on <= %s
GROUP BY ledger_account ORDER BY ledger_account
"""
# Where the kept balance of a customer is not the sum of the movements.
_DRIFT = """
SELECT coalesce(b.account_no, t.account_no), coalesce(b.owed, 0), coalesce(t.owed, 0)
FROM (SELECT * FROM billing_balance WHERE directorate_id = %(directorate)s) AS b
FULL JOIN (
    SELECT account_no, sum(amount)::bigint AS owed FROM billing_posting
    WHERE directorate_id = %(directorate)s AND ledger_account = 'RECEIVABLE' GROUP BY account_no
) AS t USING (account_no)
WHERE coalesce(b.owed, 0) <> coalesce(t.owed, 0) ORDER BY 1 LIMIT 100
"""


def trial_balance(directorate_id: int, until: date) -> list[TrialLine]:
    """Every account of the books, with what moved on it up to and including a day."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL, [directorate_id, until])
        return [TrialLine(ledger_account=n, debit=d, credit=c) for n, d, c in cursor.fetchall()]


def drifted_balances(directorate_id: int) -> list[tuple[str, int, int]]:
    """Accounts whose kept balance is not the sum of their movements: number, kept, summed."""
    with connection.cursor() as cursor:
        cursor.execute(_DRIFT, {"directorate": directorate_id})
        return [(no, kept, summed) for no, kept, summed in cursor.fetchall()]


def holders_who_owe(limit: int) -> list[UUID]:
    """The holders of the accounts with the most bills to pay."""
    owing = Balance.objects.filter(owed__gt=0).order_by("-owed", "account_no")
    numbers = list(owing.values_list("account_no", flat=True)[:limit])
    found = Account.objects.filter(account_no__in=numbers, status=Account.Status.ACTIVE)
    return list(found.values_list("holder_id", flat=True))
