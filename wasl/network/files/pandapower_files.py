"""
pandapower's JSON (`pandapower.to_json`), read as data: tables inside JSON texts, no object made.

The file names Python classes; they are not looked at.
"""

import math
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from wasl.network.files import parsing, study
from wasl.network.files.rows import MOST_ROWS, Place, Read, UnableToReadNetworkFile

# No figure of a network has so many digits; JSON's whole numbers may have thousands.
_LARGEST_FIGURE = 10**15
_LEFT_OUT = ("sgen", "gen", "storage", "trafo3w", "ward", "xward", "shunt", "impedance")


def is_one(data: Any) -> bool:
    """Whether parsed JSON is a pandapower network."""
    return isinstance(data, dict) and data.get("_class") == "pandapowerNet"


def read(data: Any, target: str = "") -> Read:
    """
    The rows of a network; `target` is the transformer of the register that it is hung on.

    :raises UnableToReadNetworkFile: when a table is missing or misshapen.
    """
    content = data.get("_object")
    if isinstance(content, str):
        content = parsing.json_of(content)
    if not isinstance(content, dict):
        raise UnableToReadNetworkFile(cause=_("the network in it holds no tables."))
    found = Read(format="PANDAPOWER")
    made = study.Study()
    _buses(content, made)
    _wires(content, made)
    _plates(content, made)
    _rest(content, made)
    for name in _LEFT_OUT:
        study.count_left_out(found, name, _table(content, name, is_needed=False))
    study.rows(made, found, target)
    return found


def _table(content: dict[str, Any], name: str, *, is_needed: bool = True) -> list[dict[str, Any]]:
    """A table's rows, each with its index as `index`."""
    kept = content.get(name)
    frame = kept.get("_object") if isinstance(kept, dict) else None
    if isinstance(frame, str):
        frame = parsing.json_of(frame)
    parts = frame if isinstance(frame, dict) else {}
    columns, index, rows = parts.get("columns"), parts.get("index"), parts.get("data")
    if not is_needed and rows is None:
        return []
    is_table = (
        isinstance(columns, list)
        and all(isinstance(each, str) for each in columns)
        and isinstance(index, list)
        and isinstance(rows, list)
        and len(rows) == len(index) <= MOST_ROWS
    )
    if not is_table:
        cause = _("the table %(name)s is missing or misshapen.")
        raise UnableToReadNetworkFile(cause=cause % {"name": name})
    return [
        {**dict(zip(columns or [], row, strict=False)), "index": str(key)}
        for key, row in zip(index or [], rows or [], strict=True)
        if isinstance(row, list)
    ]


def _number(row: dict[str, Any], name: str, default: float | None = None) -> float:
    """A number of a row. :raises UnableToReadNetworkFile: when there is none and no default."""
    value = row.get(name)
    if not _is_figure(value):
        if default is not None and value is None:
            return default
        cause = _("%(field)s of row %(row)s is no number.")
        raise UnableToReadNetworkFile(cause=cause % {"field": name, "row": row.get("index")})
    return float(value)


def _is_figure(value: Any) -> TypeGuard[int | float]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < _LARGEST_FIGURE and math.isfinite(value)


def _live(rows: list[dict[str, Any]], made: study.Study) -> list[dict[str, Any]]:
    live = [row for row in rows if row.get("in_service") is not False]
    made.out_of_service += len(rows) - len(live)
    return live


def _buses(content: dict[str, Any], made: study.Study) -> None:
    for row in _live(_table(content, "bus"), made):
        lat, lon = _place(row.get("geo"))
        made.buses[row["index"]] = study.Bus(
            name=str(row.get("name") or ""), kv=_number(row, "vn_kv"), lat=lat, lon=lon
        )


def _place(geo: Any) -> tuple[float | None, float | None]:
    """The place of a bus: GeoJSON in a text. What is none (or metres of a drawing) is left out."""
    if not isinstance(geo, str) or len(geo) > 500:
        return None, None
    point = parsing.json_of(geo)
    where = point.get("coordinates") if isinstance(point, dict) else None
    if isinstance(where, list) and len(where) >= 2:
        lon, lat = where[:2]
        if _is_figure(lat) and _is_figure(lon):
            return float(lat), float(lon)
    return None, None


def _wires(content: dict[str, Any], made: study.Study) -> None:
    switches = _table(content, "switch", is_needed=False)
    opened = {
        str(row.get("element"))
        for row in switches
        if row.get("et") == "l" and row.get("closed") is False
    }
    for row in switches:
        if row.get("et") == "b" and row.get("closed") is not False:
            made.join(str(row.get("bus")), str(row.get("element")))
    for row in _live(_table(content, "line"), made):
        ends = str(row.get("from_bus")), str(row.get("to_bus"))
        if not all(each in made.buses for each in ends):
            continue
        made.wires.append(
            study.Wire(
                name=str(row.get("name") or f"line {row['index']}"),
                one=ends[0],
                other=ends[1],
                place=Place(kind="ROW", number=_index(row), file="line"),
                is_open=row["index"] in opened,
                values=study.wire_values(
                    km=_number(row, "length_km"),
                    r=_number(row, "r_ohm_per_km"),
                    x=_number(row, "x_ohm_per_km"),
                    amps=_number(row, "max_i_ka") * 1000 * _number(row, "df", 1.0),
                    parallel=int(_number(row, "parallel", 1)),
                    cable=str(row.get("std_type") or ""),
                ),
            )
        )


def _index(row: dict[str, Any]) -> int:
    text: str = row["index"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _plates(content: dict[str, Any], made: study.Study) -> None:
    for row in _live(_table(content, "trafo"), made):
        high, low = str(row.get("hv_bus")), str(row.get("lv_bus"))
        if high not in made.buses or low not in made.buses:
            continue
        kva = _number(row, "sn_mva") * 1000 * _number(row, "parallel", 1)
        position = row.get("tap_pos")
        tap = 0.0
        if position is not None:
            tap = _number(row, "tap_pos") - _number(row, "tap_neutral", 0.0)
        made.plates.append(
            study.Plate(
                name=str(row.get("name") or f"trafo {row['index']}"),
                high=high,
                low=low,
                place=Place(kind="ROW", number=_index(row), file="trafo"),
                rated_kva=kva,
                values=study.low_voltage_values(
                    kva=kva,
                    high_kv=_number(row, "vn_hv_kv"),
                    low_kv=_number(row, "vn_lv_kv"),
                    bus_high_kv=made.buses[high].kv,
                    bus_low_kv=made.buses[low].kv,
                    vk_pct=_number(row, "vk_percent"),
                    vkr_pct=_number(row, "vkr_percent"),
                    iron_kw=_number(row, "pfe_kw", 0.0) * _number(row, "parallel", 1),
                    no_load_pct=_number(row, "i0_percent", 0.0),
                    tap=tap,
                    tap_step_pct=_number(row, "tap_step_percent", 0.0),
                    is_tap_high=row.get("tap_side") != "lv",
                ),
            )
        )


def _rest(content: dict[str, Any], made: study.Study) -> None:
    for row in _live(_table(content, "load", is_needed=False), made):
        bus = str(row.get("bus"))
        kw = _number(row, "p_mw") * 1000 * _number(row, "scaling", 1.0)
        made.loads_kw[bus] = made.loads_kw.get(bus, 0.0) + kw
    for row in _live(_table(content, "ext_grid", is_needed=False), made):
        made.sources[str(row.get("bus"))] = _number(row, "vm_pu", 1.0)
