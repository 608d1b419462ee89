"""Taking over what a payment company says of a day: each line beside the payment that we hold."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import services as billing
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import identifiers, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.payments import company_files
from wasl.payments.company_files import Read
from wasl.payments.models import CompanyFile, CompanyLine, Match, PaymentIntent, Refund, Settlement
from wasl.payments.services.callbacks import enqueue_confirmation

Problem = CompanyLine.Problem
AT_ONCE = 5000


class UnableToImportFile(Unable):
    """It was taken over before, or no person takes it over."""

    code = "FILE_NOT_IMPORTED"
    message = _("The file is not taken over: %(cause)s")


def import_company_file(
    *, directorate_id: int, provider: str, name: str, content: bytes, actor: Actor, now: datetime
) -> CompanyFile:
    """
    This function will keep a company's settlement file, and match each line with our payment.

    Fees that we did not know yet are posted. A payment that we know, but not as paid, makes us ask
    the company: its own answer settles, never a file.

    :raises UnableToReadCompanyFile: when it is not such a file.
    :raises UnableToImportFile: when it was taken over before, or the company is unknown.
    """
    if provider not in settings.WASL_PAYMENT_PROVIDERS:
        raise UnableToImportFile(cause=_("the company is unknown."))
    if actor.user_id is None:
        raise UnableToImportFile(cause=_("a person takes it over."))
    how = company_files.layout(provider)
    found = company_files.read(content, how)
    if not found:
        raise UnableToImportFile(cause=_("it holds no payment."))
    with scope.within_system():
        file = _file(directorate_id, provider, name, content, found, how, actor.user_id, now)
        lines = [
            line
            for first in range(0, len(found), AT_ONCE)
            for line in _matched(file, found[first : first + AT_ONCE], now)
        ]
        _post_fees(file, lines, now)
        _ask_about(file, lines)
        _record(file, lines, actor, now)
    return file


def _file(
    directorate_id: int,
    provider: str,
    name: str,
    content: bytes,
    found: Sequence[Read],
    how: company_files.Layout,
    imported_by: UUID,
    now: datetime,
) -> CompanyFile:
    digest = hashlib.sha256(content).hexdigest()
    # Two people with the same file at once: the second waits here, and is told.
    made, is_new = CompanyFile.objects.get_or_create(
        directorate_id=directorate_id,
        provider=provider,
        sha256=digest,
        defaults=_sums(found, how, provider, now)
        | {"name": name[:200], "imported_by": imported_by, "imported_at": now},
    )
    if not is_new:
        raise UnableToImportFile(cause=_("the same file was taken over before."))
    return made


def _sums(
    found: Sequence[Read], how: company_files.Layout, provider: str, now: datetime
) -> dict[str, object]:
    days = sorted(each.happened_on for each in found if each.happened_on)
    last_on = days[-1] if days else now.astimezone(BAGHDAD).date()
    named = {each.payout_reference for each in found if each.payout_reference}
    made = how.payout_reference.format(provider=provider, day=last_on.isoformat())
    return {
        "id": identifiers.new_id(now),
        "first_on": days[0] if days else last_on,
        "last_on": last_on,
        "payout_reference": (named.pop() if len(named) == 1 else made)[:80],
        "lines_count": len(found),
        "amount": sum(each.amount for each in found),
        "fee_amount": sum(each.fee_amount for each in found),
    }


def _matched(file: CompanyFile, found: Sequence[Read], now: datetime) -> list[CompanyLine]:
    ids = [each.provider_payment_id for each in found]
    held = {
        each.provider_payment_id: each
        for each in Settlement.objects.filter(provider=file.provider, provider_payment_id__in=ids)
    }
    begun = set(
        PaymentIntent.objects.filter(provider=file.provider, provider_payment_id__in=ids)
        .values_list("provider_payment_id", flat=True)
    )  # fmt: skip
    taken = set(
        CompanyLine.objects.filter(provider=file.provider, provider_payment_id__in=ids, amount__gt=0)
        .values_list("provider_payment_id", flat=True)
    )  # fmt: skip
    by_hand = set(
        Match.objects.filter(
            line__amount__gt=0, target=Match.Target.SETTLEMENT, status=Match.Status.STANDS,
            target_name__in=[str(each.id) for each in held.values()],
        ).values_list("target_name", flat=True)
    )  # fmt: skip
    taken |= {each.provider_payment_id for each in held.values() if str(each.id) in by_hand}
    given_back = _refunds(held.values())
    made = []
    for each in found:
        settlement = held.get(each.provider_payment_id)
        problem = _problem(file, each, settlement, begun=begun, taken=taken, given_back=given_back)
        if each.amount > 0:
            taken.add(each.provider_payment_id)
        elif not problem:
            del given_back[each.provider_payment_id]
        made.append(
            CompanyLine(
                id=identifiers.new_id(now),
                file=file,
                directorate_id=file.directorate_id,
                provider=file.provider,
                number=each.number,
                provider_payment_id=each.provider_payment_id,
                key=each.key,
                amount=each.amount,
                fee_amount=each.fee_amount,
                happened_on=each.happened_on,
                problem=problem,
                settlement_id=settlement.id if settlement and not problem else None,
                content=dict(each.content),
            )
        )
    return CompanyLine.objects.bulk_create(made)


def _refunds(held: Iterable[Settlement]) -> dict[str, int]:
    """What went back of payments, by the company's number, and is in no line of a file yet."""
    done = Refund.objects.filter(settlement__in=list(held), state=Refund.State.REFUNDED)
    named = {
        *CompanyLine.objects.filter(amount__lt=0, settlement_id__isnull=False)
        .filter(settlement_id__in=done.values("settlement_id"))
        .values_list("settlement_id", flat=True)
    }
    late = set(
        Match.objects.filter(
            line__amount__lt=0, target=Match.Target.SETTLEMENT, status=Match.Status.STANDS
        ).values_list("target_name", flat=True)
    )
    return {
        each.settlement.provider_payment_id: each.amount
        for each in done.select_related("settlement")
        if each.settlement_id not in named and str(each.settlement_id) not in late
    }


def _problem(
    file: CompanyFile,
    each: Read,
    settlement: Settlement | None,
    *,
    begun: set[str | None],
    taken: set[str],
    given_back: dict[str, int],
) -> str:
    if not each.is_readable:
        return Problem.UNREADABLE
    if each.amount < 0:
        is_ours = given_back.get(each.provider_payment_id) == -each.amount
        return Problem.NONE if is_ours else Problem.REFUND_UNKNOWN
    if each.provider_payment_id in taken:
        return Problem.DUPLICATE
    if settlement is None:
        return Problem.NOT_SETTLED if each.provider_payment_id in begun else Problem.UNKNOWN
    if settlement.directorate_id != file.directorate_id:
        return Problem.OTHER_OFFICE
    return Problem.NONE if settlement.amount == each.amount else Problem.OTHER_AMOUNT


def _post_fees(file: CompanyFile, lines: Sequence[CompanyLine], now: datetime) -> None:
    known = dict(
        Settlement.objects.filter(id__in=[each.settlement_id for each in lines if each.settlement_id])
        .values_list("id", "fee_amount")
    )  # fmt: skip
    more = [
        each.fee_amount - (known[each.settlement_id] if each.amount > 0 else 0)
        for each in lines
        if each.settlement_id
    ]
    post_fees(file, f"company-file:{file.id}", more, now)


def post_fees(file: CompanyFile, entry: str, more: Sequence[int], now: datetime) -> None:
    """This function will post what a company kept above (or below) what we knew of, payment by payment."""
    fees, clearing = LedgerAccount.COMPANY_FEES, LedgerAccount.CLEARING
    kept, given = sum(m for m in more if m > 0), -sum(m for m in more if m < 0)
    if not kept and not given:
        return
    billing.post(
        directorate_id=file.directorate_id,
        entry=entry,
        kind=Transfer.Kind.SETTLEMENT,
        lines=[
            Line(debit=fees, credit=clearing, amount=kept, party=file.provider),
            Line(debit=clearing, credit=fees, amount=given, party=file.provider),
        ],
        posted_on=now.astimezone(BAGHDAD).date(),
        now=now,
    )


def _ask_about(file: CompanyFile, lines: Sequence[CompanyLine]) -> None:
    wanted = [each.provider_payment_id for each in lines if each.problem == Problem.NOT_SETTLED]
    open_ones = PaymentIntent.objects.filter(
        provider=file.provider, provider_payment_id__in=wanted, closed_at=None
    )
    for intent_id in open_ones.values_list("id", flat=True):
        enqueue_confirmation(intent_id)


def match_late_lines(*, directorate_id: int, now: datetime) -> int:
    """
    This function will match the lines whose payment was settled, or given back, since; their number.

    A company's file can be here before its answer.
    """
    waiting = (
        CompanyLine.objects.filter(
            directorate_id=directorate_id,
            problem__in=[Problem.NOT_SETTLED, Problem.REFUND_UNKNOWN],
        )
        .exclude(matches__status__in=["PROPOSED", "STANDS"])
        .select_related("file")
        .order_by("id")[:AT_ONCE]
    )
    lines = list(waiting)
    held = {
        (each.provider, each.provider_payment_id): each
        for each in Settlement.objects.filter(
            directorate_id=directorate_id,
            provider_payment_id__in=[each.provider_payment_id for each in lines],
        )
    }
    given_back = _refunds(held.values())
    found = 0
    for line in lines:
        settlement = held.get((line.provider, line.provider_payment_id))
        if settlement is None:
            continue
        if line.amount < 0:
            is_it = given_back.pop(line.provider_payment_id, None) == -line.amount
        else:
            is_it = settlement.amount == line.amount and not _is_held(settlement)
        if is_it:
            _match_late(line, settlement, now)
            found += 1
    return found


def _match_late(line: CompanyLine, settlement: Settlement, now: datetime) -> None:
    Match.objects.create(
        id=identifiers.new_id(now),
        directorate_id=line.directorate_id,
        line=line,
        target=Match.Target.SETTLEMENT,
        target_name=str(settlement.id),
        basis=Match.Basis.END_TO_END,
        status=Match.Status.STANDS,
        proposed_at=now,
    )
    known = settlement.fee_amount if line.amount > 0 else 0
    post_fees(line.file, f"company-line:{line.id}", [line.fee_amount - known], now)


def _is_held(settlement: Settlement) -> bool:
    lines = CompanyLine.objects.filter(settlement_id=settlement.id, amount__gt=0)
    by_hand = Match.objects.filter(
        line__amount__gt=0,
        target=Match.Target.SETTLEMENT,
        target_name=str(settlement.id),
        status=Match.Status.STANDS,
    )
    return lines.exists() or by_hand.exists()


def _record(file: CompanyFile, lines: Sequence[CompanyLine], actor: Actor, now: datetime) -> None:
    events.record(
        kind="payments.company-file.imported",
        subject=("company_file", file.id),
        actor=actor,
        directorate_id=file.directorate_id,
        data={
            "provider": file.provider,
            "sha256": file.sha256,
            "lines": len(lines),
            "unmatched": sum(1 for each in lines if each.problem),
            "amount": file.amount,
            "fees": file.fee_amount,
        },
        now=now,
    )
