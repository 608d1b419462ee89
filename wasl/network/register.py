"""What the register holds, beside what a file means: for checking it, and for saying what changes."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from wasl.directorates import outlines
from wasl.directorates import selectors as directorates
from wasl.network import geometry, selectors
from wasl.network.files.checking import Known, Meant
from wasl.network.files.fields import LOW_VOLTAGE
from wasl.network.files.rows import Fault
from wasl.network.models import (
    CapacityReservation,
    Feeder,
    FeederSection,
    LowVoltageNetwork,
    LowVoltageNode,
    ServicePoint,
    Substation,
    Transformer,
)

# Outlines are schematic: a place this near to one counts as inside.
_MARGIN_M = 2_500
_IRAQ = (29.0, 37.5, 38.7, 48.8)  # south, north, west, east
LISTED = 200
_NODE_FIELDS = (
    "length_m", "r_ohm_per_km", "x_ohm_per_km", "max_amps", "parallel", "cable", "connected_kw",
    "lat", "lon",
)  # fmt: skip


def known(directorate_id: int, on: date) -> Known:
    """What the register of a directorate has, for checking a file against it."""
    here = {"directorate_id": directorate_id}
    feeders = Feeder.objects.filter(**here).values_list("code", "substation__code")
    sections = FeederSection.objects.filter(**here).values_list(
        "code", "feeder__code", "upstream__code"
    )
    transformers = Transformer.objects.filter(**here, removed_date=None).values_list(
        "code", "feeder__code", "section__code", "lat", "lon"
    )
    modelled: dict[str, set[str]] = {}
    for code, node in LowVoltageNode.objects.filter(
        network__transformer__directorate_id=directorate_id
    ).values_list("network__transformer__code", "code"):
        modelled.setdefault(code, set()).add(node)
    return Known(
        substations=frozenset(Substation.objects.filter(**here).values_list("code", flat=True)),
        feeders=dict(feeders),
        sections={code: (feeder, upstream or "") for code, feeder, upstream in sections},
        transformers={
            code: (feeder, section or "", lat, lon)
            for code, feeder, section, lat, lon in transformers
        },
        modelled={code: frozenset(nodes) for code, nodes in modelled.items()},
        is_inside=inside(directorate_id, on),
        diversity_pct=selectors.factors(directorate_id, on).diversity_pct,
    )


def inside(directorate_id: int, on: date) -> Callable[[float, float], bool]:
    """Whether a place lies in a district of the directorate, or near one; in Iraq, without outlines."""
    rings = [each.outline for each in directorates.districts(directorate_id, on) if each.outline]

    def is_inside(lat: float, lon: float) -> bool:
        south, north, west, east = _IRAQ
        if not (south <= lat <= north and west <= lon <= east):
            return False
        if not rings or any(outlines.contains(ring, (lat, lon)) for ring in rings):
            return True
        return any(
            geometry.metres_between(lat, lon, *corner[:2]) <= _MARGIN_M
            for ring in rings
            for corner in ring
        )

    return is_inside


def still_in_use(directorate_id: int, meant: Meant) -> list[Fault]:
    """What the file would remove although something that it does not move still hangs on it."""
    found = []
    for transformer, nodes in meant.nodes.items():
        points = ServicePoint.objects.filter(
            directorate_id=directorate_id, transformer__code=transformer, disconnected_at=None,
            node__isnull=False,
        ).exclude(node__code__in=nodes)  # fmt: skip
        held = CapacityReservation.objects.filter(
            directorate_id=directorate_id, transformer__code=transformer, status="HELD",
            node__isnull=False,
        ).exclude(node__code__in=nodes)  # fmt: skip
        moved = set(meant.points)
        hanging: dict[str, int] = {}
        for account, code in points.values_list("account_no", "node__code"):
            if account not in moved:
                hanging[code] = hanging.get(code, 0) + 1
        for code in held.values_list("node__code", flat=True):
            hanging[code] = hanging.get(code, 0) + 1
        found += [
            Fault(code="IN_USE", values={"code": f"{transformer} {code}", "count": count})
            for code, count in sorted(hanging.items())
        ]
    gone = removed_sections(directorate_id, meant)
    kept = Transformer.objects.filter(section__in=gone).exclude(
        code__in=[c for c, v in meant.elements.get("TRANSFORMER", {}).items() if v["section"]]
    )
    counts: dict[str, int] = {}
    for code in kept.values_list("section__code", flat=True):
        counts[code or ""] = counts.get(code or "", 0) + 1
    return found + [
        Fault(code="IN_USE", values={"code": code, "count": count})
        for code, count in sorted(counts.items())
    ]


def removed_sections(directorate_id: int, meant: Meant) -> list[FeederSection]:
    """Sections of feeders that the file describes anew, which it does not have any more."""
    given = meant.elements.get("SECTION", {})
    feeders = {values["feeder"] for values in given.values()}
    return list(
        FeederSection.objects.filter(
            directorate_id=directorate_id, feeder__code__in=feeders
        ).exclude(code__in=given)
    )


def report(directorate_id: int, meant: Meant) -> dict[str, Any]:
    """What would be added, changed and removed, by kind: counts, and the first codes of each."""
    kinds = {}
    for kind, rows in (
        ("SUBSTATION", _substations(directorate_id)),
        ("FEEDER", _feeders(directorate_id)),
        ("SECTION", _sections(directorate_id)),
        ("TRANSFORMER", _transformers(directorate_id)),
    ):
        kinds[kind] = _compared(meant.elements.get(kind, {}), rows)
    gone = [each.code for each in removed_sections(directorate_id, meant)]
    kinds["SECTION"]["removed"] = len(gone)
    kinds["SECTION"]["listed"] += [["removed", code, []] for code in gone[:LISTED]]
    kinds["NODE"] = _nodes(directorate_id, meant)
    kinds["POINT"] = _compared(meant.points, _points(directorate_id, meant.points))
    return {"kinds": kinds}


def _compared(given: dict[str, dict[str, Any]], there: dict[str, dict[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {"added": 0, "changed": 0, "removed": 0, "listed": []}
    for code, values in given.items():
        if code not in there:
            what, fields = "added", []
        else:
            fields = [
                name for name, value in there[code].items()
                if values.get(name) is not None and not _same(values[name], value)
            ]  # fmt: skip
            what = "changed"
            if not fields:
                continue
        result[what] += 1
        if len(result["listed"]) < LISTED:
            result["listed"].append([what, code, fields])
    return result


def _same(given: Any, there: Any) -> bool:
    if isinstance(given, float) or isinstance(there, float):
        return abs(float(given) - float(there or 0)) < 1e-9 + 1e-9 * abs(float(given))
    if hasattr(there, "isoformat"):
        return bool(given == there.isoformat())
    if hasattr(there, "quantize"):
        return bool(float(given) == float(there))
    return bool(given == there)


def _substations(directorate_id: int) -> dict[str, dict[str, Any]]:
    rows = Substation.objects.filter(directorate_id=directorate_id)
    return {each.code: {"name_ar": each.name_ar, "lat": each.lat, "lon": each.lon} for each in rows}


def _feeders(directorate_id: int) -> dict[str, dict[str, Any]]:
    rows = Feeder.objects.filter(directorate_id=directorate_id)
    return {
        each.code: {"substation": each.substation.code}
        for each in rows.select_related("substation")
    }


def _sections(directorate_id: int) -> dict[str, dict[str, Any]]:
    rows = FeederSection.objects.filter(directorate_id=directorate_id)
    return {
        each.code: {
            "feeder": each.feeder.code,
            "upstream": each.upstream.code if each.upstream else "",
            "switch": each.switch,
            "path": each.path,
        }
        for each in rows.select_related("feeder", "upstream")
    }


def _transformers(directorate_id: int) -> dict[str, dict[str, Any]]:
    rows = Transformer.objects.filter(directorate_id=directorate_id)
    found = {}
    for each in rows.select_related("feeder", "section", "low_voltage"):
        model: LowVoltageNetwork | None = getattr(each, "low_voltage", None)
        plate = {name: getattr(model, name) if model else None for name in LOW_VOLTAGE}
        found[each.code] = {
            "feeder": each.feeder.code,
            "section": each.section.code if each.section else "",
            "kind": each.kind,
            "rated_kva": each.rated_kva,
            "lat": each.lat,
            "lon": each.lon,
            "installed_date": each.installed_date,
            **plate,
        }
    return found


def node_rows(directorate_id: int, transformers: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The nodes of some networks by "transformer node", with what a file says of them."""
    rows = LowVoltageNode.objects.filter(
        network__transformer__directorate_id=directorate_id,
        network__transformer__code__in=list(transformers),
    ).select_related("network__transformer", "upstream")
    return {
        f"{each.network.transformer.code} {each.code}": {
            "upstream": each.upstream.code if each.upstream else "",
            **{name: getattr(each, name) for name in _NODE_FIELDS},
        }
        for each in rows
    }


def _nodes(directorate_id: int, meant: Meant) -> dict[str, Any]:
    there = node_rows(directorate_id, meant.nodes)
    given = {
        f"{transformer} {code}": values
        for transformer, nodes in meant.nodes.items()
        for code, values in nodes.items()
    }
    result = _compared(given, there)
    gone = [code for code in there if code not in given]
    result["removed"] = len(gone)
    result["listed"] += [["removed", code, []] for code in gone[:LISTED]]
    return result


def _points(directorate_id: int, accounts: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = ServicePoint.objects.filter(
        directorate_id=directorate_id, account_no__in=list(accounts), disconnected_at=None
    )
    return {
        each.account_no: {
            "transformer": each.transformer.code,
            "node": each.node.code if each.node else "",
            "load_kw": each.load_kw,
            "phases": each.phases,
        }
        for each in rows.select_related("transformer", "node")
    }
