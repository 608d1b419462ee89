"""The payer's hand on Qi's pages, and a shop's calls to it."""

import requests

from tests.payments.stand_ins import SEED, press
from wasl.payments.providers import CallbackRequest
from wasl.payments.providers.qi import QiProvider
from wasl.payments.sandbox import companies
from wasl.payments.sandbox.qi.company import OTP


def pay(page, action="pay", card="good", otp=OTP):
    """The payer's way through the card form and the bank's question."""
    requests.get(page, timeout=5)
    chosen = press(page, action="card", card=card)
    assert chosen.status_code == 303
    requests.get(page, timeout=5)
    return press(page, action=action, otp=otp)


def hand_over(message):
    """A message of the company, at our door."""
    signed = message.headers["X-Signature"]
    return CallbackRequest(body=message.body, headers={"X-Signature": signed})


def ask(app, method, path, **options):
    """A call to the company as a shop makes it."""
    given = {
        "auth": ("wasl", companies.secret(SEED, "qi", "password")),
        "headers": {"X-Terminal-Id": "WASL0001"},
    }
    url = f"{app.base_url}/api/v1/payment{path}"
    return requests.request(method, url, timeout=5, **{**given, **options})


def order(**changed):
    return {
        "requestId": "r-1",
        "amount": 15000,
        "currency": "IQD",
        "finishPaymentUrl": "http://127.0.0.1:8000/back/",
        **changed,
    }


def paid(order):
    """A payment that came in: the adapter, and the company's name for it."""
    provider = QiProvider()
    page = provider.start(order)
    pay(page.url)
    return provider, page.provider_payment_id
