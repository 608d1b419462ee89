"""
Published low-voltage test networks, for demonstrations and tests: read from the files, placed.

Lines and their order are as published; where they lie, and how much hangs on them, is invented.
"""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path

from django.db import connection

from wasl.network import layout
from wasl.network.models import LowVoltageNetwork, LowVoltageNode, Transformer

_FOLDER = Path(__file__).parent / "data" / "low_voltage"
ATTRIBUTION = (
    "Kerber 2011 ({name}), test network of pandapower (University of Kassel and Fraunhofer IEE)"
)
LICENCE = "BSD-3-Clause"
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class PublishedNode:
    """A node with its line; `load_kw` is the study's load at the peak."""

    code: str
    upstream: str
    length_m: float
    r_ohm_per_km: float
    x_ohm_per_km: float
    max_amps: float
    parallel: int
    cable: str
    load_kw: float


@dataclass(frozen=True, kw_only=True)
class Published:
    """A network with its transformer's plate."""

    name: str
    rated_kva: int
    impedance_pct: float
    resistance_pct: float
    iron_loss_kw: float
    no_load_pct: float
    nodes: tuple[PublishedNode, ...]


@cache
def networks() -> dict[str, Published]:
    """All of them, by name. Read once."""
    index = tomllib.loads((_FOLDER / "index.toml").read_text(encoding="utf-8"))
    return {
        entry["name"]: Published(**entry, nodes=_nodes(entry["name"])) for entry in index["network"]
    }


def _nodes(name: str) -> tuple[PublishedNode, ...]:
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            PublishedNode(
                code=row["code"],
                upstream=row["upstream"],
                length_m=float(row["length_m"]),
                r_ohm_per_km=float(row["r_ohm_per_km"]),
                x_ohm_per_km=float(row["x_ohm_per_km"]),
                max_amps=float(row["max_amps"]),
                parallel=int(row["parallel"]),
                cable=row["cable"],
                load_kw=float(row["load_kw"]),
            )
            for row in csv.DictReader(file)
        )


def hang_on(transformer: Transformer, name: str, on: date) -> LowVoltageNetwork:
    """
    This function will hang a published network on a transformer that has none.

    The transformer keeps its own rating and declared load; the load is spread as in the study.
    """
    given = networks()[name]
    network = LowVoltageNetwork.objects.create(
        transformer=transformer,
        impedance_pct=given.impedance_pct,
        resistance_pct=given.resistance_pct,
        iron_loss_kw=given.iron_loss_kw,
        no_load_pct=given.no_load_pct,
        attribution=ATTRIBUTION.format(name=name),
        licence=LICENCE,
        surveyed_date=on,
    )
    places = layout.schematic(
        [(each.code, each.upstream, each.length_m) for each in given.nodes],
        transformer.lat,
        transformer.lon,
    )
    shares = spread(transformer.connected_kw, [each.load_kw for each in given.nodes])
    made = {
        each.code: LowVoltageNode(
            network=network,
            code=each.code,
            length_m=each.length_m,
            r_ohm_per_km=each.r_ohm_per_km,
            x_ohm_per_km=each.x_ohm_per_km,
            max_amps=each.max_amps,
            parallel=each.parallel,
            cable=each.cable,
            connected_kw=share,
            lat=places[each.code][0],
            lon=places[each.code][1],
        )
        for each, share in zip(given.nodes, shares, strict=True)
    }
    save_tree(made, {each.code: each.upstream for each in given.nodes})
    return network


def save_tree(made: dict[str, LowVoltageNode], upstream: dict[str, str]) -> None:
    """This function will insert nodes; their numbers are drawn before, as each names what feeds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [LowVoltageNode._meta.db_table, len(made)],
        )
        for node, (number,) in zip(made.values(), cursor.fetchall(), strict=True):
            node.pk = number
    for code, node in made.items():
        node.upstream = made[upstream[code]] if upstream[code] else None
    LowVoltageNode.objects.bulk_create(made.values())


def spread(total: Decimal, weights: list[float]) -> list[Decimal]:
    """A load in hundredths of a kilowatt by weights; what rounding leaves goes to the largest."""
    whole = sum(weights)
    shares = [
        (total * Decimal(str(weight)) / Decimal(str(whole))).quantize(_CENT, ROUND_DOWN)
        for weight in weights
    ]
    shares[weights.index(max(weights))] += total - sum(shares)
    return shares
