"""
Load flow of a low-voltage network. The only module that knows power-grid-model, an optional extra.

Symmetric and at one moment, the peak: constant power, Newton-Raphson. The 11 kV side is taken for
stiff (`source_pu`); capacitances of low-voltage cables are left out, they are below a part in 10⁵.
"""

import importlib
import importlib.util
from math import sqrt
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.network.low_voltage import Flow, Grid, GridNode, NodeState

_ENGINE = "power_grid_model"
# The 11 kV side: its value cancels out, but the plate's current is said by it.
HIGH_V = 11_000.0
_STIFF_VA = 1e14
_LOADED = 0.5  # a flow that draws a node below half its voltage is no state of a network


class UnableToRunLoadFlow(Unable):
    """The optional library for load flows is not there."""

    code = "NO_LOAD_FLOW"
    message = _(
        "Load flow is not set up on this installation: the library power-grid-model is missing. "
        "The capacity rule by the transformer's plate is used instead."
    )


class UnableToSolveNetwork(Unable):
    """The network has no state in which it carries the load."""

    code = "NO_SOLUTION"
    message = _(
        "This low-voltage network cannot carry its load at all: the voltage would break down. "
        "Look at its lines and loads."
    )


def is_available() -> bool:
    """Whether the library is there."""
    try:
        return importlib.util.find_spec(_ENGINE) is not None
    except ValueError:  # hidden from this process
        return False


def solve(grid: Grid) -> Flow:
    """
    The voltages and loadings of a network at its peak.

    :raises UnableToRunLoadFlow: without the library.
    :raises UnableToSolveNetwork: when no state carries the load.
    """
    try:
        engine = importlib.import_module(_ENGINE)
        errors = importlib.import_module(f"{_ENGINE}.errors")
    except ImportError:
        raise UnableToRunLoadFlow from None
    numbers = {each.code: number for number, each in enumerate(grid.nodes, start=1)}
    lines = [each for each in grid.nodes if each.upstream]
    try:
        model = engine.PowerGridModel(
            {
                "node": _nodes(engine, grid),
                "line": _lines(engine, lines, numbers),
                "transformer": _transformer(engine, grid, numbers),
                "sym_load": _loads(engine, grid, numbers),
                "source": _source(engine, grid),
            }
        )
        found = model.calculate_power_flow(symmetric=True, error_tolerance=1e-10)
    except errors.PowerGridError:
        raise UnableToSolveNetwork from None
    return _flow(grid, lines, found)


def _array(engine: Any, component: str, count: int, **columns: Any) -> Any:
    made = engine.initialize_array("input", component, count)
    for name, values in columns.items():
        made[name] = values
    return made


def _nodes(engine: Any, grid: Grid) -> Any:
    """The 11 kV side is node 0, the others count from 1 in their order."""
    count = len(grid.nodes) + 1
    rated = [HIGH_V] + [grid.nominal_v] * len(grid.nodes)
    return _array(engine, "node", count, id=range(count), u_rated=rated)


def _lines(engine: Any, lines: list[GridNode], numbers: dict[str, int]) -> Any:
    km = [each.length_m / 1000 / each.parallel for each in lines]
    first = len(numbers) + 1
    return _array(
        engine, "line", len(lines),
        id=range(first, first + len(lines)),
        from_node=[numbers[each.upstream] for each in lines],
        to_node=[numbers[each.code] for each in lines],
        from_status=1, to_status=1, c1=0, tan1=0,
        r1=[each.r_ohm_per_km * long for each, long in zip(lines, km, strict=True)],
        x1=[each.x_ohm_per_km * long for each, long in zip(lines, km, strict=True)],
        i_n=[each.max_amps * each.parallel for each in lines],
    )  # fmt: skip


def _transformer(engine: Any, grid: Grid, numbers: dict[str, int]) -> Any:
    busbar = next(each.code for each in grid.nodes if not each.upstream)
    va = grid.rated_kva * 1000
    iron_va = grid.iron_loss_kw * 1000
    winding = engine.WindingType
    return _array(
        engine, "transformer", 1,
        id=2 * len(numbers) + 1, from_node=0, to_node=numbers[busbar],
        from_status=1, to_status=1,
        # What the tap adds to the voltage is taken off the turns of the other side.
        u1=HIGH_V / (1 + grid.tap_pct / 100), u2=grid.nominal_v, sn=va,
        uk=grid.impedance_pct / 100, pk=grid.resistance_pct / 100 * va,
        # The magnetising current is never smaller than what the iron loss alone draws.
        i0=max(grid.no_load_pct / 100, iron_va / va), p0=iron_va,
        winding_from=winding.delta, winding_to=winding.wye_n, clock=5,
        tap_side=engine.BranchSide.from_side, tap_pos=0, tap_min=0, tap_max=0, tap_nom=0,
        tap_size=0,
    )  # fmt: skip


def _loads(engine: Any, grid: Grid, numbers: dict[str, int]) -> Any:
    loaded = [each for each in grid.nodes if each.load_kw or each.load_kvar]
    first = 2 * len(numbers) + 2
    return _array(
        engine, "sym_load", len(loaded),
        id=range(first, first + len(loaded)), node=[numbers[each.code] for each in loaded],
        status=1, type=engine.LoadGenType.const_power,
        p_specified=[each.load_kw * 1000 for each in loaded],
        q_specified=[each.load_kvar * 1000 for each in loaded],
    )  # fmt: skip


def _source(engine: Any, grid: Grid) -> Any:
    last = 3 * len(grid.nodes) + 3
    return _array(
        engine, "source", 1, id=last, node=0, status=1, u_ref=grid.source_pu, sk=_STIFF_VA
    )


def _flow(grid: Grid, lines: list[GridNode], found: Any) -> Flow:
    plate = found["transformer"][0]
    va = grid.rated_kva * 1000
    # Whole columns: a record of these arrays costs more to open than the flow of its line.
    node, line = found["node"][1:], found["line"]
    amps = (line[side].tolist() for side in ("i_from", "i_to"))
    loadings = {
        each.code: 100 * max(begin, end) / _amps(each)
        for each, begin, end in zip(lines, *amps, strict=True)
    }
    states = tuple(
        NodeState(
            code=each.code,
            voltage_pu=pu,
            voltage_v=volts,
            line_loading_pct=loadings.get(each.code, 0.0),
            load_kw=each.load_kw,
        )
        for each, pu, volts in zip(
            grid.nodes, node["u_pu"].tolist(), node["u"].tolist(), strict=True
        )
    )
    if not all(each.voltage_pu > _LOADED for each in states):
        raise UnableToSolveNetwork
    losses = float((line["p_from"] + line["p_to"]).sum() + plate["p_from"] + plate["p_to"])
    sides = (float(plate["i_from"]) * HIGH_V, float(plate["i_to"]) * grid.nominal_v)
    return Flow(
        nodes=states,
        transformer_loading_pct=100 * sqrt(3) * max(sides) / va,
        losses_kw=losses / 1000,
    )


def _amps(node: GridNode) -> float:
    """The current that a node's line may carry, in ampere."""
    return node.max_amps * node.parallel
