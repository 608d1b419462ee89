"""
Open outages for other programs: Atom (RFC 4287), CAP 1.2 alerts, GeoJSON (RFC 7946), JSON, CSV. Pure.

All tell districts, never places: fewer customers than ten are told as "fewer than ten".
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from wasl.outages.selectors import FEWEST, Area

ATOM = "http://www.w3.org/2005/Atom"
CAP = "urn:oasis:names:tc:emergency:cap:1.2"
# From so many customers on an alert is called severe; below a tenth of it, minor.
SEVERE = 1_000


@dataclass(frozen=True, kw_only=True)
class Office:
    """A directorate with its areas without supply, as its feeds name it."""

    code: str
    name: str
    areas: Sequence[Area]


def record(area: Area, office: Office) -> dict[str, Any]:
    """An area as open data."""
    return {
        "directorate": office.code,
        "district": area.code,
        "name": area.district,
        "cause": area.cause,
        "customers": None if area.is_few else area.customers,
        "fewer_than": FEWEST if area.is_few else None,
        "since": area.since.isoformat(),
        "expected": area.expected_at.isoformat() if area.expected_at else None,
    }


def records(offices: Sequence[Office]) -> list[dict[str, Any]]:
    """Every area of every directorate."""
    return [record(area, office) for office in offices for area in office.areas]


def table(offices: Sequence[Office]) -> str:
    """The same as CSV."""
    columns = ("directorate", "district", "name", "cause", "customers", "fewer_than", "since", "expected")  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(records(offices))
    return out.getvalue()


def geojson(offices: Sequence[Office]) -> dict[str, Any]:
    """The same with the middle of each district; areas without one have no geometry."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [area.lon, area.lat]}
                if area.lat is not None
                else None,
                "properties": record(area, office),
            }
            for office in offices
            for area in office.areas
        ],
    }


def _id(area: Area, office: Office) -> str:
    """The same outage in a district keeps its name, however often it is asked for."""
    return str(
        uuid5(NAMESPACE_URL, f"{office.code}/{area.code}/{area.cause}/{area.since.isoformat()}")
    )


def _child(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = text or None
    return made


def _text(root: ET.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def atom(
    offices: Sequence[Office], *, title: str, words: dict[str, str], url: str, now: datetime
) -> str:
    """A feed with an entry for each district that is without supply. `words` name the causes."""
    root = ET.Element("feed", {"xmlns": ATOM})
    _child(root, "title", title)
    _child(root, "id", url)
    _child(root, "updated", now.isoformat())
    _child(root, "link", rel="self", href=url)
    for office in offices:
        for area in office.areas:
            entry = _child(root, "entry")
            _child(entry, "title", f"{area.district or office.name}: {words[area.cause]}")
            _child(entry, "id", f"urn:uuid:{_id(area, office)}")
            _child(entry, "updated", area.since.isoformat())
            _child(_child(entry, "author"), "name", office.name)
            until = area.expected_at.isoformat() if area.expected_at else "?"
            _child(entry, "summary", f"{area.since.isoformat()} → {until}")
    return _text(root)


def cap(
    office: Office,
    *,
    sender: str,
    headline: str,
    words: dict[str, str],
    language: str,
    now: datetime,
) -> str:
    """A CAP 1.2 alert of a directorate: an info block for each of its areas, by the standard's order."""
    root = ET.Element("alert", {"xmlns": CAP})
    _child(root, "identifier", f"wasl-{office.code}-{now:%Y%m%dT%H%M%S}")
    _child(root, "sender", sender)
    _child(root, "sent", _cap_time(now))
    _child(root, "status", "Actual")
    _child(root, "msgType", "Alert")
    _child(root, "scope", "Public")
    for area in office.areas:
        info = _child(root, "info")
        _child(info, "language", language)
        _child(info, "category", "Infra")
        _child(info, "event", words[area.cause])
        _child(info, "urgency", "Immediate" if area.cause == "FAULT" else "Expected")
        _child(info, "severity", _severity(area))
        _child(info, "certainty", "Observed")
        _child(info, "onset", _cap_time(area.since))
        if area.expected_at:
            _child(info, "expires", _cap_time(area.expected_at))
        _child(info, "senderName", office.name)
        _child(info, "headline", f"{headline}: {area.district or office.name}")
        place = _child(info, "area")
        _child(place, "areaDesc", area.district or office.name)
        if area.lat is not None:
            _child(place, "circle", f"{area.lat:.4f},{area.lon:.4f} 2")
    return _text(root)


def _severity(area: Area) -> str:
    if area.customers >= SEVERE:
        return "Severe"
    return "Moderate" if area.customers >= SEVERE // 10 else "Minor"


def _cap_time(moment: datetime) -> str:
    # CAP wants no fractions, and UTC as -00:00.
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
