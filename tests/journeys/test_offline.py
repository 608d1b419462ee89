"""Without a network the citizen sees the last known state of the cases; after signing out nothing."""

from random import Random
from typing import Any

import pytest
from django.utils import timezone

from wasl.casework.models import Case
from wasl.core import jobs, scope
from wasl.web.demonstration import citizens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_KEPT = "async () => !!(await caches.match('/my/state.json'))"


@pytest.fixture
def case(system: str) -> Case:
    chance, now = Random(5), timezone.now()
    with scope.within_system():
        person = citizens.register(1, chance, now)
        made = citizens.apply_for(
            service="new-connection", citizen=person, directorate_id=1, account_no="", chance=chance, now=now
        )  # fmt: skip
        jobs.drain(now)
        return made


def become(page: Any, system: str, case: Case) -> None:
    page.goto(f"{system}/demo/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        f"{system}/demo/become/",
        form={"csrfmiddlewaretoken": token, "person": str(case.applicant_id)},
        headers={"Referer": f"{system}/demo/"},
    )


def test_the_last_known_state_and_nothing_after_signing_out(
    system: str, case: Case, browser: Any
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar")
    page = context.new_page()
    become(page, system, case)
    page.goto(f"{system}/my/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{system}/my/")
    page.wait_for_function(_KEPT)

    context.set_offline(True)
    page.goto(f"{system}/my/")
    page.locator("#offline-cases").get_by_text(case.reference).wait_for()
    # Of the day in Baghdad, in words: never "2026-11-24".
    assert f" {timezone.localtime().year} " in page.locator("#offline-cases p").first.inner_text()

    context.set_offline(False)
    page.goto(f"{system}/account/sign-out/")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    page.wait_for_function(f"async () => !(await ({_KEPT})())")


def test_a_session_ended_elsewhere_leaves_nothing_on_the_phone(
    system: str, case: Case, browser: Any
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ar")
    page = context.new_page()
    become(page, system, case)
    page.goto(f"{system}/my/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"{system}/my/")
    page.wait_for_function(_KEPT)

    context.clear_cookies(name="sessionid")
    page.goto(f"{system}/my/")

    page.wait_for_function(f"async () => !(await ({_KEPT})())")
