"""
A grid study (pandapower, SimBench) as rows of a network. Pure.

A study knows buses, lines, switches, transformers, loads and the grid above, and may be meshed with
open switches. What it says below each transformer to low voltage becomes that one's network; its
medium-voltage lines become sections of feeders. Its loads hold at the peak (`peak_kw`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from wasl.network.files import trees
from wasl.network.files.rows import Fault, Place, Read, Row, UnableToReadNetworkFile

_LOW_KV = 1.0


@dataclass(frozen=True, kw_only=True)
class Bus:
    """A node of the study: its name there, its nominal voltage, and its place where it has one."""

    name: str
    kv: float
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A line between two buses, by their keys."""

    name: str
    one: str
    other: str
    place: Place
    values: dict[str, Any]
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Plate:
    """A transformer between two buses; the tap's effect and all else as in LowVoltageNetwork."""

    name: str
    high: str
    low: str
    place: Place
    rated_kva: float
    values: dict[str, Any]


@dataclass
class Study:
    """What a study file holds of interest here. Buses that a closed switch joins are one."""

    buses: dict[str, Bus] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)
    loads_kw: dict[str, float] = field(default_factory=dict)
    sources: dict[str, float] = field(default_factory=dict)
    joined: dict[str, str] = field(default_factory=dict)
    out_of_service: int = 0

    def join(self, one: str, other: str) -> None:
        """Make two buses one, as a closed switch does."""
        self.joined[self.bus(one)] = self.bus(other)

    def bus(self, key: str) -> str:
        """The key by which a joined bus is known."""
        while key in self.joined and self.joined[key] != key:
            key = self.joined[key]
        return key


def rows(study: Study, read: Read, target: str = "") -> None:
    """Put a study's elements into `read` as rows, with its faults; `target` names the transformer."""
    plates = [each for each in study.plates if _kv(study, each.low) <= _LOW_KV]
    if not plates:
        read.faults.append(Fault(code="NO_TRANSFORMER"))
        return
    if target and len(plates) > 1:
        said = {"count": len(plates), "code": target}
        read.faults.append(Fault(code="SEVERAL_TRANSFORMERS", values=said))
        return
    for wire in study.wires:
        if wire.is_open:
            read.remarks.append(
                Fault(code="OPEN_LINE", place=wire.place, values={"code": wire.name})
            )
    if study.out_of_service:
        read.remarks.append(Fault(code="OUT_OF_SERVICE", values={"count": study.out_of_service}))
    names = _names(study)
    hangs = {} if target else _medium(study, plates, names, read)
    _low(study, plates, names, hangs, read, target)


def _kv(study: Study, key: str) -> float:
    bus = study.buses.get(key)
    return bus.kv if bus else 0.0


def _names(study: Study) -> dict[str, str]:
    """A code for each bus: its name where that is short, fit and its own; else its key."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key, bus in study.buses.items():
        name = fit(bus.name)
        code = name if name and len(name) <= 32 and name not in taken else fit(f"bus {key}")[-32:]
        taken.add(code)
        found[key] = code
    return found


def fit(name: str) -> str:
    """A name with what a code may not hold replaced."""
    kept = "".join(each if each.isalnum() or each in " .:+()#-_" else "-" for each in name.strip())
    return kept.lstrip(" .:+()#-")


def _closed(study: Study, *, is_low: bool) -> list[Wire]:
    return [
        each
        for each in study.wires
        if not each.is_open
        and (_kv(study, each.one) <= _LOW_KV) is is_low
        and study.bus(each.one) != study.bus(each.other)
    ]


def _medium(
    study: Study, plates: list[Plate], names: dict[str, str], read: Read
) -> dict[str, tuple[str, str]]:
    """Substations, feeders and sections; for each bus above low voltage its (feeder, section)."""
    # What lies before the substation's own transformer is not ours.
    ours = _most_common_kv(study, plates)
    wires = [each for each in _closed(study, is_low=False) if _kv(study, each.one) == ours]
    if not wires:
        return {}
    above = {study.bus(each.low) for each in study.plates if _kv(study, each.low) == ours}
    roots = above or {study.bus(each) for each in study.sources}
    buses = {study.bus(key) for each in wires for key in (each.one, each.other)}
    edges = [(study.bus(each.one), study.bus(each.other)) for each in wires]
    tree = trees.orient(sorted(roots), sorted(buses), edges)
    _tell(tree, names, [each.name for each in wires], read)
    codes = _unique(wires)
    hangs: dict[str, tuple[str, str]] = {}
    for root in sorted(roots):
        if any(tree.root_of.get(each) == root for each in tree.upstream):
            read.rows.append(_substation(study, root, names))
    for bus, upstream in tree.upstream.items():
        wire, code = wires[tree.fed_by[bus]], codes[tree.fed_by[bus]]
        feeder, before = hangs.get(upstream, ("", ""))
        if not feeder:
            feeder = f"F {code}"[:32]
            values = {"code": feeder, "substation": names[upstream]}
            read.rows.append(Row(kind="FEEDER", place=wire.place, values=values))
        hangs[bus] = (feeder, code)
        ends = [study.buses[each] for each in (upstream, bus)]
        section: dict[str, Any] = {
            "code": code, "feeder": feeder, "upstream": before,
            "switch": "ISOLATOR" if before else "BREAKER",
            "path": [[e.lat, e.lon] for e in ends if e.lat is not None and e.lon is not None],
        }  # fmt: skip
        read.rows.append(Row(kind="SECTION", place=wire.place, values=section))
    return hangs


def _most_common_kv(study: Study, plates: list[Plate]) -> float:
    found = [_kv(study, each.high) for each in plates]
    return max(set(found), key=found.count)


def _unique(wires: list[Wire]) -> list[str]:
    codes: list[str] = []
    for number, wire in enumerate(wires):
        name = fit(wire.name)
        codes.append(name if name and len(name) <= 30 and name not in codes else f"line {number}")
    return codes


def _substation(study: Study, root: str, names: dict[str, str]) -> Row:
    bus = study.buses[root]
    values = {"code": names[root], "name_ar": names[root], "lat": bus.lat, "lon": bus.lon}
    return Row(kind="SUBSTATION", place=Place(kind="ROW", number=1, file="bus"), values=values)


def _tell(tree: trees.Oriented[str], names: dict[str, str], wires: list[str], read: Read) -> None:
    """Loops and orphans as faults that name their elements."""
    for number, circle in tree.loops:
        elements = ", ".join(names.get(each, each) for each in circle[:12])
        said = {"elements": f"{elements} ({wires[number]})" if wires[number] else elements}
        read.faults.append(Fault(code="LOOP", values=said))
    for group in tree.orphans:
        said = {"elements": ", ".join(names.get(each, each) for each in group[:12])}
        read.faults.append(Fault(code="ORPHAN", values=said))


def _low(
    study: Study,
    plates: list[Plate],
    names: dict[str, str],
    hangs: dict[str, tuple[str, str]],
    read: Read,
    target: str,
) -> None:
    wires = _closed(study, is_low=True)
    edges = [(study.bus(each.one), study.bus(each.other)) for each in wires]
    loaded = {study.bus(key) for key in study.loads_kw if _kv(study, key) <= _LOW_KV}
    buses = sorted({key for edge in edges for key in edge} | loaded)
    roots = {study.bus(each.low): each for each in plates}
    tree = trees.orient(sorted(roots), buses, edges)
    _tell(tree, names, [each.name for each in wires], read)
    codes = {root: target or fit(each.name)[:32] or f"trafo {each.place.number}"
             for root, each in roots.items()}  # fmt: skip
    for number in tree.joined:
        one, other = (codes[tree.root_of[each]] for each in edges[number])
        said = {"code": wires[number].name or f"line {number}", "one": one, "other": other}
        read.faults.append(Fault(code="TWO_FEEDS", place=wires[number].place, values=said))
    if len(roots) < len(plates):
        said = {"code": "busbar", "one": plates[0].name, "other": plates[1].name}
        read.faults.append(Fault(code="TWO_FEEDS", values=said))
    loads = _loads(study)
    for root, plate in roots.items():
        _transformer(study, plate, codes[root], hangs, read, is_target=bool(target))
        within = [root, *(each for each in tree.upstream if tree.root_of[each] == root)]
        for key in within:
            upstream, wire = tree.upstream.get(key), None
            if upstream is not None:
                wire = wires[tree.fed_by[key]]
            bus = study.buses[key]
            values = {
                "code": names[key], "transformer": codes[root], "busbar": upstream is None,
                "upstream": names[upstream] if upstream is not None else "",
                "peak_kw": loads.get(key, 0.0), "lat": bus.lat, "lon": bus.lon,
                **(wire.values if wire else {}),
            }  # fmt: skip
            place = wire.place if wire else plate.place
            read.rows.append(Row(kind="NODE", place=place, values=values))
    if study.loads_kw:
        read.remarks.append(Fault(code="LOADS_DIVIDED", values={"diversity": "{diversity}"}))


def _loads(study: Study) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, kw in study.loads_kw.items():
        found[study.bus(key)] = found.get(study.bus(key), 0.0) + kw
    return found


def _transformer(
    study: Study,
    plate: Plate,
    code: str,
    hangs: dict[str, tuple[str, str]],
    read: Read,
    *,
    is_target: bool,
) -> None:
    high = study.bus(plate.high)
    values: dict[str, Any] = {"code": code, **plate.values}
    if high in study.sources or plate.high in study.sources:
        values["source_pu"] = study.sources.get(plate.high, study.sources.get(high))
    if not is_target:
        bus = study.buses[plate.low]
        upper = study.buses[plate.high]
        feeder, section = hangs.get(high, ("", ""))
        values |= {
            "feeder": feeder, "section": section, "rated_kva": round(plate.rated_kva),
            "lat": bus.lat if bus.lat is not None else upper.lat,
            "lon": bus.lon if bus.lon is not None else upper.lon,
        }  # fmt: skip
    read.rows.append(Row(kind="TRANSFORMER", place=plate.place, values=values))


def low_voltage_values(
    *, kva: float, high_kv: float, low_kv: float, bus_high_kv: float, bus_low_kv: float,
    vk_pct: float, vkr_pct: float, iron_kw: float, no_load_pct: float,
    tap: float, tap_step_pct: float, is_tap_high: bool,
) -> dict[str, Any]:  # fmt: skip
    """A transformer's figures as a LowVoltageNetwork has them, its ratio and tap in one percentage."""
    change = tap * tap_step_pct / 100
    if not (low_kv and high_kv and bus_low_kv and bus_high_kv and 1 + change):
        raise UnableToReadNetworkFile(cause=_("a voltage of a transformer is zero."))
    factor = 1 / (1 + change) if is_tap_high else 1 + change
    ratio = (low_kv / bus_low_kv) / (high_kv / bus_high_kv)
    base = (low_kv / bus_low_kv) ** 2 * ((1 + change) ** 2 if not is_tap_high else 1)
    return {
        "nominal_v": bus_low_kv * 1000,
        "impedance_pct": vk_pct * base,
        "resistance_pct": vkr_pct * base,
        "iron_loss_kw": iron_kw,
        "no_load_pct": no_load_pct,
        "tap_pct": 100 * (factor * ratio - 1),
    }


def wire_values(
    *, km: float, r: float, x: float, amps: float, parallel: int = 1, cable: str = ""
) -> dict[str, Any]:
    """A line's figures as a node has them."""
    return {
        "length_m": km * 1000, "r_ohm_per_km": r, "x_ohm_per_km": x, "max_amps": amps,
        "parallel": parallel, "cable": cable[:60],
    }  # fmt: skip


def count_left_out(read: Read, what: str, rows_: Iterable[Any]) -> None:
    """Remark on elements of a study that have no place here (generators, storage)."""
    number = sum(1 for _each in rows_)
    if number:
        read.remarks.append(Fault(code="LEFT_OUT", values={"count": number, "what": what}))
