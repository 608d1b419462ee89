"""Puts together the picture of a low-voltage network: as it is, with a load tried, or as checked."""

from collections.abc import Iterable

from django.utils.translation import gettext

from wasl.network import grids, low_voltage_drawing
from wasl.network.low_voltage import Flow, Limits
from wasl.network.low_voltage_drawing import Dot, Scene
from wasl.network.models import CapacityCheck, LowVoltageNetwork, LowVoltageNode


def of_flow(
    modelled: grids.Modelled, flow: Flow, limits: Limits, *, language: str, asked: str = ""
) -> str:
    """The picture of a solved network as SVG text, one node marked."""
    states = {each.code: (each.voltage_pu, each.line_loading_pct) for each in flow.nodes}
    return _draw(
        modelled.network, modelled.nodes, states, language=language, asked=asked,
        tolerance_pct=limits.voltage_pct, line_limit_pct=limits.line_pct,
    )  # fmt: skip


def of_check(check: CapacityCheck, *, language: str) -> str | None:
    """
    The picture of what a check found; None where the network is no longer the one that was checked.
    """
    network = LowVoltageNetwork.objects.filter(pk=check.transformer_id).first()
    nodes = list(LowVoltageNode.objects.filter(network_id=check.transformer_id).order_by("id"))
    states = {code: (pu, line_pct) for code, pu, line_pct in check.states}
    if network is None or {each.code for each in nodes} != set(states):
        return None
    network.transformer = check.transformer
    return _draw(
        network, nodes, states, language=language, asked=check.node_code,
        tolerance_pct=check.limits["voltage_pct"], line_limit_pct=check.limits["line_pct"],
    )  # fmt: skip


def _draw(
    network: LowVoltageNetwork,
    nodes: Iterable[LowVoltageNode],
    states: dict[str, tuple[float, float]],
    *,
    language: str,
    asked: str,
    tolerance_pct: float,
    line_limit_pct: float,
) -> str:
    language = language if language in {"ar", "ckb", "en"} else "ar"
    rows = list(nodes)
    codes = {each.pk: each.code for each in rows}
    third = tolerance_pct / 3
    return low_voltage_drawing.draw(
        Scene(
            dots=[
                Dot(
                    code=each.code,
                    upstream=codes[each.upstream_id] if each.upstream_id else "",
                    lat=each.lat,
                    lon=each.lon,
                    pu=states[each.code][0],
                    line_pct=states[each.code][1],
                    has_load=each.connected_kw > 0,
                )
                for each in rows
            ],
            language=language,
            title=gettext("The low-voltage network of transformer %(code)s, coloured by voltage")
            % {"code": network.transformer.code},
            transformer=network.transformer.code,
            tolerance_pct=tolerance_pct,
            line_limit_pct=line_limit_pct,
            nominal_v=network.nominal_v,
            volt_sign="V",  # the unit of SI, so that a label of codes and figures keeps its order
            legend=(
                gettext("up to %(pct)s%% off") % {"pct": f"{third:.1f}"},
                gettext("up to %(pct)s%% off") % {"pct": f"{2 * third:.1f}"},
                gettext("up to %(pct)s%% off") % {"pct": f"{tolerance_pct:.1f}"},
                gettext("beyond what is permitted"),
            ),
            asked=asked,
            asked_label=gettext("the load"),
        )
    )
