"""Two workers on one bill run against one, and the bill page and a quote with ten years behind them."""

import multiprocessing
import os
import statistics
import time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test import Client

from bench import billing
from bench.scratch import NOW, directorate

Row = dict[str, Any]
ACCOUNTS = int(os.environ.get("WASL_BENCH_SHARED_ACCOUNTS", "200000"))
ROUNDS = 25
YEARS = 10

# Ten years of monthly bills for one account of the run, as old rows: what a page must not read.
_HISTORY = """
INSERT INTO billing_bill (directorate_id, account_no, period, revision, run_id, kind, tariff_class, from_on, to_on,
    days, opening_kwh, closing_kwh, kwh, is_estimated, lines, energy_amount, credit_amount, balance_before,
    issued_on, due_on, issued_at)
SELECT b.directorate_id, b.account_no, to_char(begins, 'YYYY-MM'), 0, NULL, b.kind, b.tariff_class,
    begins, ends, ends - begins, 0, b.kwh, b.kwh, false, b.lines, b.energy_amount, 0, 0, ends, ends + 14, ends
FROM billing_bill b
CROSS JOIN generate_series(1, %(months)s) AS n
CROSS JOIN LATERAL (SELECT (b.from_on - n * interval '1 month')::date AS begins,
    (b.from_on - (n - 1) * interval '1 month')::date AS ends) AS month
WHERE b.directorate_id = 1 AND b.account_no = %(account)s AND b.revision = 0
"""


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_bills", meters=1):
        alone = _issue(first=1, period="2026-08", workers=1)
        shared = _issue(first=2_000_000, period="2026-09", workers=2)
        page, queries = _page()
        quote = _quote()
    return [
        _row(f"bill run, {ACCOUNTS:,} accounts: two workers", alone / shared, "times one", "> 1.7"),
        _row(f"bill page, {YEARS} years of bills, median", page, "ms", "< 20"),
        _row(f"bill page, {YEARS} years of bills", queries, "queries", ""),
        _row("quote, median", quote, "ms", "< 20"),
    ]


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}


def _issue(*, first: int, period: str, workers: int) -> float:
    """Seconds to issue a run that so many processes share."""
    from wasl.accounts.actors import Actor
    from wasl.billing import services
    from wasl.core import scope

    run_id = billing.plan(ACCOUNTS, first=first, period=period)
    _at_once(run_id, workers=2)
    director = Actor(kind="STAFF", user_id=uuid4(), role="DIRECTOR", directorate_id=1)
    with scope.within_system():
        services.approve_run(directorate_id=1, run_id=run_id, actor=director, now=NOW)
    return _at_once(run_id, workers=workers)


def _at_once(run_id: UUID, *, workers: int) -> float:
    # Forked, so that each has Django set up; a connection cannot be shared.
    connection.close()
    context = multiprocessing.get_context("fork")
    started = [context.Process(target=_work, args=(run_id,)) for _n in range(workers)]
    began = time.perf_counter()
    for process in started:
        process.start()
    for process in started:
        process.join()
    seconds = time.perf_counter() - began
    if any(process.exitcode for process in started):
        raise RuntimeError("a worker has failed")
    return seconds


def _work(run_id: UUID) -> None:
    from wasl.billing import services

    services.work_on_run(directorate_id=1, run_id=run_id, now=NOW)
    connection.close()


def _page() -> tuple[float, int]:
    """Milliseconds and queries of the page of a bill, as its holder sees it."""
    from tests import people
    from wasl.billing.citizen_pages import bill_slug
    from wasl.core import scope

    holder = people.citizen(now=NOW)
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute("SELECT min(account_no) FROM billing_bill WHERE directorate_id = 1")
        account = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE customers_account SET holder_id = %s WHERE directorate_id = 1 AND account_no = %s",
            [holder.id, account],
        )
        cursor.execute(_HISTORY, {"account": account, "months": YEARS * 12})
    client = people.sign_in(Client(), holder)
    address = f"/bills/account/{account}/{bill_slug('2026-08', 0)}/"
    sent: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return _median(lambda: client.get(address)), len(sent)


def _quote() -> float:
    client = Client()
    address = "/bills/calculator/?kwh=1500&days=30&tariff=iq-residential-2018"
    if client.get(address).status_code != 200:
        raise RuntimeError(address)
    return _median(lambda: client.get(address))


def _median(ask: Any) -> float:
    times = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
