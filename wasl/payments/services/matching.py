"""What Wasl could not match, two persons decide: one proposes, another agrees or refuses."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import identifiers, references, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers import account_numbers
from wasl.customers import selectors as customers
from wasl.events import services as events
from wasl.payments.models import BankEntry, BillerAgent, CompanyFile, CompanyLine, Match, Settlement
from wasl.payments.services import bank_targets
from wasl.payments.services.company_files import post_fees

Target, Status = Match.Target, Match.Status
OF_ENTRY = (
    Target.ACCOUNT, Target.PAYOUT, Target.SETTLEMENT, Target.AGENT, Target.COMPANY, Target.FEES, Target.KEPT,
)  # fmt: skip
OF_LINE = (Target.SETTLEMENT, Target.KEPT)


class UnableToMatch(Unable):
    """The target does not exist or does not fit, or the item is matched already."""

    code = "NOT_MATCHED"
    message = _("This cannot be matched so: %(cause)s")


class UnableToDecideMatch(Unable):
    """The one who proposed it wants to agree to it, or it is decided already."""

    code = "MATCH_NOT_DECIDED"
    message = _("This match cannot be decided: %(cause)s")


@transaction.atomic
def propose_match(
    *,
    directorate_id: int,
    item: BankEntry | CompanyLine,
    target: str,
    name: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Match:
    """
    This function will propose what a bank's entry or a company's line is; a second person decides.

    `name` is what the person typed: an account number, a receipt number, a file, a company.

    :raises UnableToMatch: when there is no such target, or the item is matched or proposed already.
    """
    if actor.user_id is None:
        raise UnableToMatch(cause=_("a person proposes it."))
    is_entry = isinstance(item, BankEntry)
    if target not in (OF_ENTRY if is_entry else OF_LINE):
        raise UnableToMatch(cause=_("choose what it is."))
    if isinstance(item, BankEntry) and (item.amount is None or item.status != "BOOK"):
        raise UnableToMatch(cause=_("it is no booked amount of whole dinars."))
    if isinstance(item, CompanyLine) and item.problem == CompanyLine.Problem.UNREADABLE:
        raise UnableToMatch(cause=_("the line cannot be read; the company sends it again."))
    with scope.within_system():
        found = _FINDERS[target](directorate_id, name.strip())
        if isinstance(item, CompanyLine) and target == Target.SETTLEMENT:
            if item.amount < 0:
                raise UnableToMatch(cause=_("a refund is asked for first, or kept apart."))
            _require_free(found)
        match = Match(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            entry=item if isinstance(item, BankEntry) else None,
            line=item if isinstance(item, CompanyLine) else None,
            target=target,
            target_name=found,
            basis=Match.Basis.PERSON,
            status=Status.PROPOSED,
            reason=reason.strip()[:200],
            proposed_by=actor.user_id,
            proposed_at=now,
        )
        try:
            with transaction.atomic():
                match.save(force_insert=True)
        except IntegrityError:
            raise UnableToMatch(cause=_("it is matched or proposed already.")) from None
        _record("payments.match.proposed", match, actor, now)
    return match


def _account(directorate_id: int, name: str) -> str:
    try:
        number = account_numbers.parse(name)
    except account_numbers.UnableToReadAccountNo as error:
        raise UnableToMatch(cause=str(error)) from None
    if customers.account_by_no(directorate_id, number) is None:
        raise UnableToMatch(cause=_("no account has this number."))
    return number


def _payout(directorate_id: int, name: str) -> str:
    found = CompanyFile.objects.filter(directorate_id=directorate_id, payout_reference=name)
    file = found.order_by("-imported_at").first()
    if file is None:
        raise UnableToMatch(cause=_("no file has this payout reference."))
    if Match.objects.filter(
        target=Target.PAYOUT, target_name=str(file.id), status=Status.STANDS
    ).exists():
        raise UnableToMatch(cause=_("this payout came already."))
    return str(file.id)


def _settlement(directorate_id: int, name: str) -> str:
    try:
        receipt = references.normalise(name)
    except references.UnableToReadReference:
        receipt = name
    found = Settlement.objects.filter(directorate_id=directorate_id, receipt_no=receipt).first()
    if found is None:
        raise UnableToMatch(cause=_("no payment has this receipt number."))
    return str(found.id)


def _require_free(settlement_id: str) -> None:
    """A payment stands in one line of all files."""
    of_line = Match.objects.filter(
        line__amount__gt=0, target=Target.SETTLEMENT, target_name=settlement_id
    )
    if (
        CompanyLine.objects.filter(settlement_id=UUID(settlement_id), amount__gt=0).exists()
        or of_line.filter(status=Status.STANDS).exists()
    ):
        raise UnableToMatch(cause=_("the company named this payment in another line."))


def _company(directorate_id: int, name: str) -> str:
    if name not in settings.WASL_PAYMENT_PROVIDERS:
        raise UnableToMatch(cause=_("no payment company is called so."))
    return name


def _agent(directorate_id: int, name: str) -> str:
    code = name.upper()
    if not BillerAgent.objects.filter(directorate_id=directorate_id, code=code).exists():
        raise UnableToMatch(cause=_("no agent has this code."))
    return code


def _nothing(directorate_id: int, name: str) -> str:
    return ""


_FINDERS: dict[str, Callable[[int, str], str]] = {
    Target.ACCOUNT: _account,
    Target.PAYOUT: _payout,
    Target.SETTLEMENT: _settlement,
    Target.AGENT: _agent,
    Target.COMPANY: _company,
    Target.FEES: _nothing,
    Target.KEPT: _nothing,
}


@transaction.atomic
def decide_match(
    *, directorate_id: int, match_id: UUID, is_agreed: bool, actor: Actor, now: datetime
) -> Match:
    """
    This function will agree to a proposed match, by a second person, and post it; or refuse it.

    Who proposed it may take it back, but not agree to it.

    :raises UnableToDecideMatch: when the same person agrees, or it is decided already.
    :raises UnableToMatch: when the company named the payment in another line meanwhile.
    :raises Match.DoesNotExist: when there is none of this directorate.
    """
    with scope.within_system():
        found = Match.objects.select_for_update(of=("self",)).select_related("entry", "line__file")
        match = found.get(id=match_id, directorate_id=directorate_id)
        if match.status != Status.PROPOSED:
            raise UnableToDecideMatch(cause=_("it is decided already."))
        if actor.user_id is None or (is_agreed and match.proposed_by == actor.user_id):
            raise UnableToDecideMatch(cause=_("somebody else than who proposed it agrees."))
        if is_agreed and match.line_id and match.target == Target.SETTLEMENT:
            _require_free(match.target_name)
        match.status = Status.STANDS if is_agreed else Status.REFUSED
        match.decided_by, match.decided_at = actor.user_id, now
        try:
            with transaction.atomic():
                match.save(update_fields=["status", "decided_by", "decided_at"])
        except IntegrityError:
            raise UnableToDecideMatch(cause=_("its target is matched already.")) from None
        if is_agreed:
            _post(match, now)
        _record("payments.match.decided", match, actor, now)
    return match


def _post(match: Match, now: datetime) -> None:
    if match.entry is not None and match.entry.amount:
        bank_targets.post(
            directorate_id=match.directorate_id,
            entry=f"match:{match.id}",
            amount=match.entry.amount,
            target=match.target,
            target_name=match.target_name,
            against=LedgerAccount.UNALLOCATED,
            now=now,
        )
    if match.line is not None:
        _post_line(match, match.line, now)


def _post_line(match: Match, line: CompanyLine, now: datetime) -> None:
    """What the company has of ours, beyond what we hold: kept apart until it is known whose it is."""
    over, fee = line.amount, line.fee_amount
    if match.target == Target.SETTLEMENT:
        held = Settlement.objects.get(id=UUID(match.target_name))
        over, fee = line.amount - held.amount, line.fee_amount - held.fee_amount
    clearing, kept = LedgerAccount.CLEARING, LedgerAccount.UNALLOCATED
    debit, credit = (clearing, kept) if over > 0 else (kept, clearing)
    if over:
        billing.post(
            directorate_id=match.directorate_id,
            entry=f"match:{match.id}",
            kind=Transfer.Kind.SETTLEMENT,
            lines=[Line(debit=debit, credit=credit, amount=abs(over), party=line.provider)],
            posted_on=now.astimezone(BAGHDAD).date(),
            now=now,
        )
    post_fees(line.file, f"company-line:{line.id}", [fee], now)


def _record(kind: str, match: Match, actor: Actor, now: datetime) -> None:
    events.record(
        kind=kind,
        subject=("match", match.id),
        actor=actor,
        directorate_id=match.directorate_id,
        data={
            "side": "bank" if match.entry_id else "company",
            "item": str(match.entry_id or match.line_id),
            "target": match.target,
            "target_name": match.target_name,
            "status": match.status,
            "reason": match.reason,
        },
        now=now,
    )
