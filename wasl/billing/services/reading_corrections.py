"""
A wrong reading that was accepted: two people put another row in its place, and its bills are made anew.

What rests on it follows in the same transaction, or nothing does: the next reading of the register
is audited again from the new figure, and every standing bill of the two is cancelled and rebilled.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import selectors, subjects
from wasl.billing.models import Bill, Reading, ReadingCode, ReadingCorrection
from wasl.billing.services.corrections import cancel_and_rebill
from wasl.billing.services.readings import record_reading
from wasl.core import identifiers
from wasl.core.errors import Unable
from wasl.events import services as events


class UnableToCorrectReading(Unable):
    """No accepted real reading, the same person, or the figure does not fit between its neighbours."""

    code = "READING_NOT_CORRECTED"
    message = _("The reading is not corrected: %(cause)s")


def ask_reading_correction(
    *,
    directorate_id: int,
    account_no: str,
    read_on: date,
    revision: int,
    register_kwh: int,
    reason: ReadingCorrection.Reason,
    note: str,
    actor: Actor,
    now: datetime,
    case_id: UUID | None = None,
) -> ReadingCorrection:
    """
    This function will ask that `register_kwh` take the place of an accepted reading.

    :raises UnableToCorrectReading: when the reading is no accepted real one, shows this figure
        already, or its correction is asked for.
    """
    if actor.user_id is None:
        raise UnableToCorrectReading(cause=_("a person asks for it."))
    with transaction.atomic():
        reading = _lock(directorate_id, account_no, read_on, revision)
        if reading.register_kwh == register_kwh:
            raise UnableToCorrectReading(cause=_("it shows this figure already."))
        asked = ReadingCorrection.objects.filter(
            directorate_id=directorate_id, account_no=account_no, read_on=read_on,
            revision=revision, status=ReadingCorrection.Status.ASKED,
        )  # fmt: skip
        if asked.exists():
            raise UnableToCorrectReading(cause=_("a correction of it is asked for already."))
        return ReadingCorrection.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            account_no=account_no,
            read_on=read_on,
            revision=revision,
            register_kwh=register_kwh,
            reason=reason,
            note=note.strip(),
            case_id=case_id,
            asked_by=actor.user_id,
            asked_at=now,
        )


def decide_reading_correction(
    *,
    directorate_id: int,
    correction_id: UUID,
    is_agreed: bool,
    actor: Actor,
    now: datetime,
    today: date,
) -> list[Bill]:
    """
    This function will refuse a correction, or carry it out; gives the bills that were made anew.

    :raises UnableToCorrectReading: when it is decided, one's own asking or reading, does not stand
        the audit, or a bill of it is contested in a case that is still open.
    :raises UnableToCancelBill: as `cancel_and_rebill` does; so does UnableToMakeBill.
    """
    with transaction.atomic():
        asked = ReadingCorrection.objects.select_for_update().get(
            directorate_id=directorate_id, id=correction_id
        )
        if asked.status != ReadingCorrection.Status.ASKED:
            raise UnableToCorrectReading(cause=_("it is decided already."))
        if actor.user_id is None or actor.user_id == asked.asked_by:
            raise UnableToCorrectReading(cause=_("somebody else than who asked decides."))
        made: list[Bill] = []
        asked.status = ReadingCorrection.Status.REFUSED
        if is_agreed:
            asked.status = ReadingCorrection.Status.AGREED
            asked.new_revision, made = _carry_out(asked, actor, now, today)
        asked.decided_by, asked.decided_at = actor.user_id, now
        asked.save(update_fields=["status", "new_revision", "decided_by", "decided_at"])
        if is_agreed:
            _record(asked, actor, now)
    return made


def correct_contested_reading(
    *,
    directorate_id: int,
    account_no: str,
    read_on: date,
    revision: int,
    register_kwh: int,
    case_id: UUID,
    asked_by: UUID,
    actor: Actor,
    now: datetime,
    today: date,
) -> list[Bill]:
    """
    This function will correct the reading that a case found wrong: `asked_by` found it, `actor` agrees.

    Both steps in one; gives the bills that were made anew, the contested one among them.

    :raises UnableToCorrectReading: as the two steps do.
    """
    with transaction.atomic():
        asked = ask_reading_correction(
            directorate_id=directorate_id,
            account_no=account_no,
            read_on=read_on,
            revision=revision,
            register_kwh=register_kwh,
            reason=ReadingCorrection.Reason.METER_CHECKED,
            note="",
            actor=replace(actor, user_id=asked_by),
            now=now,
            case_id=case_id,
        )
        return decide_reading_correction(
            directorate_id=directorate_id,
            correction_id=asked.id,
            is_agreed=True,
            actor=actor,
            now=now,
            today=today,
        )


def _carry_out(
    asked: ReadingCorrection, actor: Actor, now: datetime, today: date
) -> tuple[int, list[Bill]]:
    wrong = _lock(asked.directorate_id, asked.account_no, asked.read_on, asked.revision)
    following = _following(wrong)
    concerned = [wrong] if following is None else [wrong, following]
    bills = _bills_of(concerned)
    _require_uncontested(bills, asked.case_id)
    for reading in concerned:
        _replace(reading, actor, now)
    revision = _take_place(wrong, asked, asked.register_kwh, actor, now, today)
    if following is not None:
        _take_place(following, asked, following.register_kwh, actor, now, today)
    made = [
        cancel_and_rebill(
            directorate_id=bill.directorate_id,
            account_no=bill.account_no,
            period=bill.period,
            revision=bill.revision,
            reason="DISPUTE_UPHELD" if asked.case_id else "WRONG_READING",
            asked_by=asked.asked_by,
            actor=actor,
            now=now,
            note=f"correction {asked.id}",
        )
        for bill in bills
    ]
    return revision, made


def _lock(directorate_id: int, account_no: str, read_on: date, revision: int) -> Reading:
    """The accepted real reading, under the lock of its account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM customers_account WHERE directorate_id = %s AND account_no = %s FOR UPDATE",
            [directorate_id, account_no],
        )
    found = Reading.objects.filter(
        directorate_id=directorate_id, account_no=account_no, read_on=read_on, revision=revision
    ).first()
    if found is None or found.status != Reading.Status.ACCEPTED:
        raise UnableToCorrectReading(cause=_("no accepted reading stands there."))
    if found.is_estimate:
        raise UnableToCorrectReading(cause=_("an estimate is set right by the next real reading."))
    return found


def _real(reading: Reading) -> QuerySet[Reading]:
    """The accepted real readings of the same register on the same account."""
    found = Reading.objects.filter(
        directorate_id=reading.directorate_id,
        account_no=reading.account_no,
        serial=reading.serial,
        status=Reading.Status.ACCEPTED,
    )
    return found.exclude(source=Reading.Source.ESTIMATE)


def _following(reading: Reading) -> Reading | None:
    """The reading whose use is counted from this one."""
    found = _real(reading).filter(basis_on=reading.read_on, read_on__gt=reading.read_on)
    return found.order_by("read_on", "revision").first()


def _bills_of(readings: list[Reading]) -> list[Bill]:
    """The standing bills that were made from the readings, the oldest first."""
    one = readings[0]
    standing = selectors.standing_bills(one.directorate_id, one.account_no)
    days = [reading.read_on for reading in readings if reading.source != Reading.Source.FIRST]
    bills = [
        bill
        for bill in standing.filter(is_estimated=False, to_on__gte=one.read_on)
        if any(bill.from_on < day <= bill.to_on for day in days)
    ]
    return bills[::-1]


def _require_uncontested(bills: list[Bill], case_id: UUID | None) -> None:
    for bill in bills:
        contested = selectors.disputes(bill.directorate_id, bill.account_no).get(bill.key)
        is_open = contested is not None and contested.closed_at is None
        if is_open and contested is not None and contested.case_id != case_id:
            raise UnableToCorrectReading(
                cause=_("bill %(bill)s is contested; its case decides.") % {"bill": bill.number}
            )


def _replace(reading: Reading, actor: Actor, now: datetime) -> None:
    if actor.user_id == reading.taken_by:
        raise UnableToCorrectReading(cause=_("somebody else than who took the readings decides."))
    reading.status = Reading.Status.REPLACED
    reading.replaced_by, reading.replaced_at = actor.user_id, now
    reading.save(update_fields=["status", "replaced_by", "replaced_at"])


def _take_place(
    old: Reading,
    asked: ReadingCorrection,
    register_kwh: int | None,
    actor: Actor,
    now: datetime,
    today: date,
) -> int:
    """The new row in the old one's place; gives its revision."""
    details = {**old.details, "correction": str(asked.id), "in_place_of": old.revision}
    is_same = register_kwh == old.register_kwh
    taken_by = old.taken_by if is_same else asked.asked_by
    if old.source == Reading.Source.FIRST:
        return _begin_anew(old, register_kwh, taken_by, details, now)
    verdict = record_reading(
        directorate_id=old.directorate_id,
        account_no=old.account_no,
        read_on=old.read_on,
        register_kwh=register_kwh,
        source=Reading.Source(old.source),
        serial=old.serial,
        origin="corrected",
        details=details,
        actor=replace(actor, user_id=taken_by),
        now=now,
        today=today,
        is_correction=True,
    )
    if verdict.status == Reading.Status.HELD and verdict.code == ReadingCode.HIGH:
        # Unusual, but two people have looked at it.
        _accept(old, verdict.revision, actor, now)
    elif verdict.status != Reading.Status.ACCEPTED:
        raise UnableToCorrectReading(
            cause=_("the reading of %(day)s would be: %(verdict)s.")
            % {"day": old.read_on.isoformat(), "verdict": verdict.code.label}
        )
    return verdict.revision


def _accept(old: Reading, revision: int, actor: Actor, now: datetime) -> None:
    Reading.objects.filter(
        directorate_id=old.directorate_id, account_no=old.account_no, read_on=old.read_on,
        revision=revision, status=Reading.Status.HELD,
    ).update(
        status=Reading.Status.ACCEPTED, decided_by=actor.user_id, decided_at=now
    )  # fmt: skip


def _begin_anew(
    old: Reading,
    register_kwh: int | None,
    taken_by: UUID | None,
    details: dict[str, object],
    now: datetime,
) -> int:
    """The first figure of a meter rests on nothing, so there is nothing to audit it against."""
    same_day = Reading.objects.filter(
        directorate_id=old.directorate_id, account_no=old.account_no, read_on=old.read_on
    )
    made = Reading.objects.create(
        directorate_id=old.directorate_id,
        account_no=old.account_no,
        read_on=old.read_on,
        revision=max(same_day.values_list("revision", flat=True)) + 1,
        serial=old.serial,
        register_kwh=register_kwh,
        source=Reading.Source.FIRST,
        status=Reading.Status.ACCEPTED,
        code=ReadingCode.ACCEPTED,
        origin="corrected",
        details=details,
        taken_by=taken_by,
        recorded_at=now,
    )
    return made.revision


def _record(asked: ReadingCorrection, actor: Actor, now: datetime) -> None:
    events.record(
        kind="billing.reading.corrected",
        subject=subjects.account(asked.directorate_id, asked.account_no),
        actor=actor,
        directorate_id=asked.directorate_id,
        data={
            "account": asked.account_no,
            "read_on": asked.read_on.isoformat(),
            "reason": asked.reason,
            "register_kwh": asked.register_kwh,
        },
        now=now,
    )
