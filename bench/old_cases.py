"""
Cases of other people, by the million: copies of one that was lived through, made by plain SQL.

Each copy has all the rows of its kind (person, case, state, tasks, draw, paper, events, notices,
report) under keys of its own. They came in the weeks before and are over, but for the last two thousand.
The guards of the tables are off meanwhile, and nothing of it goes into the public log.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from wasl.core import scope

STEP, OPEN = 100_000, 2_000


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A table, which of its rows belong to the case, and what is not copied as it is."""

    table: str
    where: str
    # Keys, and what refers to keys: mapped alike everywhere.
    keys: tuple[str, ...]
    # Column → SQL over t (the row) and n (the number of the copy).
    other: dict[str, str] = field(default_factory=dict)


_LONG_AGO = "interval '1 second' * (n % 1728000)"
_IS_OPEN = "n % {each} = 0"
TABLES = (
    Copied(table="accounts_user", where="id = %(person)s", keys=("id",)),
    Copied(
        table="casework_case", where="id = %(case)s", keys=("id", "applicant_id"),
        other={
            "reference": "'O' || n", "submitted_at": f"t.submitted_at - {_LONG_AGO}",
            "status": "CASE WHEN {open} THEN t.status ELSE 'CLOSED' END",
            "outcome": "CASE WHEN {open} THEN t.outcome ELSE 'COMPLETED' END",
            "closed_at": "CASE WHEN {open} THEN NULL ELSE t.submitted_at END",
        },
    ),
    Copied(table="casework_casestate", where="case_id = %(case)s", keys=("case_id",)),
    Copied(
        table="casework_task", where="case_id = %(case)s", keys=("id", "case_id"),
        other={
            "status": "CASE WHEN {open} OR t.status <> 'READY' THEN t.status ELSE 'CANCELLED' END",
        },
    ),
    Copied(table="casework_draw", where="case_id = %(case)s", keys=("id", "case_id", "task_id")),
    Copied(
        table="casework_document", where="case_id = %(case)s", keys=("id", "case_id", "task_id")
    ),
    Copied(
        table="casework_clockstop", where="case_id = %(case)s", keys=("case_id", "task_id"),
        other={"id": "nextval(pg_get_serial_sequence('casework_clockstop', 'id'))"},
    ),
    Copied(
        table="events_event", where="subject_id = %(case)s", keys=("id", "subject_id"),
        other={"recorded_at": f"t.recorded_at - {_LONG_AGO}"},
    ),
    Copied(
        table="notifications_message", where="recipient_id = %(person)s",
        keys=("id", "notice_id", "recipient_id", "subject_id"),
    ),
    Copied(
        table="complaints_report", where="case_id = %(case)s",
        keys=("id", "case_id", "reporter_id"),
        other={
            "reference": "'O' || n", "digest": "NULL",
            "received_at": f"t.received_at - {_LONG_AGO}",
            "lat": "33.20 + random() * 0.25", "lon": "44.25 + random() * 0.2",
            "closed_at": "CASE WHEN {open} THEN NULL ELSE t.received_at END",
            "outcome": "CASE WHEN {open} THEN '' ELSE 'DONE' END",
        },
    ),
)  # fmt: skip


def fill(*, case_id: UUID, person_id: UUID, held: int, wanted: int) -> None:
    """Copy one case until there are so many; `held` of them are there already."""
    of = {"case": case_id, "person": person_id}
    with scope.within_system(), _unguarded() as cursor:
        for first in range(held + 1, wanted + 1, STEP):
            last = min(first + STEP - 1, wanted)
            for each in TABLES:
                cursor.execute(_copy(cursor, each, wanted), {**of, "first": first, "last": last})
    with connection.cursor() as cursor:
        for each in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {each.table}")


@contextmanager
def _unguarded() -> Iterator[Any]:
    """A cursor while triggers rest and foreign keys are away; they come back for all new rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [[each.table for each in TABLES]],
        )
        keys = cursor.fetchall()
        for each in TABLES:
            cursor.execute(f"ALTER TABLE {each.table} DISABLE TRIGGER USER")
        for table, name, _text in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield cursor
        for table, name, text in keys:
            text = text.removesuffix(" NOT VALID")
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text} NOT VALID')
        for each in TABLES:
            cursor.execute(f"ALTER TABLE {each.table} ENABLE TRIGGER USER")


def _copy(cursor: Any, each: Copied, wanted: int) -> str:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position",
        [each.table],
    )
    columns = [row[0] for row in cursor.fetchall()]
    is_open = _IS_OPEN.format(each=max(1, wanted // OPEN))
    values = []
    for column in columns:
        if column in each.other:
            values.append(each.other[column].replace("{open}", is_open).replace("%", "%%"))
        elif column in each.keys:
            values.append(
                f"CASE WHEN t.{column} IS NULL THEN NULL ELSE md5(t.{column}::text || n)::uuid END"
            )
        else:
            values.append(f"t.{column}")
    return (
        f"INSERT INTO {each.table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {each.table} t,"
        f" generate_series(%(first)s, %(last)s) AS n WHERE {each.where}"
    )
