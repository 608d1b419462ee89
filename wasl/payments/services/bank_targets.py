"""What a movement at the bank may be taken for, and how that is posted. The bank's side is BANK."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, F, Q, Value

from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing import subjects
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import references
from wasl.core.arabic import to_western_digits
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.events import services as events
from wasl.payments.bank.camt import Movement
from wasl.payments.models import BankEntry, BillerAgent, CompanyFile, Match, Settlement

Target, Basis, Problem = Match.Target, Match.Basis, BankEntry.Problem
_NUMBER = re.compile(r"(?<!\d)\d(?:[ \-–/.]?\d){9}(?!\d)")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an entry is taken for and by which sign; `problem` where it is none."""

    target: str = ""
    target_name: str = ""
    basis: str = ""
    problem: str = ""


def target_of(directorate_id: int, movement: Movement) -> Found:
    """
    What a movement names: in its structured reference, else end to end, else in its free text.

    Never by amount and date alone. Several different ones are for a person.
    """
    if movement.status != "BOOK":
        return Found(problem=Problem.NOT_BOOKED)
    if movement.amount is None:
        return Found(problem=Problem.FRACTION)
    if movement.is_reversal:
        return _taken_back(directorate_id, movement)
    if movement.amount < 0:
        return Found(problem=Problem.OUTGOING)
    places = (
        (Basis.STRUCTURED, _structured(movement.structured_reference)),
        (Basis.END_TO_END, movement.end_to_end_id),
        (Basis.FREE_TEXT, movement.text),
    )
    for basis, text in places:
        named = set(_named(directorate_id, text)) if text else set()
        if len(named) > 1:
            return Found(problem=Problem.AMBIGUOUS)
        if named:
            return _checked(named.pop(), basis, movement.amount)
    return Found(problem=Problem.UNMATCHED)


def _structured(text: str) -> str:
    """A creditor reference of ISO 11649 ("RF", two check digits, then ours) without its head."""
    return text[4:] if re.fullmatch(r"RF\d\d.+", text) else text


def _named(directorate_id: int, text: str) -> Iterator[tuple[str, str]]:
    named = CompanyFile.objects.annotate(said=Value(text, output_field=CharField())).filter(
        ~Q(payout_reference=""), directorate_id=directorate_id, said__contains=F("payout_reference")
    )
    for file_id in named.values_list("id", flat=True):
        yield Target.PAYOUT, str(file_id)
    for settlement in Settlement.objects.filter(
        directorate_id=directorate_id, provider_payment_id__in=text.split()
    ):
        yield Target.SETTLEMENT, str(settlement.id)
    for code in BillerAgent.objects.filter(
        directorate_id=directorate_id, code__in=text.upper().split()
    ).values_list("code", flat=True):
        yield Target.AGENT, code
    for digits in _NUMBER.findall(to_western_digits(text)):
        try:
            number = account_numbers.parse(digits)
        except account_numbers.UnableToReadAccountNo:
            continue
        if customers.account_by_no(directorate_id, number) is not None:
            yield Target.ACCOUNT, number


def _checked(named: tuple[str, str], basis: str, amount: int) -> Found:
    target, name = named
    if target == Target.PAYOUT:
        file = CompanyFile.objects.get(id=UUID(name))
        is_paid = Match.objects.filter(
            target=Target.PAYOUT, target_name=name, status=Match.Status.STANDS
        ).exists()
        if is_paid or file.net_amount != amount:
            return Found(problem=Problem.OTHER_AMOUNT)
    if target == Target.SETTLEMENT:
        settlement = Settlement.objects.get(id=UUID(name))
        if amount not in {settlement.amount, settlement.amount - settlement.fee_amount}:
            return Found(problem=Problem.OTHER_AMOUNT)
    return Found(target=target, target_name=name, basis=basis)


def _taken_back(directorate_id: int, movement: Movement) -> Found:
    """A reversal undoes what the earlier entry of the same names was taken for, and nothing else."""
    earlier = BankEntry.objects.filter(
        directorate_id=directorate_id,
        status=BankEntry.Status.BOOKED,
        amount=-(movement.amount or 0),
        is_reversal=False,
    )
    named = earlier.none()
    if movement.end_to_end_id:
        named = earlier.filter(end_to_end_id=movement.end_to_end_id)
    if not named and movement.entry_reference:
        named = earlier.filter(entry_reference=movement.entry_reference)
    matches = list(Match.objects.filter(entry__in=named, status=Match.Status.STANDS)[:2])
    if len(matches) != 1:
        return Found(problem=Problem.REVERSAL)
    return Found(target=matches[0].target, target_name=matches[0].target_name, basis=Basis.REVERSAL)


def post(
    *,
    directorate_id: int,
    entry: str,
    amount: int,
    target: str,
    target_name: str,
    against: LedgerAccount,
    now: datetime,
) -> None:
    """
    This function will post money for a target: debited to `against`, or, negative, credited.

    `against` is BANK as the entry comes in, and UNALLOCATED once a person knows what it is.
    """
    account, party, account_no = _side(target, target_name)
    if account == against:
        return
    debit, credit = (against, account) if amount > 0 else (account, against)
    billing.post(
        directorate_id=directorate_id,
        entry=entry,
        kind=Transfer.Kind.PAYMENT if account_no else Transfer.Kind.SETTLEMENT,
        lines=[
            Line(debit=debit, credit=credit, amount=abs(amount), account_no=account_no, party=party)
        ],
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )
    if account_no is not None:
        _record_paid(directorate_id, account_no, amount, now)


def _side(target: str, name: str) -> tuple[LedgerAccount, str, str | None]:
    """The account of the books, the party, and the customer's account of a target."""
    if target == Target.PAYOUT:
        return LedgerAccount.CLEARING, CompanyFile.objects.get(id=UUID(name)).provider, None
    if target == Target.SETTLEMENT:
        return LedgerAccount.CLEARING, Settlement.objects.get(id=UUID(name)).provider, None
    if target == Target.COMPANY:
        return LedgerAccount.CLEARING, name, None
    if target == Target.FEES:
        return LedgerAccount.COMPANY_FEES, "bank", None
    if target == Target.AGENT:
        return LedgerAccount.CASH_AGENTS, name, None
    if target == Target.ACCOUNT:
        return LedgerAccount.RECEIVABLE, "bank", name
    return LedgerAccount.UNALLOCATED, "bank", None


def _record_paid(directorate_id: int, account_no: str, amount: int, now: datetime) -> None:
    events.record(
        kind="payments.account.paid",
        subject=subjects.account(directorate_id, account_no),
        actor=Actor.system(),
        directorate_id=directorate_id,
        data={
            "account": account_no,
            "amount": amount,
            "provider": "bank",
            "receipt": references.new_reference(),
        },
        now=now,
    )
