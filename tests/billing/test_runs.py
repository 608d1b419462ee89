"""The bill run: right, complete, once, whoever works on it and whatever befalls him."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from wasl.billing import rating, selectors, services
from wasl.billing.models import (
    Bill,
    BillRun,
    BillRunChunk,
    BillRunHold,
    ClassPeriod,
    Tariff,
    TariffBlock,
    TariffUse,
    Transfer,
)
from wasl.billing.rating import Stretch
from wasl.core import jobs, scope
from wasl.directorates import seeding
from wasl.events import payloads
from wasl.events.models import Event

from . import town
from .conftest import NOW
from .cycles import MONTHS, PLANNER, SECOND, again, bill_month, plan


def test_every_account_once_and_the_books_balance(accounts: list[str]) -> None:
    run = bill_month(1)
    bills = {bill.account_no: bill for bill in Bill.objects.all()}
    assert sorted(bills) == accounts
    for order, number in enumerate(accounts):
        assert bills[number].kwh == 100 * order
        assert bills[number].energy_amount == 1000 * order
        assert bills[number].days == 31
        assert selectors.balance(1, number) == 1000 * order
    assert selectors.drifted_balances(1) == []
    assert Transfer.objects.count() == 6  # nothing is posted for nothing used
    assert BillRunChunk.objects.filter(run_id=run.id, issued_at__isnull=False).count() == 3
    events = Event.objects.filter(kind="billing.bill.issued")
    assert events.count() == 7


def test_its_events_are_committed_to_as_all_others(accounts: list[str]) -> None:
    bill_month(1)
    for event in Event.objects.filter(kind="billing.bill.issued"):
        content = payloads.payload(
            event_id=event.id, kind=event.kind, subject=(event.subject_type, event.subject_id),
            actor_kind=event.actor_kind, actor_role=event.actor_role,
            directorate_id=event.directorate_id, recorded_at=event.recorded_at, data=event.data,
        )  # fmt: skip
        assert payloads.commit(bytes(event.salt), content) == bytes(event.commitment)
        assert event.id.version == 7
        assert event.public == {"period": "2026-01"}


def test_preview_promises_what_is_issued(accounts: list[str]) -> None:
    run = plan(1)
    jobs.drain(NOW)
    run = again(run)
    assert run.status == "PREVIEWED"
    assert sum(c.amount for c in BillRunChunk.objects.filter(run_id=run.id)) == 21_000
    town.read(accounts[0], date(2026, 1, 20), 5)  # a late reading changes what the run comes to
    services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    run = again(run)
    assert run.status == "PAUSED"
    problem = BillRunChunk.objects.get(run_id=run.id, number=0)
    assert "instead of" in problem.problem
    assert not Bill.objects.filter(account_no=accounts[0]).exists()


def test_four_eyes(accounts: list[str]) -> None:
    run = plan(1)
    with pytest.raises(services.UnableToMoveRun):
        services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    with pytest.raises(services.UnableToApproveRun):
        services.approve_run(directorate_id=1, run_id=run.id, actor=PLANNER, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        BillRun.objects.filter(id=run.id).update(approved_by=PLANNER.user_id)
    with pytest.raises(services.UnableToPlanRun):
        plan(1)


def test_an_outlier_waits_for_a_person(accounts: list[str]) -> None:
    odd, dropped = accounts[2:4]
    bill_month(1)
    for number in accounts:
        town.read(number, MONTHS[2], 9000 if number in {odd, dropped} else 150)
    run = plan(2)
    jobs.drain(NOW)
    held = {h.account_no: h.reason for h in BillRunHold.objects.filter(run_id=run.id)}
    assert held == {odd: "VERY_HIGH", dropped: "VERY_HIGH"}
    services.decide_hold(
        directorate_id=1, run_id=run.id, account_no=odd, decision=BillRunHold.Decision.RELEASED,
        actor=SECOND, now=NOW,
    )  # fmt: skip
    services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    assert again(run).status == "ISSUED"
    billed = set(Bill.objects.filter(period="2026-02").values_list("account_no", flat=True))
    assert billed == set(accounts) - {dropped}
    # The one left out is billed with the next run, for all of its days.
    for number in accounts:
        town.read(number, MONTHS[3], 100)
    run = plan(3)
    jobs.drain(NOW)
    assert BillRunHold.objects.get(run_id=run.id).account_no == dropped


def test_estimates_are_trued_up(accounts: list[str]) -> None:
    number = accounts[6]
    bill_month(1)
    bill_month(2)
    bill_month(3)
    estimated = list(Bill.objects.filter(account_no=number, is_estimated=True).order_by("period"))
    assert [bill.period for bill in estimated] == ["2026-02", "2026-03"]
    assert all(bill.kwh > 0 for bill in estimated)
    town.read(number, MONTHS[4], 400)
    bill_month(4)
    true = Bill.objects.get(account_no=number, period="2026-04")
    assert (true.from_on, true.to_on, true.kwh) == (MONTHS[1], MONTHS[4], 400)
    assert true.credit_amount == sum(bill.energy_amount for bill in estimated)
    whole = rating.quote(kwh=400, stretches=[Stretch(tariff="iq-residential-2018", days=89)]).total
    assert selectors.balance(1, number) == 6000 + whole
    assert selectors.drifted_balances(1) == []


def test_estimates_in_a_row_are_capped(accounts: list[str]) -> None:
    for month in range(1, 5):
        bill_month(month)
    run = plan(5)
    jobs.drain(NOW)
    held = BillRunHold.objects.filter(run_id=run.id, reason="NO_READING")
    assert held.count() == len(accounts)
    with pytest.raises(services.UnableToMoveRun):
        services.decide_hold(
            directorate_id=1, run_id=run.id, account_no=accounts[0],
            decision=BillRunHold.Decision.RELEASED, actor=SECOND, now=NOW,
        )  # fmt: skip


def test_a_change_of_class_splits_the_days(accounts: list[str]) -> None:
    tariff = Tariff.objects.create(
        code="shop", tariff_class="COMMERCIAL", valid_from=date(2020, 1, 1), proration="STRETCH",
        name_ar="x", name_ckb="x", name_en="x", source="test", is_verified=True,
    )  # fmt: skip
    TariffBlock.objects.create(tariff=tariff, position=1, from_kwh=0, price_fils=60_000)
    tariff.status, tariff.published_at = "PUBLISHED", NOW
    tariff.save()
    TariffUse.objects.create(
        directorate_id=1, tariff_class="COMMERCIAL", valid_from=date(2020, 1, 1), tariff=tariff
    )
    number = accounts[3]
    for begins, klass in ((date(1900, 1, 1), "RESIDENTIAL"), (date(2026, 1, 11), "COMMERCIAL")):
        ClassPeriod.objects.create(
            directorate_id=1, account_no=number, valid_from=begins, tariff_class=klass
        )
    bill_month(1)
    bill = Bill.objects.get(account_no=number)
    wanted = rating.quote(
        kwh=300,
        stretches=[Stretch(tariff="iq-residential-2018", days=10), Stretch(tariff="shop", days=21)],
    )
    assert bill.energy_amount == wanted.total
    assert [line["days"] for line in bill.lines] == [10, 21]


def test_days_without_a_tariff_are_not_billed_by_a_neighbours(tariffs) -> None:
    (number,) = town.build(1, first_read=date(2016, 1, 1))
    town.read(number, MONTHS[1], 500)
    run = plan(1)
    jobs.drain(NOW)
    assert BillRunHold.objects.get(run_id=run.id).reason == "NO_TARIFF"


def test_an_exchanged_meter_makes_two_parts(accounts: list[str]) -> None:
    number = accounts[0]
    bill_month(1)
    town.read(number, date(2026, 2, 15), 70)
    town.read(number, MONTHS[2], 30)
    bill_month(2)
    bill = Bill.objects.get(account_no=number, period="2026-02")
    assert (bill.kwh, bill.days) == (100, 28)
    assert {line["part"] for line in bill.lines} == {1, 2}


def test_pause_resume_and_cancel(accounts: list[str]) -> None:
    run = plan(1)
    jobs.drain(NOW)
    services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    assert services.work_on_chunk(directorate_id=1, run_id=run.id, now=NOW)
    services.pause_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    assert Bill.objects.count() == 3
    with pytest.raises(services.UnableToMoveRun):
        services.cancel_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    services.resume_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    jobs.drain(NOW)
    assert Bill.objects.count() == 7
    assert again(run).status == "ISSUED"


def test_a_run_given_up_makes_room(accounts: list[str]) -> None:
    run = plan(1)
    services.cancel_run(directorate_id=1, run_id=run.id, actor=PLANNER, now=NOW)
    jobs.drain(NOW)
    assert Bill.objects.count() == 0
    bill_month(1)
    assert Bill.objects.count() == 7


def test_an_issued_bill_stands(accounts: list[str]) -> None:
    bill_month(1)
    for change in (
        lambda: Bill.objects.update(energy_amount=1),
        lambda: Bill.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_lines_that_do_not_sum_are_refused(accounts: list[str]) -> None:
    bill_month(1)
    bill = Bill.objects.filter(energy_amount__gt=0).first()
    bill.period, bill.energy_amount = "2026-09", bill.energy_amount + 1
    with pytest.raises(DatabaseError), transaction.atomic():
        bill.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_several_workers_share_a_run_and_one_dies(transactional_db) -> None:
    with scope.within_system():
        seeding.run(now=NOW)
        numbers = town.build(40)
        for number in numbers:
            town.read(number, MONTHS[1], 50)
        run = plan(1, chunk=4)
    jobs.drain(NOW)
    with scope.within_system():
        services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
    done: list[int] = []

    def worker(dies: bool) -> None:
        try:
            if dies:  # in the middle of a chunk, as by kill -9: its transaction ends with it
                with transaction.atomic():
                    services.work_on_chunk(directorate_id=1, run_id=run.id, now=NOW)
                    transaction.set_rollback(True)
            else:
                done.append(services.work_on_run(directorate_id=1, run_id=run.id, now=NOW))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=worker, args=(dies,)) for dies in (True, False, False, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.work_on_run(directorate_id=1, run_id=run.id, now=NOW)
    with scope.within_system():
        assert again(run).status == "ISSUED"
        assert Bill.objects.count() == 40
        assert Event.objects.filter(kind="billing.bill.issued").count() == 40
        assert selectors.drifted_balances(1) == []


class TestBillIsQuote(TestCase):
    """What the run bills is what the quote says, whatever the use, the days and the tariffs."""

    @classmethod
    def setUpTestData(cls) -> None:
        seeding.run(now=NOW)
        with scope.within_system():
            cls.numbers = town.build(1)

    @settings(max_examples=40)
    @given(
        kwh=st.integers(0, 9000),
        days=st.integers(1, 60),
        change=st.integers(1, 80),
    )
    def test_for_one_account(self, kwh: int, days: int, change: int) -> None:
        with scope.within_system():
            self._bill(kwh, days, change)

    def _bill(self, kwh: int, days: int, change: int) -> None:
        ends = date.fromordinal(town.OPENED.toordinal() + days)
        changes = date.fromordinal(town.OPENED.toordinal() + change)
        TariffUse.objects.create(
            directorate_id=1, tariff_class="RESIDENTIAL", valid_from=changes,
            tariff_id="krg-residential-2025",
        )  # fmt: skip
        town.read(self.numbers[0], ends, kwh)
        run = services.plan_run(
            directorate_id=1, period="2026-01", read_from=date(2026, 1, 2), issued_on=ends,
            read_before=date.fromordinal(ends.toordinal() + 1), actor=PLANNER, now=NOW,
        )  # fmt: skip
        jobs.drain(NOW)
        for held in BillRunHold.objects.filter(run_id=run.id):
            services.decide_hold(
                directorate_id=1, run_id=run.id, account_no=held.account_no,
                decision=BillRunHold.Decision.RELEASED, actor=SECOND, now=NOW,
            )  # fmt: skip
        services.approve_run(directorate_id=1, run_id=run.id, actor=SECOND, now=NOW)
        jobs.drain(NOW)
        bill = Bill.objects.get(account_no=self.numbers[0])
        stretches = [Stretch(tariff="iq-residential-2018", days=min(days, change))]
        if days > change:
            stretches.append(Stretch(tariff="krg-residential-2025", days=days - change))
        quote = rating.quote(kwh=kwh, stretches=stretches)
        assert bill.energy_amount == quote.total
        assert [line["amount"] for line in bill.lines] == [line["amount"] for line in quote.lines]
