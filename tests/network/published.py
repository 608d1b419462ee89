"""
The published low-voltage networks of the demonstration, taken from pandapower.

    python -m tests.network.published      writes wasl/network/data/low_voltage/ anew

A test holds the committed files against what this makes.
"""

import copy
import csv
import io
import random
from functools import cache
from pathlib import Path
from typing import Any

import pandapower
import pandapower.networks as published

import wasl.network

FOLDER = Path(wasl.network.__file__).parent / "data" / "low_voltage"
MAKERS = {
    "kerber-landnetz-freileitung-1": published.create_kerber_landnetz_freileitung_1,
    "kerber-landnetz-freileitung-2": published.create_kerber_landnetz_freileitung_2,
    "kerber-landnetz-kabel-1": published.create_kerber_landnetz_kabel_1,
    "kerber-landnetz-kabel-2": published.create_kerber_landnetz_kabel_2,
    "kerber-dorfnetz": published.create_kerber_dorfnetz,
    "kerber-vorstadtnetz-kabel-1": published.create_kerber_vorstadtnetz_kabel_1,
}
COLUMNS = (
    "code", "upstream", "length_m", "r_ohm_per_km", "x_ohm_per_km", "max_amps", "parallel",
    "cable", "load_kw",
)  # fmt: skip
HEAD = """# The transformers of published test networks; beside this file, their nodes and lines.
# G. Kerber: Aufnahmefähigkeit von Niederspannungsverteilnetzen für die Einspeisung aus
# Photovoltaikkleinanlagen. Dissertation, Technische Universität München, 2011; as they stand in
# pandapower (Copyright University of Kassel and Fraunhofer IEE; BSD-3-Clause).
# Made by tests/network/published.py; do not edit.
"""


def net(name: str) -> Any:
    """The network as pandapower makes it; where it draws its house lines by lot, always the same draw."""
    return copy.deepcopy(_made(name))


@cache
def _made(name: str) -> Any:
    random.seed(2011)
    return MAKERS[name]()


def solve(made: Any) -> None:
    """pandapower's own load flow, without its optional compiler."""
    pandapower.runpp(made, numba=False)


def walk(made: Any) -> list[tuple[int, int | None, Any]]:
    """The low-voltage buses from the busbar outwards: bus, the one that feeds it, the line."""
    near: dict[int, list[tuple[int, Any]]] = {}
    for _number, line in made.line.iterrows():
        near.setdefault(line.from_bus, []).append((line.to_bus, line))
        near.setdefault(line.to_bus, []).append((line.from_bus, line))
    rows: list[tuple[int, int | None, Any]] = [(int(made.trafo.lv_bus.iloc[0]), None, None)]
    known = {rows[0][0]}
    for bus, _upstream, _line in rows:
        for other, line in near.get(bus, []):
            if other not in known:
                known.add(other)
                rows.append((int(other), bus, line))
    return rows


def nodes_csv(made: Any) -> str:
    """The nodes of a network in our columns."""
    loads = made.load.groupby("bus").p_mw.sum()
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for bus, upstream, line in walk(made):
        load = f"{loads.get(bus, 0) * 1000:g}"
        if line is None:
            writer.writerow([f"N{bus}", "", 0, 0, 0, 0, 1, "", load])
            continue
        figures = (
            line.length_km * 1000, line.r_ohm_per_km, line.x_ohm_per_km, line.max_i_ka * 1000,
        )  # fmt: skip
        shown = [f"{value:.10g}" for value in figures]
        writer.writerow(
            [f"N{bus}", f"N{upstream}", *shown, int(line.parallel), line.std_type, load]
        )
    return file.getvalue()


def index_toml() -> str:
    """The transformers of all of them."""
    parts = [HEAD]
    for name in MAKERS:
        plate = net(name).trafo.iloc[0]
        parts.append(
            f'\n[[network]]\nname = "{name}"\nrated_kva = {plate.sn_mva * 1000:g}\n'
            f"impedance_pct = {plate.vk_percent:g}\nresistance_pct = {plate.vkr_percent:g}\n"
            f"iron_loss_kw = {plate.pfe_kw:g}\nno_load_pct = {plate.i0_percent:g}\n"
        )
    return "".join(parts)


def files() -> dict[str, str]:
    """Every file with its text."""
    return {f"{name}.csv": nodes_csv(net(name)) for name in MAKERS} | {"index.toml": index_toml()}


if __name__ == "__main__":
    for file_name, text in files().items():
        (FOLDER / file_name).write_text(text, encoding="utf-8")
