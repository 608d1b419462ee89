"""A protected report from a browser that keeps nothing, to an officer whose key never leaves theirs."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.core import scope
from wasl.directorates import selectors as directorates
from wasl.disclosures import keyfiles, receipts, sealing, services
from wasl.disclosures.models import Report, Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PASSPHRASE = "river palm stone lamp"
SECRET = "قال الكاشف: ادفع مئة ألف.\nكان ذلك أمام الباب."


def require_accessible(page: Any) -> None:
    found = Axe().run(page, options={"runOnly": RULES["runOnly"]})
    assert not found.response["violations"], found.generate_report()
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), page.url


@pytest.fixture
def officer(system: str, tmp_path: Path) -> Any:
    """An integrity officer with a key in use, and its file."""
    now = timezone.now()
    with scope.within_system():
        ministry = directorates.ministry().id
        user = people.staff("INTEGRITY_OFFICER", directorate_id=ministry, now=now)
        auditor = people.staff("AUDITOR", directorate_id=ministry, now=now)
        text, public = keyfiles.make(PASSPHRASE, iterations=keyfiles.FEWEST_ITERATIONS)
        key = services.propose_key(public=keyfiles.public_text(public), holder=user, now=now)
        services.move_key(key_id=key.id, move="APPROVED", officer=auditor, now=now)
    (tmp_path / "my-key.json").write_text(text)
    return user


def press(page: Any, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words).click()


def file_report(browser: Any, system: str, *, with_script: bool) -> str:
    """Through the pages, in Arabic, on a narrow telephone; the receipt."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=with_script
    )
    page = context.new_page()
    page.goto(f"{system}/protected/")
    if with_script:
        require_accessible(page)
    press(page, "اكتب بلاغاً")
    page.get_by_label("رشوة أو طلب مال").check()
    page.locator("[name=office]").select_option("1")
    page.locator("[name=words]").fill(SECRET)
    if with_script:
        require_accessible(page)
        page.wait_for_function("() => document.querySelector('[name=work]').value !== ''")
    press(page, "اختم وأرسل")
    receipt = page.locator(".w-reference").inner_text()
    if with_script:
        require_accessible(page)
    assert page.url == f"{system}/protected/"
    assert context.cookies() == []
    context.close()
    return re.sub(r"[^\d]", "", receipt)


def test_a_report_without_script_and_an_answer_that_only_the_browsers_open(
    system: str,
    officer: Any,
    browser: Any,
    client: Client,
    settle: Callable[[], None],
    tmp_path: Path,
) -> None:
    receipt = file_report(browser, system, with_script=False)
    with scope.within_system():
        report = Report.objects.get()
        people.sign_in(client, officer)
    desk = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    desk.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": system}]
    )
    page = desk.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.goto(f"{system}/integrity/")
    require_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name=report.code).click()
    page.locator("#keyfile").set_input_files(tmp_path / "my-key.json")
    page.locator("#passphrase").fill("a wrong passphrase")
    page.get_by_role("button", name="افتح على هذه الحاسبة").click()
    page.get_by_text("عبارة المرور خاطئة").wait_for()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="افتح على هذه الحاسبة").click()
    page.get_by_text("كان ذلك أمام الباب.").wait_for()
    assert "رشوة" in page.locator("[data-boxes]").inner_text()
    require_accessible(page)
    page.locator("#answer").fill("شكراً. متى كان ذلك؟")
    press(page, "اختم هنا وأرسل")
    require_accessible(page)
    # Neither key, passphrase nor a word of it left the officer's browser.
    private = keyfiles.unlock((tmp_path / "my-key.json").read_text(), PASSPHRASE)
    gone = "\n".join(sent)
    for secret in (PASSPHRASE, base64.b64encode(private).decode(), "متى كان", "الكاشف"):
        assert secret not in gone
    assert "wasl-disclosures-answer" in gone
    desk.close()

    with scope.within_system():
        services.publish_batch(now=timezone.now(), is_forced=True)
    settle()
    _return_and_prove(browser, system, receipt)


def _return_and_prove(browser: Any, system: str, receipt: str) -> None:
    home = browser.new_context(viewport={"width": 320, "height": 640}, accept_downloads=True)
    page = home.new_page()
    page.goto(f"{system}/protected/")
    page.locator("#receipt").fill(receipts.grouped(receipt))
    press(page, "افتح المحادثة")
    assert "متى كان ذلك؟" in page.locator("main").inner_text()
    require_accessible(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="إثبات من السجل العام").first.click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"c2sp.org/tlog-proof@v1")
    page.locator("[name=words]").fill("يوم الأحد")
    press(page, "اختم وأرسل")
    assert "يوم الأحد" in page.locator("main").inner_text()
    assert page.url == f"{system}/protected/"
    assert home.cookies() == []
    home.close()
    with scope.within_system():
        assert list(Step.objects.order_by("place").values_list("stage", flat=True)) == [
            "RECEIVED",
            "ANSWERED",
            "IN_REVIEW",
        ]


def test_with_script_the_pages_are_accessible_and_the_two_implementations_agree(
    system: str, officer: Any, browser: Any, client: Client
) -> None:
    file_report(browser, system, with_script=True)
    with scope.within_system():
        report = Report.objects.get()
        people.sign_in(client, officer)
    context = browser.new_context()
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": system}]
    )
    page = context.new_page()
    page.goto(f"{system}/integrity/report/{report.id}/")
    for length in (0, 1, 1020, 1021, 70_000):
        _both_ways(page, bytes(n % 251 for n in range(length)))
    page.goto(f"{system}/integrity/keys/")
    require_accessible(page)
    page.goto(f"{system}/protected/figures/")
    require_accessible(page)
    context.close()


def _both_ways(page: Any, content: bytes) -> None:
    """What Python seals the browser opens, and the reverse; a changed bit opens in neither."""
    one, two = sealing.new_private(), sealing.new_private()
    publics = [sealing.public_of(key) for key in (one, two)]
    where = sealing.context(publics[0], sealing.OFFICER)

    def text(value: bytes) -> str:
        return base64.b64encode(value).decode()

    boxes = [sealing.seal(content, readers=publics, context=where)]
    boxes.append(boxes[0][:-1] + bytes([boxes[0][-1] ^ 1]))
    opened = page.evaluate(
        """async ([boxes, key, where]) => {
            const s = globalThis.waslSealed, found = [];
            const own = await s.privateKeyOf(s.fromBase64(key));
            for (const box of boxes) {
                try { found.push(s.toBase64(await s.open(s.fromBase64(box), own, s.fromBase64(where)))); }
                catch (_error) { found.push(null); }
            }
            return found;
        }""",
        [[text(box) for box in boxes], text(two), text(where)],
    )
    assert opened == [text(content), None]
    sealed = page.evaluate(
        """async ([content, readers, where]) => {
            const s = globalThis.waslSealed;
            return s.toBase64(await s.seal(s.fromBase64(content), readers.map(s.fromBase64), s.fromBase64(where)));
        }""",
        [text(content), [text(public) for public in publics], text(where)],
    )
    box = base64.b64decode(sealed)
    assert all(sealing.open_box(box, private=key, context=where) == content for key in (one, two))
    with pytest.raises(sealing.NotOpened):
        sealing.open_box(box, private=one, context=where + b"x")
