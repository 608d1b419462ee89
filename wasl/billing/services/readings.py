"""Taking readings down, and deciding those that a person must look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from wasl.accounts.actors import Actor
from wasl.billing import audit_sql, subjects
from wasl.billing.models import Reading, ReadingCode
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.customers.models import MeterAssignment
from wasl.directorates import dated
from wasl.events import services as events


class UnableToDecideReading(Unable):
    """It is decided already, was taken by the same person, or another reading came since."""

    code = "READING_NOT_DECIDED"
    message = _("This reading cannot be decided so: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the audit says of a reading; `is_kept` unless it was refused outright."""

    account_no: str
    read_on: date | None
    code: ReadingCode
    status: str
    consumption_kwh: int | None
    revision: int

    @property
    def is_kept(self) -> bool:
        """Whether it stands in the books, accepted or held."""
        return self.status != Reading.Status.REJECTED


_ONE = f"""
WITH given AS (
    SELECT 1 AS item, %(directorate)s::int AS directorate_id, %(account)s::text AS account_no,
        %(serial)s::text AS serial, %(read_on)s::date AS read_on, %(register)s::bigint AS register_kwh,
        %(source)s::text AS source, %(mark)s::text AS mark, %(taken_by)s::uuid AS taken_by,
        %(details)s::jsonb AS details
), {audit_sql.AUDITED}, kept AS ({audit_sql.KEEP} RETURNING 1)
SELECT code, status, consumption_kwh, revision, (SELECT count(*) FROM kept) FROM audited
"""  # noqa: S608 (no value is put in)


def rules(directorate_id: int, on: date) -> dict[str, int]:
    """The dated limits that the audit asks for."""
    names = {
        "impossible": "impossible_kwh_a_day", "high": "high_kwh_a_day",
        "band_pct": "rollover_band_pct",
    }  # fmt: skip
    keys = {short: f"billing.{name}" for short, name in names.items()}
    found = dated.values(keys.values(), directorate_id=directorate_id, on=on)
    return {short: int(found[key]) for short, key in keys.items()}


def record_reading(
    *,
    directorate_id: int,
    account_no: str,
    read_on: date | None,
    register_kwh: int | None,
    source: Reading.Source,
    actor: Actor,
    now: datetime,
    today: date,
    serial: str = "",
    mark: str = "",
    origin: str = "",
    details: Mapping[str, Any] | None = None,
    is_correction: bool = False,
) -> Verdict:
    """
    This function will audit a reading in kWh as displayed, and keep it unless it is refused.

    `mark` is CLOSED (nobody could get at the meter) or FAULTY, with no register then. `serial` is
    what stood on the meter, when somebody looked. A second reading of a day is refused.
    `is_correction` is for reading_corrections alone: later readings may stand already.
    """
    values: dict[str, Any] = {
        "directorate": directorate_id, "account": account_no, "serial": serial, "read_on": read_on,
        "register": register_kwh, "source": source.value, "mark": mark, "today": today,
        "taken_by": actor.user_id, "origin": origin, "details": Jsonb(dict(details or {})),
        "now": now, "is_correction": is_correction, **rules(directorate_id, today),
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM customers_account WHERE directorate_id = %s AND account_no = %s FOR UPDATE",
            [directorate_id, account_no],
        )
        cursor.execute(_ONE, values)
        code, status, consumption, revision, _kept = cursor.fetchone()
    return Verdict(
        account_no=account_no,
        read_on=read_on,
        code=ReadingCode(code),
        status=status,
        consumption_kwh=consumption if status != Reading.Status.REJECTED else None,
        revision=revision,
    )


def decide_reading(
    *,
    directorate_id: int,
    account_no: str,
    read_on: date,
    revision: int,
    is_accepted: bool,
    actor: Actor,
    now: datetime,
) -> Reading:
    """
    This function will give the verdict on a held reading, by somebody who did not take it.

    :raises UnableToDecideReading: when it is decided, one's own, without a register, or another
        reading was accepted since, so that its use would be another.
    """
    with transaction.atomic():
        reading = Reading.objects.select_for_update().get(
            directorate_id=directorate_id, account_no=account_no, read_on=read_on, revision=revision
        )
        _require_decidable(reading, is_accepted, actor)
        reading.status = Reading.Status.ACCEPTED if is_accepted else Reading.Status.REJECTED
        reading.decided_by, reading.decided_at = actor.user_id, now
        reading.save(update_fields=["status", "decided_by", "decided_at"])
        events.record(
            kind="billing.reading.decided",
            subject=subjects.account(directorate_id, account_no),
            actor=actor,
            directorate_id=directorate_id,
            data={
                "account": account_no,
                "read_on": read_on.isoformat(),
                "status": reading.status,
                "code": reading.code,
            },
            now=now,
        )
    return reading


def _require_decidable(reading: Reading, is_accepted: bool, actor: Actor) -> None:
    if reading.status != Reading.Status.HELD:
        raise UnableToDecideReading(cause=_("it is decided already."))
    if actor.user_id is None or actor.user_id == reading.taken_by:
        raise UnableToDecideReading(cause=_("somebody else than who took it decides."))
    if not is_accepted:
        return
    if reading.consumption_kwh is None or reading.register_kwh is None:
        raise UnableToDecideReading(cause=_("there is no figure to accept."))
    later = Reading.objects.filter(
        directorate_id=reading.directorate_id,
        account_no=reading.account_no,
        serial=reading.serial,
        status=Reading.Status.ACCEPTED,
        read_on__gt=reading.basis_on or date.min,
    ).exclude(source=Reading.Source.ESTIMATE)
    if later.exists():
        raise UnableToDecideReading(cause=_("another reading was accepted since."))
    basis = Reading.objects.filter(
        directorate_id=reading.directorate_id,
        account_no=reading.account_no,
        serial=reading.serial,
        status=Reading.Status.ACCEPTED,
        read_on=reading.basis_on or date.min,
        register_kwh=reading.basis_kwh,
    )
    if not basis.exists():
        raise UnableToDecideReading(
            cause=_("the reading before it was corrected since; enter the figure again.")
        )


_FOLLOW = """
INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh,
    source, status, code, origin, details, recorded_at)
SELECT s.directorate_id, s.account_no, (s.valid_from AT TIME ZONE 'Asia/Baghdad')::date,
    (SELECT coalesce(max(r.revision) + 1, 0) FROM billing_reading r
        WHERE r.directorate_id = s.directorate_id AND r.account_no = s.account_no
        AND r.read_on = (s.valid_from AT TIME ZONE 'Asia/Baghdad')::date),
    s.serial, s.first_reading_kwh, 'FIRST', 'ACCEPTED', 0, '', '{}', %(now)s
FROM customers_meterassignment s
WHERE s.directorate_id = %(directorate)s AND s.account_no = %(account)s AND NOT EXISTS (
    SELECT FROM billing_reading r WHERE r.directorate_id = s.directorate_id
    AND r.account_no = s.account_no AND r.serial = s.serial AND r.source = 'FIRST')
ON CONFLICT DO NOTHING
"""


def follow_meters(*, directorate_id: int, account_no: str, now: datetime) -> None:
    """
    This function will take over what was read when meters of an account came and went.

    Told again it changes nothing. A last reading goes through the audit like any other.
    """
    values: dict[str, Any] = {"directorate": directorate_id, "account": account_no, "now": now}
    ended = MeterAssignment.objects.filter(
        directorate_id=directorate_id, account_no=account_no, valid_to__isnull=False
    )
    for assignment in ended.order_by("valid_to"):
        _take_last(assignment, now)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, values)
        if cursor.rowcount:
            for assignment in ended.order_by("valid_to"):
                _take_last(assignment, now)


def _take_last(assignment: MeterAssignment, now: datetime) -> None:
    own = Reading.objects.filter(
        directorate_id=assignment.directorate_id,
        account_no=assignment.account_no,
        serial=assignment.serial,
    )
    if assignment.valid_to is None or own.filter(source=Reading.Source.FINAL).exists():
        return
    if not own.filter(source=Reading.Source.FIRST).exists():
        return
    on = assignment.valid_to.astimezone(BAGHDAD).date()
    record_reading(
        directorate_id=assignment.directorate_id,
        account_no=assignment.account_no,
        read_on=on,
        register_kwh=assignment.final_reading_kwh,
        source=Reading.Source.FINAL,
        serial=assignment.serial,
        actor=Actor.system(),
        now=now,
        today=max(on, now.date()),
    )


def account_of_meter(directorate_id: int, serial: str) -> str | None:
    """The account that a meter measured last."""
    found = MeterAssignment.objects.filter(directorate_id=directorate_id, serial=serial)
    return found.order_by("-valid_from").values_list("account_no", flat=True).first()


def correct_reading(
    *,
    directorate_id: int,
    account_no: str,
    read_on: date,
    revision: int,
    register_kwh: int,
    actor: Actor,
    now: datetime,
    today: date,
) -> Verdict:
    """
    This function will reject a held reading and record the figure that its photograph shows.

    The corrected figure is audited like any other; it keeps the photograph and the source.

    :raises UnableToDecideReading: as `decide_reading` does.
    """
    with transaction.atomic():
        wrong = decide_reading(
            directorate_id=directorate_id,
            account_no=account_no,
            read_on=read_on,
            revision=revision,
            is_accepted=False,
            actor=actor,
            now=now,
        )
        return record_reading(
            directorate_id=directorate_id,
            account_no=account_no,
            read_on=read_on,
            register_kwh=register_kwh,
            source=Reading.Source(wrong.source),
            serial=wrong.serial,
            origin="corrected",
            details={**wrong.details, "corrected_from": wrong.revision},
            actor=actor,
            now=now,
            today=today,
        )


def record_reading_opened(*, reading: Reading, actor: Actor, now: datetime) -> None:
    """This function will put on record that somebody of the staff looks at a reading."""
    events.record(
        kind="billing.reading.opened",
        subject=subjects.account(reading.directorate_id, reading.account_no),
        actor=actor,
        directorate_id=reading.directorate_id,
        data={"account": reading.account_no, "read_on": reading.read_on.isoformat()},
        now=now,
    )
