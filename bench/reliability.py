"""Ten years of a directorate's interruptions, and how long every index of them takes."""

import statistics
import time
from datetime import date
from typing import Any

from django.db import connection

from bench.scratch import directorate

Row = dict[str, Any]
OUTAGES, STEPS, CUSTOMERS, ROUNDS = 66_000, 6, 300_000, 5

_OUTAGES = """
INSERT INTO outages_outage (id, directorate_id, reference, element_kind, element_code, cause, state, is_confirmed,
    customers, why, began_at, recorded_at, ended_at)
SELECT md5(n::text)::uuid, 1, 'B' || n, 'FEEDER', 'B' || n %% 300,
    CASE WHEN n %% 4 = 0 THEN 'RATIONING' WHEN n %% 9 = 0 THEN 'PLANNED' ELSE 'FAULT' END,
    'RESTORED', true, 400, '{}', t, t, t + interval '1 minute' * (1 + (n * 7919) %% 400)
FROM (SELECT n, timestamptz '2016-01-01' + n * interval '79 minutes' AS t FROM generate_series(1, %s) AS n) AS made
"""
_STEPS = """
INSERT INTO outages_outagestep (outage_id, directorate_id, "group", feeder_code, customers, began_at, ended_at)
SELECT o.id, 1, o.element_code || '-' || k, o.element_code, 60 + k, o.began_at, o.ended_at - interval '1 second' * k
FROM outages_outage o, generate_series(1, %s) AS k WHERE o.reference LIKE 'B%%'
"""


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_reliability", meters=1):
        from wasl.core import scope
        from wasl.outages import reliability_pages, reliability_sums
        from wasl.outages.reliability_sums import Period

        with scope.within_system():
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE outages_outagestep DISABLE TRIGGER USER")
                cursor.execute(_OUTAGES, [OUTAGES])
                cursor.execute(_STEPS, [STEPS])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE outages_outagestep ENABLE TRIGGER USER")
                cursor.execute("ANALYZE outages_outage")
                cursor.execute("ANALYZE outages_outagestep")
            whole = Period(
                directorate_id=1,
                begins=reliability_pages.start(date(2016, 1, 1)),
                ends=reliability_pages.start(date(2026, 1, 1)),
            )
            minutes = (whole.ends - whole.begins).total_seconds() / 60

            def indices() -> None:
                counts = reliability_sums.counts(whole)
                reliability_sums.indices(
                    reliability_sums.places(whole), outages=counts.all[""], customers=CUSTOMERS,
                    minutes=minutes,
                )  # fmt: skip

            ten = _median(indices)
            year = _median(
                lambda: reliability_pages.between(
                    1, date(2025, 1, 1), date(2025, 12, 31), customers=CUSTOMERS
                )
            )
            steps = f"{OUTAGES * STEPS:,}"
    return [
        _row(f"every index over ten years ({steps} steps)", ten, "s", "< 1"),
        _row(
            "a year's page: by cause, feeder, district, month, major event days", year, "s", "< 1"
        ),
    ]


def _row(name: str, value: float, unit: str, limit: str = "") -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _median(work: Any) -> float:
    work()
    times = []
    for _turn in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)
