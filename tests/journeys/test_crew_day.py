"""A crew without a network, and the desk that sees what it did when it is back. In Arabic, with axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.core import jobs, scope
from wasl.fieldwork import live
from wasl.fieldwork.models import FieldAction, OrderPicture, WorkOrder
from wasl.network.models import Transformer
from wasl.network.topology import Element
from wasl.outages import services as outages
from wasl.web.demonstration import citizens, crews

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(system: str) -> WorkOrder:
    """An outage that somebody confirmed; a crew was found for it."""
    now = timezone.now()
    with scope.within_system():
        crews.settle_in(1, now, days=0)
        where = Transformer.objects.filter(directorate_id=1).order_by("code").first()
        assert where is not None
        outage = outages.open_outage(
            directorate_id=1, element=Element("TRANSFORMER", where.code), cause="FAULT",
            began_at=now, actor=Actor.system(), now=now,
        )  # fmt: skip
        jobs.drain(now)
        return WorkOrder.objects.select_related("crew").get(subject_id=outage.id)


def somebody(role: Role) -> User:
    with scope.within_system():
        found = accounts.staff_with_role(role, 1, timezone.now()).order_by("staff_no").first()
        assert found is not None
        return found


@pytest.fixture
def pages(system: str, order: WorkOrder, browser: Any) -> Iterator[tuple[Any, Any]]:
    """The crew's phone, and the duty desk."""
    phone = browser.new_context(viewport={"width": 390, "height": 780}, locale="ar")
    desk = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ar")
    with scope.within_system():
        member = order.crew.members.order_by("id")[0].user  # type: ignore[union-attr]
    opened = []
    for context, user in ((phone, member), (desk, somebody(Role.ENGINEER))):
        page = context.new_page()
        page.goto(f"{system}/demo/")
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        page.request.post(
            f"{system}/demo/become/",
            form={"csrfmiddlewaretoken": token, "person": str(user.id)},
            headers={"Referer": f"{system}/demo/"},
        )
        opened.append(page)
    yield opened[0], opened[1]
    phone.close()
    desk.close()
    live.HUB._seats.clear()


def press(page: Any, order: WorkOrder, slug: str) -> Any:
    form = page.locator(f"form[data-offline='{order.reference}-{slug}']")
    form.locator("button").click()
    return form


def sound(page: Any) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert not found.response["violations"], found.generate_report()


def test_a_day_without_a_network_reaches_the_desk_by_itself(
    system: str, order: WorkOrder, pages: tuple[Any, Any], tmp_path: Path
) -> None:
    phone, desk = pages
    photo = tmp_path / "now.jpg"
    photo.write_bytes(citizens.picture("SITE"))
    desk.goto(f"{system}/field/")
    desk.locator("#live.is-live").wait_for()
    sound(desk)
    assert desk.locator("html[dir=rtl]").count() == 1
    row = desk.locator(f"tr:has-text('{order.reference}'), tr:has(a[href*='{order.id}'])").first
    row.get_by_text("أُسند إلى مفرزة").wait_for()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.classList.contains('w-board__go')")

    phone.goto(f"{system}/field/crew/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.reload()
    sound(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    phone.context.set_offline(True)
    for slug in ("accept", "arrive", "safe"):
        press(phone, order, slug)
        phone.locator(f"details.is-kept form[data-offline$='-{slug}']").wait_for(state="attached")
    phone.reload()  # the page opens again without a network, and knows what waits
    phone.locator("details.is-kept form[data-offline$='-safe']").wait_for(state="attached")
    repair = phone.locator(f"form[data-offline='{order.reference}-repair']")
    repair.locator("xpath=ancestor::details").evaluate("step => { step.open = true; }")
    press(phone, order, "repair")
    phone.locator(".w-notice--bad[role=status]").wait_for()  # no photograph: not kept
    repair.locator("[name=photo]").set_input_files(photo)
    press(phone, order, "repair")
    phone.locator("details.is-kept form[data-offline$='-repair']").wait_for(state="attached")
    with scope.within_system():
        assert not FieldAction.objects.exists()

    phone.context.set_offline(False)
    row.get_by_text("صُلّح").wait_for()  # told by the server, nobody loaded the page again
    with scope.within_system():
        done = list(FieldAction.objects.order_by("sequence").values_list("kind", "outcome"))
        assert done == [(kind, "DONE") for kind in ("ACCEPT", "ARRIVE", "SAFE", "REPAIR")]
        assert OrderPicture.objects.count() == 1
        order.refresh_from_db()
        assert order.state == "REPAIRED"
    desk.goto(f"{system}/field/order/{order.id}/")
    sound(desk)


def test_a_press_with_a_network_is_recorded_at_once(
    system: str, order: WorkOrder, pages: tuple[Any, Any]
) -> None:
    phone, _desk = pages
    phone.goto(f"{system}/field/crew/")
    press(phone, order, "accept")
    phone.locator(".w-notice--good[role=status]").first.wait_for()
    with scope.within_system():
        sent = FieldAction.objects.get()
        assert (sent.kind, sent.outcome, sent.sequence) == ("ACCEPT", "DONE", 1)


def test_without_a_seat_the_desk_asks_by_itself(
    system: str, order: WorkOrder, pages: tuple[Any, Any], settings
) -> None:
    settings.WASL_LIVE_STREAMS = 0
    _phone, desk = pages
    desk.goto(f"{system}/field/")
    desk.locator("#live").get_by_text("يُسأل بين حين وآخر").wait_for()
