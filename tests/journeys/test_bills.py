"""A citizen on a phone: what do I owe and why, the paper, the data, and an objection."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from tests import people
from tests.billing import billed
from wasl.billing import selectors
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.transparency.models import Leaf
from wasl.web.demonstration.citizens import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def made(system: str) -> billed.Billed:
    """Somebody with fourteen months of bills; the last two are open, the very last an estimate."""
    first = timezone.now().astimezone(BAGHDAD).date().replace(day=1)
    with scope.within_system():
        return billed.build(until=first, unpaid=2, estimated=1)


@pytest.fixture
def phone(system: str, made: billed.Billed, browser: Any, client: Client) -> Any:
    """Their telephone, signed in, in Arabic."""
    return open_phone(system, made, browser, client, "ar", "light")


def open_phone(
    system: str, made: billed.Billed, browser: Any, client: Client, language: str, scheme: str
) -> Any:
    with scope.within_system():
        people.sign_in(client, made.holder)
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme=scheme, accept_downloads=True
    )
    session = client.cookies["sessionid"].value
    context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": system},
            {"name": "wasl_lang", "value": language, "url": system},
        ]
    )
    return context.new_page()


def follow(page: Any, link: Any) -> None:
    with page.expect_navigation():
        link.click()


def downloaded(page: Any, link: Any) -> bytes:
    with page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path()).read_bytes()


def test_from_the_home_page_to_an_objection(
    system: str,
    made: billed.Billed,
    phone: Any,
    settle: Callable[[], None],
    tmp_path: Path,
) -> None:
    settle()  # the log holds the bills
    assert Leaf.objects.exists()
    phone.goto(system)
    follow(phone, phone.locator("nav a[href='/bills/']"))
    follow(phone, phone.locator(f"a[href='/bills/account/{made.account_no}/']"))
    packed = downloaded(phone, phone.locator("a[href$='everything.zip']"))
    assert len(zipfile.ZipFile(io.BytesIO(packed)).namelist()) == 4

    follow(phone, phone.locator(f"a[href='{made.url()}']").first)
    text = phone.locator("main").inner_text()
    assert f"{made.last.amount:,}" in text
    amounts = phone.locator("table tbody tr td:last-child").all_inner_texts()
    billed_lines = [f"{line['amount']:,}" for line in made.last.lines]
    assert [
        each.split("\n")[-1].split()[0] for each in amounts[: len(billed_lines)]
    ] == billed_lines
    assert phone.locator("svg.w-blocks[role=img]").count() == 1
    assert phone.locator(".w-notice--warn").count() == 1  # it is an estimate, and says so
    paper = downloaded(phone, phone.locator("a[href$='/pdf/']"))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert len(pdf.pages) == 1
    proof = downloaded(phone, phone.locator("a[href$='/proof/']"))
    assert proof.startswith(b"c2sp.org/tlog-proof@v1")

    photo = tmp_path / "meter.jpg"
    photo.write_bytes(picture("METER"))
    follow(phone, phone.locator("a[href$='/contest/']"))
    phone.check("[name=reason][value=WRONG_READING]")
    phone.fill("[name=own_reading_kwh]", "١٢٣٤٥")
    phone.set_input_files("[name=photo]", photo)
    follow(phone, phone.locator("main form button.w-button"))
    assert "/case/" in phone.url
    settle()
    with scope.within_system():
        day = timezone.now().astimezone(BAGHDAD).date()
        dues = selectors.dues(1, made.account_no, day)
    assert dues.disputed == made.last.amount
    phone.goto(system + made.url())
    assert phone.locator("a[href$='/contest/']").count() == 0


@pytest.mark.parametrize(
    ("language", "scheme"), [("ar", "light"), ("ar", "dark"), ("ckb", "light"), ("en", "dark")]
)
def test_the_pages_are_for_everybody(
    system: str, made: billed.Billed, browser: Any, client: Client, language: str, scheme: str
) -> None:
    page = open_phone(system, made, browser, client, language, scheme)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    account = f"/bills/account/{made.account_no}/"
    faults = {}
    for path in (
        "/bills/", account, made.url(), made.url(page="contest/"), "/bills/tariffs/",
        "/bills/calculator/?tariff=krg-residential-2025&kwh=950&days=45",
    ):  # fmt: skip
        page.goto(system + path)
        found = Axe().run(page, options=RULES)
        wrong = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
        page.set_viewport_size({"width": 320, "height": 740})
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        page.set_viewport_size({"width": 360, "height": 740})
        if wrong or wide or complaints:
            faults[path] = (wrong, wide, list(complaints))
    page.context.close()
    assert not faults
