"""A reader's walk without a network: doors answered offline arrive in their order, each once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.billing import town
from wasl.accounts.actors import Actor
from wasl.billing import services
from wasl.billing.models import Reading, ReadingRoute, RouteStop
from wasl.core import scope
from wasl.web.demonstration import citizens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def route(system: str) -> ReadingRoute:
    """Three homes on today's route of a reader whom the draw chose."""
    now = timezone.now()
    today = timezone.localdate(now)
    with scope.within_system():
        town.build(12)
        services.place_accounts(directorate_id=1, on=today)
        return services.plan_route(
            directorate_id=1, district_code="X", book=1, walk_on=today, actor=Actor.system(), now=now
        )  # fmt: skip


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "meter.jpg"
    file.write_bytes(citizens.picture("meter"))
    return file


@pytest.fixture
def page(browser: Any, system: str, route: ReadingRoute) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, permissions=["geolocation"],
        geolocation={"latitude": 33.3001, "longitude": 44.3},
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{system}/demo/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        f"{system}/demo/become/",
        form={"csrfmiddlewaretoken": token, "person": str(route.reader_id)},
        headers={"Referer": f"{system}/demo/"},
    )
    page.goto(f"{system}/billing/walk/")
    page.locator(".w-card--link").click()
    yield page
    context.close()


def answer(page: Any, position: int, figure: str, photo: Path) -> None:
    door = page.locator(f"form[data-offline='{position}']")
    door.locator("[name=register_kwh]").fill(figure)
    door.locator("[name=photo]").set_input_files(photo)
    door.locator("[data-locate]").click()
    door.locator("[name=lat][value]").wait_for(state="attached")
    door.locator("button:not([type=button])").click()


def taken() -> list[tuple[int, str]]:
    with scope.within_system():
        found = RouteStop.objects.exclude(outcome="").order_by("position")
        return list(found.values_list("position", "outcome"))


def test_doors_answered_without_a_network_arrive_in_order_when_it_is_back(
    page: Any, photo: Path
) -> None:
    page.context.set_offline(True)
    first = page.locator("form[data-offline='1']")
    first.locator("button:not([type=button])").click()
    page.locator(".w-notice--bad[role=status]").wait_for()  # something is missing: not kept
    for position in range(1, 4):
        answer(page, position, "٣٠٠", photo)
        page.locator(f"details.is-kept form[data-offline='{position}']").wait_for(state="attached")
    assert page.locator("form[data-offline='4']").is_visible()
    assert taken() == []

    page.context.set_offline(False)
    page.locator(".w-stop--done").nth(2).wait_for()

    assert taken() == [(1, "READ"), (2, "READ"), (3, "READ")]
    with scope.within_system():
        assert Reading.objects.filter(source="READER", register_kwh=300).count() == 3


def test_the_route_opens_again_without_a_network_and_is_forgotten_at_sign_out(
    page: Any, photo: Path, system: str
) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    answer(page, 1, "300", photo)
    page.locator("details.is-kept").wait_for(state="attached")

    page.reload()
    page.locator("details.is-kept form[data-offline='1']").wait_for(state="attached")
    assert page.locator("form[data-offline='2']").is_visible()

    page.context.set_offline(False)
    page.locator(".w-stop--done").first.wait_for()
    assert taken() == [(1, "READ")]
    assert page.evaluate("caches.has('wasl-walk')")
    page.goto(f"{system}/account/sign-out/")
    page.locator("main form button").last.click()
    page.wait_for_url(lambda address: "sign-out" not in address)
    assert not page.evaluate("caches.has('wasl-walk')")
