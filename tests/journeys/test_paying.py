"""A citizen pays by card and by wallet, in a real browser; the companies really call back."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from tests import people
from tests.payments.stand_ins import stand_in
from wasl.core import scope
from wasl.payments import services
from wasl.payments.models import PaymentRequest, ProviderMessage, Settlement
from wasl.payments.sandbox.web import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def companies(system: str, settings: Any, tmp_path: Path) -> Iterator[dict[str, Company]]:
    """Qi and FastPay, as the demonstration has them."""
    secret = settings.WASL_SANDBOX_SECRET
    with (
        stand_in("qi", settings, tmp_path, is_sending=True) as qi,
        stand_in("fastpay", settings, tmp_path, is_sending=True) as fastpay,
    ):
        settings.WASL_SANDBOX_SECRET = secret
        settings.WASL_FORM_ACTIONS = [qi.base_url, fastpay.base_url]
        settings.WASL_PAYMENT_PROVIDERS = {
            "qi": "wasl.payments.providers.qi.QiProvider",
            "fastpay": "wasl.payments.providers.fastpay.FastPayProvider",
        }
        for each in (qi, fastpay):
            each.clock.offset = timedelta()
        yield {"qi": qi, "fastpay": fastpay}


def asked_for(now: Any) -> PaymentRequest:
    with scope.within_system():
        return services.request_payment(
            payer=people.citizen(language="ar"),
            purpose="connections.fee",
            subject=("case", uuid.uuid4()),
            amount=125_000,
            directorate_id=1,
            now=now,
        )


def signed_in(browser: Any, system: str, asked: PaymentRequest) -> Any:
    """A phone whose owner has signed in, in Arabic."""
    client = people.sign_in(Client(), asked.payer)
    name = configured.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar")
    context.add_cookies([{"name": name, "value": session, "url": system}])
    page: Any = context.new_page()
    page.goto(f"{system}/pay/{asked.id}/")
    return page


def choose(page: Any, way: str) -> None:
    page.check(f"[name=provider][value={way}]")
    with page.expect_navigation():
        page.locator("main form button").first.click()


def press(page: Any, value: str) -> None:
    with page.expect_navigation():
        page.locator(f"[name=action][value={value}]").first.click()


def pay_by_card(page: Any) -> None:
    choose(page, "qi")
    assert page.locator("input[type=text]").count() == 0
    press(page, "card")
    press(page, "pay")


def pay_by_wallet(page: Any) -> None:
    choose(page, "fastpay")
    press(page, "pay")


@pytest.mark.parametrize(("way", "pay"), [("qi", pay_by_card), ("fastpay", pay_by_wallet)])
def test_a_citizen_pays_on_a_phone_and_gets_a_receipt(
    system: str,
    companies: dict[str, Company],
    browser: Any,
    settle: Callable[[], None],
    way: str,
    pay: Callable[[Any], None],
) -> None:
    asked = asked_for(timezone.now())
    page = signed_in(browser, system, asked)

    pay(page)
    companies[way].callbacks.wait()
    settle()
    page.goto(f"{system}/pay/{asked.id}/return/")

    with scope.within_system():
        settled = Settlement.objects.get()
        called = ProviderMessage.objects.filter(way="CALLBACK", is_verified=True)
        assert [each.provider for each in called] == [way]
    assert (settled.provider, settled.amount) == (way, 125_000)
    assert settled.receipt_no in page.locator("main").inner_text()
    page.context.close()
