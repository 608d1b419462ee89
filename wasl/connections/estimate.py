"""The itemised estimate: quantity × unit price = amount, line by line. Pure, recomputable."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: what, how many (of which unit), at which price, and the amount in dinars."""

    code: str
    quantity: int
    unit: str
    price: int

    @property
    def amount(self) -> int:
        """Quantity times price: whole dinars, nothing to round."""
        return self.quantity * self.price


def lines_for(
    *, fees: Mapping[str, int], phases: int, load_watts: int, cable_m: int, service: str
) -> list[Line]:
    """
    The lines of an estimate from the fee table in force.

    `fees` holds dinars by code: connection.single, connection.three, per_kw, meter.single,
    meter.three, cable_per_m, inspection. Load is charged by the started kilowatt.
    """
    size = "single" if phases == 1 else "three"
    kilowatts = -(-load_watts // 1000)
    lines = [
        Line(
            code=f"connection.{size}", quantity=1, unit="service", price=fees[f"connection.{size}"]
        ),
        Line(code="per_kw", quantity=kilowatts, unit="kW", price=fees["per_kw"]),
        Line(code="cable_per_m", quantity=cable_m, unit="m", price=fees["cable_per_m"]),
        Line(code="inspection", quantity=1, unit="service", price=fees["inspection"]),
    ]
    if service == "new-connection":
        lines.insert(
            2, Line(code=f"meter.{size}", quantity=1, unit="meter", price=fees[f"meter.{size}"])
        )
    return [line for line in lines if line.amount]


def total(lines: list[Line]) -> int:
    """The sum of the lines, in dinars."""
    return sum(line.amount for line in lines)
