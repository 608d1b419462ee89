"""
The biller interface: agents fetch what is due by account number, and report what they have taken.

Money that an agent has taken is always counted: for a bill that was paid or replaced meanwhile it
becomes credit of the account.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import selectors as billing
from wasl.billing import services as books
from wasl.billing import subjects
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import identifiers, limits, references, scope
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.events import services as events
from wasl.notifications import services as notifications
from wasl.payments import biller_signature, purposes
from wasl.payments.models import BillerAgent, BillerFetch, BillerPayment, BillerReversal
from wasl.payments.services.agents import UnableToServeAgent

FETCH_LASTS = timedelta(minutes=15)
FETCHES = 120, 60
# Wrong numbers: so few an hour that trying numbers out leads nowhere.
MISSES = 30, 60 * 60
LEAST = 250
_TRANSACTION = re.compile(r"[A-Za-z0-9._-]{1,64}")
CHANNELS = ("CASH", "WALLET", "BANK", "PORTAL")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an agent says it has taken: dinars, when, over which channel."""

    transaction_id: str
    fetch_ref: UUID
    amount: int
    taken_at: datetime
    channel: str


def fetch(*, agent: BillerAgent, account_no: str, meter_last4: str, now: datetime) -> BillerFetch:
    """
    This function will tell an agent what an account owes, by its number and its meter's last digits.

    :raises UnableToServeAgent: when the two do not belong together, or too often.
    """
    limit, seconds = FETCHES
    if not limits.hit(f"biller:{agent.id}", limit=limit, per_seconds=seconds, now=now):
        raise UnableToServeAgent("TOO_MANY_REQUESTS", 429)
    with scope.within_system():
        number = _account_of(agent, account_no, meter_last4)
    if number is None:
        # Outside of the transaction, so that the miss is not forgotten with it.
        limit, seconds = MISSES
        if not limits.hit(f"biller-miss:{agent.id}", limit=limit, per_seconds=seconds, now=now):
            raise UnableToServeAgent("TOO_MANY_REQUESTS", 429)
        raise UnableToServeAgent("NO_SUCH_ACCOUNT", 404)
    with scope.within_system():
        dues = billing.dues(agent.directorate_id, number, now.astimezone(BAGHDAD).date())
        return BillerFetch.objects.create(
            id=identifiers.new_id(now),
            agent=agent,
            directorate_id=agent.directorate_id,
            account_no=number,
            owed=dues.to_pay,
            fetched_at=now,
            expires_at=now + FETCH_LASTS,
        )


def _account_of(agent: BillerAgent, text: str, meter_last4: str) -> str | None:
    try:
        number = account_numbers.parse(text)
    except account_numbers.UnableToReadAccountNo:
        return None
    account = customers.account_by_no(agent.directorate_id, number)
    meter = customers.meter_of(agent.directorate_id, number) if account else None
    if meter is None or meter.serial[-4:].upper() != meter_last4.strip().upper():
        return None
    return number


def report_payment(
    *, agent: BillerAgent, report: Report, now: datetime
) -> tuple[BillerPayment, bool]:
    """
    This function will count a payment that an agent has taken; and whether it is new.

    The same number with the same content is answered alike, and counted once.

    :raises UnableToServeAgent: when the number stands with other content (409), the reference is
        unknown or older than a day (404, 410), the amount is outside the limits (422).
    """
    _require_sound(report, now)
    with scope.within_system():
        fetched = BillerFetch.objects.filter(id=report.fetch_ref, agent=agent).first()
        if fetched is None:
            raise UnableToServeAgent("UNKNOWN_FETCH_REF", 404)
        known = _known(agent, report)
        if known is not None:
            return known, False
        if now > fetched.expires_at and report.taken_at > fetched.expires_at:
            raise UnableToServeAgent("STALE_FETCH_REF", 410)
        _lock(agent)
        known = _known(agent, report)
        if known is not None:
            return known, False
        _require_within_limits(agent, report.amount, now)
        return _count(agent, fetched, report, now), True


def _require_sound(report: Report, now: datetime) -> None:
    if not _TRANSACTION.fullmatch(report.transaction_id):
        raise UnableToServeAgent("WRONG_TRANSACTION_ID")
    if report.channel not in CHANNELS:
        raise UnableToServeAgent("WRONG_CHANNEL")
    if not now - timedelta(days=2) < report.taken_at < now + biller_signature.MAY_DIFFER:
        raise UnableToServeAgent("WRONG_TIME")
    if report.amount < LEAST:
        raise UnableToServeAgent("AMOUNT_TOO_SMALL")


def _known(agent: BillerAgent, report: Report) -> BillerPayment | None:
    found = BillerPayment.objects.filter(agent=agent, transaction_id=report.transaction_id).first()
    if found is None:
        return None
    same = (found.fetch_id, found.amount, found.taken_at, found.channel)
    if same != (report.fetch_ref, report.amount, report.taken_at, report.channel):
        raise UnableToServeAgent("TRANSACTION_ID_USED", 409)
    return found


def _lock(agent: BillerAgent) -> None:
    """One report of an agent after the other: its limit of the day is a sum."""
    BillerAgent.objects.select_for_update(of=("self",)).get(id=agent.id)


def _require_within_limits(agent: BillerAgent, amount: int, now: datetime) -> None:
    if amount > agent.most_per_payment:
        raise UnableToServeAgent("AMOUNT_TOO_LARGE")
    today = payments_of_day(agent, now.astimezone(BAGHDAD).date())
    so_far = today.filter(reversal=None).aggregate(sum=Sum("amount"))["sum"] or 0
    if so_far + amount > agent.most_per_day:
        raise UnableToServeAgent("LIMIT_OF_THE_DAY")


def payments_of_day(agent: BillerAgent, day: date) -> QuerySet[BillerPayment]:
    """What an agent reported on a day, as Baghdad counts days."""
    begins = datetime.combine(day, time(), tzinfo=BAGHDAD)
    return BillerPayment.objects.filter(
        agent=agent, reported_at__gte=begins, reported_at__lt=begins + timedelta(days=1)
    )


def _count(
    agent: BillerAgent, fetched: BillerFetch, report: Report, now: datetime
) -> BillerPayment:
    receipt_no = references.new_reference()
    event = events.record(
        kind="payments.account.paid",
        subject=subjects.account(agent.directorate_id, fetched.account_no),
        actor=Actor.system(),
        directorate_id=agent.directorate_id,
        data={
            "account": fetched.account_no,
            "amount": report.amount,
            "provider": agent.code,
            "receipt": receipt_no,
        },
        now=now,
    )
    payment = BillerPayment.objects.create(
        id=identifiers.new_id(now),
        agent=agent,
        directorate_id=agent.directorate_id,
        fetch=fetched,
        transaction_id=report.transaction_id,
        account_no=fetched.account_no,
        amount=report.amount,
        channel=report.channel,
        taken_at=report.taken_at,
        receipt_no=receipt_no,
        event_id=event.id,
        reported_at=now,
    )
    _post(payment, f"agent:{payment.id}", now, back=False)
    _tell_holder(payment, now)
    return payment


def _post(payment: BillerPayment, entry: str, now: datetime, *, back: bool) -> None:
    agents, customer = LedgerAccount.CASH_AGENTS, LedgerAccount.RECEIVABLE
    debit, credit = (customer, agents) if back else (agents, customer)
    books.post(
        directorate_id=payment.directorate_id,
        entry=entry,
        kind=Transfer.Kind.PAYMENT,
        lines=[
            Line(
                debit=debit,
                credit=credit,
                amount=payment.amount,
                account_no=payment.account_no,
                party=payment.agent.code,
            )
        ],
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )


def _tell_holder(payment: BillerPayment, now: datetime) -> None:
    account = customers.account_by_no(payment.directorate_id, payment.account_no)
    holder = User.objects.filter(id=account.holder_id).first() if account else None
    if holder is None:
        return
    notifications.notify(
        recipient=holder,
        template="payments.paid",
        values={
            "amount": payment.amount,
            "receipt": payment.receipt_no,
            "purpose": purposes.label(purposes.ACCOUNTS),
            "date": now,
        },
        directorate_id=payment.directorate_id,
        subject=subjects.account(payment.directorate_id, payment.account_no),
        now=now,
    )


def reverse_payment(
    *, agent: BillerAgent, transaction_id: str, reason: str, now: datetime
) -> BillerReversal:
    """
    This function will take a payment back for the agent that reported it, before its cut-off.

    Taking it back twice changes nothing.

    :raises UnableToServeAgent: when it has no such payment (404), or it is too late (409).
    """
    with scope.within_system():
        _lock(agent)
        payment = payment_of(agent=agent, transaction_id=transaction_id)
        known = BillerReversal.objects.filter(payment=payment).first()
        if known is not None:
            return known
        cut_off = datetime.combine(
            payment.reported_at.astimezone(BAGHDAD).date(), time(agent.cut_off_hour), tzinfo=BAGHDAD
        )
        if payment.reported_at > cut_off:
            cut_off += timedelta(days=1)
        if now > cut_off:
            raise UnableToServeAgent("AFTER_CUT_OFF", 409)
        made = BillerReversal.objects.create(
            payment=payment,
            directorate_id=payment.directorate_id,
            reason=reason.strip()[:200],
            reversed_at=now,
        )
        _post(payment, f"agent-reversal:{payment.id}", now, back=True)
        events.record(
            kind="payments.account.reversed",
            subject=subjects.account(payment.directorate_id, payment.account_no),
            actor=Actor.system(),
            directorate_id=payment.directorate_id,
            data={
                "account": payment.account_no,
                "amount": payment.amount,
                "provider": agent.code,
                "receipt": payment.receipt_no,
                "reason": made.reason,
            },
            now=now,
        )
        return made


def payment_of(*, agent: BillerAgent, transaction_id: str) -> BillerPayment:
    """
    This function will give what an agent reported under a number of its own.

    :raises UnableToServeAgent: when it reported nothing under it (404).
    """
    with scope.within_system():
        found = BillerPayment.objects.filter(agent=agent, transaction_id=transaction_id)
        payment = found.select_related("agent").first()
        if payment is None:
            raise UnableToServeAgent("UNKNOWN_TRANSACTION", 404)
        return payment


def reversal_of(payment: BillerPayment) -> BillerReversal | None:
    """The taking back of a payment, if there was one."""
    with scope.within_system():
        return BillerReversal.objects.filter(payment=payment).first()
