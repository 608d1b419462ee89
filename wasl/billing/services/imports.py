"""A file of readings: first every line is audited and shown, then all good ones are taken over."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import audit_sql
from wasl.billing.files.tables import Line
from wasl.billing.models import Reading, ReadingImport
from wasl.billing.services import feeds
from wasl.billing.services.readings import rules
from wasl.core import identifiers
from wasl.core.errors import Unable


class UnableToImport(Unable):
    """The file was taken over before, or its import is over."""

    code = "NOT_IMPORTED"
    message = _("The file is not taken over: %(cause)s")


# COPY knows no row-level security: the lines come into a table of the moment first.
_INCOMING = """
CREATE TEMPORARY TABLE incoming (line int, account text, serial text, day text, value text,
    problem text, key text) ON COMMIT DROP
"""
_COPY = "COPY incoming FROM STDIN"
_KEEP_LINES = """
INSERT INTO billing_readingimportline (directorate_id, import_id, line, account_text, serial_text,
    date_text, value_text, turn, problem, key, status)
SELECT %(directorate)s, %(import)s, line, account, serial, day, value, 1, problem, key, '' FROM incoming
"""
# Texts become values where they can; 2026-11-02, 2/11/2026 and the day numbers of Excel are dates.
_UNDERSTAND = """
UPDATE billing_readingimportline l SET
    account_no = f.account_no, read_on = f.read_on, register_kwh = f.register_kwh,
    turn = f.turn, problem = CASE
        WHEN l.problem <> '' THEN l.problem
        WHEN f.account_no IS NULL THEN 'NO_ACCOUNT'
        WHEN f.read_on IS NULL AND l.date_text <> '' THEN 'NO_DATE'
        WHEN f.register_kwh IS NULL AND l.value_text <> '' THEN 'NO_NUMBER'
        ELSE '' END
FROM (
    SELECT v.line, v.account_no, v.read_on, v.register_kwh,
        row_number() OVER (PARTITION BY v.account_no ORDER BY v.read_on, v.line) AS turn
    FROM (
        SELECT t.line, coalesce(a.account_no, CASE WHEN t.account_text = '' THEN s.account_no END) AS account_no,
            CASE
                WHEN t.date_text ~ '^\\d{4}-\\d{1,2}-\\d{1,2}$' THEN billing_day(t.date_text, 'YYYY-MM-DD')
                WHEN t.date_text ~ '^\\d{1,2}/\\d{1,2}/\\d{4}$' THEN billing_day(t.date_text, 'DD/MM/YYYY')
                WHEN t.date_text ~ '^\\d{5}$' THEN date '1899-12-30' + t.date_text::int
            END AS read_on,
            CASE WHEN t.value_text ~ '^\\d{1,10}(\\.0+)?$'
                THEN split_part(t.value_text, '.', 1)::bigint END AS register_kwh
        FROM billing_readingimportline t
        LEFT JOIN customers_account a ON a.directorate_id = t.directorate_id
            AND a.account_no = regexp_replace(t.account_text, '[^0-9]', '', 'g')
        LEFT JOIN LATERAL (
            SELECT m.account_no FROM customers_meterassignment m
            WHERE m.directorate_id = t.directorate_id AND m.serial = upper(t.serial_text)
            ORDER BY m.valid_from DESC LIMIT 1
        ) AS s ON t.account_text = ''
        WHERE t.directorate_id = %(directorate)s AND t.import_id = %(import)s
    ) AS v
) AS f
WHERE l.directorate_id = %(directorate)s AND l.import_id = %(import)s AND l.line = f.line
"""
_GIVEN = """
WITH given AS (
    SELECT line AS item, directorate_id, account_no, upper(serial_text) AS serial, read_on, register_kwh,
        %(source)s::text AS source, '' AS mark, %(taken_by)s::uuid AS taken_by,
        jsonb_build_object('line', line) AS details
    FROM billing_readingimportline
    WHERE directorate_id = %(directorate)s AND import_id = %(import)s AND problem = '' AND turn = %(turn)s
),
"""
_JUDGED = "CREATE TEMPORARY TABLE judged (line int, code smallint, status text) ON COMMIT DROP"
_TAKE = f"""{_GIVEN}{audit_sql.AUDITED}, kept AS ({audit_sql.KEEP})
INSERT INTO judged SELECT item, code, status FROM audited
"""  # noqa: S608 (no value is put in)
_VERDICT = """
UPDATE billing_readingimportline l SET code = j.code, status = j.status FROM judged j
WHERE l.directorate_id = %(directorate)s AND l.import_id = %(import)s AND l.line = j.line
"""
_SUMS = """
SELECT count(*), count(*) FILTER (WHERE status = 'ACCEPTED'), count(*) FILTER (WHERE status = 'HELD'),
    count(*) FILTER (WHERE status NOT IN ('ACCEPTED', 'HELD')), coalesce(max(turn), 0)
FROM billing_readingimportline WHERE directorate_id = %(directorate)s AND import_id = %(import)s
"""


def audit_file(
    *, directorate_id: int, name: str, content: bytes, actor: Actor, now: datetime, today: date
) -> ReadingImport:
    """
    This function will look through a file and say of each line what would become of it.

    Nothing is taken over: the trial is undone, and only the verdicts are kept.

    :raises tables.UnableToReadFile: when it is no table of readings.
    :raises UnableToImport: when the same file was taken over before.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = ReadingImport.objects.filter(
        directorate_id=directorate_id, sha256=digest, status=ReadingImport.Status.APPLIED
    )
    if known.exists():
        raise UnableToImport(cause=_("the same file was taken over before."))
    if actor.user_id is None:
        raise UnableToImport(cause=_("a person takes it over."))
    with transaction.atomic():
        made = ReadingImport.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            name=name[:200],
            sha256=digest,
            status=ReadingImport.Status.AUDITED,
            uploaded_by=actor.user_id,
            uploaded_at=now,
        )
        stage(made, feeds.or_table(directorate_id, name, content))
        verdicts = _try_out(made, now, today)
        _note(made, verdicts)
    return made


def apply_file(
    *, directorate_id: int, import_id: UUID, actor: Actor, now: datetime, today: date
) -> ReadingImport:
    """
    This function will take over every line of a file that the audit lets stand: all, or none.

    The audit is made anew, as things may have changed since the trial.

    :raises UnableToImport: when it is over, or the same file was taken over meanwhile.
    """
    try:
        with transaction.atomic():
            made = ReadingImport.objects.select_for_update().get(
                directorate_id=directorate_id, id=import_id
            )
            if made.status != ReadingImport.Status.AUDITED:
                raise UnableToImport(cause=_("it is over."))
            take(made, now, today)
            close(made, now)
    except IntegrityError as error:
        raise UnableToImport(cause=_("the same file was taken over before.")) from error
    return made


def drop_file(*, directorate_id: int, import_id: UUID, now: datetime) -> ReadingImport:
    """
    This function will throw an audited file away. :raises UnableToImport: when it is over.
    """
    with transaction.atomic():
        made = ReadingImport.objects.select_for_update().get(
            directorate_id=directorate_id, id=import_id
        )
        if made.status != ReadingImport.Status.AUDITED:
            raise UnableToImport(cause=_("it is over."))
        made.status, made.ended_at = ReadingImport.Status.DROPPED, now
        made.save(update_fields=["status", "ended_at"])
    return made


@contextmanager
def line_by_line_never(cursor: Any) -> Iterator[None]:
    """
    Join sets as sets. Of lines that were just written the planner knows nothing, takes them for a
    handful, and would go through all of them once for each.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop = on")


def close(made: ReadingImport, now: datetime) -> None:
    """Write down that an import is taken over, and how many lines went which way."""
    made.status, made.ended_at = ReadingImport.Status.APPLIED, now
    made.lines, made.accepted, made.held, made.refused, _turns = _sums(made)
    made.save(update_fields=["status", "ended_at", "lines", "accepted", "held", "refused"])


def stage(made: ReadingImport, lines: Iterable[Line]) -> None:
    """Write the lines down as they came, and what their texts mean."""
    values: dict[str, Any] = {"directorate": made.directorate_id, "import": made.id}
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        with cursor.copy(_COPY) as copy:
            for line in lines:
                copy.write_row(line)
        cursor.execute(_KEEP_LINES, values)
        cursor.execute("DROP TABLE incoming")
        with line_by_line_never(cursor):
            cursor.execute(_UNDERSTAND, values)


class _Tried(Exception):
    """Ends the trial; carries the verdicts out of the transaction that is undone."""


def _try_out(made: ReadingImport, now: datetime, today: date) -> list[tuple[Any, ...]]:
    """Take the file over, read the verdicts, and undo it: the trial is the real thing."""
    try:
        with transaction.atomic():
            take(made, now, today)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT line, code, status FROM billing_readingimportline "
                    "WHERE directorate_id = %s AND import_id = %s AND code IS NOT NULL",
                    [made.directorate_id, made.id],
                )
                raise _Tried(cursor.fetchall())
    except _Tried as trial:
        return list(trial.args[0])


def _note(made: ReadingImport, verdicts: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE verdict (line int, code smallint, status text) ON COMMIT DROP"
        )
        with cursor.copy("COPY verdict FROM STDIN") as copy:
            for row in verdicts:
                copy.write_row(row)
        with line_by_line_never(cursor):
            cursor.execute(
                "UPDATE billing_readingimportline l SET code = v.code, status = v.status "
                "FROM verdict v "
                "WHERE l.directorate_id = %s AND l.import_id = %s AND l.line = v.line",
                [made.directorate_id, made.id],
            )
        cursor.execute("DROP TABLE verdict")
    made.lines, made.accepted, made.held, made.refused, _turns = _sums(made)
    made.save(update_fields=["lines", "accepted", "held", "refused"])


def take(
    made: ReadingImport, now: datetime, today: date, source: Reading.Source = Reading.Source.IMPORT
) -> None:
    """Account by account in the order of the dates: each reading rests on the one before."""
    values: dict[str, Any] = {
        "directorate": made.directorate_id, "import": made.id, "taken_by": made.uploaded_by,
        "origin": f"import:{made.id}", "now": now, "today": today,
        "is_correction": False, "source": source.value, **rules(made.directorate_id, today),
    }  # fmt: skip
    with connection.cursor() as cursor:
        # Of a table that was just filled the planner knows nothing (see services/chunks.py).
        cursor.execute(_JUDGED)
        cursor.execute("SET LOCAL enable_seqscan = off")
        for turn in range(1, _sums(made)[4] + 1):
            cursor.execute(_TAKE, {**values, "turn": turn})
        cursor.execute("SET LOCAL enable_seqscan = on")
        with line_by_line_never(cursor):
            cursor.execute(_VERDICT, values)
        cursor.execute("DROP TABLE judged")


def _sums(made: ReadingImport) -> tuple[int, int, int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"directorate": made.directorate_id, "import": made.id})
        lines, accepted, held, refused, turns = cursor.fetchone()
    return lines, accepted, held, refused, turns
