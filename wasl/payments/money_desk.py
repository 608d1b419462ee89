"""What the desk for money shows: days, files, statements, and what waits for persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from wasl.billing import selectors as billing
from wasl.billing.models import LedgerAccount
from wasl.customers import account_numbers
from wasl.payments import comparison
from wasl.payments.comparison import Check
from wasl.payments.models import (
    BankEntry,
    BankStatement,
    CompanyFile,
    CompanyLine,
    DayClose,
    Match,
    Settlement,
)

SHOWN = 200
_HELD = Q(matches__status="STANDS")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An entry of the bank or a line of a company that nobody has matched, or a second has not."""

    side: str
    item: BankEntry | CompanyLine
    on: date | None
    amount: int | None
    why: str
    says: str
    proposed: Match | None
    target: str


def closes(directorate_id: int, limit: int = 31) -> list[DayClose]:
    """The last look at each day, newest day first."""
    found = DayClose.objects.filter(directorate_id=directorate_id).order_by("-day", "-revision")
    latest: dict[date, DayClose] = {}
    for each in found[: limit * 3]:
        latest.setdefault(each.day, each)
    return list(latest.values())[:limit]


def close_of(directorate_id: int, day: date) -> tuple[DayClose | None, list[Check], int]:
    """The last look at a day, what it found, and how many looks there were."""
    found = DayClose.objects.filter(directorate_id=directorate_id, day=day).order_by("-revision")
    last = found.first()
    return last, [comparison.from_json(each) for each in last.checks] if last else [], len(found)


def open_entries(directorate_id: int) -> QuerySet[BankEntry]:
    """Booked entries of the bank that no match stands for."""
    found = BankEntry.objects.filter(
        ~Q(problem=""), directorate_id=directorate_id, status=BankEntry.Status.BOOKED
    )
    return found.exclude(_HELD).order_by("booked_on", "id")


def open_lines(directorate_id: int) -> QuerySet[CompanyLine]:
    """Lines of companies that no match stands for."""
    found = CompanyLine.objects.filter(~Q(problem=""), directorate_id=directorate_id)
    return found.exclude(_HELD).order_by("happened_on", "id")


def waiting_count(directorate_id: int) -> int:
    """How many entries and lines wait for persons."""
    return open_entries(directorate_id).count() + open_lines(directorate_id).count()


def waiting(directorate_id: int) -> list[Waiting]:
    """What waits for persons, the bank's first, oldest first."""
    entries = open_entries(directorate_id).prefetch_related("matches")[:SHOWN]
    lines = open_lines(directorate_id).select_related("file").prefetch_related("matches")[:SHOWN]
    return [*map(_entry, entries), *map(_line, lines)]


def waiting_item(directorate_id: int, side: str, item_id: UUID) -> Waiting | None:
    """One of them."""
    if side == "bank":
        entry = open_entries(directorate_id).filter(id=item_id).first()
        return _entry(entry) if entry else None
    line = open_lines(directorate_id).select_related("file").filter(id=item_id).first()
    return _line(line) if line else None


def _entry(entry: BankEntry) -> Waiting:
    parts = [entry.structured_reference, entry.end_to_end_id, entry.text or ""]
    return _waiting("bank", entry, entry.booked_on, entry.amount, " · ".join(filter(None, parts)))


def _line(line: CompanyLine) -> Waiting:
    says = f"{line.provider}: {line.provider_payment_id}"
    return _waiting("company", line, line.happened_on, line.amount, says)


def _waiting(
    side: str, item: BankEntry | CompanyLine, on: date | None, amount: int | None, says: str
) -> Waiting:
    proposed = next((m for m in item.matches.all() if m.status == Match.Status.PROPOSED), None)
    return Waiting(
        side=side,
        item=item,
        on=on,
        amount=amount,
        why=item.get_problem_display(),
        says=says,
        proposed=proposed,
        target=target_in_words(proposed) if proposed else "",
    )


def target_in_words(match: Match) -> str:
    """What a match names, as a person would."""
    if match.target == Match.Target.ACCOUNT:
        return account_numbers.shown(match.target_name)
    if match.target == Match.Target.SETTLEMENT:
        found = Settlement.objects.filter(id=match.target_name).first()
        return found.receipt_no if found else match.target_name
    if match.target == Match.Target.PAYOUT:
        file = CompanyFile.objects.filter(id=match.target_name).first()
        return file.payout_reference if file else match.target_name
    return match.target_name


def files(directorate_id: int, limit: int = 20) -> list[CompanyFile]:
    """Companies' files, newest first."""
    found = CompanyFile.objects.filter(directorate_id=directorate_id)
    return list(found.order_by("-imported_at", "-id")[:limit])


def statements(directorate_id: int, limit: int = 20) -> list[BankStatement]:
    """The bank's statements, newest first."""
    found = BankStatement.objects.filter(directorate_id=directorate_id)
    return list(found.order_by("-imported_at", "-id")[:limit])


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """An account of the books, in words; its balance on the side where it belongs."""

    label: str | Promise
    debit: int
    credit: int

    @property
    def debit_balance(self) -> int:
        """What is left on the debit side."""
        return max(0, self.debit - self.credit)

    @property
    def credit_balance(self) -> int:
        """What is left on the credit side."""
        return max(0, self.credit - self.debit)


def trial(directorate_id: int, until: date) -> tuple[list[TrialRow], TrialRow]:
    """Every account of the books up to a day, and their totals: equal, or the books are broken."""
    rows = list(_trial_rows(directorate_id, until))
    return rows, TrialRow(
        label="", debit=sum(r.debit for r in rows), credit=sum(r.credit for r in rows)
    )


def _trial_rows(directorate_id: int, until: date) -> Iterator[TrialRow]:
    found = {each.ledger_account: each for each in billing.trial_balance(directorate_id, until)}
    for account in LedgerAccount:
        if each := found.get(account.value):
            yield TrialRow(label=account.label, debit=each.debit, credit=each.credit)
