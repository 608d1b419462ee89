"""A further load in a modelled network: the load flow without and with it, and the verdict."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from wasl.network import grids, load_flow, low_voltage
from wasl.network.low_voltage import Flow, Limits
from wasl.network.models import Transformer

NO_SOLUTION = "NO_SOLUTION"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a load would hang: the node, where it is known; else the one nearest to lat and lon."""

    lat: float
    lon: float
    node_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Study:
    """
    What was found for a load (kW before diversity) at a node.

    A flow is None where the network has no state that carries its load.
    """

    node_id: int
    node_code: str
    requested_kw: Decimal
    nominal_v: float
    limits: Limits
    before: Flow | None
    after: Flow | None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the network does not carry it; empty when it does."""
        if self.after is None:
            return (NO_SOLUTION,)
        return low_voltage.reasons(self.after, self.limits)

    @property
    def fits(self) -> bool:
        """Whether the network is within its limits with the load."""
        return not self.reasons

    def summary(self, flow: Flow) -> dict[str, Any]:
        """The figures that are shown and kept; voltages in volts between phases."""
        here = flow.at(self.node_code)
        return {
            "transformer_pct": round(flow.transformer_loading_pct, 2),
            "volts": round(here.voltage_v, 2),
            "pu": round(here.voltage_pu, 5),
            "own_line_pct": round(here.line_loading_pct, 2),
            "lowest_node": flow.lowest.code,
            "lowest_volts": round(flow.lowest.voltage_v, 2),
            "lowest_pu": round(flow.lowest.voltage_pu, 5),
            "highest_pu": round(flow.highest.voltage_pu, 5),
            "line_node": flow.fullest.code,
            "line_pct": round(flow.fullest.line_loading_pct, 2),
            "losses_kw": round(flow.losses_kw, 3),
        }

    def states(self) -> list[list[Any]]:
        """Each node with the load: code, voltage in pu, loading of its line in percent."""
        return [
            [each.code, round(each.voltage_pu, 5), round(each.line_loading_pct, 2)]
            for each in (self.after.nodes if self.after else ())
        ]


def study(
    transformer: Transformer,
    place: Place,
    load_kw: Decimal,
    *,
    now: datetime,
    apart_from: UUID | None = None,
) -> Study | None:
    """
    The load flow without and with a further load; None without a model or without the library.

    What is kept for the case `apart_from` does not count: it is the load that is asked for.
    """
    if not load_flow.is_available():
        return None
    modelled = grids.modelled(transformer, now=now, apart_from=apart_from)
    if modelled is None:
        return None
    by_id = {each.pk: each for each in modelled.nodes}
    node = by_id.get(place.node_id or 0) or modelled.nearest_node(place.lat, place.lon)
    return Study(
        node_id=node.pk,
        node_code=node.code,
        requested_kw=load_kw,
        nominal_v=modelled.network.nominal_v,
        limits=grids.limits(transformer.directorate_id, timezone.localdate(now)),
        before=_solved(modelled.grid),
        after=_solved(modelled.with_load(node.code, load_kw)),
    )


def _solved(grid: low_voltage.Grid) -> Flow | None:
    try:
        return load_flow.solve(grid)
    except load_flow.UnableToSolveNetwork:
        return None
