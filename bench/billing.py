"""
The bill run at a million accounts: readings to bills, lines, postings, balances and events.

Beside it, in the same run, a plain COPY of the rows it wrote into tables with the same columns and
indexes, and nothing else: no check, no key to another table, no trigger.
"""

import io
import os
import resource
import time
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from bench.scratch import NOW, directorate

Row = dict[str, Any]
ACCOUNTS = int(os.environ.get("WASL_BENCH_ACCOUNTS", "1000000"))
WRITTEN = (
    "billing_bill",
    "billing_transfer",
    "billing_balance",
    "events_event",
    "transparency_pending",
)
FIRST, SECOND = date(2026, 8, 1), date(2026, 9, 1)


def run(accounts: int = ACCOUNTS) -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_billing", meters=1):
        small = _cycle(min(10_000, accounts // 2), first=1)
        large = _cycle(accounts, first=2_000_000)
        copied = _copy()
    name = f"bill run, {accounts:,} accounts"
    return [
        _row(f"{name}: preview", accounts / large["preview"] * 3600 / 1e6, "M an hour", ""),
        _row(f"{name}: issue", accounts / large["issue"] * 3600 / 1e6, "M an hour", "> 20"),
        _row("bill run: issue against COPY of its rows", large["issue"] / copied, "times", "< 3"),
        _row(
            "bill run: memory of the worker, largest / 10,000 accounts",
            large["memory"] / small["memory"],
            "times",
            "~ 1",
        ),
    ]


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


_TOWN = """
WITH n AS (
    SELECT %(first)s + g AS n, '01' || lpad((%(first)s + g)::text, 7, '0') || '0' AS no
    FROM generate_series(1, %(count)s) g
), place AS (
    INSERT INTO customers_premises (directorate_id, id, district_code, mahalla, zuqaq, dar, landmark, kind, lat, lon)
    SELECT 1, md5('p' || no)::uuid, 'X', n::text, '1', '1', '', 'HOME', 33.3, 44.3 FROM n
), account AS (
    INSERT INTO customers_account (directorate_id, account_no, holder_id, premises_id, tariff_class, phases, load_kw,
        status, opened_by_case, opened_at)
    SELECT 1, no, md5('h' || no)::uuid, md5('p' || no)::uuid, 'RESIDENTIAL', 1, 5, 'ACTIVE',
        gen_random_uuid(), now() FROM n
), meter AS (
    INSERT INTO customers_meter (directorate_id, serial, phases, digits, multiplier, delivery_no, received_at,
        custody_sequence, custodian, held_by)
    SELECT 1, 'T' || no, 1, 6, 1, 'D', now(), 0, 'SUPPLIER', '' FROM n
), assignment AS (
    INSERT INTO customers_meterassignment (directorate_id, serial, account_no, valid_from, case_id,
        seal_no, first_reading_kwh)
    SELECT 1, 'T' || no, no, %(begins)s, gen_random_uuid(), '', 0 FROM n
), begun AS (
    INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh, source, status,
        code, origin, details, recorded_at)
    SELECT 1, no, %(begins)s, 0, 'T' || no, 0, 'FIRST', 'ACCEPTED', 0, '', '{}', now() FROM n
)
INSERT INTO billing_reading (directorate_id, account_no, read_on, revision, serial, register_kwh, source, status,
    code, basis_on, basis_kwh, consumption_kwh, origin, details, recorded_at)
SELECT 1, no, %(ends)s, 0, 'T' || no, use, 'READER', 'ACCEPTED', 0, %(begins)s, 0, use, '', '{}', now()
FROM n CROSS JOIN LATERAL (SELECT 150 + (n::bigint * 7919) %% 4200 AS use) u
"""


def plan(count: int, *, first: int, period: str) -> UUID:
    """So many accounts with a reading each, and a run that waits for its preview; its id."""
    from wasl.accounts.actors import Actor
    from wasl.billing import services
    from wasl.core import scope

    for begin in range(0, count, 100_000):
        values = {
            "first": first + begin,
            "count": min(100_000, count - begin),
            "begins": FIRST,
            "ends": SECOND,
        }
        with scope.within_system(), connection.cursor() as cursor:
            cursor.execute(_TOWN, values)
    _owner("ANALYZE")
    one = Actor(kind="STAFF", user_id=uuid4(), role="SUPERVISOR", directorate_id=1)
    with scope.within_system():
        run = services.plan_run(
            directorate_id=1, period=period, read_from=date(2026, 8, 2), read_before=date(2026, 9, 2),
            issued_on=date(2026, 9, 2), actor=one, now=NOW,
        )  # fmt: skip
    return run.id


def _cycle(count: int, *, first: int) -> dict[str, float]:
    from wasl.accounts.actors import Actor
    from wasl.billing import services
    from wasl.core import scope

    run_id = plan(count, first=first, period="2026-08" if first == 1 else "2026-09")
    preview = _timed(run_id)
    two = Actor(kind="STAFF", user_id=uuid4(), role="DIRECTOR", directorate_id=1)
    with scope.within_system():
        services.approve_run(directorate_id=1, run_id=run_id, actor=two, now=NOW)
    issue = _timed(run_id)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"preview": preview, "issue": issue, "memory": memory}


def _timed(run_id: UUID) -> float:
    from wasl.billing import services

    began = time.perf_counter()
    services.work_on_run(directorate_id=1, run_id=run_id, now=NOW)
    return time.perf_counter() - began


def _owner(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _copy() -> float:
    """Seconds for a COPY of everything the runs wrote."""
    from wasl.core import scope

    seconds = 0.0
    # Without a scope row-level security would show nothing to copy.
    with scope.within_system(), connection.cursor() as cursor:
        for table in WRITTEN:
            where = "WHERE kind = 'billing.bill.issued'" if table == "events_event" else ""
            cursor.execute(
                f"CREATE UNLOGGED TABLE bare (LIKE {table} INCLUDING INDEXES INCLUDING DEFAULTS)"
            )
            cursor.execute("ALTER TABLE bare SET LOGGED")
            content = io.BytesIO()
            with cursor.copy(
                f"COPY (SELECT * FROM {table} {where}) TO STDOUT (FORMAT BINARY)"
            ) as copy:
                for part in copy:
                    content.write(part)
            content.seek(0)
            began = time.perf_counter()
            with cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
                while part := content.read(1 << 20):
                    copy.write(part)
            seconds += time.perf_counter() - began
            cursor.execute("DROP TABLE bare")
    return seconds
