"""The books: each entry once, each with two sides, each balance what the movements make it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from wasl.billing import selectors, services
from wasl.billing.allocation import Debt, open_amounts
from wasl.billing.models import Balance, LedgerAccount, Transfer
from wasl.billing.services import Line, UnableToPost
from wasl.customers.models import Account, Premises

NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
A = LedgerAccount


@pytest.fixture
def account(db) -> str:
    place = Premises.objects.create(
        directorate_id=1,
        id=uuid4(),
        district_code="X",
        mahalla="1",
        kind="HOME",
        lat=33.3,
        lon=44.3,
    )
    Account.objects.create(
        directorate_id=1, account_no="0100000017", holder_id=uuid4(), premises_id=place.id,
        tariff_class="RESIDENTIAL", phases=1, load_kw=Decimal(5), opened_by_case=uuid4(), opened_at=NOW,
    )  # fmt: skip
    return "0100000017"


def post(entry: str, *lines: Line, kind: Transfer.Kind = Transfer.Kind.BILL) -> bool:
    return services.post(
        directorate_id=1, entry=entry, kind=kind, lines=lines, posted_on=date(2026, 11, 2), now=NOW
    )


def test_a_bill_and_its_payment(account: str) -> None:
    post("bill:1", Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=15_000, account_no=account))
    post(
        "payment:1",
        Line(debit=A.CLEARING, credit=A.RECEIVABLE, amount=20_000, account_no=account, party="fib"),
        kind=Transfer.Kind.PAYMENT,
    )
    assert selectors.balance(1, account) == -5_000
    lines = {
        line.ledger_account: line.balance for line in selectors.trial_balance(1, date(2026, 11, 2))
    }
    assert lines == {"RECEIVABLE": -5_000, "ENERGY": -15_000, "CLEARING": 20_000}
    assert sum(lines.values()) == 0
    assert selectors.drifted_balances(1) == []


def test_an_entry_is_posted_once(account: str) -> None:
    line = Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=7, account_no=account)
    assert post("bill:1", line) is True
    assert post("bill:1", line) is False
    assert selectors.balance(1, account) == 7
    with pytest.raises(UnableToPost):
        post("bill:1", Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=8, account_no=account))


@pytest.mark.parametrize(
    "line",
    [
        Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=5),
        Line(debit=A.BANK, credit=A.ENERGY, amount=5, account_no="0100000017"),
        Line(debit=A.BANK, credit=A.BANK, amount=5),
        Line(debit=A.BANK, credit=A.ENERGY, amount=-5),
        Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=5, account_no="0100000025"),
    ],
)
def test_what_is_no_entry(account: str, line: Line) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        post("x", line)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nobody_writes_a_balance(account: str) -> None:
    post("bill:1", Line(debit=A.RECEIVABLE, credit=A.ENERGY, amount=7, account_no=account))
    with pytest.raises(DatabaseError), transaction.atomic():
        Balance.objects.filter(account_no=account).update(owed=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Transfer.objects.filter(entry="bill:1").delete()


amounts = st.lists(st.integers(1, 10**6), max_size=6)


@given(
    amounts=amounts,
    paid=st.integers(-(10**6), 10**7),
    chosen=st.dictionaries(st.integers(0, 7), st.integers(1, 10**6), max_size=3),
)
def test_allocation_loses_no_dinar(amounts: list[int], paid: int, chosen: dict[int, int]) -> None:
    debts = [
        Debt(key=str(n), due_on=date(2026, 1, n + 1), amount=each) for n, each in enumerate(amounts)
    ]
    left, credit = open_amounts(debts, paid=paid, chosen={str(k): v for k, v in chosen.items()})
    if debts:
        assert sum(left.values()) - credit == sum(amounts) - paid
    assert credit >= 0 or not debts
    assert all(part >= 0 for part in left.values())


def test_the_oldest_first_unless_chosen() -> None:
    debts = [Debt(key=k, due_on=date(2026, n, 1), amount=100) for n, k in enumerate("abc", start=1)]
    assert open_amounts(debts, paid=150) == ({"a": 0, "b": 50, "c": 100}, 0)
    assert open_amounts(debts, paid=150, chosen={"c": 120}) == ({"a": 50, "b": 100, "c": 0}, 0)
    assert open_amounts(debts, paid=350) == ({"a": 0, "b": 0, "c": 0}, 50)
