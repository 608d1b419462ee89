"""A telephone of 320 pixels: is my street off, what is ahead, was it kept, tell me; and the duty desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.core import jobs, scope
from wasl.core.calendars import BAGHDAD
from wasl.network.models import Feeder, Transformer
from wasl.network.topology import Element
from wasl.notifications.models import Message
from wasl.outages import services
from wasl.outages.models import PlannedWork, Subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
DAILY = [(day * 1440 + 840, day * 1440 + 960) for day in range(7)]


@pytest.fixture
def work(system: str) -> PlannedWork:
    """Work on a feeder in four days, and two hours of cuts a day promised since three."""
    now = timezone.now()
    with scope.within_system():
        engineer = Actor.for_user(people.staff(Role.ENGINEER), Role.ENGINEER, 1)
        supervisor = Actor.for_user(people.staff(Role.SUPERVISOR), Role.SUPERVISOR, 1)
        feeder = Feeder.objects.filter(directorate_id=1).order_by("code").first()
        assert feeder is not None
        then = now - timedelta(days=4)
        (table,) = services.draft_timetables(
            directorate_id=1, windows={feeder.code: DAILY}, actor=engineer, now=then,
            valid_from=then.astimezone(BAGHDAD).date() + timedelta(days=1),
        )  # fmt: skip
        services.publish_timetables(directorate_id=1, ids=[table.id], actor=supervisor, now=then)
        begins = now + timedelta(days=4)
        made = services.draft_work(
            directorate_id=1, element=Element("FEEDER", feeder.code), reason="maintenance",
            begins_at=begins, ends_at=begins + timedelta(hours=2), actor=engineer, now=now,
        )  # fmt: skip
        services.announce_work(work_id=made.id, actor=supervisor, now=now)
        jobs.drain(now)
        return made


def phone(
    system: str, browser: Any, client: Client, user: User | None, scheme: str = "light"
) -> Any:
    """A telephone in Arabic, as narrow as they come."""
    context = browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    cookies = [{"name": "wasl_lang", "value": "ar", "url": system}]
    if user is not None:
        with scope.within_system():
            people.sign_in(client, user)
        session = client.cookies["sessionid"].value
        cookies.append({"name": "sessionid", "value": session, "url": system})
    context.add_cookies(cookies)
    return context.new_page()


def look(page: Any) -> None:
    """Everybody can use the page, and nothing of it is cut off."""
    found = Axe().run(page, options=RULES)
    wrong = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    assert not wrong, (page.url, wrong)
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"), (
        page.url
    )


def test_what_is_ahead_is_found_and_followed(
    system: str, work: PlannedWork, browser: Any, client: Client, settle: Callable[[], None]
) -> None:
    with scope.within_system():
        citizen = people.citizen()
    page = phone(system, browser, client, citizen)
    page.goto(f"{system}/outages/")
    look(page)
    page.select_option("#id_district", work.districts[0])
    with page.expect_navigation():
        page.get_by_role("button", name="انظر").click()
    look(page)
    assert "صيانة دورية" in page.content()
    page.goto(f"{system}/outages/feeder/karkh/{work.feeders[0]}/")
    look(page)
    assert "14:00" in page.content()
    with page.expect_navigation():
        page.get_by_role("button", name="أخبرني").click()
    look(page)
    with scope.within_system():
        assert Subscription.objects.get(user=citizen).by_sms
        services.cancel_work(work_id=work.id, reason="weather", actor=Actor.system(), now=timezone.now())  # fmt: skip
        # Who came later was not told of the work, and is not told that it is cancelled.
        settle()
        assert not Message.objects.filter(recipient=citizen).exists()
    with page.expect_navigation():
        page.get_by_role("button", name="أوقف").click()
    with scope.within_system():
        assert Subscription.objects.get(user=citizen).ended_at is not None
    page.goto(f"{system}/outages/planned/")
    look(page)
    page.goto(f"{system}/outages/feeders/")
    look(page)


def test_a_place_is_off_and_the_page_says_it_all(
    system: str, work: PlannedWork, browser: Any, client: Client
) -> None:
    now = timezone.now()
    with scope.within_system():
        services.open_outage(
            directorate_id=1, element=Element("FEEDER", work.feeders[0]), cause="FAULT",
            began_at=now, actor=Actor.system(), now=now, expected_at=now + timedelta(hours=2),
        )  # fmt: skip
        near = Transformer.objects.filter(feeder__code=work.feeders[0]).order_by("code").first()
        assert near is not None
    page = phone(system, browser, client, None)
    page.goto(f"{system}/outages/?lat={near.lat}&lon={near.lon}")
    look(page)
    told = page.content()
    assert "نعم، الانقطاع معروف لدينا." in told
    assert "صيانة دورية" in told
    assert "القطع المبرمج القادم" in told
    assert 'href="tel:911"' in told
    with page.expect_navigation():
        page.get_by_role("button", name="أخبرني").click()
    # Nobody orders messages for somebody else: first the code, then back.
    assert "/account/sign-in/" in page.url
    assert "next=" in page.url


def test_the_desk_in_the_dark(system: str, work: PlannedWork, browser: Any, client: Client) -> None:
    with scope.within_system():
        engineer = people.staff(Role.ENGINEER)
    page = phone(system, browser, client, engineer, "dark")
    tables = ["", "upload/", "switching/", f"feeder/{work.feeders[0]}/"]
    for path in ("planned/", "planned/new/", *(f"timetables/{each}" for each in tables)):
        page.goto(f"{system}/duty/{path}")
        look(page)
