"""
The rows of a file against themselves and the register: what it means, or everything that is wrong.

Pure: what the register knows is passed in. Codes are looked up in the file first, then there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wasl.network import layout
from wasl.network.files import trees
from wasl.network.files.fields import LOW_VOLTAGE, clean
from wasl.network.files.rows import Fault, Read, Row
from wasl.network.geometry import metres_between

_FARTHEST_NODE_M = 3_000
_LINE_FIELDS = ("length_m", "r_ohm_per_km", "x_ohm_per_km", "max_amps")
# What a new element must say; one that the register has may leave it as it is.
_NEEDED = {
    "SUBSTATION": ("name_ar", "lat", "lon"),
    "FEEDER": ("substation",),
    "SECTION": (),
    "TRANSFORMER": ("feeder", "kind", "rated_kva", "lat", "lon"),
}
_PLATE = ("impedance_pct", "resistance_pct")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register has: codes, and what hangs on what."""

    substations: frozenset[str] = frozenset()
    feeders: dict[str, str] = field(default_factory=dict)
    # Section: its feeder and the section that feeds it.
    sections: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Transformer: feeder, section, lat, lon.
    transformers: dict[str, tuple[str, str, float, float]] = field(default_factory=dict)
    modelled: dict[str, frozenset[str]] = field(default_factory=dict)
    is_inside: Callable[[float, float], bool] = lambda _lat, _lon: True
    diversity_pct: int = 100


@dataclass
class Meant:
    """What a file means: values by kind and code; nodes and points by transformer and account."""

    elements: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    nodes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    points: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)


def check(read: Read, known: Known) -> Meant:
    """What the rows mean. With one fault or more, nothing of it may be taken over."""
    meant = Meant(faults=list(read.faults), remarks=_remarks(read, known))
    lines: dict[str, list[tuple[Row, dict[str, Any]]]] = {}
    rows: dict[tuple[str, str], Row] = {}
    for row in read.rows:
        values, faults = clean(row)
        meant.faults += faults
        if not faults:
            _sort(meant, rows, lines, row, values)
    for kind in ("SUBSTATION", "FEEDER", "SECTION", "TRANSFORMER"):
        for code, values in meant.elements.get(kind, {}).items():
            _needed(meant, known, rows[kind, code], values)
            _place(meant, known, rows[kind, code], values)
    _references(meant, known, rows)
    _section_tree(meant, known, rows)
    for transformer in {*meant.nodes, *lines}:
        _network(meant, known, rows, transformer, lines.get(transformer, []))
    _points(meant, known, rows)
    return meant


def _remarks(read: Read, known: Known) -> list[Fault]:
    return [
        Fault(code=each.code, place=each.place, values={"diversity": known.diversity_pct})
        if each.code == "LOADS_DIVIDED"
        else each
        for each in read.remarks
    ]


def _sort(
    meant: Meant,
    rows: dict[tuple[str, str], Row],
    lines: dict[str, list[tuple[Row, dict[str, Any]]]],
    row: Row,
    values: dict[str, Any],
) -> None:
    """Put a clean row where it belongs; a second one of the same name is a fault."""
    if row.kind == "LINE":
        if values["open"]:
            said = {"code": values["code"] or f"{values['from_node']}–{values['to_node']}"}
            meant.remarks.append(Fault(code="OPEN_LINE", place=row.place, values=said))
        lines.setdefault(values["transformer"], []).append((row, values))
        return
    name = values["account_no"] if row.kind == "POINT" else values["code"]
    key = (row.kind, f"{values['transformer']}\n{name}" if row.kind == "NODE" else name)
    if key in rows:
        _twice(meant, rows[key], row, values, name)
        return
    rows[key] = row
    if row.kind == "NODE":
        meant.nodes.setdefault(values["transformer"], {})[name] = values
    elif row.kind == "POINT":
        meant.points[name] = values
    else:
        meant.elements.setdefault(row.kind, {})[name] = values


def _twice(meant: Meant, first: Row, row: Row, values: dict[str, Any], name: str) -> None:
    """The same name again: two feeds, where each says another upstream; else a duplicate."""
    one, other = first.values.get("upstream"), values.get("upstream")
    if one and other and one != other:
        said = {"code": name, "one": one, "other": other}
        meant.faults.append(Fault(code="TWO_FEEDS", place=row.place, values=said))
        return
    where = f"{first.place.file} {first.place.number}".strip()
    said = {"code": name, "first": where}
    meant.faults.append(Fault(code="DUPLICATE", place=row.place, values=said))


def _register(known: Known, kind: str) -> Any:
    return {
        "SUBSTATION": known.substations,
        "FEEDER": known.feeders,
        "SECTION": known.sections,
        "TRANSFORMER": known.transformers,
    }[kind]


def _needed(meant: Meant, known: Known, row: Row, values: dict[str, Any]) -> None:
    if values["code"] in _register(known, row.kind):
        return
    for name in _NEEDED[row.kind]:
        if values[name] is None:
            if row.kind == "TRANSFORMER" and name == "kind":
                values["kind"] = "KIOSK"
                continue
            meant.faults.append(Fault(code="MISSING", place=row.place, values={"field": name}))


def _place(meant: Meant, known: Known, row: Row, values: dict[str, Any]) -> None:
    places = [(values.get("lat"), values.get("lon")), *(values.get("path") or [])]
    for lat, lon in places:
        if lat is not None and lon is not None and not known.is_inside(lat, lon):
            said = {"code": row.code, "lat": lat, "lon": lon}
            meant.faults.append(Fault(code="OUTSIDE", place=row.place, values=said))
            return


def _references(meant: Meant, known: Known, rows: dict[tuple[str, str], Row]) -> None:
    """What is named must be there, in the file or in the register."""

    def is_there(kind: str, code: str) -> bool:
        return code in meant.elements.get(kind, {}) or code in _register(known, kind)

    for kind, name, wanted in (
        ("FEEDER", "substation", "SUBSTATION"),
        ("SECTION", "feeder", "FEEDER"),
        ("SECTION", "upstream", "SECTION"),
        ("TRANSFORMER", "feeder", "FEEDER"),
        ("TRANSFORMER", "section", "SECTION"),
    ):
        for code, values in meant.elements.get(kind, {}).items():
            if values[name] and not is_there(wanted, values[name]):
                said = {"field": name, "value": values[name]}
                meant.faults.append(
                    Fault(code="UNKNOWN", place=rows[kind, code].place, values=said)
                )
    for code, values in meant.elements.get("TRANSFORMER", {}).items():
        feeder = values["feeder"] or known.transformers.get(code, ("",))[0]
        belongs = _feeder_of(meant, known, values["section"])
        if values["section"] and belongs and belongs != feeder:
            said = {"code": code, "section": values["section"], "feeder": belongs}
            place = rows["TRANSFORMER", code].place
            meant.faults.append(Fault(code="OTHER_FEEDER", place=place, values=said))


def _feeder_of(meant: Meant, known: Known, section: str | None) -> str:
    if not section:
        return ""
    given = meant.elements.get("SECTION", {}).get(section)
    return given["feeder"] if given else known.sections.get(section, ("", ""))[0]


def _section_tree(meant: Meant, known: Known, rows: dict[tuple[str, str], Row]) -> None:
    """Sections hang on sections of their own feeder, and on themselves over no way."""
    given = meant.elements.get("SECTION", {})
    above = {code: values["upstream"] or "" for code, values in given.items()}
    for code, (_feeder, upstream) in known.sections.items():
        above.setdefault(code, upstream)
    told: set[str] = set()
    for code, values in given.items():
        upstream = values["upstream"]
        belongs = _feeder_of(meant, known, upstream)
        if upstream and belongs and belongs != values["feeder"]:
            said = {"code": code, "section": upstream, "feeder": belongs}
            place = rows["SECTION", code].place
            meant.faults.append(Fault(code="OTHER_FEEDER", place=place, values=said))
        way = [code]
        while above.get(way[-1]) and above[way[-1]] not in way:
            way.append(above[way[-1]])
        if above.get(way[-1]) == code and code not in told:
            told |= set(way)
            said = {"elements": ", ".join(reversed(way[:12]))}
            meant.faults.append(Fault(code="LOOP", place=rows["SECTION", code].place, values=said))


def _network(
    meant: Meant,
    known: Known,
    rows: dict[tuple[str, str], Row],
    transformer: str,
    lines: list[tuple[Row, dict[str, Any]]],
) -> None:
    """One low-voltage network: its nodes and lines become a tree below its busbar."""
    nodes = meant.nodes.get(transformer, {})
    at = _where(meant, known, transformer)
    some = next((rows["NODE", f"{transformer}\n{code}"] for code in nodes), None)
    place = some.place if some else lines[0][0].place
    if at is None:
        said = {"field": "transformer", "value": transformer}
        meant.faults.append(Fault(code="UNKNOWN", place=place, values=said))
        return
    edges, wires = _edges(meant, rows, transformer, nodes, lines)
    fed = {other for _one, other in edges}
    roots = [code for code, values in nodes.items() if values["busbar"]] or [
        code for code in nodes if code not in fed
    ]
    if len(roots) != 1:
        said = {"transformer": transformer, "elements": ", ".join(roots[:12])}
        code = "SEVERAL_BUSBARS" if roots else "NO_BUSBAR"
        if not roots:
            _loops_without_root(meant, nodes, edges)
        meant.faults.append(Fault(code=code, place=place, values=said))
        return
    tree = trees.orient(roots, nodes, edges)
    for number, circle in tree.loops:
        said = {"elements": ", ".join(circle[:12])}
        meant.faults.append(Fault(code="LOOP", place=wires[number][0].place, values=said))
    for group in tree.orphans:
        first = rows["NODE", f"{transformer}\n{group[0]}"]
        said = {"elements": ", ".join(group[:12])}
        meant.faults.append(Fault(code="ORPHAN", place=first.place, values=said))
    for code, values in nodes.items():
        wire = wires[tree.fed_by[code]][1] if code in tree.fed_by else None
        values["upstream"] = tree.upstream.get(code, "")
        for name in (*_LINE_FIELDS, "parallel", "cable"):
            values[name] = (wire or values)[name] if code in tree.fed_by else None
        if values["connected_kw"] is None and values["peak_kw"] is not None:
            values["connected_kw"] = round(values["peak_kw"] * 100 / known.diversity_pct, 2)
    _lay_out(meant, known, rows, transformer, at)
    _plate(meant, known, rows, transformer)


def _loops_without_root(
    meant: Meant, nodes: dict[str, dict[str, Any]], edges: list[tuple[str, str]]
) -> None:
    """Every node is fed by another: name the circle."""
    tree = trees.orient(list(nodes)[:1], nodes, edges)
    for _number, circle in tree.loops[:1]:
        meant.faults.append(Fault(code="LOOP", values={"elements": ", ".join(circle[:12])}))


def _edges(
    meant: Meant,
    rows: dict[tuple[str, str], Row],
    transformer: str,
    nodes: dict[str, dict[str, Any]],
    lines: list[tuple[Row, dict[str, Any]]],
) -> tuple[list[tuple[str, str]], list[tuple[Row, dict[str, Any]]]]:
    """Lines of their own and those that nodes name by `upstream`, as edges."""
    edges: list[tuple[str, str]] = []
    wires: list[tuple[Row, dict[str, Any]]] = []
    for code, values in nodes.items():
        if values["upstream"]:
            row = rows["NODE", f"{transformer}\n{code}"]
            for name in _LINE_FIELDS:
                if values[name] is None:
                    said = {"field": name}
                    meant.faults.append(Fault(code="MISSING", place=row.place, values=said))
            lines = [*lines, (row, {**values, "open": False, "from_node": values["upstream"],
                                    "to_node": code})]  # fmt: skip
    for row, values in lines:
        one, other = values["from_node"], values["to_node"]
        if values["open"]:
            continue
        fault = _wrong_ends(meant, transformer, row, one, other)
        if fault is not None:
            meant.faults.append(fault)
            continue
        edges.append((one, other))
        wires.append((row, values))
    return edges, wires


def _wrong_ends(meant: Meant, transformer: str, row: Row, one: str, other: str) -> Fault | None:
    """A line ends at two nodes of its own network."""
    nodes = meant.nodes.get(transformer, {})
    for name, code in (("from_node", one), ("to_node", other)):
        if code in nodes:
            continue
        owner = next((t for t, found in meant.nodes.items() if code in found), "")
        if owner:
            said = {"code": row.code or f"{one}–{other}", "one": transformer, "other": owner}
            return Fault(code="TWO_FEEDS", place=row.place, values=said)
        said = {"field": "upstream" if row.kind == "NODE" else name, "value": code}
        return Fault(code="UNKNOWN", place=row.place, values=said)
    if one == other:
        return Fault(code="NOT_SELF", place=row.place, values={"code": one})
    return None


def _where(meant: Meant, known: Known, transformer: str) -> tuple[float, float] | None:
    """The place of a transformer of the file or the register; None when there is none."""
    given = meant.elements.get("TRANSFORMER", {}).get(transformer)
    there = known.transformers.get(transformer)
    if given and given["lat"] is not None and given["lon"] is not None:
        return given["lat"], given["lon"]
    if there:
        return there[2], there[3]
    return (33.3, 44.3) if given else None


def _lay_out(
    meant: Meant,
    known: Known,
    rows: dict[tuple[str, str], Row],
    transformer: str,
    at: tuple[float, float],
) -> None:
    """Places for nodes that have none; a fault for one that lies absurdly far away."""
    nodes = meant.nodes[transformer]
    if any(each["lat"] is None or each["lon"] is None for each in nodes.values()):
        drawn = layout.schematic(
            [(c, v["upstream"], v["length_m"] or 0) for c, v in nodes.items()], *at
        )
        for code, (lat, lon) in drawn.items():
            nodes[code] |= {"lat": lat, "lon": lon}
        meant.remarks.append(Fault(code="LAID_OUT", values={"code": transformer}))
        return
    for code, values in nodes.items():
        metres = round(metres_between(*at, values["lat"], values["lon"]))
        place = rows["NODE", f"{transformer}\n{code}"].place
        if not known.is_inside(values["lat"], values["lon"]):
            said = {"code": code, "lat": values["lat"], "lon": values["lon"]}
            meant.faults.append(Fault(code="OUTSIDE", place=place, values=said))
        elif metres > _FARTHEST_NODE_M:
            said = {"code": code, "metres": metres}
            meant.faults.append(Fault(code="DISTANT", place=place, values=said))


def _plate(meant: Meant, known: Known, rows: dict[tuple[str, str], Row], transformer: str) -> None:
    """A new model needs the figures of the transformer's plate."""
    given = meant.elements.get("TRANSFORMER", {}).get(transformer)
    if transformer in known.modelled:
        return
    for name in _PLATE:
        if given is None or given[name] is None:
            place = rows["TRANSFORMER", transformer].place if given else None
            said = {"field": f"{transformer}: {name}"}
            meant.faults.append(Fault(code="MISSING", place=place, values=said))


def _points(meant: Meant, known: Known, rows: dict[tuple[str, str], Row]) -> None:
    for account_no, values in meant.points.items():
        place, transformer = rows["POINT", account_no].place, values["transformer"]
        if _where(meant, known, transformer) is None:
            said = {"field": "transformer", "value": transformer}
            meant.faults.append(Fault(code="UNKNOWN", place=place, values=said))
            continue
        nodes = meant.nodes.get(transformer) or known.modelled.get(transformer, frozenset())
        if values["node"] and values["node"] not in nodes:
            said = {"field": "node", "value": values["node"]}
            meant.faults.append(Fault(code="UNKNOWN", place=place, values=said))
        if values["phases"] == 2:
            said = {"field": "phases", "value": 2, "choices": "1, 3"}
            meant.faults.append(Fault(code="NOT_A_CHOICE", place=place, values=said))


def has_plate(values: dict[str, Any]) -> bool:
    """Whether a transformer's row says anything of its low-voltage side."""
    return any(values[name] is not None for name in LOW_VOLTAGE)
