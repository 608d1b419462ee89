"""
Systems that read meters from afar: let in by a key, heard in batches, each batch and reading once.

A batch goes through the import that files go through. Good lines are taken over, bad ones are named;
what is sent again is answered again and changes nothing.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.billing.files.tables import Line, cleaned
from wasl.billing.models import (
    MeterBatch,
    MeterSystem,
    Reading,
    ReadingCode,
    ReadingImport,
    ReadingImportLine,
)
from wasl.billing.services import imports
from wasl.core import identifiers, limits, scope, signed_requests
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.signed_requests import Signed, UnableToServeMachine

VERSION = "wasl-meters-1"
MOST_READINGS = 10_000
BATCHES = 600, 60
_SEEN = """
UPDATE billing_readingimportline l SET problem = 'SEEN'
FROM (
    SELECT line, row_number() OVER (PARTITION BY key ORDER BY line) AS turn
    FROM billing_readingimportline
    WHERE directorate_id = %(directorate)s AND import_id = %(import)s AND key <> ''
) AS d
WHERE l.directorate_id = %(directorate)s AND l.import_id = %(import)s AND l.line = d.line AND (
    d.turn > 1 OR EXISTS (SELECT FROM billing_metersystemkey k
        WHERE k.directorate_id = l.directorate_id AND k.system_id = %(system)s AND k.key = l.key))
"""
_KEYS = """
INSERT INTO billing_metersystemkey (directorate_id, system_id, key, import_id, line)
SELECT directorate_id, %(system)s, key, import_id, line FROM billing_readingimportline
WHERE directorate_id = %(directorate)s AND import_id = %(import)s AND key <> ''
    AND status IN ('ACCEPTED', 'HELD')
ON CONFLICT DO NOTHING
"""


class UnableToServeSystem(UnableToServeMachine):
    """The request of a meter system cannot be fulfilled."""

    code = "METER_SYSTEM_REFUSED"


class UnableToRegisterSystem(Unable):
    """The key or the code is not such."""

    code = "METER_SYSTEM_NOT_REGISTERED"
    message = _("The meter system is not registered: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A reading as a system sent it, as texts: nothing of it is believed yet."""

    key: str
    account_no: str
    serial: str
    read_on: str
    register_kwh: str


@dataclass(frozen=True, kw_only=True)
class LineAnswer:
    """What became of a reading: ACCEPTED, HELD (a person looks), REFUSED or SEEN, and why."""

    line: int
    key: str
    status: str
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class BatchAnswer:
    """What became of a batch; the lines are those that were not simply accepted."""

    batch: str
    is_new: bool
    readings: int
    accepted: int
    held: int
    refused: int
    lines: list[LineAnswer]


def register_meter_system(
    *, directorate_id: int, code: str, name: str, public_key: str, now: datetime
) -> MeterSystem:
    """
    This function will let a meter system in by its public key; known by its code, the key is replaced.

    :raises UnableToRegisterSystem: when the key is no Ed25519 key in Base64, the code is not letters
        and digits, or belongs to another directorate's system.
    """
    if not signed_requests.is_public_key(public_key):
        raise UnableToRegisterSystem(cause=_("the key is 32 bytes in Base64."))
    if not (code.isascii() and code.isalnum() and code == code.upper() and 4 <= len(code) <= 20):
        raise UnableToRegisterSystem(cause=_("the code is 4 to 20 capital letters and digits."))
    with scope.within_system():
        known = MeterSystem.objects.filter(code=code).first()
        if known is not None and known.directorate_id != directorate_id:
            raise UnableToRegisterSystem(cause=_("another directorate's system has the code."))
        if known is not None:
            known.name, known.public_key, known.is_active = name[:100], public_key, True
            known.save(update_fields=["name", "public_key", "is_active"])
            return known
        return MeterSystem.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            code=code,
            name=name[:100],
            public_key=public_key,
            registered_at=now,
        )


def admit_system(
    *, method: str, path: str, signed: Signed, body: bytes, now: datetime
) -> MeterSystem:
    """
    This function will say which system sent a request.

    A request that is sent again is harmless: a batch counts once. So no nonce is kept.

    :raises UnableToServeSystem: when nobody known signed it just so and just now, or too often.
    """
    with scope.within_system():
        system = MeterSystem.objects.filter(code=signed.agent, is_active=True).first()
    if system is None:
        raise UnableToServeSystem("WRONG_SIGNATURE", 401)
    wrong = signed_requests.problem(
        version=VERSION, public_key=system.public_key, method=method, path=path, signed=signed,
        body=body, now=now,
    )  # fmt: skip
    if wrong:
        raise UnableToServeSystem(wrong, 401)
    limit, seconds = BATCHES
    if not limits.hit(f"meters:{system.id}", limit=limit, per_seconds=seconds, now=now):
        raise UnableToServeSystem("TOO_MANY_REQUESTS", 429)
    return system


def receive_batch(
    *, system: MeterSystem, batch: str, sent: Sequence[Sent], digest: str, now: datetime
) -> BatchAnswer:
    """
    This function will take a batch of readings over: the good ones, in one transaction.

    The same batch again is answered as before. `digest` is the SHA-256 of what was sent.

    :raises UnableToServeSystem: BATCH_DIFFERS when the name was used for another content;
        TOO_MANY_READINGS.
    """
    if len(sent) > MOST_READINGS:
        raise UnableToServeSystem("TOO_MANY_READINGS", 413)
    with scope.within_system():
        try:
            with transaction.atomic():
                made = _take_over(system, batch, sent, digest, now)
            return _answer(made, batch, is_new=True)
        except IntegrityError:
            known = MeterBatch.objects.filter(
                directorate_id=system.directorate_id, system_id=system.id, batch=batch
            ).first()
            if known is None:
                raise
    if known.digest != digest:
        raise UnableToServeSystem("BATCH_DIFFERS", 409)
    return batch_answer(system=system, batch=batch)


def _take_over(
    system: MeterSystem, batch: str, sent: Sequence[Sent], digest: str, now: datetime
) -> ReadingImport:
    import_id = identifiers.new_id(now)
    # First of all: whoever sends the same at the same time waits here, and then fails.
    MeterBatch.objects.create(
        directorate_id=system.directorate_id, system_id=system.id, batch=batch, digest=digest,
        import_id=import_id, received_at=now,
    )  # fmt: skip
    named = hashlib.sha256(f"{system.id}\n{batch}\n{digest}".encode()).hexdigest()
    made = ReadingImport.objects.create(
        id=import_id,
        directorate_id=system.directorate_id,
        name=f"{system.code} {batch}",
        sha256=named,
        status=ReadingImport.Status.AUDITED,
        uploaded_by=system.id,
        uploaded_at=now,
    )
    values: dict[str, Any] = {
        "directorate": system.directorate_id, "import": import_id, "system": system.id,
    }  # fmt: skip
    imports.stage(made, _lines(sent))
    with connection.cursor() as cursor, imports.line_by_line_never(cursor):
        cursor.execute(_SEEN, values)
    imports.take(made, now, now.astimezone(BAGHDAD).date(), Reading.Source.SYSTEM)
    imports.close(made, now)
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, values)
    return made


def _lines(sent: Sequence[Sent]) -> Iterator[Line]:
    for number, each in enumerate(sent, start=1):
        account, serial, day, value = (
            cleaned(text)
            for text in (each.account_no, each.serial, each.read_on, each.register_kwh)
        )
        yield number, account, serial, day, value, "", each.key


def batch_answer(*, system: MeterSystem, batch: str) -> BatchAnswer:
    """
    What became of a batch. :raises UnableToServeSystem: NO_SUCH_BATCH.
    """
    with scope.within_system():
        known = MeterBatch.objects.filter(
            directorate_id=system.directorate_id, system_id=system.id, batch=batch
        ).first()
        if known is None:
            raise UnableToServeSystem("NO_SUCH_BATCH", 404)
        made = ReadingImport.objects.get(directorate_id=system.directorate_id, id=known.import_id)
        return _answer(made, batch, is_new=False)


def _answer(made: ReadingImport, batch: str, *, is_new: bool) -> BatchAnswer:
    lines = ReadingImportLine.objects.filter(
        directorate_id=made.directorate_id, import_id=made.id
    ).exclude(status="ACCEPTED")
    return BatchAnswer(
        batch=batch,
        is_new=is_new,
        readings=made.lines,
        accepted=made.accepted,
        held=made.held,
        refused=made.refused,
        lines=[_line(each) for each in lines.order_by("line")],
    )


def _line(each: ReadingImportLine) -> LineAnswer:
    """Codes for programs, and the English words for who looks at the log of one."""
    if each.problem:
        status = "SEEN" if each.problem == ReadingImportLine.Problem.SEEN else "REFUSED"
        code, words = each.problem, str(ReadingImportLine.Problem(each.problem).label)
    else:
        found = ReadingCode(each.code or 0)
        status = "HELD" if each.status == Reading.Status.HELD else "REFUSED"
        code, words = found.name, str(found.label)
    return LineAnswer(line=each.line, key=each.key, status=status, code=code, reason=words)
