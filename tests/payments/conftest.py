"""A sandbox company in a thread, and a request to pay."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests import people
from tests.payments.stand_ins import stand_in
from tests.people import NOW
from wasl.payments import services
from wasl.payments.providers import tokens
from wasl.payments.providers.sandbox import client, secrets
from wasl.payments.sandbox.trial_wallet.company import OTP, Sandbox
from wasl.payments.sandbox.web import serve

SEED = "a seed for tests"
CASE = uuid.UUID(int=99)
AMOUNT = 125_000


class Company:
    """The running sandbox, the payer's hand on its page, and what it sent."""

    def __init__(self, app: Sandbox) -> None:
        self.app, self.sent = app, []
        app.webhook.send = self.note

    def note(self, *contents, after=0.0, key=""):
        self.sent.extend(contents)

    @property
    def traps(self):
        return self.app.store.traps

    def press(self, page: str, action: str = "pay", otp: str = OTP) -> requests.Response:
        """What the company answers to a button."""
        requests.get(page, timeout=5)
        return requests.post(
            page, data={"action": action, "otp": otp}, timeout=5, allow_redirects=False
        )

    def token(self, content, key=None):
        return tokens.sign(content, key or secrets.api_key(SEED))


@pytest.fixture
def company(settings, tmp_path) -> Iterator[Company]:
    settings.WASL_DEMO = True
    settings.WASL_CHANNELS = ["in_app", "demo_phone"]
    settings.WASL_SANDBOX_SECRET = SEED
    settings.WASL_PAYMENT_PROVIDERS = {"sandbox": "wasl.payments.providers.sandbox.SandboxProvider"}
    client._TOKENS.clear()
    app = Sandbox(seed=SEED, base_url="http://unset", webhook="", file=tmp_path / "payments.jsonl")
    app.store.offset = NOW - datetime.now(UTC)
    server = serve(app, "127.0.0.1", 0)
    app.base_url = settings.WASL_SANDBOX_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Company(app)
    server.shutdown()
    thread.join()
    server.server_close()
    client._TOKENS.clear()


@pytest.fixture
def payer(db):
    return people.citizen(language="en")


@pytest.fixture
def asked(company, payer):
    """A request to pay that is open."""
    return services.request_payment(
        payer=payer,
        purpose="connections.fee",
        subject=("case", CASE),
        amount=AMOUNT,
        directorate_id=1,
        now=NOW,
    )


@pytest.fixture
def asked_of(payer):
    """Ask for money and begin to pay it through a company: the request, and the payer's page."""

    def begin(provider: str):
        asked = services.request_payment(
            payer=payer,
            purpose="connections.fee",
            subject=("case", CASE),
            amount=AMOUNT,
            directorate_id=1,
            now=NOW,
        )
        return asked, start(asked, provider=provider)

    return begin


def start(asked, now=NOW, **values) -> str:
    """The company's page for a request."""
    given = {"request_id": asked.id, "provider": "sandbox", "language": "en", **values}
    return services.start_payment(now=now, **given)


LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def qi(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {"qi": "wasl.payments.providers.qi.QiProvider"}
    with stand_in("qi", settings, tmp_path) as app:
        yield app


@pytest.fixture
def fastpay(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {"fastpay": "wasl.payments.providers.fastpay.FastPayProvider"}
    with stand_in("fastpay", settings, tmp_path) as app:
        yield app
