"""
The rule that decides whether a transformer can carry a new load. Pure; every figure is shown.

    demand = (connected + kept for others + requested) kW × diversity
    permitted = rated kVA × power factor × permitted loading

Not everybody uses everything at once: diversity is the share of the declared load that a
transformer sees at its peak. The three factors are dated settings.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Factors:
    """The factors in force, in percent."""

    permitted_loading_pct: int
    diversity_pct: int
    power_factor_pct: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was weighed, and the answer. Loads in kW before diversity, loadings in percent."""

    rated_kva: int
    connected_kw: Decimal
    reserved_kw: Decimal
    requested_kw: Decimal
    permitted_pct: int
    loading_before_pct: Decimal
    loading_after_pct: Decimal

    @property
    def fits(self) -> bool:
        """Whether the loading afterwards is within what is permitted."""
        return self.loading_after_pct <= self.permitted_pct


def weigh(
    *,
    rated_kva: int,
    connected_kw: Decimal,
    reserved_kw: Decimal,
    requested_kw: Decimal,
    factors: Factors,
) -> Figures:
    """
    The figures for a load that somebody asks for.

    :raises ValueError: for a rating or a request that is not above zero.
    """
    if rated_kva <= 0 or requested_kw <= 0:
        raise ValueError("a transformer has a rating, and a request a load")
    bearable = rated_kva * factors.power_factor_pct / _HUNDRED

    def loading(load_kw: Decimal) -> Decimal:
        share = load_kw * factors.diversity_pct / bearable
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)

    before = connected_kw + reserved_kw
    return Figures(
        rated_kva=rated_kva,
        connected_kw=connected_kw,
        reserved_kw=reserved_kw,
        requested_kw=requested_kw,
        permitted_pct=factors.permitted_loading_pct,
        loading_before_pct=loading(before),
        loading_after_pct=loading(before + requested_kw),
    )
