"""The page in a real browser, opened as a saved file: no server, no network."""

from pathlib import Path

import pytest

from tests.transparency.receipts import LOG, POLICY, SPOILED, make
from wasl.transparency import compact, verification_page
from wasl.transparency.policies import Policy

pytestmark = pytest.mark.browser
PAGE = Path(verification_page.__file__).parent / "static/transparency/verify.html"


@pytest.fixture
def page(browser, tmp_path):
    saved = tmp_path / "wasl-verify.html"
    saved.write_text(verification_page.with_policy(POLICY, "ar"), encoding="utf-8")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    troubles = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    opened.goto(saved.as_uri())
    opened.wait_for_selector("html[data-ready]")
    yield opened
    context.close()
    assert troubles == []


def give(page, raw):
    """Choose the file and wait for the page's answer: good, bad or unable."""
    page.evaluate("document.getElementById('result').removeAttribute('data-outcome')")
    file = {"name": "r.tlog-proof", "mimeType": "text/plain", "buffer": raw}
    page.set_input_files("#file", file)
    page.wait_for_selector("#result[data-outcome]")
    return page.get_attribute("#result", "data-outcome")


def paste(page, text):
    page.evaluate("document.getElementById('result').removeAttribute('data-outcome')")
    page.fill("#receipt", text)
    page.click("button[type=submit]")
    page.wait_for_selector("#result[data-outcome]")
    return page.get_attribute("#result", "data-outcome")


@pytest.mark.parametrize(("index", "size"), [(0, 1), (5, 13), (12, 13), (64, 65)])
def test_good_receipts_are_accepted_and_explained(page, index, size):
    assert give(page, make(index, size).to_bytes()) == "good"

    words = page.inner_text("#result").replace("\u2068", "").replace("\u2069", "")
    assert "هذا الوصل صحيح" in words
    assert f"القيد {index} من {size}" in words
    assert "university" in words
    assert page.locator("#result li.good").count() == 4
    assert "علي" in page.text_content("#result pre >> nth=0")


def test_every_spoiled_receipt_is_refused(page):
    accepted = [
        name for name, raw in SPOILED.items() if name != "empty" and give(page, raw) != "bad"
    ]

    assert accepted == []
    assert give(page, b"") == "unable"
    assert give(page, make().to_bytes()) == "good"


def test_text_and_code_can_be_pasted(page):
    digits = compact.to_digits(make())

    assert paste(page, make().to_bytes().decode()) == "good"
    assert paste(page, digits) == "good"
    assert paste(page, f"https://wasl.example/log/verify#{digits}") == "good"
    assert paste(page, digits[:-9] + "123456789") == "bad"
    assert paste(page, "r1.12") == "bad"


def test_a_scanned_code_opens_with_its_answer(page):
    page.evaluate(f"location.hash = '#{compact.to_digits(make())}'")

    page.wait_for_selector("#result[data-outcome=good]")


def test_the_page_speaks_three_languages(page):
    give(page, make().to_bytes())
    assert (page.get_attribute("html", "lang"), page.get_attribute("html", "dir")) == ("ar", "rtl")

    page.click("[data-to=ckb]")
    assert page.get_attribute("html", "dir") == "rtl"
    assert "ئەم پسوولەیە ڕاستە" in page.inner_text("#result")
    page.click("[data-to=en]")
    assert page.get_attribute("html", "dir") == "ltr"
    assert "This receipt is good" in page.inner_text("#result")
    assert page.title() == "Wasl – verify a receipt"
    missing = page.evaluate("Object.keys(WORDS.en).filter(k => !WORDS.ar[k] || !WORDS.ckb[k])")
    assert missing == []


def test_the_reader_decides_whom_to_trust(page):
    good = make(witnesses=()).to_bytes()
    assert give(page, good) == "bad"
    page.click("#trust summary")
    page.fill("#policy", str(LOG.key))
    assert give(page, good) == "good"
    page.fill("#policy", "")
    assert give(page, good) == "unable"
    for policy in (
        POLICY.replace("quorum university", "quorum nobody"),
        POLICY.replace("quorum university\n", ""),
        POLICY.replace(LOG.key.key_id.hex(), "00000000"),
        "log x\nquorum none",
    ):
        page.fill("#policy", policy)
        assert give(page, make().to_bytes()) == "unable"
        with pytest.raises(ValueError):  # noqa: PT011  the same verdict as Python's
            Policy.parse(policy.encode())


def test_a_browser_without_ed25519_is_told(browser):
    context = browser.new_context()
    context.add_init_script(
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))"
    )
    opened = context.new_page()
    opened.goto(PAGE.as_uri())

    opened.wait_for_selector("#unsupported:not([hidden])")

    assert "Ed25519" in opened.inner_text("#unsupported")
    context.close()
