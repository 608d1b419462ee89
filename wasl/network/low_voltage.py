"""
A transformer's low-voltage network as figures, and what a load flow finds in it. Pure.

Everything is taken for balanced: a third of each load on each phase. Single-phase loads on one
phase pull that phase further down than these voltages say; whoever shows them says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class GridNode:
    """A pole, box or busbar: the line that feeds it (none for the first), and its load at the peak."""

    code: str
    upstream: str = ""
    length_m: float = 0
    r_ohm_per_km: float = 0
    x_ohm_per_km: float = 0
    max_amps: float = 0
    parallel: int = 1
    load_kw: float = 0
    load_kvar: float = 0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A transformer and the tree below it; the busbar is the node without upstream."""

    rated_kva: float
    nominal_v: float
    impedance_pct: float
    resistance_pct: float
    iron_loss_kw: float
    no_load_pct: float
    tap_pct: float
    source_pu: float
    nodes: tuple[GridNode, ...]

    def with_load(self, code: str, kw: float, kvar: float) -> "Grid":
        """The same with a further load at one node."""
        return replace(
            self,
            nodes=tuple(
                replace(each, load_kw=each.load_kw + kw, load_kvar=each.load_kvar + kvar)
                if each.code == code
                else each
                for each in self.nodes
            ),
        )


@dataclass(frozen=True, kw_only=True)
class NodeState:
    """What the flow finds at a node: the voltage, and how far the line that feeds it is loaded."""

    code: str
    voltage_pu: float
    voltage_v: float
    line_loading_pct: float
    load_kw: float


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A solved network. Loadings in percent of what is rated, losses in kW, the plate's included."""

    nodes: tuple[NodeState, ...]
    transformer_loading_pct: float
    losses_kw: float

    @property
    def lowest(self) -> NodeState:
        """The node with the lowest voltage."""
        return min(self.nodes, key=lambda each: (each.voltage_pu, each.code))

    @property
    def highest(self) -> NodeState:
        """The node with the highest voltage."""
        return max(self.nodes, key=lambda each: (each.voltage_pu, each.code))

    @property
    def fullest(self) -> NodeState:
        """The node whose line is loaded most."""
        return max(self.nodes, key=lambda each: (each.line_loading_pct, each.code))

    def at(self, code: str) -> NodeState:
        """The state of one node. :raises KeyError: when there is none of that code."""
        for each in self.nodes:
            if each.code == code:
                return each
        raise KeyError(code)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What is permitted, in percent: of the transformer, of a line, and off the nominal voltage."""

    transformer_pct: float
    line_pct: float
    voltage_pct: float


# Reasons against a network as it would be, in the order in which they are told.
TRANSFORMER_FULL = "TRANSFORMER_FULL"
LINE_FULL = "LINE_FULL"
VOLTAGE_LOW = "VOLTAGE_LOW"
VOLTAGE_HIGH = "VOLTAGE_HIGH"
REASONS = (TRANSFORMER_FULL, LINE_FULL, VOLTAGE_LOW, VOLTAGE_HIGH)


def reasons(flow: Flow, limits: Limits) -> tuple[str, ...]:
    """Why a network is not within its limits; empty when it is."""
    broken: Mapping[str, bool] = {
        TRANSFORMER_FULL: flow.transformer_loading_pct > limits.transformer_pct,
        LINE_FULL: flow.fullest.line_loading_pct > limits.line_pct,
        VOLTAGE_LOW: flow.lowest.voltage_pu < 1 - limits.voltage_pct / 100,
        VOLTAGE_HIGH: flow.highest.voltage_pu > 1 + limits.voltage_pct / 100,
    }
    return tuple(name for name in REASONS if broken[name])


def path_to_busbar(nodes: Iterable[GridNode], code: str) -> tuple[str, ...]:
    """The nodes from one up to the busbar, itself first."""
    above = {each.code: each.upstream for each in nodes}
    way = []
    while code in above and code not in way:
        way.append(code)
        code = above[code]
    return tuple(way)
