"""Accounts: numbers, opening, changes, closing."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.customers.conftest import KARKH, NOW, TECHNICIAN, install, issue, open_account
from wasl.accounts.actors import Actor
from wasl.core import scope
from wasl.customers import account_numbers, selectors, services
from wasl.customers.models import Account, MeterAssignment
from wasl.directorates import seeding
from wasl.events.models import Event
from wasl.network import sample
from wasl.network import selectors as network

numbers = st.builds(account_numbers.number, st.integers(1, 99), st.integers(1, 9_999_999))


@settings(deadline=None)
@given(numbers)
def test_a_number_is_read_as_it_is_shown(number):
    assert account_numbers.parse(account_numbers.shown(number)) == number


@settings(deadline=None)
@given(numbers, st.integers(0, 9), st.integers(1, 9))
def test_a_wrong_digit_is_found(number, place, change):
    digit = str((int(number[place]) + change) % 10)

    with pytest.raises(account_numbers.UnableToReadAccountNo):
        account_numbers.parse(number[:place] + digit + number[place + 1 :])


@settings(deadline=None)
@given(numbers, st.integers(0, 8))
def test_two_neighbours_exchanged_are_found(number, place):
    first, second = number[place : place + 2]
    exchanged = number[:place] + second + first + number[place + 2 :]

    if first != second:
        with pytest.raises(account_numbers.UnableToReadAccountNo):
            account_numbers.parse(exchanged)


def test_numbers_as_people_type_them():
    number = account_numbers.number(1, 123)
    eastern = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert account_numbers.parse(f" {eastern[:5]} {eastern[5:]} ") == number
    for wrong in ("", "123", number + "0", "ABCDEFGHIJ", "²²²²²²²²²²"):
        with pytest.raises(account_numbers.UnableToReadAccountNo):
            account_numbers.parse(wrong)


def change(service, account, **values):
    common = {"directorate_id": KARKH, "account_no": account.account_no, "now": NOW}
    return service(**common | {"case_id": uuid4(), "actor": TECHNICIAN} | values)


def test_an_account_takes_up_the_meter_installed_for_its_case(store):
    case_id = uuid4()
    issue(store[0], case_id)
    install(store[0], case_id, first_reading_kwh=12)

    account = open_account(case_id)

    assert account.account_no == account_numbers.number(KARKH, 1)
    assert selectors.meter_of(KARKH, account.account_no).serial == store[0]
    assignment = selectors.assignment_of(KARKH, account.account_no)
    assert (assignment.first_reading_kwh, assignment.seal_no) == (12, "S-77")
    opened = Event.objects.about("case", case_id).get(kind="customers.account.opened")
    assert opened.public == {"tariff": "RESIDENTIAL", "phases": 1}


def test_a_case_opens_one_account(store):
    case_id = uuid4()

    assert open_account(case_id) == open_account(case_id)
    assert Account.objects.count() == 1
    with pytest.raises(services.UnableToOpenAccount, match="01-0000001"):
        open_account(uuid4())
    assert open_account(uuid4(), dar="22/1").account_no == account_numbers.number(KARKH, 2)


def test_numbers_are_counted_by_directorate(store):
    assert open_account(uuid4(), dar="1").account_no[2:9] == "0000001"
    assert open_account(uuid4(), dar="2").account_no[2:9] == "0000002"
    other = open_account(uuid4(), directorate_id=2)
    assert other.account_no[:9] == "020000001"


def test_a_number_that_was_not_used_is_drawn_again(store):
    savepoint = transaction.savepoint()
    open_account(uuid4(), dar="1")
    transaction.savepoint_rollback(savepoint)

    assert open_account(uuid4(), dar="2").account_no[2:9] == "0000001"


def test_an_account_hangs_on_the_transformer(store):
    seeding.load_districts(NOW)
    sample.load_sample_network(directorate_id=KARKH, seed=1, on=date(2026, 11, 23))
    account = open_account(uuid4())
    point = network.point_of(KARKH, account.account_no)
    before = point.transformer.connected_kw

    change(services.change_load, account, load_kw=Decimal(20), phases=3)

    assert point.load_kw == Decimal("7.5")
    after = network.point_of(KARKH, account.account_no)
    assert (after.load_kw, after.phases) == (20, 3)
    assert after.transformer.connected_kw == before + Decimal("12.5")
    change(services.close_account, account, final_reading_kwh=None)
    assert network.point_of(KARKH, account.account_no) is None


def test_a_meter_is_exchanged(store, connected):
    account = connected()
    old = selectors.meter_of(KARKH, account.account_no)
    case_id = uuid4()
    issue(store[0], case_id)
    values = {
        "new_serial": store[0],
        "final_reading_kwh": 500,
        "first_reading_kwh": 0,
        "seal_no": "S-78",
        "photo_document_id": None,
        "case_id": case_id,
        "now": NOW + timedelta(days=30),
    }

    change(services.exchange_meter, account, **values)
    change(services.exchange_meter, account, **values)

    assert selectors.meter_of(KARKH, account.account_no).serial == store[0]
    past = MeterAssignment.objects.get(serial=old.serial)
    assert (past.final_reading_kwh, past.valid_to) == (500, values["now"])
    out = selectors.meter(KARKH, old.serial)
    assert (out.custodian, out.held_by) == ("TECHNICIAN", str(TECHNICIAN.user_id))
    assert selectors.reconcile_stock(KARKH).is_reconciled


def test_a_last_reading_has_no_more_digits_than_the_meter(connected):
    account = connected()

    with pytest.raises(services.UnableToExchangeMeter, match="more digits than the meter"):
        change(services.close_account, account, final_reading_kwh=1_000_000)
    with pytest.raises(services.UnableToExchangeMeter, match="last reading is missing"):
        change(services.close_account, account, final_reading_kwh=None)
    assert selectors.account_by_no(KARKH, account.account_no).is_active


def test_a_register_that_went_round_can_be_the_last_reading(connected):
    account = connected()

    change(services.close_account, account, final_reading_kwh=2)

    past = MeterAssignment.objects.get(account_no=account.account_no)
    assert past.final_reading_kwh == 2 < past.first_reading_kwh


def test_an_account_is_closed_with_its_last_reading(connected):
    account = connected()

    change(services.close_account, account, final_reading_kwh=900)
    closed = change(services.close_account, account, final_reading_kwh=900)

    assert (closed.status, closed.closed_at) == ("CLOSED", NOW)
    assert selectors.meter_of(KARKH, account.account_no) is None
    with pytest.raises(services.UnableToFindAccount):
        change(services.change_holder, account, holder_id=uuid4())


def test_an_account_is_put_in_another_name(connected):
    account = connected()
    case_id, new = uuid4(), uuid4()

    change(services.change_holder, account, holder_id=new, case_id=case_id)
    change(services.change_holder, account, holder_id=new, case_id=case_id)

    assert [each.account_no for each in selectors.accounts_of(new)] == [account.account_no]
    event = Event.objects.about("case", case_id).get()
    assert event.public == {}
    assert event.data["before"] == str(account.holder_id)


def test_two_meters_never_measure_one_account(store, connected):
    account = connected()

    with pytest.raises(IntegrityError, match="account_has_one_meter"), transaction.atomic():
        MeterAssignment.objects.create(
            directorate_id=KARKH,
            serial=store[0],
            account_no=account.account_no,
            valid_from=NOW,
            case_id=uuid4(),
            seal_no="S",
            first_reading_kwh=0,
        )


def test_an_assignment_belongs_to_its_accounts_directorate(store, connected):
    account = connected()

    with pytest.raises(IntegrityError), transaction.atomic():
        MeterAssignment.objects.create(
            directorate_id=2,
            serial=store[0],
            account_no=account.account_no,
            valid_from=NOW,
            case_id=uuid4(),
            seal_no="S",
            first_reading_kwh=0,
        )


def test_a_citizen_sees_only_their_own_account(store):
    mine = open_account(uuid4(), dar="1")
    theirs = open_account(uuid4(), dar="2")

    with scope.within_person(mine.holder_id):
        assert selectors.account_by_no(KARKH, mine.account_no) == mine
        assert selectors.account_by_no(KARKH, theirs.account_no) is None
    with scope.within_staff([2]):
        assert selectors.account_by_no(KARKH, mine.account_no) is None


def test_duplicates_and_neighbours_are_found(store):
    near = open_account(uuid4(), dar="1", lat=33.312, lon=44.346)
    open_account(uuid4(), dar="2", lat=33.33, lon=44.31)

    assert selectors.active_account_at(KARKH, "605", "14", " 1 ") == near
    assert selectors.active_account_at(KARKH, "605", "14", "") is None
    assert selectors.active_account_at(KARKH, "605", "15", "1") is None
    assert selectors.nearest_account(KARKH, 33.313, 44.345) == near
    change(services.close_account, near, final_reading_kwh=None)
    assert selectors.active_account_at(KARKH, "605", "14", "1") is None
    assert selectors.nearest_account(KARKH, 33.313, 44.345) != near
    assert selectors.premises_of(near).dar == "1"


def test_a_system_actor_may_close(connected):
    account = connected()

    change(services.close_account, account, final_reading_kwh=10, actor=Actor.system())

    assert selectors.reconcile_stock(KARKH).is_reconciled
