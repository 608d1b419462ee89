"""
The public log: events integrated in a second, and how long a proof takes at a million leaves.

It works in a database of its own, made and dropped here, and in a temporary folder; every step is
the real one: outbox filled by the trigger, leaves, chains, tiles, signature, publication.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

Row = dict[str, Any]
EVENTS = 1_000_000
CASES = 60_000
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

_FILL = """
INSERT INTO events_event (directorate_id, recorded_at, id, kind, subject_type, subject_id,
    actor_kind, actor_id, actor_role, data, public, salt, commitment)
SELECT 1, timestamptz '2026-11-01 05:00Z' + n * interval '1 second', gen_random_uuid(),
    'casework.step.taken', 'case', md5(mod(n, %(cases)s)::text)::uuid, 'STAFF', NULL, 'INSPECTOR',
    jsonb_build_object('stage', 'INSPECTION', 'outcome', 'DONE', 'number', n),
    jsonb_build_object('stage', 'INSPECTION', 'outcome', 'DONE'),
    decode(md5('a' || n) || md5('b' || n), 'hex'), decode(md5('c' || n) || md5('d' || n), 'hex')
FROM generate_series(%(first)s, %(last)s) AS n
"""


def run(events: int = EVENTS) -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with _scratch() as folder:
        from wasl.transparency import audit, selectors, services

        for first in range(1, events + 1, 100_000):
            last = min(events, first + 99_999)
            with connection.cursor() as cursor:
                cursor.execute(_FILL, {"cases": CASES, "first": first, "last": last})
        began = time.perf_counter()
        taken = services.advance(now=NOW)
        seconds = time.perf_counter() - began
        assert taken == events

        proofs = [_proof_ms(selectors, index, events) for index in range(7, events, events // 200)]
        small = [_round_ms(services) for _ in range(20)]
        began = time.perf_counter()
        assert audit.require_whole() == events + 20
        audited = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return [
        _row("log: events integrated", events / seconds, "events/s", "> 10,000"),
        _row("log: proof at a million leaves, median", statistics.median(proofs), "ms", "< 5"),
        _row("log: proof at a million leaves, slowest", max(proofs), "ms", "< 5"),
        _row("log: one event, outbox to published", statistics.median(small), "ms", ""),
        _row("log: files of a million entries", size / 1_000_000, "MB", ""),
        _row("log: whole log read and hashed again", audited, "s", ""),
    ]


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _proof_ms(selectors: Any, index: int, size: int) -> float:
    """A proof with nothing cached: as a web process makes it for one receipt."""
    from wasl.transparency import merkle, tiles
    from wasl.transparency.services import sealing

    began = time.perf_counter()
    read = tiles.node_reader(sealing.log_files().read_hash_tile, size)
    merkle.inclusion_proof(read, index, size)
    return (time.perf_counter() - began) * 1000


def _round_ms(services: Any) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"cases": CASES, "first": 1, "last": 1})
    began = time.perf_counter()
    services.advance(now=NOW)
    return (time.perf_counter() - began) * 1000


@contextmanager
def _scratch() -> Iterator[Path]:
    test = settings.DATABASES["default"].setdefault("TEST", {})
    name_before, test["NAME"] = test.get("NAME"), "bench_log"
    old_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with (
            tempfile.TemporaryDirectory(dir=_folder()) as folder,
            override_settings(
                DATA_DIR=Path(folder),
                WASL_DEMO=True,
                WASL_LOG_DIR=Path(folder) / "log",
                WASL_LOG_KEY_FILE=Path(folder) / "keys" / "log.pem",
                WASL_LOG_POLICY_FILE="",
            ),
        ):
            yield Path(folder) / "log"
    finally:
        connection.creation.destroy_test_db(old_name, verbosity=0)
        test["NAME"] = name_before


def _folder() -> Path:
    """On the disk that would hold the log, so that its flushes count."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    import django

    django.setup()
    for row in run():
        print(f"{row['name']:<45} {row['value']:>12,} {row['unit']:<10} {row['limit']}")
