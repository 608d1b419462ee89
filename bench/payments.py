"""
Settled payments a second, end to end: the question to the company over HTTP, ledger, events, receipt.

Beside it, in the same run and on the same server, pgbench's TPC-B at scale 10, where it is found.
"""

import logging
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bench.scratch import directorate

Row = dict[str, Any]
PAYMENTS = 300
_PROVIDERS = {"sandbox": "wasl.payments.providers.sandbox.SandboxProvider"}


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    with directorate("bench_payments", meters=1):
        settled = _settled()
        bare = _tpcb()
    rows = [_row("payments settled, end to end", settled, "a second")]
    if bare:
        rows.append(_row("pgbench TPC-B, one client", bare, "a second"))
        rows.append(_row("a settled payment against a TPC-B transaction", bare / settled, "times"))
    return rows


def _row(name: str, value: float, unit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": ""}


def _settled() -> float:
    from tests.billing import town
    from tests.people import citizen
    from wasl.core import scope
    from wasl.payments import services
    from wasl.payments.models import PaymentIntent, Settlement
    from wasl.payments.services import Choice

    now = timezone.now()
    logging.disable(logging.INFO)
    with _company() as company:
        with scope.within_system():
            payer, numbers = citizen(), town.build(PAYMENTS)
            asked = [
                services.open_basket(
                    payer=payer, choices=[Choice(account_no=number, amount=500)], now=now
                )
                for number in numbers
            ]
        for each in asked:
            services.start_payment(request_id=each.id, provider="sandbox", language="ar", now=now)
        for payment in list(company.store.payments.values()):
            company.store.move(payment, "SUCCESS")
        with scope.within_system():
            intents = list(PaymentIntent.objects.values_list("id", flat=True))
        began = time.perf_counter()
        for intent_id in intents:
            services.confirm_intent(intent_id=intent_id, now=now)
        seconds = time.perf_counter() - began
        with scope.within_system():
            assert Settlement.objects.count() == PAYMENTS
    return PAYMENTS / seconds


@contextmanager
def _company() -> Iterator[Any]:
    from wasl.payments.sandbox.trial_wallet.company import Sandbox
    from wasl.payments.sandbox.web import serve

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "payments.jsonl"
        app = Sandbox(seed="a seed for benches", base_url="http://unset", webhook="", file=file)
        server = serve(app, "127.0.0.1", 0)
        app.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            with override_settings(
                WASL_SANDBOX_URL=app.base_url,
                WASL_SANDBOX_SECRET="a seed for benches",  # noqa: S106
                WASL_PAYMENT_PROVIDERS=_PROVIDERS,
            ):
                yield app
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _tpcb() -> float:
    """Transactions a second of pgbench on this database; nought where pgbench is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    if not found:
        return 0.0
    given = connection.settings_dict
    named = {"host": "-h", "port": "-p", "user": "-U"}
    words = [str(found[-1])]
    for name, flag in named.items():
        if value := given[name.upper()]:
            words += [flag, str(value)]
    env = {"PGPASSWORD": given["PASSWORD"] or "", "PATH": "/usr/bin:/bin"}
    words_of_making = [*words, "-i", "-q", "-s", "10", given["NAME"]]
    subprocess.run(words_of_making, env=env, check=True, capture_output=True)  # noqa: S603
    words_of_running = [*words, "-c", "1", "-T", "15", given["NAME"]]
    told = subprocess.run(words_of_running, env=env, check=True, capture_output=True, text=True)  # noqa: S603
    rate = re.search(r"tps = ([\d.]+)", told.stdout)
    return float(rate[1]) if rate else 0.0
