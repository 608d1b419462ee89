"""
Track page and desk inbox at 1,000, 100,000 and 1,000,000 cases: median time and queries.

The cases are loaded by SQL; what is measured is the whole page, through Django's own client, as the
role that web servers have. The limit is on growth: last against first under 1.5.
"""

import os
import statistics
import time
from typing import Any

from django.db import connection
from django.test import Client

from bench.scratch import NOW, directorate

Row = dict[str, Any]
SIZES = [int(n) for n in os.environ.get("WASL_BENCH_CASES", "1000,100000,1000000").split(",")]
ROUNDS = 25

_LOAD = """
INSERT INTO casework_case (id, reference, directorate_id, service, process_id, applicant_id, secret_salt,
    secret_hash, status, outcome, stage, variables, revision, submitted_at, due_at)
SELECT md5('case' || n)::uuid, 'B' || n, 1, 'new-connection', %(process)s, %(citizen)s, '', '', 'OPEN', '',
    (ARRAY['review', 'inspection', 'payment', 'installation'])[1 + n %% 4], '{}', 1,
    timestamptz %(now)s - n * interval '30 seconds', timestamptz %(now)s + (n %% 400) * interval '1 hour'
FROM generate_series(%(first)s, %(last)s) AS n;

INSERT INTO casework_task (id, case_id, directorate_id, engine_id, key, kind, role, stage, status, is_optional,
    assignee_id, opened_at, due_at, attempts, outcome, reason, data, token, completed_at)
SELECT md5(step || n::text)::uuid, md5('case' || n)::uuid, 1, step, step, 'STAFF', 'INSPECTOR', stage,
    status, false, (%(staff)s::uuid[])[1 + n %% array_length(%(staff)s::uuid[], 1)],
    timestamptz %(now)s - interval '2 days', timestamptz %(now)s + (n %% 400) * interval '1 hour', 0, '', '', '{}', '',
    CASE status WHEN 'DONE' THEN timestamptz %(now)s - interval '1 day' END
FROM generate_series(%(first)s, %(last)s) AS n,
    (VALUES ('review', 'review', 'DONE'), ('inspect', 'inspection', 'READY')) AS s(step, stage, status);

INSERT INTO events_event (directorate_id, recorded_at, id, kind, subject_type, subject_id, actor_kind, actor_id,
    actor_role, data, public, salt, commitment)
SELECT 1, timestamptz %(now)s - m * interval '1 day', gen_random_uuid(), 'casework.task.completed', 'case',
    md5('case' || n)::uuid, 'STAFF', NULL, 'INSPECTOR',
    '{"task": "x", "key": "review", "stage": "review", "outcome": "ACCEPT"}', '{}',
    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
FROM generate_series(%(first)s, %(last)s) AS n, generate_series(1, 3) AS m;
"""


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    rows: list[Row] = []
    firsts: dict[str, float] = {}
    with directorate("bench_pages", meters=4):
        from tests import people

        citizen = people.citizen(now=NOW)
        staff = _staff()
        loaded = 0
        for size in SIZES:
            _load(loaded + 1, size, citizen, staff)
            loaded = size
            for name, path, user in (
                ("track page", "/case/", citizen),
                ("desk inbox", "/desk/", staff[0]),
            ):
                median, queries = _page(path, user, size)
                firsts.setdefault(name, median)
                rows.append(_row(f"{name} at {size:,} cases, median", median, "ms", ""))
                rows.append(_row(f"{name} at {size:,} cases, queries", queries, "queries", ""))
                growth = median / firsts[name]
                rows.append(_row(f"{name}: growth since {SIZES[0]:,}", growth, "times", "< 1.5"))
    return rows


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _staff() -> list[Any]:
    from wasl.accounts import selectors as accounts

    return list(accounts.staff_with_role("INSPECTOR", 1, on=NOW))


def _load(first: int, last: int, citizen: Any, staff: list[Any]) -> None:
    from wasl.casework.models import ProcessVersion
    from wasl.core import scope

    process = ProcessVersion.objects.get(key="new-connection").id
    values = {
        "process": process, "citizen": citizen.id, "now": NOW.isoformat(),
        "staff": [user.id for user in staff], "first": first, "last": last,
    }  # fmt: skip
    # The log's outbox is not what is measured here. The tables' owner may say so, without being
    # superuser; not in the load's own transaction, whose foreign keys are checked at its end.
    _triggers("DISABLE")
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute(_LOAD, values)
        cursor.execute(
            "UPDATE casework_case SET reference = %s WHERE reference = %s",
            [_reference(), f"B{last // 2}"],
        )
    _triggers("ENABLE")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _triggers(change: str) -> None:
    with connection.cursor() as cursor:
        for table in ("casework_case", "casework_task", "events_event"):
            cursor.execute(f"ALTER TABLE {table} {change} TRIGGER USER")


def _reference() -> str:
    from wasl.core import references

    global _CURRENT
    _CURRENT = references.new_reference()
    return _CURRENT


_CURRENT = ""


def _note(asked: list[str]) -> Any:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    return wrapper


def _page(path: str, user: Any, size: int) -> tuple[float, int]:
    from tests import people

    client = people.sign_in(Client(), user)
    address = f"{path}{_CURRENT}/" if path == "/case/" else path
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wasl_app")
    try:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        asked: list[str] = []
        with connection.execute_wrapper(_note(asked)):
            client.get(address)
        times = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    return statistics.median(times), len(asked)
