"""The capacity rule, and keeping capacity for cases."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.conftest import KARKH, NOW
from wasl.accounts.actors import Actor
from wasl.core import jobs, operations, scope
from wasl.core.operations import OperationContext
from wasl.events.models import Event
from wasl.network import capacity, sample, selectors, services
from wasl.network.models import CapacityReservation, Transformer
from wasl.network.operations import UnableToCheckCapacity

FACTORS = capacity.Factors(permitted_loading_pct=80, diversity_pct=40, power_factor_pct=85)
# 250 kVA × 0.85 × 80 % ÷ 40 % diversity: 425 kW of declared load are permitted.


def weigh(requested: str, connected: str = "200", reserved: str = "0") -> capacity.Figures:
    return capacity.weigh(
        rated_kva=250,
        connected_kw=Decimal(connected),
        reserved_kw=Decimal(reserved),
        requested_kw=Decimal(requested),
        factors=FACTORS,
    )


def test_a_load_that_reaches_exactly_what_is_permitted_fits():
    assert weigh("225").loading_after_pct == Decimal("80.0")
    assert weigh("225").fits
    assert not weigh("226").fits
    assert not weigh("225", reserved="1").fits


def test_the_figures_are_shown():
    figures = weigh("10", connected="212.5")

    assert figures.loading_before_pct == Decimal("40.0")
    assert figures.loading_after_pct == Decimal("41.9")


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(0, 5000), st.integers(1, 500), st.integers(1, 500))
def test_more_load_never_loads_less(rated, connected, less, more):
    less, more = sorted((less, more))

    def after(requested):
        return capacity.weigh(
            rated_kva=rated,
            connected_kw=Decimal(connected),
            reserved_kw=Decimal(0),
            requested_kw=Decimal(requested),
            factors=FACTORS,
        ).loading_after_pct

    assert after(less) <= after(more)


@pytest.mark.parametrize(("rated", "requested"), [(0, 1), (250, 0), (250, -3)])
def test_nonsense_is_refused(rated, requested):
    with pytest.raises(ValueError, match="a rating, and a request a load"):
        capacity.weigh(
            rated_kva=rated,
            connected_kw=Decimal(0),
            reserved_kw=Decimal(0),
            requested_kw=Decimal(requested),
            factors=FACTORS,
        )


def test_the_nearest_in_service_is_found(transformer):
    transformer("T-1", 33.312, 44.350)
    transformer("T-2", 33.3155, 44.346)  # nearer in degrees, further over the ground
    transformer("T-3", 33.312, 44.3461, removed_date=date(2020, 1, 1))
    transformer("T-4", 33.312, 44.3461, directorate_id=2)

    nearest = selectors.nearest_transformer(KARKH, 33.312, 44.346)

    assert nearest.transformer.code == "T-1"
    assert 365 <= nearest.metres <= 378
    assert selectors.nearest_transformer(3, 33.312, 44.346) is None


@pytest.mark.owner
def test_the_nearest_is_found_by_index(seeded):
    sample.load_sample_network(directorate_id=KARKH, seed=1, on=date(2026, 11, 23))

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE network_transformer; SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + selectors._NEAREST, [KARKH, 44.346, 33.312])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "network_transformer_place" in plan
    assert "Sort" not in plan


def ask(load="10", lat=33.312, lon=44.346, case_id=None, **others):
    variables = {"lat": lat, "lon": lon, "load_kw": load} | others
    return operations.get("network.check_capacity").run(
        OperationContext(
            case_id=case_id or uuid4(),
            reference="K7MN-4XPD-2",
            directorate_id=KARKH,
            variables=variables,
            now=NOW,
        )
    )


def test_the_operation_sets_what_it_declares_and_keeps_the_load(transformer):
    transformer("T-1")
    case_id = uuid4()

    outputs = ask("10", case_id=case_id)

    assert outputs.keys() == operations.get("network.check_capacity").outputs.keys()
    assert outputs["capacity_fits"] is True
    assert outputs["transformer_code"] == "T-1"
    assert (outputs["connected_kw"], outputs["requested_kw"]) == (200.0, 10.0)
    assert selectors.reservation_of(case_id).load_kw == 10
    assert Event.objects.about("case", case_id).get().public["transformer"] == "T-1"


def test_asked_again_it_keeps_only_once(transformer):
    transformer("T-1")
    case_id = uuid4()

    assert ask("10", case_id=case_id) == ask("10", case_id=case_id)

    assert CapacityReservation.objects.filter(case_id=case_id).count() == 1
    assert Event.objects.about("case", case_id).count() == 1


def test_what_is_kept_for_one_case_is_not_there_for_the_next(transformer):
    transformer("T-1")  # 225 kW are free

    first, second = ask("150"), ask("150")

    assert first["capacity_fits"] is True
    assert second["capacity_fits"] is False
    assert second["connected_kw"] == 350.0


def test_a_full_transformer_needs_an_engineer_who_may_override(transformer):
    transformer("T-1", connected_kw="420")
    case_id = uuid4()
    assert ask("10", case_id=case_id)["capacity_fits"] is False

    def reserve(**others):
        return services.reserve_capacity(
            directorate_id=KARKH,
            transformer_code="T-1",
            case_id=case_id,
            load_kw=Decimal(10),
            actor=Actor.system(),
            now=NOW,
            **others,
        )

    with pytest.raises(services.UnableToReserveCapacity, match=r"80% are permitted"):
        reserve()
    assert reserve(is_override=True).is_override
    with pytest.raises(services.UnableToFindTransformer):
        services.reserve_capacity(
            directorate_id=KARKH,
            transformer_code="T-9",
            case_id=case_id,
            load_kw=Decimal(10),
            actor=Actor.system(),
            now=NOW,
        )


def test_too_far_away_needs_an_engineer(transformer):
    transformer("T-1")

    outputs = ask("10", lat=33.34)

    assert outputs["capacity_fits"] is False
    assert outputs["transformer_code"] == ""


@pytest.mark.parametrize("load", ["abc", "0", "-5", "NaN", None])
def test_a_load_that_is_no_number_is_refused(transformer, load):
    transformer("T-1")

    with pytest.raises(UnableToCheckCapacity):
        ask(load)


def test_what_is_kept_goes_back_when_the_case_closes(transformer):
    transformer("T-1")
    case_id = uuid4()
    ask("150", case_id=case_id)

    closed = Event.objects.about("case", case_id).get()
    jobs.enqueue(
        "network.release_capacity",
        event_id=str(closed.id),
        recorded_at=closed.recorded_at.isoformat(),
    )
    jobs.drain(NOW)

    assert selectors.reservation_of(case_id) is None
    assert ask("150")["capacity_fits"] is True
    assert services.release_capacity(case_id=case_id, now=NOW) is False


def test_what_is_kept_too_long_goes_back(transformer):
    point = transformer("T-1")
    ask("150")
    later = NOW + timedelta(days=180)

    assert selectors.reserved_kw(point, now=later - timedelta(seconds=1)) == 150
    assert selectors.reserved_kw(point, now=later) == 0
    assert services.expire_reservations(now=later) == 1


def test_connecting_uses_what_was_kept(transformer):
    transformer("T-1")
    case_id = uuid4()
    ask("10", case_id=case_id)

    def connect():
        return services.connect_service_point(
            directorate_id=KARKH,
            account_no="0100000010",
            load_kw=Decimal(10),
            phases=1,
            lat=33.312,
            lon=44.346,
            case_id=case_id,
            actor=Actor.system(),
            now=NOW,
        )

    assert connect() == connect()

    point = Transformer.objects.get(code="T-1")
    assert point.connected_kw == 210
    assert selectors.reserved_kw(point, now=NOW) == 0
    more = ask("25", account_no="0100000010")
    assert (more["capacity_fits"], more["requested_kw"]) == (True, 15.0)
    assert ask("8", account_no="0100000010")["capacity_fits"] is True
    services.change_point_load(
        directorate_id=KARKH,
        account_no="0100000010",
        load_kw=Decimal(25),
        phases=3,
        case_id=case_id,
        now=NOW,
    )
    assert Transformer.objects.get(code="T-1").connected_kw == 225
    services.disconnect_service_point(
        directorate_id=KARKH,
        account_no="0100000010",
        case_id=case_id,
        actor=Actor.system(),
        now=NOW,
    )
    assert Transformer.objects.get(code="T-1").connected_kw == 200


@pytest.mark.django_db(transaction=True)
def test_two_cases_at_once_cannot_both_take_the_last():
    from wasl.directorates import seeding
    from wasl.network.models import Feeder, Substation

    for load in (seeding.load_directorates, seeding.load_calendar, seeding.load_settings):
        load(NOW)
    substation = Substation.objects.create(
        directorate_id=KARKH, code="SS-T", name_ar="اختبار", lat=33.3, lon=44.3
    )
    feeder = Feeder.objects.create(directorate_id=KARKH, substation=substation, code="F-T")
    Transformer.objects.create(
        directorate_id=KARKH,
        feeder=feeder,
        kind="POLE",
        code="T-1",
        lat=33.312,
        lon=44.346,
        rated_kva=250,
        connected_kw=200,
        installed_date=date(2015, 1, 1),
    )
    start, answers = threading.Barrier(2), []

    def take():
        start.wait()
        try:
            with transaction.atomic(), scope.within_system():
                answers.append(ask("150")["capacity_fits"])
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, True]


def test_the_sample_network_is_the_same_each_time(seeded):
    number = sample.load_sample_network(directorate_id=KARKH, seed=7, on=date(2026, 11, 23))

    assert number >= 300
    assert sample.load_sample_network(directorate_id=KARKH, seed=8, on=date(2026, 11, 23)) == number
    full = [
        each
        for each in Transformer.objects.all()
        if not selectors.figures(each, load_kw=Decimal(5), now=NOW).fits
    ]
    assert 0.02 < len(full) / number < 0.25
