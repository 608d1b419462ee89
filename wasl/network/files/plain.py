"""Our own two formats: tables, one for each kind of element, and GeoJSON."""

from typing import Any

from django.utils.translation import gettext as _

from wasl.network.files import parsing
from wasl.network.files.rows import MOST_ROWS, Fault, Place, Read, Row, UnableToReadNetworkFile

TABLES = {
    "substations.csv": "SUBSTATION",
    "feeders.csv": "FEEDER",
    "sections.csv": "SECTION",
    "transformers.csv": "TRANSFORMER",
    "nodes.csv": "NODE",
    "lines.csv": "LINE",
    "points.csv": "POINT",
}
_LINES = {"SECTION", "LINE"}
_WITHOUT_GEOMETRY = {"FEEDER", "POINT"}


def tables(files: dict[str, bytes]) -> Read:
    """Tables by file name. :raises UnableToReadNetworkFile: when one is no table."""
    found = Read(format="CSV")
    for name, kind in TABLES.items():
        if name in files:
            for line, values in parsing.table(files[name], name):
                place = Place(kind="LINE", number=line, file=name)
                found.rows.append(Row(kind=kind, place=place, values=values))
    return found


def geojson_of(data: Any) -> Read:
    """
    A FeatureCollection in WGS 84, parsed; `element` in a feature's properties says what it is.

    :raises UnableToReadNetworkFile: when it is no FeatureCollection.
    """
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        raise UnableToReadNetworkFile(cause=_("it is no GeoJSON FeatureCollection."))
    if len(features) > MOST_ROWS:
        cause = _("it has more than %(most)s features; cut it into parts.")
        raise UnableToReadNetworkFile(cause=cause % {"most": MOST_ROWS})
    found = Read(format="GEOJSON")
    for number, feature in enumerate(features, start=1):
        _feature(found, feature, Place(kind="FEATURE", number=number))
    return found


def _feature(found: Read, feature: Any, place: Place) -> None:
    given = feature.get("properties") if isinstance(feature, dict) else None
    given = given if isinstance(given, dict) else {}
    kind = str(given.get("element", "")).upper()
    if kind not in TABLES.values():
        found.faults.append(Fault(code="UNKNOWN_KIND", place=place, values={"value": kind[:40]}))
        return
    values = {name: value for name, value in given.items() if isinstance(value, str | int | float)}
    wanted = "LineString" if kind in _LINES else "Point"
    geometry = feature.get("geometry")
    drawn = geometry if isinstance(geometry, dict) else {}
    if not drawn and (kind in _WITHOUT_GEOMETRY or kind in _LINES):
        found.rows.append(Row(kind=kind, place=place, values=values))
        return
    where = drawn.get("coordinates")
    is_right = drawn.get("type") == wanted and isinstance(where, list) and where
    if kind not in _WITHOUT_GEOMETRY and not is_right:
        said = {"kind": kind.lower(), "wanted": wanted, "value": str(drawn.get("type"))[:40]}
        found.faults.append(Fault(code="WRONG_GEOMETRY", place=place, values=said))
        return
    if wanted == "Point" and is_right and len(where) >= 2:  # type: ignore[arg-type]
        values |= {"lon": where[0], "lat": where[1]}  # type: ignore[index]
    elif kind == "SECTION":
        values["path"] = [  # type: ignore[assignment]
            [each[1], each[0]] if isinstance(each, list) and len(each) >= 2 else None
            for each in where  # type: ignore[union-attr]
        ]
    found.rows.append(Row(kind=kind, place=place, values=values))
