"""A share of electronic payments comes back on the next bill, once, and goes with what was refunded."""

from datetime import date, datetime, timedelta

import pytest

from tests.billing import billed
from tests.payments.test_reconciliation import NOW, numbers, one, other, pay, payer  # noqa: F401
from tests.payments.test_refunds import agree, ask, company  # noqa: F401
from wasl.billing import selectors as billing
from wasl.billing.models import Transfer
from wasl.core import scope
from wasl.directorates import dated
from wasl.directorates.models import DatedSetting
from wasl.events.models import Event
from wasl.notifications.models import Message
from wasl.payments import services

# ruff: noqa: F811
LATER = NOW + timedelta(days=40)


def publish(pct: int, since: date, directorate_id: int | None = None) -> None:
    with scope.within_system():
        DatedSetting.objects.create(
            key="billing.rebate_pct", value=pct, valid_from=since, source="test",
            directorate_id=directorate_id, recorded_at=NOW,
        )  # fmt: skip


def bill_next(number: str, begins: date = date(2026, 11, 1)) -> int:
    """A bill of a month; what it asks for."""
    return billed.issue(number, begins, billed.month(begins, 1), 0, 400).amount


def rebates(number: str) -> list[int]:
    return [each.signed_amount for each in billing.statement(1, number) if each.kind == "REBATE"]


def test_given_on_the_next_bill_and_once(payer, numbers) -> None:
    publish(20, date(2026, 11, 1))
    paid = pay(payer, numbers[0], 10_009)
    assert services.give_rebates(now=NOW) == 0  # there is no next bill yet
    charged = bill_next(numbers[0])
    assert services.give_rebates(now=LATER) == 1
    assert rebates(numbers[0]) == [-2001]  # whole dinars, downwards
    assert billing.balance(1, numbers[0]) == charged - 10_009 - 2001
    assert services.give_rebates(now=LATER) == 0
    event = Event.objects.get(kind="payments.account.rebated")
    assert event.data == {"account": numbers[0], "amount": 2001, "receipt": paid.receipt_no}
    message = Message.objects.get(template="payments.rebate")
    assert message.recipient_id == payer.id


def test_the_day_of_the_payment_decides(payer, numbers) -> None:
    publish(20, date(2026, 11, 1))
    publish(0, date(2026, 11, 3))
    pay(payer, numbers[0], 10_000)
    pay(payer, numbers[1], 10_000, now=datetime.fromisoformat("2026-11-02T21:30:00+00:00"))
    for number in numbers[:2]:
        bill_next(number)
    services.give_rebates(now=LATER)
    assert rebates(numbers[0]) == [-2000]
    assert rebates(numbers[1]) == []  # in Baghdad it was the third already


def test_none_is_given_where_none_is_published(payer, numbers) -> None:
    publish(20, date(2026, 11, 1), directorate_id=2)
    pay(payer, numbers[0], 10_000)
    bill_next(numbers[0])
    assert services.give_rebates(now=LATER) == 0


def test_what_went_back_takes_its_rebate_along(payer, numbers, one, other, company) -> None:
    publish(20, date(2026, 11, 1))
    paid = pay(payer, numbers[0], 10_000)
    bill_next(numbers[0])
    services.give_rebates(now=LATER)
    agree(ask(paid, one, 4_000), other)
    assert services.give_rebates(now=LATER) == 1
    assert rebates(numbers[0]) == [-2000, 800]
    assert services.give_rebates(now=LATER) == 0


def test_a_broken_off_night_is_gone_on_with(payer, numbers, monkeypatch) -> None:
    publish(10, date(2026, 11, 1))
    for number in numbers[:2]:
        pay(payer, number, 10_000)
        bill_next(number)
    write, done = services.rebates._write, []

    def once(*given):
        if done:
            raise RuntimeError("gone")
        done.append(given)
        return write(*given)

    monkeypatch.setattr(services.rebates, "_write", once)
    with pytest.raises(RuntimeError):
        services.give_rebates(now=LATER)
    monkeypatch.undo()
    services.give_rebates(now=LATER)
    assert [rebates(number) for number in numbers[:2]] == [[-1000], [-1000]]
    assert Transfer.objects.filter(kind="REBATE").count() == 2


def test_spans_are_the_values_day_by_day(payer) -> None:
    publish(20, date(2026, 2, 1))
    publish(0, date(2026, 3, 12))
    publish(5, date(2026, 6, 1), directorate_id=1)
    found = dated.spans(
        "billing.rebate_pct", directorate_id=1, since=date(2026, 1, 1), until=date(2027, 1, 1)
    )
    assert found == [
        (date(2026, 1, 1), date(2026, 2, 1), 0),
        (date(2026, 2, 1), date(2026, 3, 12), 20),
        (date(2026, 3, 12), date(2026, 6, 1), 0),
        (date(2026, 6, 1), date(2027, 1, 1), 5),
    ]


def test_the_page_tells_who_is_about_to_pay(client, payer, numbers) -> None:
    from tests.people import sign_in

    sign_in(client, payer)
    assert "20%" not in client.get("/pay/accounts/").content.decode()
    publish(20, date(2026, 1, 1))
    assert "20%" in client.get("/pay/accounts/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
