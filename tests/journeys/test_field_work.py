"""Work on the place without a network: nothing recorded is lost, and nothing arrives twice."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from wasl.casework.models import Case, Document, Task
from wasl.core import jobs, scope
from wasl.web.demonstration import citizens, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspection(system: str) -> Task:
    """A case that waits for its inspector."""
    chance, now = Random(5), timezone.now()
    with scope.within_system():
        person = citizens.register(1, chance, now)
        case = citizens.apply_for(
            service="new-connection",
            citizen=person,
            directorate_id=1,
            account_no="",
            chance=chance,
            now=now,
        )
        jobs.drain(now)
        for key, outcome in (("review", "ACCEPT"), ("engineer", "FIT")):
            task = Task.objects.select_related("assignee").filter(case=case, key=key).first()
            if task is not None:
                form = work.form_of(task, outcome, chance)
                assert form.is_valid(), form.errors
                work.send(task, form, now)
                jobs.drain(now)
        return Task.objects.select_related("assignee").get(case=case, key="inspect")


def become(page: Any, system: str, task: Task) -> None:
    page.goto(f"{system}/demo/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        f"{system}/demo/become/",
        form={"csrfmiddlewaretoken": token, "person": str(task.assignee_id)},
        headers={"Referer": f"{system}/demo/"},
    )


def fill(page: Any, system: str, task: Task, photo: Path) -> None:
    page.goto(f"{system}/desk/task/{task.id}/")
    page.check("[name=outcome][value=PASS]")
    page.fill("[name=distance_m]", "٢٠")
    page.check("[name=phases_confirmed][value='1']")
    for name in ("has_earth", "has_board", "has_safe_wiring", "is_free_of_encroachment"):
        page.check(f"[name={name}]")
    page.set_input_files("[name=photos]", photo)


def status(task: Task) -> str:
    with scope.within_system():
        return str(Task.objects.get(id=task.id).status)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "site.jpg"
    file.write_bytes(citizens.picture("SITE"))
    return file


def test_an_inspection_done_without_a_network_arrives_when_it_is_back(
    system: str, inspection: Task, browser: Any, photo: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    become(page, system, inspection)
    fill(page, system, inspection, photo)

    context.set_offline(True)
    page.locator("form.w-decision button:not([type=button])").click()
    page.locator(".w-notice--warn[role=status]").wait_for()
    assert status(inspection) == "READY"

    context.set_offline(False)
    page.wait_for_url(f"{system}/desk/")

    assert status(inspection) == "DONE"
    with scope.within_system():
        case = Case.objects.get(id=inspection.case_id)
        assert case.variables["distance_m"] == 20
        assert Document.objects.filter(case=case, kind="SITE_PHOTO").count() == 1


def test_what_was_kept_survives_a_lost_sign_in(
    system: str, inspection: Task, browser: Any, photo: Path, settle: Callable[[], None]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    become(page, system, inspection)
    fill(page, system, inspection, photo)
    context.set_offline(True)
    page.locator("form.w-decision button:not([type=button])").click()
    page.locator(".w-notice--warn[role=status]").wait_for()

    cookies = context.cookies()
    context.clear_cookies(name="sessionid")
    context.set_offline(False)
    page.locator(".w-notice--warn button").wait_for()
    assert status(inspection) == "READY"

    context.add_cookies(cookies)
    page.goto(f"{system}/desk/")
    page.locator(".w-notice--good[role=status]").wait_for()
    assert status(inspection) == "DONE"


def test_signing_out_asks_before_it_erases_what_was_not_sent(
    system: str, inspection: Task, browser: Any, photo: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    become(page, system, inspection)
    page.goto(f"{system}/account/sign-out/")
    leaving = page.url
    fill(page, system, inspection, photo)
    context.set_offline(True)
    page.locator("form.w-decision button:not([type=button])").click()
    page.locator(".w-notice--warn[role=status]").wait_for()

    # The network is back, but the work is not taken: the session has ended.
    mine = context.cookies()
    context.set_offline(False)
    context.clear_cookies(name="sessionid")
    page.goto(leaving)
    page.locator("form[data-leaves] button").first.click()
    page.locator(".w-notice--bad[role=status]").get_by_text("1").wait_for()
    assert page.url == leaving
    assert status(inspection) == "READY"

    # Signed in again, what waits goes first; then the phone is cleared.
    context.add_cookies(mine)
    page.goto(leaving)
    page.locator(".w-notice--good[role=status]").wait_for()
    assert status(inspection) == "DONE"
    with page.expect_navigation():
        page.locator("form[data-leaves] button").first.click()
    page.goto(f"{system}/desk/")
    assert "/account/" in page.url


def test_who_wants_it_erased_may_sign_out_nevertheless(
    system: str, inspection: Task, browser: Any, photo: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    become(page, system, inspection)
    fill(page, system, inspection, photo)
    context.set_offline(True)
    page.locator("form.w-decision button:not([type=button])").click()
    page.locator(".w-notice--warn[role=status]").wait_for()
    context.clear_cookies(name="sessionid")
    context.set_offline(False)

    page.goto(f"{system}/account/sign-out/")
    page.locator("form[data-leaves] button").first.click()
    with page.expect_navigation():
        page.locator(".w-notice--bad .w-button--danger").click()

    page.goto(f"{system}/account/sign-out/")
    with page.expect_navigation():  # Nothing is left that would be asked about.
        page.locator("form[data-leaves] button").first.click()
    assert status(inspection) == "READY"
