"""The nearest transformer, its load, and what the map shows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from wasl.directorates import dated, outlines
from wasl.directorates import selectors as directorates
from wasl.directorates.models import District
from wasl.network import capacity, geometry
from wasl.network.geometry import MapView
from wasl.network.models import (
    CapacityCheck,
    CapacityReservation,
    LowVoltageNetwork,
    LowVoltageNode,
    ServicePoint,
    Transformer,
)

ZOOMS = 5  # 0 shows the directorate; each further one half the width, from 8 km down to 1 km
_WIDEST_M = 8_000.0
SIZES = (240, 288, 320, 480, 640)


@dataclass(frozen=True)
class Nearest:
    """A transformer, and how far it is."""

    transformer: Transformer
    metres: int


# The expression is that of the index network_transformer_place; `<->` walks it nearest first.
_NEAREST = """
SELECT id FROM network_transformer
WHERE directorate_id = %s::smallint AND removed_date IS NULL
ORDER BY point(lon * 0.8387, lat) <-> point(%s::float8 * 0.8387, %s::float8)
LIMIT 1
"""


def nearest_transformer(directorate_id: int, lat: float, lon: float) -> Nearest | None:
    """The transformer in service that is nearest to a place; None where there is none."""
    found = list(Transformer.objects.raw(_NEAREST, [directorate_id, lon, lat]))
    if not found:
        return None
    near = Transformer.objects.select_related("feeder__substation").get(pk=found[0].pk)
    return Nearest(near, round(geometry.metres_between(lat, lon, near.lat, near.lon)))


# Of each directorate the nearest one, by the same index.
_NEAREST_OF_EACH = """
SELECT d.id, near.lat, near.lon FROM directorates_directorate d CROSS JOIN LATERAL (
    SELECT lat, lon FROM network_transformer
    WHERE directorate_id = d.id AND removed_date IS NULL
    ORDER BY point(lon * 0.8387, lat) <-> point(%s::float8 * 0.8387, %s::float8)
    LIMIT 1
) near
"""


def metres_to_each(lat: float, lon: float) -> dict[int, int]:
    """How far the nearest transformer of each directorate is; those without a network are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST_OF_EACH, [lon, lat])
        return {
            office: round(geometry.metres_between(lat, lon, *at))
            for office, *at in cursor.fetchall()
        }


def transformer(directorate_id: int, code: str) -> Transformer | None:
    """The transformer of that code."""
    found = Transformer.objects.filter(directorate_id=directorate_id, code=code)
    return found.select_related("feeder__substation").first()


def factors(directorate_id: int, on: date) -> capacity.Factors:
    """The factors of the capacity rule in force on a day."""
    rows = dated.all_in_force("network.", directorate_id=directorate_id, on=on)

    def number(key: str) -> int:
        if key not in rows:
            raise dated.UnableToFindSetting(key=key, on=on)
        return int(rows[key].value)

    return capacity.Factors(
        permitted_loading_pct=number("network.permitted_loading_pct"),
        diversity_pct=number("network.diversity_pct"),
        power_factor_pct=number("network.power_factor_pct"),
    )


def figures(
    transformer: Transformer, *, load_kw: Decimal, now: datetime, apart_from: UUID | None = None
) -> capacity.Figures:
    """
    The capacity rule's figures for a further load at a transformer.

    What is kept for the case `apart_from` does not count: it is the load that is asked for.
    """
    on = timezone.localdate(now)
    return capacity.weigh(
        rated_kva=transformer.rated_kva,
        connected_kw=transformer.connected_kw,
        reserved_kw=reserved_kw(transformer, now=now, apart_from=apart_from),
        requested_kw=load_kw,
        factors=factors(transformer.directorate_id, on),
    )


def reserved_kw(
    transformer: Transformer, *, now: datetime, apart_from: UUID | None = None
) -> Decimal:
    """The load kept for cases at a transformer, kW before diversity."""
    held = CapacityReservation.objects.filter(
        transformer=transformer, status=CapacityReservation.Status.HELD, expires_at__gt=now
    )
    if apart_from is not None:
        held = held.exclude(case_id=apart_from)
    return held.aggregate(total=Sum("load_kw"))["total"] or Decimal(0)


def reservation_of(case_id: UUID) -> CapacityReservation | None:
    """The capacity kept for a case."""
    held = CapacityReservation.objects.filter(case_id=case_id, status="HELD")
    return held.select_related("transformer").first()


def point_of(directorate_id: int, account_no: str) -> ServicePoint | None:
    """Where an account hangs on the network now."""
    found = ServicePoint.objects.filter(
        directorate_id=directorate_id, account_no=account_no, disconnected_at=None
    )
    return found.select_related("transformer").first()


def nearest_node(transformer: Transformer, lat: float, lon: float) -> LowVoltageNode | None:
    """The pole or box of a transformer's network nearest to a place; None without a model."""
    nodes = list(LowVoltageNode.objects.filter(network_id=transformer.pk))
    below = [each for each in nodes if each.upstream_id is not None]
    return min(
        below or nodes,
        key=lambda each: (geometry.metres_between(lat, lon, each.lat, each.lon), each.code),
        default=None,
    )


def directorates_with_networks() -> list[int]:
    """The directorates that have a modelled low-voltage network."""
    found = LowVoltageNetwork.objects.values_list("transformer__directorate_id", flat=True)
    return sorted(set(found))


def latest_check(case_id: UUID) -> CapacityCheck | None:
    """What the load flow found last for a case; None where the rule by the plate decided."""
    found = CapacityCheck.objects.filter(case_id=case_id).select_related("transformer")
    return found.order_by("-checked_at", "-id").first()


def low_voltage_of(transformer: Transformer) -> LowVoltageNetwork | None:
    """The model of the network behind a transformer."""
    return LowVoltageNetwork.objects.filter(pk=transformer.pk).first()


def node_of_check(case_id: UUID, transformer: Transformer) -> int | None:
    """The node at which a case was weighed last, if it is of this transformer and still there."""
    check = latest_check(case_id)
    if check is None or check.transformer_id != transformer.pk:
        return None
    nodes = LowVoltageNode.objects.filter(network_id=transformer.pk, code=check.node_code)
    return nodes.values_list("pk", flat=True).first()


def district_at(directorate_id: int, lat: float, lon: float, on: date) -> District | None:
    """The area whose schematic outline holds a place: a proposal, the citizen decides."""
    for district in directorates.districts(directorate_id, on):
        if outlines.contains(district.outline, (lat, lon)):
            return district
    return None


def map_view(
    directorate_id: int,
    *,
    on: date | None = None,
    district: str = "",
    lat: float | None = None,
    lon: float | None = None,
    zoom: int = 0,
    size: int = 288,
) -> MapView:
    """
    The square that the map shows: around the pin, or else the district, or else all of it.

    `zoom` 0 is the whole directorate; 1 to 4 are 8, 4, 2 and 1 km wide. Without a day, districts
    are those of the last known organisation.
    """
    drawn = [
        each for each in directorates.districts(directorate_id, on or date.max) if each.outline
    ]
    chosen = next((each for each in drawn if each.code == district), None)
    size = min(SIZES, key=lambda known: abs(known - size))
    zoom = max(0, min(zoom, ZOOMS - 1))
    if zoom and lat is not None and lon is not None:
        return MapView(lat=lat, lon=lon, metres=_WIDEST_M / 2 ** (zoom - 1), size=size, zoom=zoom)
    if zoom and chosen is not None:
        width = _WIDEST_M / 2 ** (zoom - 1)
        return MapView(lat=chosen.lat, lon=chosen.lon, metres=width, size=size, zoom=zoom)
    return _whole(drawn, size)


def _whole(drawn: list[District], size: int) -> MapView:
    """The square around every outline, with a small edge."""
    points = [point for each in drawn for point in each.outline]
    if not points:
        return MapView(lat=33.315, lon=44.366, metres=30_000, size=size)
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    width = max(north - south, (east - west) * geometry.SQUEEZE) * geometry.METRES_PER_DEGREE
    return MapView(lat=(south + north) / 2, lon=(west + east) / 2, metres=width * 1.05, size=size)
