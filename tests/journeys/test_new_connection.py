"""A citizen gets a meter from home, in two real browsers, and proves it in three ways."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from wasl.accounts.models import User
from wasl.casework.models import Case, Task
from wasl.core import scope
from wasl.notifications import selectors as notifications
from wasl.web.demonstration.citizens import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = "٠٧٧٠ ١٢٣ ٤٥٦٧"
VERIFY = Path(__file__).resolve().parents[2] / "wasl/transparency/static/transparency"


def go_on(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form button.w-button").last.click()


def sign_in(page: Any, settle: Callable[[], None]) -> None:
    page.fill("[name=phone]", PHONE)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    settle()
    code = re.search(r"\d{6}", notifications.latest_texts()[0].text)
    assert code
    page.fill("[name=code]", code[0])
    with page.expect_navigation():
        page.locator("main form button").first.click()


def apply(page: Any, system: str, photo: Path, settle: Callable[[], None]) -> str:
    """Fill in every page on a phone, in Arabic, and send; the reference."""
    page.goto(f"{system}/services/new-connection/")
    page.locator("a.w-button--wide").click()
    sign_in(page, settle)
    page.check("[name=right][value=OWNER]")
    page.check("[name=has_meter][value=no]")
    go_on(page)
    page.select_option("[name=district]", "KARKH-MANSOUR")
    go_on(page)
    for name, value in {"mahalla": "٦٠٣", "zuqaq": "12", "dar": "8"}.items():
        page.fill(f"[name={name}]", value)
    go_on(page)
    with page.expect_navigation():
        page.locator("input[type=image]").click(position={"x": 140, "y": 150})
    go_on(page)
    go_on(page)  # the neighbour's account is not known
    page.check("[name=premises_kind][value=HOME]")
    go_on(page)
    page.fill("[name=n_LIGHTS]", "١٠")
    page.fill("[name=n_FRIDGE]", "1")
    go_on(page)
    page.fill("[name=full_name]", "زينب كاظم الربيعي")
    page.fill("[name=national_id]", "١٩٨٧١٢٣٤٥٦٧٨")
    go_on(page)
    for kind in ("NATIONAL_CARD", "OWNERSHIP"):
        page.set_input_files(f"[name=file_{kind}]", photo)
    with page.expect_navigation():
        page.locator("button[name=next]").click()
    page.check("[name=is_helped][value=no]")
    go_on(page)
    assert "603" in page.locator("main").inner_text()
    page.check("[name=declared]")
    with page.expect_navigation():
        page.locator("main form button.w-button").first.click()
    return str(page.locator(".w-reference").first.inner_text()).strip()


def work(page: Any, system: str, case: Case, key: str, outcome: str, **fields: str) -> None:
    """Become the person whom the draw gave the step, and do it."""
    with scope.within_system():
        task = Task.objects.get(case=case, key=key, status="READY")
        person = task.assignee
    assert isinstance(person, User)
    page.goto(f"{system}/demo/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        f"{system}/demo/become/",
        form={"csrfmiddlewaretoken": token, "person": str(person.id)},
        headers={"Referer": f"{system}/demo/"},
    )
    page.goto(f"{system}/desk/task/{task.id}/")
    if page.locator(f"[name=outcome][value={outcome}]").count():
        option = page.locator(f"[name=outcome][value={outcome}]").first
        if option.get_attribute("type") == "radio":
            option.check()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]").first
        if field.get_attribute("type") in {"checkbox", "radio"}:
            page.locator(
                f"[name={name}][value='{value}'], [name={name}]:not([value])"
            ).first.check()
        else:
            field.fill(value)
    with page.expect_navigation():
        page.locator("form.w-decision button:not([type=button])").click()
    assert page.url.endswith("/desk/"), page.locator("main").inner_text()


def test_from_the_telephone_to_the_proof(
    system: str, settle: Callable[[], None], browser: Any, tmp_path: Path
) -> None:
    photo = tmp_path / "paper.jpg"
    photo.write_bytes(picture("JOURNEY"))
    phone = browser.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    citizen, officer = phone.new_page(), browser.new_context().new_page()

    reference = apply(citizen, system, photo, settle)
    settle()
    with scope.within_system():
        case = Case.objects.get(reference=reference)
        assert case.stage == "review"

    work(officer, system, case, "review", "ACCEPT")
    settle()
    with scope.within_system():
        needs_engineer = Task.objects.filter(case=case, key="engineer", status="READY").exists()
    if needs_engineer:
        work(officer, system, case, "engineer", "FIT")
        settle()
    checks = dict.fromkeys(
        ("has_earth", "has_board", "has_safe_wiring", "is_free_of_encroachment"), "on"
    )
    work(officer, system, case, "inspect", "PASS", distance_m="٢٠", phases_confirmed="1", **checks)
    settle()

    citizen.goto(f"{system}/case/{reference}/")
    citizen.locator("a.w-button", has_text="كشف الكلفة").first.click()
    citizen.check("[name=outcome][value=ACCEPT]")
    go_on(citizen)
    settle()
    citizen.goto(f"{system}/case/{reference}/")
    citizen.locator(".w-notice--action a.w-button").first.click()
    citizen.locator("a[href*='/pay/']").first.click()
    pay(citizen)
    settle()

    with scope.within_system():
        case.refresh_from_db()
        serial = f"IQ{case.variables.get('phases_confirmed', 1)}000001"
    work(officer, system, case, "issue", "DONE", serial=serial)
    settle()
    work(officer, system, case, "install", "DONE", seal_no="S1", first_reading="٠")
    settle()
    citizen.goto(f"{system}/case/{reference}/")
    citizen.locator(".w-notice--action a.w-button").first.click()
    citizen.check("[name=outcome][value=CONFIRM]")
    go_on(citizen)
    settle()

    with scope.within_system():
        case.refresh_from_db()
        assert case.outcome == "COMPLETED"
    receipt = tmp_path / "receipt.tlog-proof"
    citizen.goto(f"{system}/case/{reference}/")
    address = citizen.locator(".w-receipt a.w-button").get_attribute("href")
    receipt.write_bytes(citizen.request.get(f"{system}{address}").body())
    vkey = citizen.request.get(f"{system}/log/vkey").text().strip()
    prove(receipt, vkey, citizen, system)


def pay(page: Any) -> None:
    """Through our page, the company's hosted page, and back."""
    with page.expect_navigation():
        page.locator("main form button").first.click()
    otp = page.locator("[name=otp]")
    if otp.count():
        otp.fill("123456")
    with page.expect_navigation():
        page.locator("[name=action][value=pay]").first.click()


def prove(receipt: Path, vkey: str, page: Any, system: str) -> None:
    """With openssl alone, with our command, and in the browser; and never when it was changed."""
    script = ["bash", str(VERIFY / "verify-receipt.sh")]
    good = subprocess.run(
        [*script, str(receipt), vkey], capture_output=True, text=True, check=False
    )
    assert good.returncode == 0, good.stdout + good.stderr
    call_command("log_verify", str(receipt), vkey=vkey)
    forged = receipt.with_name("forged.tlog-proof")
    forged.write_bytes(receipt.read_bytes().replace(b"\nindex ", b"\nindex 1", 1))
    bad = subprocess.run([*script, str(forged), vkey], capture_output=True, text=True, check=False)
    assert bad.returncode != 0
