"""Paying bills: several accounts at once, somebody else's, a part, too much, twice. The books say so."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests.billing import town
from tests.people import citizen, sign_in
from wasl.accounts.models import User
from wasl.billing import selectors, services
from wasl.billing.models import LedgerAccount, Transfer
from wasl.billing.services import Line
from wasl.core import limits
from wasl.customers.models import Account
from wasl.directorates import seeding
from wasl.events.models import Event
from wasl.payments import services as payments
from wasl.payments.models import PaymentRequest, Settlement
from wasl.payments.services import Choice

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
A = LedgerAccount


@pytest.fixture
def payer(db, settings) -> User:
    settings.WASL_DEMO = True
    seeding.run(now=NOW)
    return citizen()


@pytest.fixture
def numbers(payer: User) -> list[str]:
    """Two accounts of the payer, owing 15,000 and 20,000, and one of somebody else, owing 7,000."""
    made = town.build(3)
    Account.objects.filter(account_no__in=made[:2]).update(holder_id=payer.id)
    for number, amount in zip(made, (15_000, 20_000, 7_000), strict=True):
        services.post(
            directorate_id=1, entry=f"test:{number}", kind=Transfer.Kind.ADJUSTMENT, now=NOW,
            posted_on=date(2026, 10, 1),
            lines=[Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=amount, account_no=number)],
        )  # fmt: skip
    return made


def pay(payer: User, *choices: Choice) -> PaymentRequest:
    asked = payments.open_basket(payer=payer, choices=choices, now=NOW)
    payments.settle_for_demo(request_id=asked.id, now=NOW)
    return asked


def owed(number: str) -> int:
    return selectors.balance(1, number)


def books() -> dict[str, int]:
    return {
        line.ledger_account: line.balance for line in selectors.trial_balance(1, date(2027, 1, 1))
    }


def test_one_payment_for_three_accounts(payer: User, numbers: list[str]) -> None:
    amounts = (15_000, 5_000, 9_000)
    pay(payer, *(Choice(account_no=n, amount=a) for n, a in zip(numbers, amounts, strict=True)))
    assert [owed(number) for number in numbers] == [0, 15_000, -2_000]
    assert books()["CLEARING"] == 29_000
    assert sum(books().values()) == 0
    assert selectors.drifted_balances(1) == []
    told = Event.objects.filter(kind="payments.account.paid")
    assert sorted(event.data["amount"] for event in told) == [5_000, 9_000, 15_000]
    assert {event.data["receipt"] for event in told} == {Settlement.objects.get().receipt_no}


def test_two_tabs_pay_one_bill(payer: User, numbers: list[str]) -> None:
    tabs = [
        payments.open_basket(
            payer=payer, choices=[Choice(account_no=numbers[0], amount=15_000)], now=NOW
        )
        for _tab in range(2)
    ]
    for asked in tabs:
        payments.settle_for_demo(request_id=asked.id, now=NOW)
    assert owed(numbers[0]) == -15_000
    assert selectors.dues(1, numbers[0], date(2026, 11, 2)).credit == 15_000


def test_a_settlement_and_its_entry_come_together(
    payer: User, numbers: list[str], monkeypatch
) -> None:
    asked = payments.open_basket(
        payer=payer, choices=[Choice(account_no=numbers[0], amount=500)], now=NOW
    )
    from wasl.payments.services import settlement

    def cut(*_given: object) -> None:
        raise DatabaseError("the connection broke")

    monkeypatch.setattr(settlement, "_tell_payer", cut)
    with pytest.raises(DatabaseError), transaction.atomic():
        payments.settle_for_demo(request_id=asked.id, now=NOW)
    assert not Settlement.objects.exists()
    assert owed(numbers[0]) == 15_000
    monkeypatch.undo()
    payments.settle_for_demo(request_id=asked.id, now=NOW)
    assert owed(numbers[0]) == 14_500


@pytest.mark.parametrize(
    "choices",
    [
        [],
        [("0", 100)],
        [("0", 200_000_000)],
        [("0", 500), ("0", 500)],
        [("x", 500)],
    ],
)
def test_what_is_refused(payer: User, numbers: list[str], choices: list[tuple[str, int]]) -> None:
    named = [
        Choice(account_no=numbers[int(n)] if n.isdigit() else "0199999990", amount=a)
        for n, a in choices
    ]
    with pytest.raises(payments.UnableToFillBasket):
        payments.open_basket(payer=payer, choices=named, now=NOW)
    assert not PaymentRequest.objects.exists()


def test_accounts_are_not_tried_out(payer: User, numbers: list[str]) -> None:
    for _attempt in range(20):
        payments.look_up(payer=payer, account_no=numbers[2], on=date(2026, 11, 2), now=NOW)
    with pytest.raises(limits.UnableToTryAgainYet):
        payments.look_up(payer=payer, account_no=numbers[2], on=date(2026, 11, 2), now=NOW)


def test_the_page(client, payer: User, numbers: list[str]) -> None:
    sign_in(client, payer)
    address = reverse("payments:pay_accounts")
    page = client.get(address).content.decode()
    assert "15,000" in page
    assert "20,000" in page
    assert numbers[2] not in page
    page = client.get(address, {"add": numbers[2]}).content.decode()
    assert f"pick_{numbers[2]}" in page
    assert "7,000" in page
    wrong = client.post(
        address, {"pay": "1", f"pick_{numbers[0]}": "1", f"amount_{numbers[0]}": "viel"}
    )
    assert wrong.status_code == 422
    sent = client.post(
        address,
        {
            "pay": "1", "also": numbers[2], f"pick_{numbers[0]}": "1", f"amount_{numbers[0]}": "١٥٬٠٠٠",
            f"pick_{numbers[2]}": "1", f"amount_{numbers[2]}": "7000",
        },
    )  # fmt: skip
    asked = PaymentRequest.objects.get()
    assert sent.url == reverse("payments:pay", args=[asked.id])
    assert asked.amount == 22_000
    assert client.get(sent.url).status_code == 200
    assert client.get(address, {"add": "0100000018"}).status_code == 422
