"""
The import of a million readings: a file looked through on trial, then taken over.

Beside it, in the same run, a plain COPY of the rows that it wrote (readings, and the lines of the
file with their verdicts) into tables with the same columns and indexes: no check, no key, no trigger.
"""

import io
import os
import time
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from bench.billing import _TOWN, FIRST, SECOND
from bench.scratch import NOW, directorate

Row = dict[str, Any]
READINGS = int(os.environ.get("WASL_BENCH_READINGS", "1000000"))
READ_ON = date(2026, 9, 30)
TODAY = date(2026, 11, 1)
WRITTEN = {
    "billing_reading": "WHERE source = 'IMPORT'",
    "billing_readingimportline": "",
}


def run(count: int = READINGS) -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    from wasl.core import scope

    with directorate("bench_readings", meters=1):
        for begin in range(0, count, 100_000):
            _accounts(begin, min(100_000, count - begin))
        with scope.within_system():
            _execute(f"UPDATE customers_account SET opened_at = '{FIRST}'")
        _execute("VACUUM ANALYZE")
        trial, applied, accepted = _import(_file(count))
        with scope.within_system():  # out of scope there would be no row to copy
            copied = sum(_copy(table, where) for table, where in WRITTEN.items())
    name = f"import of {count:,} readings"
    return [
        _row(f"{name}: trial", trial, "s", ""),
        _row(f"{name}: taking over", applied, "s", ""),
        _row(f"{name}: taking over", count / applied / 1e3, "k rows/s", ""),
        _row(f"{name}: accepted", 100 * accepted / count, "%", ""),
        _row("the same rows by COPY", count / copied / 1e3, "k rows/s", ""),
        _row("import, taking over against COPY of its rows", applied / copied, "times", ""),
        _row("import, trial and taking over against COPY", (trial + applied) / copied, "times", ""),
    ]


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _accounts(begin: int, count: int) -> None:
    from wasl.core import scope

    values = {"first": begin, "count": count, "begins": FIRST, "ends": SECOND}
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute(_TOWN, values)


def _file(count: int) -> bytes:
    """A line for each account, about one in a hundred of them unusual, in no order."""
    from wasl.core import scope

    written = io.StringIO()
    written.write("account,serial,date,reading\n")
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_no, serial, register_kwh + 150 + mod(register_kwh * 31, 4230) "
            "FROM billing_reading WHERE source = 'READER' ORDER BY md5(account_no) LIMIT %s",
            [count],
        )
        for account_no, serial, register in cursor.fetchall():
            written.write(f"{account_no},{serial},{READ_ON + timedelta(days=1)},{register}\n")
    return written.getvalue().encode()


def _import(content: bytes) -> tuple[float, float, int]:
    """Seconds for the trial, seconds for the taking over, and how many lines were accepted."""
    from wasl.accounts.actors import Actor
    from wasl.billing import services
    from wasl.core import scope

    actor = Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=1)
    began = time.perf_counter()
    with scope.within_system():
        made = services.audit_file(
            directorate_id=1, name="bench.csv", content=content, actor=actor, now=NOW, today=TODAY
        )
    trial = time.perf_counter() - began
    began = time.perf_counter()
    with scope.within_system():
        made = services.apply_file(
            directorate_id=1, import_id=made.id, actor=actor, now=NOW, today=TODAY
        )
    return trial, time.perf_counter() - began, made.accepted


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _copy(table: str, where: str) -> float:
    """Seconds for a COPY of what the import wrote into a table of the same shape."""
    content = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)")
        with cursor.copy(f"COPY (SELECT * FROM {table} {where}) TO STDOUT (FORMAT BINARY)") as copy:
            for part in copy:
                content.write(part)
        content.seek(0)
        began = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
            while part := content.read(1 << 20):
                copy.write(part)
        seconds = time.perf_counter() - began
        cursor.execute("DROP TABLE bare")
    return seconds
