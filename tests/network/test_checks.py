"""The capacity check by load flow: at the node, kept with the case, and by the plate without it."""

import sys
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.network.conftest import KARKH, NOW
from wasl.accounts.actors import Actor
from wasl.core import operations
from wasl.core.operations import OperationContext
from wasl.directorates.models import DatedSetting
from wasl.events import kinds
from wasl.events.models import Event
from wasl.network import grids, load_flow, published, sample, selectors, services
from wasl.network.models import (
    CapacityCheck,
    CapacityReservation,
    LowVoltageNode,
    LowVoltageState,
    Transformer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def modelled(transformer):
    """A transformer of 160 kVA with a published overhead network, half loaded."""
    found = transformer("T-1", rated_kva=160, connected_kw="104")
    published.hang_on(found, "kerber-landnetz-freileitung-1", date(2026, 11, 1))
    return found


def node(code: str) -> LowVoltageNode:
    return LowVoltageNode.objects.get(code=code)


def ask(load, at: LowVoltageNode, case_id=None, **more):
    return operations.get("network.check_capacity").run(
        OperationContext(
            case_id=case_id or uuid4(),
            reference="TEST",
            directorate_id=KARKH,
            variables={"lat": at.lat, "lon": at.lon, "load_kw": load, **more},
            now=NOW,
        )
    )


def test_the_published_load_is_spread_and_nothing_is_lost(modelled):
    nodes = LowVoltageNode.objects.filter(network_id=modelled.pk)

    assert len(nodes) == 14
    assert sum(each.connected_kw for each in nodes) == Decimal(104)
    assert published.spread(Decimal("10"), [1, 1, 1]) == [
        Decimal("3.34"), Decimal("3.33"), Decimal("3.33"),
    ]  # fmt: skip


def test_a_load_is_weighed_at_the_node_nearest_to_the_place(modelled):
    end, case_id = node("N13"), uuid4()

    outputs = ask("20", end, case_id)

    check = selectors.latest_check(case_id)
    alone = grids.flow_of(grids.modelled(modelled, now=NOW, apart_from=case_id))
    assert outputs["capacity_fits"] is check.fits is True
    assert check.node_code == "N13"
    assert check.before["pu"] == pytest.approx(alone.at("N13").voltage_pu, abs=1e-5)
    assert check.after["pu"] < check.before["pu"]
    assert outputs["loading_after_pct"] == pytest.approx(check.after["transformer_pct"], abs=0.06)
    assert len(check.states) == 14
    held = CapacityReservation.objects.get(case_id=case_id)
    assert held.node_id == end.pk


def test_the_end_of_a_line_bears_less_than_its_beginning(modelled):
    """The plate would carry 140 kW anywhere; the voltage at the end of the line would not."""
    LowVoltageNode.objects.filter(upstream__isnull=False).update(length_m=42)
    plate = selectors.figures(modelled, load_kw=Decimal(140), now=NOW)
    far, near = uuid4(), uuid4()

    at_end = ask("140", node("N14"), far)
    at_start = ask("140", node("N2"), near)

    assert plate.fits
    assert (at_end["capacity_fits"], at_start["capacity_fits"]) == (False, True)
    assert "VOLTAGE_LOW" in selectors.latest_check(far).reasons
    assert selectors.latest_check(near).reasons == []


def test_what_is_kept_for_others_hangs_at_its_node(modelled):
    end = node("N13")
    first, second = uuid4(), uuid4()
    ask("30", end, first)

    ask("10", end, second)

    check = selectors.latest_check(second)
    assert check.before["pu"] == pytest.approx(selectors.latest_check(first).after["pu"], abs=1e-5)


def test_the_same_case_asked_again_does_not_count_itself(modelled):
    end, case_id = node("N13"), uuid4()
    first, second = ask("30", end, case_id), ask("30", end, case_id)

    assert first == second
    assert CapacityReservation.objects.filter(case_id=case_id, status="HELD").count() == 1


def test_connecting_hangs_the_account_on_the_node_that_was_weighed(modelled):
    end, case_id = node("N13"), uuid4()
    before = end.connected_kw
    ask("10", end, case_id)

    point = services.connect_service_point(
        directorate_id=KARKH,
        account_no="0100000010",
        load_kw=Decimal(10),
        phases=1,
        lat=33.3,
        lon=44.3,
        case_id=case_id,
        actor=Actor.system(),
        now=NOW,
    )

    assert point.node_id == end.pk
    assert node("N13").connected_kw == before + 10
    ask("25", node("N2"), more := uuid4(), account_no="0100000010")
    assert selectors.latest_check(more).node_code == "N13"
    assert selectors.latest_check(more).requested_kw == 15
    services.change_point_load(
        directorate_id=KARKH, account_no="0100000010", load_kw=Decimal(25), phases=3,
        case_id=case_id, now=NOW,
    )  # fmt: skip
    assert node("N13").connected_kw == before + 25
    services.disconnect_service_point(
        directorate_id=KARKH, account_no="0100000010", case_id=case_id, actor=Actor.system(),
        now=NOW,
    )  # fmt: skip
    assert node("N13").connected_kw == before
    total = sum(each.connected_kw for each in LowVoltageNode.objects.all())
    assert Transformer.objects.get(code="T-1").connected_kw == total


def test_an_engineers_override_is_kept_at_the_node_that_was_weighed(modelled):
    case_id = uuid4()
    assert ask("150", node("N13"), case_id)["capacity_fits"] is False

    kept = services.reserve_capacity(
        directorate_id=KARKH,
        transformer_code="T-1",
        case_id=case_id,
        load_kw=Decimal(150),
        actor=Actor.system(),
        now=NOW,
        is_override=True,
    )

    assert kept.node_id == node("N13").pk
    with pytest.raises(services.UnableToReserveCapacity):
        services.reserve_capacity(
            directorate_id=KARKH,
            transformer_code="T-1",
            case_id=uuid4(),
            load_kw=Decimal(400),
            actor=Actor.system(),
            now=NOW,
        )


def test_without_the_library_the_plate_decides(modelled, monkeypatch):
    monkeypatch.setitem(sys.modules, "power_grid_model", None)
    case_id = uuid4()

    outputs = ask("150", node("N13"), case_id)

    assert outputs["capacity_fits"] is True
    assert selectors.latest_check(case_id) is None
    assert services.solve_networks(directorate_id=KARKH, now=NOW) == 0


def test_a_load_that_breaks_the_network_down_needs_an_engineer(modelled):
    case_id = uuid4()

    assert ask("9000", node("N13"), case_id)["capacity_fits"] is False
    assert not CapacityReservation.objects.filter(case_id=case_id).exists()


def test_the_limits_are_dated_settings(modelled):
    DatedSetting.objects.create(
        key="network.voltage_tolerance_pct",
        directorate_id=KARKH,
        value=1,
        valid_from=date(2026, 11, 1),
        source="test",
        recorded_at=NOW,
    )
    case_id = uuid4()

    assert ask("20", node("N13"), case_id)["capacity_fits"] is False
    assert selectors.latest_check(case_id).reasons == ["VOLTAGE_LOW"]


def test_the_citizen_reads_it_in_plain_words(modelled):
    case_id = uuid4()
    ask("20", node("N13"), case_id)

    event = Event.objects.about("case", case_id).get(kind="network.capacity.checked")
    words = kinds.get(event.kind).detail(event.data)

    assert f"about {round(selectors.latest_check(case_id).after['volts'])} volts" in words
    assert words.endswith("The network carries it.")
    assert "volts" not in kinds.get(event.kind).public_part(event.data)


def test_a_check_is_never_changed(modelled):
    ask("20", node("N13"))

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        CapacityCheck.objects.update(fits=False)


def test_a_reservation_keeps_to_its_own_transformer(modelled, transformer):
    other = transformer("T-2")
    with (
        pytest.raises(IntegrityError, match="reservation_on_own_transformer"),
        transaction.atomic(),
    ):
        CapacityReservation.objects.create(
            directorate_id=KARKH, transformer=other, node=node("N2"), case_id=uuid4(), load_kw=5,
            reserved_at=NOW, expires_at=NOW + timedelta(days=1),
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_state_of_every_network_is_kept_for_lists(modelled):
    assert services.solve_networks(directorate_id=KARKH, now=NOW) == 1

    state = LowVoltageState.objects.get()
    flow = grids.flow_of(grids.modelled(modelled, now=NOW))
    assert state.transformer_pct == pytest.approx(flow.transformer_loading_pct)
    assert (state.lowest_node, state.line_node) == (flow.lowest.code, flow.fullest.code)
    LowVoltageNode.objects.filter(code="N13").update(connected_kw=9000)
    assert services.solve_networks(directorate_id=KARKH, now=NOW) == 0
    state.refresh_from_db()
    assert (state.is_solved, state.transformer_pct) == (False, None)


def test_the_demonstrations_networks_all_have_a_solution(seeded):
    sample.load_sample_network(directorate_id=KARKH, seed=7, on=date(2026, 11, 23))

    count = sample.load_sample_low_voltage(directorate_id=KARKH, now=NOW)

    assert count > 60
    assert LowVoltageState.objects.filter(is_solved=True).count() == count
    assert sample.load_sample_low_voltage(directorate_id=KARKH, now=NOW) == count
    pct = LowVoltageState.objects.values_list("transformer_pct", flat=True)
    assert 0 < sum(each > 80 for each in pct) < count / 2
    assert load_flow.is_available()
