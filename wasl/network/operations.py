"""The automatic steps that a process may ask of the network."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.core.operations import OperationContext, Variables, operation
from wasl.network import services


class UnableToCheckCapacity(Unable):
    """The case lacks a place or a load, or they are no numbers."""

    code = "NO_PLACE_OR_LOAD"
    message = _("The case has no place on the map or no load, so its capacity cannot be checked.")


@operation(
    "network.check_capacity",
    outputs={
        "capacity_fits": "boolean",
        "transformer_code": "string",
        "transformer_rated_kva": "number",
        "connected_kw": "number",
        "requested_kw": "number",
        "loading_after_pct": "number",
    },
)
def check_capacity(context: OperationContext) -> Variables:
    """
    Weigh the case's load at the nearest transformer; keep it there for the case when it fits.

    For an account that hangs on the network, only what comes on top is weighed, at its own
    transformer. Where its low-voltage network is modelled, a load flow decides. `connected_kw`
    includes what is kept for other cases. Where no transformer is within reach, an engineer is
    needed, and the figures are zero.
    """
    lat, lon, load_kw = (_number(context, name) for name in ("lat", "lon", "load_kw"))
    found = services.check_and_reserve(
        directorate_id=context.directorate_id,
        case_id=context.case_id,
        lat=float(lat),
        lon=float(lon),
        load_kw=load_kw,
        account_no=str(context.variables.get("account_no") or ""),
        now=context.now,
    )
    figures = found.figures
    return {
        "capacity_fits": found.fits,
        "transformer_code": found.transformer.code if found.transformer else "",
        "transformer_rated_kva": figures.rated_kva if figures else 0,
        "connected_kw": float(figures.connected_kw + figures.reserved_kw) if figures else 0,
        "requested_kw": float(figures.requested_kw if figures else load_kw),
        "loading_after_pct": _loading(found),
    }


def _number(context: OperationContext, name: str) -> Decimal:
    try:
        number = Decimal(str(context.variables[name]))
    except (KeyError, InvalidOperation):
        raise UnableToCheckCapacity from None
    if not number.is_finite() or number <= 0:
        raise UnableToCheckCapacity
    return number.quantize(Decimal("0.01")) if name == "load_kw" else number


def _loading(found: services.Check) -> float:
    """The transformer's loading with the load, by load flow where there is one."""
    if found.study is not None and found.study.after is not None:
        return round(found.study.after.transformer_loading_pct, 1)
    return float(found.figures.loading_after_pct) if found.figures else 0
