"""The way of a meter, and that the database keeps it whole."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.customers.conftest import KARKH, KEEPER, NOW, TECHNICIAN, install, issue
from wasl.core import scope
from wasl.customers import selectors, services
from wasl.customers.models import Custodian, Meter, MeterCustody
from wasl.events.models import Event


def hands(serial):
    return [row.to_custodian for row in selectors.custody_of(KARKH, serial)]


def test_a_meter_goes_from_store_to_technician_to_premises(store):
    case_id = uuid4()

    issue(store[0], case_id)
    meter = install(store[0], case_id)

    assert hands(store[0]) == ["STORE", "TECHNICIAN", "PREMISES"]
    assert (meter.custodian, meter.case_id) == (Custodian.PREMISES, case_id)
    kinds = list(Event.objects.about("case", case_id).values_list("kind", flat=True))
    assert sorted(kinds) == ["customers.meter.installed", "customers.meter.issued"]


def test_issuing_or_installing_again_changes_nothing(store):
    case_id = uuid4()

    issue(store[0], case_id)
    issue(store[0], case_id)
    install(store[0], case_id)
    install(store[0], case_id)

    assert len(hands(store[0])) == 3
    assert Event.objects.about("case", case_id).count() == 2


def test_a_meter_is_not_issued_twice(store):
    case_id = uuid4()
    issue(store[0], case_id)

    with pytest.raises(services.UnableToIssueMeter, match="not in store"):
        issue(store[0], uuid4())
    with pytest.raises(services.UnableToIssueMeter, match="another meter out"):
        issue(store[1], case_id)
    with pytest.raises(services.UnableToIssueMeter, match="not in the books"):
        issue("NOBODY-1", case_id)


def test_only_the_meter_issued_for_the_case_is_installed(store):
    issue(store[0], uuid4())

    with pytest.raises(services.UnableToInstallMeter):
        install(store[0], uuid4())
    with pytest.raises(services.UnableToInstallMeter):
        install(store[1], uuid4())


def test_a_meter_released_against_the_case_is_installed_by_whoever_is_drawn(store):
    case_id = uuid4()

    assert issue(store[0], case_id, technician_id=None).held_by == f"case:{case_id}"
    assert install(store[0], case_id).custodian == Custodian.PREMISES


def test_an_unused_meter_goes_back_and_can_be_issued_again(store):
    case_id = uuid4()
    issue(store[0], case_id)

    values = {"directorate_id": KARKH, "serial": store[0], "case_id": case_id, "now": NOW}
    services.return_meter(**values, reason="NOT_NEEDED", actor=KEEPER)
    again = services.return_meter(**values, reason="NOT_NEEDED", actor=KEEPER)

    assert again.custodian == Custodian.STORE
    assert again.case_id is None
    assert hands(store[0]) == ["STORE", "TECHNICIAN", "STORE"]
    assert issue(store[0], uuid4()).custodian == Custodian.TECHNICIAN
    with pytest.raises(services.UnableToReturnMeter):
        services.return_meter(**values, reason="NOT_NEEDED", actor=KEEPER)


@pytest.mark.parametrize("typed", ["k26-00001", " K26- 00001 ", "K26-٠٠٠٠١"])
def test_a_serial_is_read_as_people_type_it(store, typed):
    assert issue(typed, uuid4()).serial == "K26-00001"


@pytest.mark.parametrize("typed", ["", "K1", "K26_0001", "ك١٢٣٤", "A" * 25, "-K26"])
def test_what_is_no_serial_is_refused(typed):
    with pytest.raises(services.UnableToReadSerial):
        services.read_serial(typed)


@pytest.mark.parametrize("serials", [["K26-00001"], ["N-0001", "N-0001"], ["N-0001", "n-0001 "]])
def test_a_delivery_with_a_known_meter_is_not_received_at_all(store, serials):
    with pytest.raises(services.UnableToReceiveMeters):
        services.receive_meters(
            directorate_id=KARKH,
            serials=[*serials, "N-0009"],
            phases=1,
            delivery_no="D-2",
            actor=KEEPER,
            now=NOW,
        )

    assert len(selectors.serials_in_store(KARKH)) == 4


def custody(serial, sequence, from_, to, **others):
    values = {"from_held_by": "MAIN", "to_held_by": "x", "case_id": uuid4(), "moved_at": NOW}
    return MeterCustody.objects.create(
        directorate_id=KARKH,
        serial=serial,
        sequence=sequence,
        from_custodian=from_,
        to_custodian=to,
        **values | others,
    )


@pytest.mark.parametrize(
    ("sequence", "from_", "to", "others"),
    [
        (2, "STORE", "PREMISES", {}),  # past the technician
        (2, "TECHNICIAN", "PREMISES", {}),  # it is in the store
        (3, "STORE", "TECHNICIAN", {}),  # a gap in the chain
        (1, "STORE", "TECHNICIAN", {}),  # a place that is taken
        (2, "STORE", "TECHNICIAN", {"from_held_by": "OTHER"}),  # another store
        (2, "STORE", "TECHNICIAN", {"case_id": None}),  # for no case
        (2, "SCRAP", "STORE", {}),  # back from the scrap
    ],
)
def test_the_database_refuses_a_hand_over_that_does_not_follow(store, sequence, from_, to, others):
    with pytest.raises(IntegrityError), transaction.atomic():
        custody(store[0], sequence, from_, to, **others)

    assert selectors.reconcile_stock(KARKH).is_reconciled


@pytest.mark.owner
def test_even_the_owner_changes_hands_only_by_a_hand_over(store):
    with scope.within_system():
        meters = Meter.objects.filter(serial=store[0])
        for change in ({"custodian": "SCRAP"}, {"held_by": "me"}, {"custody_sequence": 9}):
            with pytest.raises(IntegrityError, match="by a hand-over only"), transaction.atomic():
                meters.update(**change)
        with pytest.raises(IntegrityError, match="stays in the books"), transaction.atomic():
            meters.delete()
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            MeterCustody.objects.filter(serial=store[0]).update(to_held_by="me")
        with pytest.raises(IntegrityError, match="begins with the supplier"), transaction.atomic():
            Meter.objects.create(
                directorate_id=KARKH,
                serial="GHOST-1",
                phases=1,
                delivery_no="",
                received_at=NOW,
                custodian="STORE",
            )


def test_the_stock_adds_up(store):
    case_id = uuid4()
    issue(store[0], case_id)
    install(store[0], case_id)
    issue(store[1], uuid4())

    report = selectors.reconcile_stock(KARKH)

    assert report.is_reconciled
    assert report.received == 4
    assert report.by_custodian == {"PREMISES": 1, "TECHNICIAN": 1, "STORE": 2}
    assert selectors.store_stock(KARKH) == {("MAIN", 1): 2}
    assert selectors.serials_in_store(KARKH, phases=3) == []


def test_a_count_of_the_shelves_names_what_is_missing(store):
    report = selectors.reconcile_stock(KARKH, counted=[*store[1:], "STRANGE-1"])

    assert not report.is_reconciled
    assert report.missing == [store[0]]
    assert report.unexpected == ["STRANGE-1"]


def test_staff_of_another_directorate_see_no_meter(store):
    with scope.within_staff([2]):
        assert selectors.serials_in_store(KARKH) == []
    with scope.within_staff([KARKH]):
        assert len(selectors.serials_in_store(KARKH)) == 4
    with scope.within_person(uuid4()):
        assert selectors.custody_of(KARKH, store[0]) == []


@pytest.mark.django_db(transaction=True)
def test_one_meter_for_two_cases_at_once_goes_to_one():
    services.receive_meters(
        directorate_id=KARKH,
        serials=["K26-00001"],
        phases=1,
        delivery_no="D-1",
        actor=KEEPER,
        now=NOW,
    )
    start, answers = threading.Barrier(2), []

    def take():
        start.wait()
        try:
            issue("K26-00001", uuid4())
            answers.append("issued")
        except services.UnableToIssueMeter:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == ["issued", "refused"]
    assert selectors.reconcile_stock(KARKH).is_reconciled
    assert TECHNICIAN.user_id
