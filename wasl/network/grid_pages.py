"""What the pages of the network show: feeders, transformers by loading, voltages, one network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from wasl.network import grids, load_flow, low_voltage, selectors
from wasl.network.low_voltage import Flow, Limits
from wasl.network.models import (
    CapacityReservation,
    Feeder,
    FeederSection,
    LowVoltageNode,
    LowVoltageState,
    Substation,
    Transformer,
)


def stations(directorate_id: int) -> list[dict[str, Any]]:
    """Each substation with its feeders and how much hangs on them."""
    feeders = (
        Feeder.objects.filter(directorate_id=directorate_id)
        .annotate(
            count=Count("transformers", filter=Q(transformers__removed_date=None)),
            kva=Coalesce(
                Sum("transformers__rated_kva", filter=Q(transformers__removed_date=None)), 0
            ),
        )
        .order_by("code")
    )
    by_station: dict[int, list[Feeder]] = {}
    for feeder in feeders:
        by_station.setdefault(feeder.substation_id, []).append(feeder)
    rows = Substation.objects.filter(directorate_id=directorate_id).order_by("code")
    return [{"station": each, "feeders": by_station.get(each.pk, [])} for each in rows]


def figures(directorate_id: int) -> dict[str, Any]:
    """How much of the network is there, how much is modelled, and when it was solved last."""
    states = LowVoltageState.objects.filter(network__transformer__directorate_id=directorate_id)
    return {
        "feeders": Feeder.objects.filter(directorate_id=directorate_id).count(),
        "transformers": _in_service(directorate_id).count(),
        "modelled": grids.networks_of(directorate_id).count(),
        "nodes": LowVoltageNode.objects.filter(
            network__transformer__directorate_id=directorate_id
        ).count(),
        "as_of": states.aggregate(first=Min("solved_at"))["first"],
        "has_load_flow": load_flow.is_available(),
    }


def feeder(directorate_id: int, code: str) -> Feeder | None:
    """The feeder of that code with its substation."""
    found = Feeder.objects.filter(directorate_id=directorate_id, code=code)
    return found.select_related("substation").first()


def sections(of: Feeder) -> list[tuple[int, FeederSection]]:
    """A feeder's sections in the order of the current, each with how many lie before it."""
    below: dict[int | None, list[FeederSection]] = {}
    for each in FeederSection.objects.filter(feeder=of).order_by("code"):
        below.setdefault(each.upstream_id, []).append(each)
    found: list[tuple[int, FeederSection]] = []
    waiting = [(0, each) for each in reversed(below.get(None, []))]
    while waiting:
        depth, section = waiting.pop()
        found.append((depth, section))
        waiting += [(depth + 1, each) for each in reversed(below.get(section.pk, []))]
    return found


def _in_service(directorate_id: int) -> QuerySet[Transformer]:
    return Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)


def by_loading(directorate_id: int, now: datetime) -> QuerySet[Transformer, Any]:
    """
    Transformers in service with their loading in percent (`pct`), the fullest first.

    By the last load flow where there is one (`flow_pct`), by the rule of the plate elsewhere.
    """
    factors = selectors.factors(directorate_id, timezone.localdate(now))
    held = (
        CapacityReservation.objects.filter(
            transformer=OuterRef("pk"), status="HELD", expires_at__gt=now
        )
        .values("transformer")
        .annotate(total=Sum("load_kw"))
        .values("total")
    )
    share = factors.diversity_pct * 100 / factors.power_factor_pct
    amount = DecimalField(max_digits=12, decimal_places=2)
    return (
        _in_service(directorate_id)
        .annotate(
            kept_kw=Coalesce(
                Subquery(held, output_field=amount), Value(Decimal(0)), output_field=amount
            ),
            flow_pct=F("low_voltage__state__transformer_pct"),
        )
        .annotate(
            rule_pct=ExpressionWrapper(
                Cast(F("connected_kw") + F("kept_kw"), FloatField())
                * Value(share)
                / Cast(F("rated_kva"), FloatField()),
                output_field=FloatField(),
            )
        )
        .annotate(pct=Coalesce("flow_pct", "rule_pct"))
        .select_related("feeder__substation", "low_voltage__state")
        .order_by("-pct", "code")
    )


def overloaded(directorate_id: int, now: datetime) -> QuerySet[Transformer, Any]:
    """The transformers beyond what is permitted, the fullest first."""
    permitted = grids.limits(directorate_id, timezone.localdate(now)).transformer_pct
    return by_loading(directorate_id, now).filter(pct__gt=permitted)  # type: ignore[misc]  # annotated there


def voltage_problems(directorate_id: int, on: date) -> QuerySet[LowVoltageState]:
    """The networks whose voltage or lines are beyond the limits, or that have no state at all."""
    limits = grids.limits(directorate_id, on)
    off = limits.voltage_pct / 100
    return (
        LowVoltageState.objects.filter(
            Q(lowest_pu__lt=1 - off)
            | Q(highest_pu__gt=1 + off)
            | Q(line_pct__gt=limits.line_pct)
            | Q(is_solved=False),
            network__transformer__directorate_id=directorate_id,
            network__transformer__removed_date=None,
        )
        .select_related("network__transformer__feeder")
        .order_by("is_solved", "lowest_pu", "pk")
    )


@dataclass(frozen=True, kw_only=True)
class NetworkPage:
    """A transformer with its low-voltage network, as it is or with a load tried at a node."""

    transformer: Transformer
    limits: Limits
    modelled: grids.Modelled | None
    flow: Flow | None
    problem: str
    asked: str
    rows: Sequence[dict[str, Any]]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Which limits are broken."""
        return low_voltage.reasons(self.flow, self.limits) if self.flow else ()


def network_page(
    transformer: Transformer, *, now: datetime, node: str = "", load_kw: Decimal = Decimal(0)
) -> NetworkPage:
    """The load flow of a transformer's network, with a further declared load where one is tried."""
    modelled = grids.modelled(transformer, now=now)
    flow, problem = None, ""
    if modelled is not None:
        known = {each.code for each in modelled.nodes}
        node = node if node in known and load_kw > 0 else ""
        try:
            flow = load_flow.solve(modelled.with_load(node, load_kw) if node else modelled.grid)
        except (load_flow.UnableToRunLoadFlow, load_flow.UnableToSolveNetwork) as error:
            problem = str(error)
    return NetworkPage(
        transformer=transformer,
        limits=grids.limits(transformer.directorate_id, timezone.localdate(now)),
        modelled=modelled,
        flow=flow,
        problem=problem,
        asked=node if modelled is not None else "",
        rows=_rows(modelled, flow) if modelled and flow else [],
    )


def _rows(modelled: grids.Modelled, flow: Flow) -> list[dict[str, Any]]:
    """Each node with its line, for the table; the lowest voltage first."""
    by_code = {each.code: each for each in modelled.nodes}
    upstream = {each.code: each.upstream for each in modelled.grid.nodes}
    return [
        {"state": each, "node": by_code[each.code], "upstream": upstream[each.code]}
        for each in sorted(flow.nodes, key=lambda state: (state.voltage_pu, state.code))
    ]
