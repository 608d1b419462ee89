"""SimBench's tables (`;` between columns, NULL for nothing), as a folder packed into a zip."""

from typing import Any

from django.utils.translation import gettext as _

from wasl.core.arabic import to_western_digits
from wasl.network.files import parsing, study
from wasl.network.files.rows import Place, Read, UnableToReadNetworkFile

NEEDED = {"node.csv", "line.csv", "linetype.csv", "transformer.csv", "transformertype.csv"}
FILES = NEEDED | {"load.csv", "coordinates.csv", "externalnet.csv", "switch.csv", "res.csv",
                  "storage.csv"}  # fmt: skip
_Table = list[tuple[int, dict[str, str]]]


def is_one(files: dict[str, bytes]) -> bool:
    """Whether these are SimBench's tables."""
    return "node.csv" in files and "line.csv" in files


def read(files: dict[str, bytes], target: str = "") -> Read:
    """
    The rows of a SimBench network.

    :raises UnableToReadNetworkFile: when a table is missing, or a number none.
    """
    missing = NEEDED - set(files)
    if missing:
        cause = _("these tables are missing: %(names)s.")
        raise UnableToReadNetworkFile(cause=cause % {"names": ", ".join(sorted(missing))})
    tables = {name: parsing.table(content, name) for name, content in files.items()}
    found = Read(format="SIMBENCH")
    made = study.Study()
    _buses(tables, made)
    _switches(tables, made)
    _wires(tables, made)
    _plates(tables, made)
    _rest(tables, made)
    for name in ("res.csv", "storage.csv"):
        study.count_left_out(found, name, tables.get(name, []))
    study.rows(made, found, target)
    return found


def _number(row: dict[str, str], name: str, where: str, default: float | None = None) -> float:
    """:raises UnableToReadNetworkFile: when there is no number and no default."""
    given = row.get(name, "")
    if given in {"", "NULL"} and default is not None:
        return default
    try:
        value = float(to_western_digits(given))
    except ValueError:
        value = float("nan")
    if value - value != 0:  # neither a number nor finite
        cause = _("%(where)s: %(field)s is “%(value)s”, which is no number.")
        raise UnableToReadNetworkFile(
            cause=cause % {"where": where, "field": name, "value": given[:40]}
        )
    return value


def _where(name: str, line: int) -> str:
    return str(_("%(name)s line %(line)s")) % {"name": name, "line": line}


def _buses(tables: dict[str, _Table], made: study.Study) -> None:
    places = {
        row.get("id", ""): (
            _number(row, "y", _where("coordinates.csv", line)),
            _number(row, "x", _where("coordinates.csv", line)),
        )
        for line, row in tables.get("coordinates.csv", [])
    }
    for line, row in tables["node.csv"]:
        key = row.get("id", "")
        lat, lon = places.get(row.get("coordID", ""), (None, None))
        kv = _number(row, "vmR", _where("node.csv", line))
        made.buses[key] = study.Bus(name=key, kv=kv, lat=lat, lon=lon)


def _switches(tables: dict[str, _Table], made: study.Study) -> None:
    """A closed switch makes two nodes one; an open one leaves them apart."""
    for _line, row in tables.get("switch.csv", []):
        if row.get("cond") == "1":
            made.join(row.get("nodeB", ""), row.get("nodeA", ""))


def _types(table: _Table) -> dict[str, dict[str, str]]:
    return {row.get("id", ""): row for _line, row in table}


def _type(known: dict[str, dict[str, str]], row: dict[str, str], where: str) -> dict[str, str]:
    found = known.get(row.get("type", ""))
    if found is None:
        cause = _("%(where)s: the type “%(value)s” stands in no table.")
        raise UnableToReadNetworkFile(
            cause=cause % {"where": where, "value": row.get("type", "")[:60]}
        )
    return found


def _wires(tables: dict[str, _Table], made: study.Study) -> None:
    known = _types(tables["linetype.csv"])
    for line, row in tables["line.csv"]:
        where = _where("line.csv", line)
        kind = _type(known, row, where)
        ends = row.get("nodeA", ""), row.get("nodeB", "")
        if not all(each in made.buses for each in ends):
            cause = _("%(where)s: it ends at a node that node.csv does not have.")
            raise UnableToReadNetworkFile(cause=cause % {"where": where})
        values = study.wire_values(
            km=_number(row, "length", where),
            r=_number(kind, "r", where),
            x=_number(kind, "x", where),
            amps=_number(kind, "iMax", where),
            cable=row.get("type", ""),
        )
        made.wires.append(
            study.Wire(
                name=row.get("id", ""),
                one=ends[0],
                other=ends[1],
                values=values,
                place=Place(kind="LINE", number=line, file="Line.csv"),
            )
        )


def _plates(tables: dict[str, _Table], made: study.Study) -> None:
    known = _types(tables["transformertype.csv"])
    for line, row in tables["transformer.csv"]:
        where = _where("transformer.csv", line)
        kind = _type(known, row, where)
        high, low = row.get("nodeHV", ""), row.get("nodeLV", "")
        if high not in made.buses or low not in made.buses:
            cause = _("%(where)s: it ends at a node that node.csv does not have.")
            raise UnableToReadNetworkFile(cause=cause % {"where": where})
        kva = _number(kind, "sR", where) * 1000
        tap = _number(row, "tappos", where, 0.0) - _number(kind, "tapNeutr", where, 0.0)
        made.plates.append(
            study.Plate(
                name=row.get("id", ""),
                high=high,
                low=low,
                place=Place(kind="LINE", number=line, file="Transformer.csv"),
                rated_kva=kva,
                values=_figures(kind, where, kva, tap, made.buses[high].kv, made.buses[low].kv),
            )
        )


def _figures(
    kind: dict[str, str], where: str, kva: float, tap: float, high: float, low: float
) -> dict[str, Any]:
    return study.low_voltage_values(
        kva=kva,
        high_kv=_number(kind, "vmHV", where),
        low_kv=_number(kind, "vmLV", where),
        bus_high_kv=high,
        bus_low_kv=low,
        vk_pct=_number(kind, "vmImp", where),
        # Copper losses stand in kW.
        vkr_pct=100 * _number(kind, "pCu", where) / kva,
        iron_kw=_number(kind, "pFe", where, 0.0),
        no_load_pct=_number(kind, "iNoLoad", where, 0.0),
        tap=tap,
        tap_step_pct=_number(kind, "dVm", where, 0.0),
        is_tap_high=kind.get("tapside", "HV") != "LV",
    )


def _rest(tables: dict[str, _Table], made: study.Study) -> None:
    for line, row in tables.get("load.csv", []):
        kw = _number(row, "pLoad", _where("load.csv", line)) * 1000
        node = row.get("node", "")
        made.loads_kw[node] = made.loads_kw.get(node, 0.0) + kw
    for line, row in tables.get("externalnet.csv", []):
        node = row.get("node", "")
        made.sources[node] = _number(row, "dspf", _where("externalnet.csv", line), 1.0)
