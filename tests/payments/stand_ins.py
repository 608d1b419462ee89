"""Every stand-in company in a thread, with the adapter's settings pointed at it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from tests.people import NOW
from wasl.payments.providers.fib import client as fib_client
from wasl.payments.providers.sandbox import client
from wasl.payments.providers.zaincash import client as zaincash_client
from wasl.payments.sandbox import companies
from wasl.payments.sandbox.web import Company, serve

SEED = "a seed for tests"


def _sandbox(settings, app: Company) -> None:
    client._TOKENS.clear()
    settings.WASL_SANDBOX_URL = app.base_url


def _qi(settings, app: Company) -> None:
    settings.WASL_QI_URL = f"{app.base_url}/api/v1"
    settings.WASL_QI_USERNAME = "wasl"
    settings.WASL_QI_PASSWORD = companies.secret(SEED, "qi", "password")
    settings.WASL_QI_TERMINAL_ID = "WASL0001"
    settings.WASL_QI_PUBLIC_KEY = ""
    settings.WASL_QI_PUBLIC_KEY_FILE = str(app.file.with_suffix("") / "public.pem")
    settings.WASL_QI_SIGNATURE_DECIMALS = 3


def _fastpay(settings, app: Company) -> None:
    settings.WASL_FASTPAY_URL = app.base_url
    settings.WASL_FASTPAY_STORE_ID = "100001_001"
    settings.WASL_FASTPAY_STORE_PASSWORD = companies.secret(SEED, "fastpay", "store password")
    settings.WASL_FASTPAY_REFUND_SECRET_KEY = companies.secret(SEED, "fastpay", "refund secret key")


def _zaincash(settings, app: Company) -> None:
    zaincash_client.TOKENS.clear()
    settings.WASL_ZAINCASH_URL = app.base_url
    settings.WASL_ZAINCASH_CLIENT_ID = "wasl"
    settings.WASL_ZAINCASH_CLIENT_SECRET = companies.secret(SEED, "zaincash", "client secret")
    settings.WASL_ZAINCASH_API_KEY = companies.secret(SEED, "zaincash", "api key")


def _fib(settings, app: Company) -> None:
    fib_client.TOKENS.clear()
    settings.WASL_FIB_URL = app.base_url
    settings.WASL_FIB_CLIENT_ID = "wasl"
    settings.WASL_FIB_CLIENT_SECRET = companies.secret(SEED, "fib", "client secret")


# How the adapter of each is told where its stand-in is.
POINTED = {
    "sandbox": _sandbox,
    "zaincash": _zaincash,
    "fib": _fib,
    "qi": _qi,
    "fastpay": _fastpay,
}


@contextmanager
def running(app: Company) -> Iterator[str]:
    """The address at which a company answers meanwhile."""
    server = serve(app, "127.0.0.1", 0)
    app.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield app.base_url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def stand_in(
    name: str, settings, folder: Path, *, is_sending: bool = False, webhook: str = ""
) -> Iterator[Company]:
    """The company, answering on a free port, at the time of the tests."""
    settings.WASL_DEMO = True
    settings.WASL_CHANNELS = ["in_app", "demo_phone"]
    settings.WASL_SANDBOX_SECRET = SEED
    app = companies.load(name)(seed=SEED, webhook=webhook, file=folder / f"{name}.jsonl")
    app.clock.offset = NOW - datetime.now(UTC)
    app.callbacks.is_sending = is_sending
    app.callbacks.between_seconds = 0.01
    with running(app):
        POINTED[name](settings, app)
        yield app


def press(page: str, **form: str) -> requests.Response:
    """What the company answers to a button; the payer's browser keeps no cookies."""
    return requests.post(page, data=form, timeout=5, allow_redirects=False)
