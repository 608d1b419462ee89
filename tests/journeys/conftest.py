"""The whole system under a browser: live server, payment company, sealed log, two persons."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from wasl.core import jobs, scope
from wasl.core.database import APP_ROLE
from wasl.directorates import seeding
from wasl.payments.providers.sandbox import client
from wasl.payments.sandbox.trial_wallet.company import Sandbox
from wasl.payments.sandbox.web import serve
from wasl.transparency.services import sealing
from wasl.web.demonstration import setting


@pytest.fixture
def system(transactional_db, live_server, settings, tmp_path: Path, monkeypatch) -> Iterator[str]:
    """The address of a working directorate that anybody may become part of."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in this thread
    settings.WASL_DEMO = True
    settings.WASL_CHANNELS = ["in_app", "demo_phone"]
    settings.WASL_LOG_DIR = tmp_path / "log"
    settings.WASL_LOG_KEY_FILE = tmp_path / "keys" / "log.pem"
    settings.WASL_LOG_POLICY_FILE = ""
    settings.WASL_PUBLIC_URL = live_server.url
    settings.WASL_SANDBOX_SECRET = "a seed for journeys"
    settings.WASL_PAYMENT_PROVIDERS = {"sandbox": "wasl.payments.providers.sandbox.SandboxProvider"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    client._TOKENS.clear()
    app = Sandbox(
        seed="a seed for journeys",
        base_url="http://unset",
        webhook=f"{live_server.url}/pay/callback/sandbox/",
        file=tmp_path / "payments.jsonl",
    )
    server = serve(app, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.server_port}"
    app.base_url = settings.WASL_SANDBOX_URL = address
    settings.WASL_FORM_ACTIONS = [address]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    now = timezone.now()
    with scope.within_system():
        seeding.run(now=now)
        setting.prepare(directorate_id=1, meters=4, now=now, chance=Random(3))
    jobs.drain(now)
    yield live_server.url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settle(system: str) -> Callable[[], None]:
    """Do what worker and sequencer do meanwhile."""

    def work() -> None:
        jobs.drain(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")  # only the sequencer may empty the log's outbox
            sealing.advance(now=timezone.now())
            cursor.execute(f"SET ROLE {APP_ROLE}")

    return work
