"""The pages as people meet them: small, accessible, nothing cut off, nothing refused by the policy."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/", "/areas/", "/help/", "/track/", "/services/new-connection/", "/account/sign-in/",
         "/performance/", "/log/", "/demo/", "/offline/"]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def open_page(
    browser: Any, width: int, scheme: str, language: str, address: str
) -> tuple[Any, list]:
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    context.add_cookies([{"name": "wasl_lang", "value": language, "url": address}])
    page, complaints = context.new_page(), []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(address)
    return page, complaints


@pytest.fixture
def ready(system: str) -> str:
    return system


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_pages_are_accessible_and_whole_on_a_small_phone(
    ready: str, browser: Any, language: str
) -> None:
    faults = {}
    for path in PAGES:
        page, complaints = open_page(browser, 320, "light", language, ready + path)
        found = Axe().run(page, options=RULES)
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        wrong = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
        if wrong or wide or complaints:
            faults[path] = (wrong, "too wide" if wide else "", complaints)
        page.context.close()
    assert not faults


def test_colours_hold_in_the_dark(ready: str, browser: Any) -> None:
    faults = {}
    for path in PAGES:
        page, _complaints = open_page(browser, 1280, "dark", "ar", ready + path)
        found = Axe().run(page, options={"runOnly": ["color-contrast"]})
        wrong = [v["nodes"][0]["html"][:160] for v in found.response["violations"]]
        if wrong:
            faults[path] = wrong
        page.context.close()
    assert not faults
