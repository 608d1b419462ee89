"""A citizen pays by card, wallet and bank, in a real browser; the companies really call back."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
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


PROVIDERS = dict(configured.WASL_PAYMENT_PROVIDERS)  # before the fixtures leave one of them


@pytest.fixture
def companies(system: str, settings: Any, tmp_path: Path) -> Iterator[dict[str, Company]]:
    """All the real companies' stand-ins, as the demonstration has them."""
    secret = settings.WASL_SANDBOX_SECRET
    with ExitStack() as stack:
        found = {}
        for name in WAYS:
            # Only ZainCash has one address for all; the others are told with each order.
            webhook = f"{system}/pay/callback/{name}/"
            one = stand_in(name, settings, tmp_path, is_sending=True, webhook=webhook)
            found[name] = stack.enter_context(one)
            found[name].clock.offset = timedelta()
        settings.WASL_SANDBOX_SECRET = secret
        settings.WASL_FORM_ACTIONS = [each.base_url for each in found.values()]
        settings.WASL_PAYMENT_PROVIDERS = {name: PROVIDERS[name] for name in WAYS}
        yield found


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


def pay_by_code(page: Any) -> None:
    choose(page, "zaincash")
    press(page, "phone")
    press(page, "pay")


def pay_in_the_banks_app(page: Any) -> None:
    """The code stands on our page, the app opens beside it, and our page finds out by itself."""
    choose(page, "fib")
    assert page.locator("img[src^='data:image/png']").bounding_box()["width"] > 200
    app = page.context.new_page()
    app.goto(page.locator("a[href*='/app/personal/']").get_attribute("href"))
    press(app, "pay")
    page.wait_for_url("**/return/")


WAYS = {
    "qi": pay_by_card,
    "fastpay": pay_by_wallet,
    "zaincash": pay_by_code,
    "fib": pay_in_the_banks_app,
}


@pytest.mark.parametrize(("way", "pay"), WAYS.items())
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
        called = ProviderMessage.objects.filter(way="CALLBACK", problem="")
        assert [each.provider for each in called] == [way]
    assert (settled.provider, settled.amount) == (way, 125_000)
    assert settled.receipt_no in page.locator("main").inner_text()
    page.context.close()


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_ways_to_pay_and_the_code_are_accessible_and_whole_on_a_small_phone(
    system: str, companies: dict[str, Company], browser: Any, language: str
) -> None:
    asked = asked_for(timezone.now())
    page = signed_in(browser, system, asked)
    page.set_viewport_size({"width": 320, "height": 700})
    page.context.add_cookies([{"name": "wasl_lang", "value": language, "url": system}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.reload()

    faults = looked_at(page)
    choose(page, "fib")
    faults += looked_at(page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    faults += looked_at(page)

    assert (faults, complaints) == ([], [])
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_stand_ins_are_accessible_too(
    system: str, companies: dict[str, Company], browser: Any, scheme: Any
) -> None:
    page = signed_in(browser, system, asked_for(timezone.now()))
    page.set_viewport_size({"width": 320, "height": 700})
    page.emulate_media(color_scheme=scheme)
    shop = page.url
    faults = {}

    choose(page, "fib")
    page.goto(page.locator("a[href*='/app/personal/']").get_attribute("href"))
    faults["app"] = looked_at(page)
    page.goto(f"{shop}?other=1")
    choose(page, "zaincash")
    faults["phone"] = looked_at(page)
    press(page, "phone")
    faults["code"] = looked_at(page)
    for way in ("zaincash", "fib"):
        page.goto(f"{companies[way].base_url}/operator")
        faults[f"{way} desk"] = looked_at(page)
        page.locator("td a").first.click()
        page.locator("summary").first.click()
        faults[f"{way} payment"] = looked_at(page)

    assert not any(faults.values()), faults
    page.context.close()


def looked_at(page: Any) -> list[str]:
    """What is wrong with a page."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    wrong = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
    return wrong + (["too wide"] if wide else [])
