"""Taking over statements and notices of the bank: every movement once, posted as it comes in."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing.models import LedgerAccount
from wasl.core import identifiers, scope
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.payments.bank import camt
from wasl.payments.bank.camt import Movement, Statement
from wasl.payments.models import BankEntry, BankStatement, Match
from wasl.payments.services import bank_targets


class UnableToImportStatement(Unable):
    """It was taken over before, or no person takes it over."""

    code = "STATEMENT_NOT_IMPORTED"
    message = _("The bank's file is not taken over: %(cause)s")


def import_bank_file(
    *, directorate_id: int, name: str, content: bytes, actor: Actor, now: datetime
) -> list[BankStatement]:
    """
    This function will keep the statements of a bank's file and post what is booked: all or none.

    What names something of ours is posted to it, with the reason written down; the rest is kept
    apart until two persons decide. A movement that the bank named before, in a notice or in another
    statement, is not posted again.

    :raises UnableToReadStatement: when the file is not such a one.
    :raises UnableToImportStatement: when the message was taken over before.
    """
    if actor.user_id is None:
        raise UnableToImportStatement(cause=_("a person takes it over."))
    found = camt.read(content)
    if not found:
        raise UnableToImportStatement(cause=_("it holds no statement."))
    digest = hashlib.sha256(content).hexdigest()
    with scope.within_system(), transaction.atomic():
        made = []
        for each in found:
            made.append(_statement(directorate_id, each, name, digest, actor.user_id, actor, now))
        return made


def _statement(
    directorate_id: int,
    found: Statement,
    name: str,
    digest: str,
    imported_by: UUID,
    actor: Actor,
    now: datetime,
) -> BankStatement:
    fresh = [each for each in found.movements if not _is_known(directorate_id, found, each)]
    statement = BankStatement(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        format=found.format,
        message_id=found.message_id,
        statement_no=found.statement_no,
        account=found.account,
        first_on=found.first_on,
        last_on=found.last_on,
        opening=found.opening,
        closing=found.closing,
        entries_count=len(found.movements),
        known_count=len(found.movements) - len(fresh),
        sha256=digest,
        name=name[:200],
        imported_by=imported_by,
        imported_at=now,
    )
    try:
        with transaction.atomic():
            statement.save(force_insert=True)
    except IntegrityError:
        raise UnableToImportStatement(cause=_("the same message was taken over before.")) from None
    unmatched = 0
    for number, movement in enumerate(fresh, start=1):
        unmatched += not _take_in(statement, number, movement, now)
    _record(statement, unmatched, actor, now)
    return statement


def _name(movement: Movement) -> str:
    """What names a movement at its account: its own reference, else the entry's with its place."""
    turn = "R" if movement.is_reversal else ""
    if movement.own_reference:
        return f"tx{turn}:{movement.own_reference}"
    if movement.entry_reference:
        return f"entry{turn}:{movement.entry_reference}:{movement.position}"
    return ""


def _is_known(directorate_id: int, found: Statement, movement: Movement) -> bool:
    """Whether the bank named it before: the whole entry, or this transaction."""
    if movement.status != "BOOK":
        return False
    booked = BankEntry.objects.filter(
        directorate_id=directorate_id, account=found.account, status=BankEntry.Status.BOOKED
    )
    if (
        movement.entry_reference
        and booked.filter(
            entry_reference=movement.entry_reference, is_reversal=movement.is_reversal
        ).exists()
    ):
        return True
    return bool(movement.own_reference) and booked.filter(name=_name(movement)).exists()


def _take_in(statement: BankStatement, number: int, movement: Movement, now: datetime) -> bool:
    """Keep and post one movement; whether it was matched, or needs no match."""
    found = bank_targets.target_of(statement.directorate_id, movement)
    entry = BankEntry(
        id=identifiers.new_id(now),
        statement=statement,
        directorate_id=statement.directorate_id,
        account=statement.account,
        number=number,
        # Without any reference, its place in the message: the message itself comes once.
        name=_name(movement) or f"line:{statement.message_id}:{statement.statement_no}:{number}",
        entry_reference=movement.entry_reference,
        end_to_end_id=movement.end_to_end_id,
        structured_reference=movement.structured_reference,
        text=movement.text or None,
        amount=movement.amount,
        amount_text=movement.amount_text,
        booked_on=movement.booked_on,
        status=movement.status,
        is_reversal=movement.is_reversal,
        problem=found.problem,
    )
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        raise UnableToImportStatement(
            cause=_("it names the movement %(name)s twice.") % {"name": entry.name}
        ) from None
    if movement.status != "BOOK" or movement.amount is None:
        return movement.status != "BOOK"
    if found.target:
        Match.objects.create(
            id=identifiers.new_id(now),
            directorate_id=statement.directorate_id,
            entry=entry,
            target=found.target,
            target_name=found.target_name,
            basis=found.basis,
            status=Match.Status.STANDS,
            proposed_at=now,
        )
    if movement.amount:
        bank_targets.post(
            directorate_id=statement.directorate_id,
            entry=f"bank:{entry.id}",
            amount=movement.amount,
            target=found.target or Match.Target.KEPT,
            target_name=found.target_name,
            against=LedgerAccount.BANK,
            now=now,
        )
    return bool(found.target)


def _record(statement: BankStatement, unmatched: int, actor: Actor, now: datetime) -> None:
    events.record(
        kind="payments.statement.imported",
        subject=("bank_statement", statement.id),
        actor=actor,
        directorate_id=statement.directorate_id,
        data={
            "message": statement.message_id,
            "sha256": statement.sha256,
            "entries": statement.entries_count,
            "known": statement.known_count,
            "unmatched": unmatched,
        },
        now=now,
    )
