"""The database keeps the way of the current a tree."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.network.conftest import KARKH, NOW
from wasl.network.models import (
    Feeder,
    FeederSection,
    LowVoltageNetwork,
    LowVoltageNode,
    ServicePoint,
    Substation,
    Transformer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def feeders(seeded) -> list[Feeder]:
    station = Substation.objects.create(
        directorate_id=KARKH, code="SS-T", name_ar="اختبار", lat=33.3, lon=44.3
    )
    return [
        Feeder.objects.create(directorate_id=KARKH, substation=station, code=code)
        for code in ("F-1", "F-2")
    ]


def section(feeder: Feeder, code: str, upstream: FeederSection | None = None) -> FeederSection:
    return FeederSection.objects.create(
        directorate_id=feeder.directorate_id, feeder=feeder, code=code, upstream=upstream
    )


def refused(name: str, change: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def node(network: LowVoltageNetwork, code: str, upstream: LowVoltageNode | None = None):
    line = (
        {"length_m": 30, "r_ohm_per_km": 0.2, "x_ohm_per_km": 0.08, "max_amps": 270}
        if upstream
        else {}
    )
    return LowVoltageNode.objects.create(
        network=network, code=code, upstream=upstream, lat=33.3, lon=44.3, **line
    )


def low_voltage(feeder: Feeder, code: str) -> LowVoltageNetwork:
    transformer = Transformer.objects.create(
        directorate_id=KARKH,
        feeder=feeder,
        code=code,
        kind="POLE",
        rated_kva=400,
        lat=33.3,
        lon=44.3,
        installed_date=date(2015, 1, 1),
    )
    return LowVoltageNetwork.objects.create(transformer=transformer, surveyed_date=date(2026, 1, 1))


def test_sections_of_a_feeder_never_form_a_loop(feeders):
    first = section(feeders[0], "S-1")
    second = section(feeders[0], "S-2", first)
    third = section(feeders[0], "S-3", second)

    first.upstream = third
    refused("network_section_no_loop", first.save)
    first.upstream = first
    refused("network_section_(no_loop|feeds_not_itself)", first.save)


def test_a_section_is_fed_by_its_own_feeder(feeders):
    other = section(feeders[1], "S-9")

    refused("network_section_fed_by_own_feeder", lambda: section(feeders[0], "S-1", other))
    feeders[0].directorate_id = 2
    refused("network_section_of_its_directorate", lambda: section(feeders[0], "S-1"))


def test_a_transformer_hangs_on_a_section_of_its_feeder(feeders):
    transformer = low_voltage(feeders[0], "T-1").transformer
    transformer.section = section(feeders[1], "S-9")
    refused("network_transformer_on_own_feeder", transformer.save)

    transformer.section = section(feeders[0], "S-1")
    transformer.save()
    transformer.feeder = feeders[1]
    refused("network_transformer_on_own_feeder", transformer.save)


def test_a_low_voltage_network_is_a_tree_with_one_busbar(feeders):
    network, other = low_voltage(feeders[0], "T-1"), low_voltage(feeders[0], "T-2")
    busbar = node(network, "N-0")
    first = node(network, "N-1", busbar)
    second = node(network, "N-2", first)
    strange = node(other, "N-0")

    first.upstream = second
    refused("network_node_no_loop", first.save)
    refused("network_one_busbar", lambda: node(network, "N-3"))
    refused("network_node_fed_by_own_network", lambda: node(network, "N-4", strange))
    second.length_m = 0
    refused("network_node_has_its_line", second.save)


def test_a_service_point_hangs_on_a_node_of_its_transformer(feeders):
    network, other = low_voltage(feeders[0], "T-1"), low_voltage(feeders[0], "T-2")

    def point(at: LowVoltageNode) -> ServicePoint:
        return ServicePoint.objects.create(
            directorate_id=KARKH,
            transformer=network.transformer,
            node=at,
            account_no=uuid4().hex[:10],
            load_kw=5,
            phases=1,
            connected_at=NOW,
        )

    refused("network_point_on_own_transformer", lambda: point(node(other, "N-0")))
    assert point(node(network, "N-0")).node_id
