"""The state of every modelled network at its peak, made anew for the lists."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from wasl.network import grids, load_flow
from wasl.network.models import LowVoltageState

_FIELDS = (
    "is_solved", "transformer_pct", "lowest_pu", "lowest_node", "highest_pu", "highest_node",
    "line_pct", "line_node", "losses_kw", "solved_at",
)  # fmt: skip


@transaction.atomic
def solve_networks(
    *, directorate_id: int, now: datetime, transformers: Iterable[int] | None = None
) -> int:
    """
    This function will run the load flow of a directorate's networks, or of some transformers'.

    The number of networks solved; none where the library is missing.
    """
    if not load_flow.is_available():
        return 0
    found = grids.every_modelled(directorate_id, now=now, transformers=transformers)
    states = [_state(each, now) for each in found]
    LowVoltageState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["network"], update_fields=_FIELDS
    )
    return sum(each.is_solved for each in states)


def _state(modelled: grids.Modelled, now: datetime) -> LowVoltageState:
    try:
        flow = grids.flow_of(modelled)
    except load_flow.UnableToSolveNetwork:
        return LowVoltageState(network=modelled.network, is_solved=False, solved_at=now)
    return LowVoltageState(
        network=modelled.network,
        is_solved=True,
        transformer_pct=flow.transformer_loading_pct,
        lowest_pu=flow.lowest.voltage_pu,
        lowest_node=flow.lowest.code,
        highest_pu=flow.highest.voltage_pu,
        highest_node=flow.highest.code,
        line_pct=flow.fullest.line_loading_pct,
        line_node=flow.fullest.code,
        losses_kw=flow.losses_kw,
        solved_at=now,
    )
