"""A citizen opens the bill on a telephone, pays it, and it is paid: in the books and on the page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from tests.billing import town
from tests.people import citizen
from wasl.accounts.models import User
from wasl.billing import selectors, services
from wasl.billing.models import Bill
from wasl.billing.services import Line
from wasl.core import scope
from wasl.customers import account_numbers
from wasl.customers.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home(system: str) -> tuple[User, str]:
    """Somebody with a bill over 15,000 dinars."""
    with scope.within_system():
        person = citizen(language="ar")
        (number,) = town.build(1)
        Account.objects.filter(account_no=number).update(holder_id=person.id)
        town.read(number, date(2026, 1, 31), 1500)
        services.final_bill(
            directorate_id=1, account_no=number, moved_out_on=date(2026, 1, 31), now=timezone.now()
        )
        assert Bill.objects.get().energy_amount == 15_000
    return person, number


def become(page: Any, system: str, person: User) -> None:
    page.goto(f"{system}/demo/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.request.post(
        f"{system}/demo/become/",
        form={"csrfmiddlewaretoken": token, "person": str(person.id)},
        headers={"Referer": f"{system}/demo/"},
    )


def press(page: Any, locator: Any) -> None:
    with page.expect_navigation():
        locator.click()


def test_from_the_bill_to_the_receipt(
    system: str, home: tuple[User, str], browser: Any, settle: Callable[[], None]
) -> None:
    person, number = home
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    become(page, system, person)

    page.goto(f"{system}/bills/")
    assert "15,000" in page.locator("main").inner_text()
    press(page, page.locator("main a.w-button").first)
    press(page, page.locator("main form button[name=pay]"))
    press(page, page.locator("main form button").first)
    if page.locator("[name=otp]").count():
        page.fill("[name=otp]", "123456")
    press(page, page.locator("[name=action][value=pay]").first)
    settle()
    page.reload()
    assert "15,000" in page.locator("main").inner_text()
    assert account_numbers.shown(number) in page.locator("main").inner_text()

    page.goto(f"{system}/bills/account/{number}/")
    assert "15,000" in page.locator("main").inner_text()
    with scope.within_system():
        assert selectors.balance(1, number) == 0
        books = {
            line.ledger_account: line.balance
            for line in selectors.trial_balance(1, date(2100, 1, 1))
        }
        assert books["RECEIVABLE"] == 0
        assert sum(books.values()) == 0


def test_paying_for_ones_mother(system: str, home: tuple[User, str], browser: Any) -> None:
    _person, number = home
    with scope.within_system():
        child = citizen(language="ar")
        services.post(
            directorate_id=1, entry="test", kind="ADJUSTMENT", posted_on=date(2026, 1, 1), now=timezone.now(),
            lines=[Line(debit="RECEIVABLE", credit="ADJUSTMENTS", amount=500, account_no=number)],
        )  # fmt: skip
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    become(page, system, child)
    page.goto(f"{system}/pay/accounts/")
    page.fill("[name=add]", account_numbers.shown(number))
    press(page, page.locator("main form[method=get] button"))
    words = page.locator("main").inner_text()
    assert "15,500" in words
    page.fill(f"[name=amount_{number}]", "٥٠٠٠")
    press(page, page.locator("main form button[name=pay]"))
    assert "5,000" in page.locator("main").inner_text()
