"""Low-voltage networks as figures: from the register's rows to the load flow and its limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import sqrt
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone

from wasl.directorates import dated
from wasl.network import capacity, geometry, load_flow, selectors
from wasl.network.low_voltage import Flow, Grid, GridNode, Limits
from wasl.network.models import (
    CapacityReservation,
    LowVoltageNetwork,
    LowVoltageNode,
    Transformer,
)


@dataclass(frozen=True, kw_only=True)
class Peak:
    """How a declared load (kW) becomes one at the peak: diversity and power factor, in percent."""

    diversity_pct: int
    power_factor_pct: int

    def kw(self, declared: Decimal) -> float:
        """The share that the network sees at its peak."""
        return float(declared) * self.diversity_pct / 100

    def kvar(self, kw: float) -> float:
        """The reactive power that goes with it."""
        factor = self.power_factor_pct / 100
        return kw * sqrt(1 - factor * factor) / factor


@dataclass(frozen=True, kw_only=True)
class Modelled:
    """A transformer's network with its rows, as a grid at the peak."""

    network: LowVoltageNetwork
    nodes: Sequence[LowVoltageNode]
    grid: Grid
    peak: Peak

    def nearest_node(self, lat: float, lon: float) -> LowVoltageNode:
        """The pole or box nearest to a place; the busbar only where there is nothing else."""
        below = [each for each in self.nodes if each.upstream_id is not None]
        return min(
            below or self.nodes,
            key=lambda each: (geometry.metres_between(lat, lon, each.lat, each.lon), each.code),
        )

    def with_load(self, code: str, declared_kw: Decimal) -> Grid:
        """The grid with a further declared load at a node."""
        kw = self.peak.kw(declared_kw)
        return self.grid.with_load(code, kw, self.peak.kvar(kw))


def peak(factors: capacity.Factors) -> Peak:
    """The peak by the factors in force."""
    return Peak(diversity_pct=factors.diversity_pct, power_factor_pct=factors.power_factor_pct)


def limits(directorate_id: int, on: date) -> Limits:
    """
    What is permitted on a day.

    :raises UnableToFindSetting: when the seed was not loaded.
    """
    found = dated.values(
        (
            "network.permitted_loading_pct",
            "network.permitted_line_pct",
            "network.voltage_tolerance_pct",
        ),
        directorate_id=directorate_id,
        on=on,
    )
    return Limits(
        transformer_pct=found["network.permitted_loading_pct"],
        line_pct=found["network.permitted_line_pct"],
        voltage_pct=found["network.voltage_tolerance_pct"],
    )


def networks_of(directorate_id: int) -> QuerySet[LowVoltageNetwork]:
    """The low-voltage networks of transformers in service."""
    return LowVoltageNetwork.objects.filter(
        transformer__directorate_id=directorate_id, transformer__removed_date=None
    ).select_related("transformer")


def modelled(
    transformer: Transformer, *, now: datetime, apart_from: UUID | None = None
) -> Modelled | None:
    """
    A transformer's network at its peak, with what is kept for cases; None where there is no model.

    What is kept without a node hangs on the busbar: it loads the transformer, and no line.
    """
    network = LowVoltageNetwork.objects.filter(transformer=transformer).first()
    if network is None:
        return None
    network.transformer = transformer
    factors = selectors.factors(transformer.directorate_id, timezone.localdate(now))
    nodes = list(LowVoltageNode.objects.filter(network=network).order_by("id"))
    return assemble(network, nodes, _kept([transformer.pk], now, apart_from), peak(factors))


def assemble(
    network: LowVoltageNetwork,
    nodes: Sequence[LowVoltageNode],
    kept: dict[tuple[int, int | None], Decimal],
    at: Peak,
) -> Modelled | None:
    """The rows of one network as a grid; None for a network without nodes."""
    if not nodes:
        return None
    codes = {each.pk: each.code for each in nodes}
    made = []
    for each in nodes:
        declared = each.connected_kw + kept.get((network.pk, each.pk), Decimal(0))
        if each.upstream_id is None:
            declared += kept.get((network.pk, None), Decimal(0))
        kw = at.kw(declared)
        made.append(
            GridNode(
                code=each.code,
                upstream=codes[each.upstream_id] if each.upstream_id else "",
                length_m=each.length_m,
                r_ohm_per_km=each.r_ohm_per_km,
                x_ohm_per_km=each.x_ohm_per_km,
                max_amps=each.max_amps,
                parallel=each.parallel,
                load_kw=kw,
                load_kvar=at.kvar(kw),
            )
        )
    grid = Grid(
        rated_kva=network.transformer.rated_kva,
        nominal_v=network.nominal_v,
        impedance_pct=network.impedance_pct,
        resistance_pct=network.resistance_pct,
        iron_loss_kw=network.iron_loss_kw,
        no_load_pct=network.no_load_pct,
        tap_pct=network.tap_pct,
        source_pu=network.source_pu,
        nodes=tuple(made),
    )
    return Modelled(network=network, nodes=nodes, grid=grid, peak=at)


def every_modelled(
    directorate_id: int, *, now: datetime, transformers: Iterable[int] | None = None
) -> list[Modelled]:
    """The networks of a directorate, or of some of its transformers, by three queries."""
    wanted = networks_of(directorate_id)
    if transformers is not None:
        wanted = wanted.filter(transformer_id__in=list(transformers))
    networks = list(wanted.order_by("transformer_id"))
    nodes: dict[int, list[LowVoltageNode]] = {}
    keys = [each.pk for each in networks]
    for node in LowVoltageNode.objects.filter(network_id__in=keys).order_by("network_id", "id"):
        nodes.setdefault(node.network_id, []).append(node)
    kept = _kept(keys, now, None)
    at = peak(selectors.factors(directorate_id, timezone.localdate(now)))
    found = [assemble(each, nodes.get(each.pk, []), kept, at) for each in networks]
    return [each for each in found if each is not None]


def flow_of(modelled_: Modelled) -> Flow:
    """
    The load flow of a network at its peak.

    :raises UnableToRunLoadFlow: without the library.
    :raises UnableToSolveNetwork: when it cannot carry its load.
    """
    return load_flow.solve(modelled_.grid)


def _kept(
    transformers: list[int], now: datetime, apart_from: UUID | None
) -> dict[tuple[int, int | None], Decimal]:
    """Declared load kept for cases by transformer and node."""
    held = CapacityReservation.objects.filter(
        transformer_id__in=transformers,
        status=CapacityReservation.Status.HELD,
        expires_at__gt=now,
    )
    if apart_from is not None:
        held = held.exclude(case_id=apart_from)
    rows = held.values_list("transformer_id", "node_id").annotate(total=Sum("load_kw"))
    return {(transformer, node): total for transformer, node, total in rows}
