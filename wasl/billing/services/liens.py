"""
The list of debts for which a lien on the property is asked: three persons, and nobody on it unjustly.

One proposes what the ladder of arrears has brought there, another checks it, the director approves.
At each step the debts are looked at anew: what was paid, contested or put into instalments drops
off. What is approved is frozen, told to each holder, and released by itself when the debt is gone.
"""

import csv
import hashlib
import io
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing import lien_sql, subjects
from wasl.billing.models import LienEntry, LienList
from wasl.core import crypto, identifiers, jobs
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers import account_numbers
from wasl.customers.models import Account, Premises
from wasl.directorates import selectors as directorates
from wasl.events import services as events
from wasl.notifications import services as notifications

Status = LienList.Status
# A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnableToList(Unable):
    """Nobody belongs on the list, it is another's turn, or the step was taken already."""

    code = "LIEN_LIST_REFUSED"
    message = _("The list is left as it is: %(cause)s")


@transaction.atomic
def propose_liens(*, directorate_id: int, actor: Actor, now: datetime) -> LienList:
    """
    This function will put everybody whom the ladder has brought there on a new list.

    :raises UnableToList: when nobody is left to be listed, or a list is in work already.
    """
    _lock(directorate_id)
    lists = LienList.objects.filter(directorate_id=directorate_id)
    if lists.filter(status__in=[Status.PROPOSED, Status.CHECKED]).exists():
        raise UnableToList(cause=_("another one is in work."))
    made = LienList.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        number=(lists.aggregate(last=Max("number"))["last"] or 0) + 1,
        proposed_by=_person(actor),
        proposed_at=now,
    )
    _run(lien_sql.PROPOSE, made, now)
    _refresh(made, now)
    _record(made, actor, now)
    return made


@transaction.atomic
def leave_out(
    *, directorate_id: int, list_id: UUID, account_no: str, reason: str, actor: Actor, now: datetime
) -> None:
    """
    This function will take somebody off a list that is in work, for a reason of the closed list.

    :raises UnableToList: when the list is not in work, or the account does not stand on it.
    """
    found = _in_work(directorate_id, list_id)
    if reason not in LienEntry.BY_PERSON:
        raise UnableToList(cause=_("choose the reason from the list."))
    taken = LienEntry.objects.filter(
        directorate_id=directorate_id, list_id=found.id, account_no=account_no, left_out=""
    ).update(left_out=reason, left_out_by=_person(actor))
    if not taken:
        raise UnableToList(cause=_("the account does not stand on it."))
    events.record(
        kind="billing.lien.left_out",
        subject=subjects.account(directorate_id, account_no),
        actor=actor,
        directorate_id=directorate_id,
        data={"account": account_no, "number": found.number, "reason": reason},
        now=now,
    )


@transaction.atomic
def check_liens(*, directorate_id: int, list_id: UUID, actor: Actor, now: datetime) -> LienList:
    """
    This function will hand a proposed list to the director.

    :raises UnableToList: when it is not proposed, one's own, or nobody is left on it.
    """
    found = _in_work(directorate_id, list_id)
    if found.status != Status.PROPOSED:
        raise UnableToList(cause=_("it was checked already."))
    if found.proposed_by == _person(actor):
        raise UnableToList(cause=_("somebody else than who proposed it checks it."))
    _refresh(found, now)
    found.status, found.checked_by, found.checked_at = Status.CHECKED, actor.user_id, now
    found.save(update_fields=["status", "checked_by", "checked_at"])
    _record(found, actor, now)
    return found


@transaction.atomic
def approve_liens(*, directorate_id: int, list_id: UUID, actor: Actor, now: datetime) -> LienList:
    """
    This function will approve a checked list, freeze its content, and have each holder told.

    :raises UnableToList: when it was not checked, the actor is not the director or had a hand in it,
        or nobody is left on it.
    """
    found = _in_work(directorate_id, list_id)
    if found.status != Status.CHECKED:
        raise UnableToList(cause=_("a second person checks it first."))
    if actor.role != Role.DIRECTOR or _person(actor) in {found.proposed_by, found.checked_by}:
        raise UnableToList(cause=_("the director approves it, who had no hand in it."))
    _refresh(found, now)
    content = _content(found, listed(found))
    found.status, found.ended_by, found.ended_at = Status.APPROVED, actor.user_id, now
    found.sha256 = hashlib.sha256(content).hexdigest()
    found.content = crypto.encrypt_file(content, name=_name(found))
    found.save(update_fields=["status", "ended_by", "ended_at", "sha256", "content"])
    _record(found, actor, now)
    events.record_set(
        kind="billing.lien.listed",
        source=lien_sql.LISTED,
        parameters={"directorate": directorate_id, "list": found.id},
        subject_type="account",
        subject_sql=subjects.ACCOUNT_SQL,
        actor=Actor.system(),
        now=now,
    )
    jobs.enqueue("billing.tell_of_liens", directorate_id=directorate_id, list_id=str(found.id))
    return found


@transaction.atomic
def withdraw_liens(*, directorate_id: int, list_id: UUID, actor: Actor, now: datetime) -> LienList:
    """
    This function will end a list that is in work without its being approved.

    :raises UnableToList: when it is not in work.
    """
    found = _in_work(directorate_id, list_id)
    LienEntry.objects.filter(
        directorate_id=directorate_id, list_id=found.id, left_out=""
    ).update(left_out=LienEntry.LeftOut.WITHDRAWN)  # fmt: skip
    found.status, found.ended_by, found.ended_at = Status.WITHDRAWN, _person(actor), now
    found.save(update_fields=["status", "ended_by", "ended_at"])
    _record(found, actor, now)
    return found


@transaction.atomic
def release_liens(*, directorate_id: int, now: datetime) -> int:
    """This function will release whose listed debt is gone, and tell them; how many they are."""
    with connection.cursor() as cursor:
        on = now.astimezone(BAGHDAD).date()
        cursor.execute(lien_sql.RELEASE, {"directorate": directorate_id, "on": on})
        released = cursor.fetchall()
    for account_no, _list_id, number in released:
        events.record(
            kind="billing.lien.released",
            subject=subjects.account(directorate_id, account_no),
            actor=Actor.system(),
            directorate_id=directorate_id,
            data={"account": account_no, "number": number},
            now=now,
        )
        _tell(directorate_id, account_no, "billing.lien_released", {"number": str(number)}, now)
    return len(released)


def release_all(*, now: datetime) -> int:
    """This function will do so for every directorate of today."""
    today = now.astimezone(BAGHDAD).date()
    return sum(
        release_liens(directorate_id=d.id, now=now) for d in directorates.distribution(today)
    )


@transaction.atomic
def tell_of_liens(*, directorate_id: int, list_id: UUID, now: datetime) -> int:
    """This function will tell everybody on an approved list; how many they are."""
    found = LienList.objects.get(directorate_id=directorate_id, id=list_id)
    entries = listed(found)
    for entry in entries:
        values: dict[str, str | int] = {"number": str(found.number), "amount": entry.amount}
        _tell(directorate_id, entry.account_no, "billing.lien", values, now)
    return len(entries)


def open_file(*, directorate_id: int, list_id: UUID, actor: Actor, now: datetime) -> bytes:
    """
    This function will give the approved content (CSV), and put on record who took it.

    :raises UnableToList: when the list is not approved.
    """
    found = LienList.objects.filter(directorate_id=directorate_id, id=list_id).first()
    if found is None or found.content is None:
        raise UnableToList(cause=_("it is not approved."))
    content = crypto.decrypt_file(bytes(found.content), name=_name(found))
    events.record(
        kind="billing.lien.file_taken",
        subject=("lien_list", found.id),
        actor=actor,
        directorate_id=directorate_id,
        data={"number": found.number, "sha256": found.sha256},
        now=now,
    )
    return content


def open_releases(*, directorate_id: int, list_id: UUID, actor: Actor, now: datetime) -> bytes:
    """
    This function will give those of an approved list whose debt is gone (CSV): their lien is lifted.

    :raises UnableToList: when nobody was released.
    """
    found = LienList.objects.filter(directorate_id=directorate_id, id=list_id).first()
    released = LienEntry.objects.filter(
        directorate_id=directorate_id, list_id=list_id, released_on__isnull=False
    )
    entries = list(released.order_by("released_on", "account_no"))
    if found is None or not entries:
        raise UnableToList(cause=_("nobody was released from it."))
    content = _content(found, entries)
    events.record(
        kind="billing.lien.file_taken",
        subject=("lien_list", found.id),
        actor=actor,
        directorate_id=directorate_id,
        data={"number": found.number, "sha256": hashlib.sha256(content).hexdigest()},
        now=now,
    )
    return content


def listed(found: LienList) -> list[LienEntry]:
    """Who stands on a list, the largest debts first."""
    entries = LienEntry.objects.filter(
        directorate_id=found.directorate_id, list_id=found.id, left_out=""
    )
    return list(entries.order_by("-amount", "account_no"))


def _content(found: LienList, entries: list[LienEntry]) -> bytes:
    """Name, property and amount, as the tax authority asks for them; nothing else of anybody."""
    accounts = {
        each.account_no: each
        for each in Account.objects.filter(
            directorate_id=found.directorate_id,
            account_no__in=[entry.account_no for entry in entries],
        )
    }
    holders = User.objects.in_bulk([each.holder_id for each in accounts.values()])
    places = {
        each.id: each
        for each in Premises.objects.filter(
            directorate_id=found.directorate_id,
            id__in=[each.premises_id for each in accounts.values()],
        )
    }
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["ت", "اسم المشترك", "رقم الحساب", "محلة", "زقاق", "دار", "المبلغ بالدينار"])
    for number, entry in enumerate(entries, start=1):
        account = accounts[entry.account_no]
        holder, place = holders.get(account.holder_id), places[account.premises_id]
        row = [
            (holder.full_name or "") if holder else "",
            account_numbers.shown(entry.account_no),
            place.mahalla,
            place.zuqaq,
            place.dar,
        ]
        table.writerow([number, *map(_cell, row), entry.amount])
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _refresh(found: LienList, now: datetime) -> None:
    _run(lien_sql.REFRESH, found, now)
    if not listed(found):
        raise UnableToList(cause=_("nobody is left to stand on it."))


def _run(statement: str, found: LienList, now: datetime) -> None:
    on: date = now.astimezone(BAGHDAD).date()
    values: dict[str, Any] = {"directorate": found.directorate_id, "list": found.id, "on": on}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _lock(directorate_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wasl-liens'), %s)", [directorate_id])


def _in_work(directorate_id: int, list_id: UUID) -> LienList:
    found = (
        LienList.objects.select_for_update()
        .filter(directorate_id=directorate_id, id=list_id)
        .first()
    )
    if found is None or found.status not in {Status.PROPOSED, Status.CHECKED}:
        raise UnableToList(cause=_("it is not in work."))
    return found


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise UnableToList(cause=_("a person does it."))
    return actor.user_id


def _name(found: LienList) -> str:
    return f"lien-list:{found.directorate_id}:{found.number}"


def _record(found: LienList, actor: Actor, now: datetime) -> None:
    entries = listed(found)
    events.record(
        kind="billing.lien.moved",
        subject=("lien_list", found.id),
        actor=actor,
        directorate_id=found.directorate_id,
        data={
            "number": found.number,
            "status": found.status,
            "accounts": len(entries),
            "total": sum(each.amount for each in entries),
            "sha256": found.sha256,
        },
        now=now,
    )


def _tell(
    directorate_id: int, account_no: str, notice: str, values: dict[str, str | int], now: datetime
) -> None:
    account = Account.objects.get(directorate_id=directorate_id, account_no=account_no)
    person = User.objects.filter(id=account.holder_id).first()
    if person is None:
        return
    notifications.notify(
        recipient=person,
        template=notice,
        values={"account": account_numbers.shown(account_no), **values},
        directorate_id=directorate_id,
        now=now,
        subject=subjects.account(directorate_id, account_no),
    )
