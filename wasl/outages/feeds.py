"""
Open outages for other programs: Atom (RFC 4287), GeoJSON (RFC 7946), JSON, CSV. Pure.

All tell districts, never places: fewer customers than ten are told as "fewer than ten".
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from wasl.outages.selectors import FEWEST, Area

ATOM = "http://www.w3.org/2005/Atom"


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


def child(parent: ET.Element, name: str, content: str = "", **attributes: str) -> ET.Element:
    """An element under another, with its text."""
    made = ET.SubElement(parent, name, attributes)
    made.text = content or None
    return made


def text(root: ET.Element) -> str:
    """The document as it is sent."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def entry(
    root: ET.Element, *, title: str, name: str, updated: datetime, summary: str, link: str = ""
) -> None:
    """An entry of an Atom feed; `name` is a UUID that stays the same."""
    made = child(root, "entry")
    child(made, "title", title)
    child(made, "id", f"urn:uuid:{name}")
    child(made, "updated", updated.isoformat())
    if link:
        child(made, "link", rel="alternate", href=link)
    child(made, "summary", summary)


def atom(
    offices: Sequence[Office], *, title: str, words: dict[str, str], url: str, now: datetime
) -> str:
    """A feed with an entry for each district that is without supply. `words` name the causes."""
    root = ET.Element("feed", {"xmlns": ATOM})
    child(root, "title", title)
    child(root, "id", url)
    child(root, "updated", now.isoformat())
    child(root, "link", rel="self", href=url)
    for office in offices:
        for area in office.areas:
            entry = child(root, "entry")
            child(entry, "title", f"{area.district or office.name}: {words[area.cause]}")
            child(entry, "id", f"urn:uuid:{_id(area, office)}")
            child(entry, "updated", area.since.isoformat())
            child(child(entry, "author"), "name", office.name)
            until = area.expected_at.isoformat() if area.expected_at else "?"
            child(entry, "summary", f"{area.since.isoformat()} → {until}")
    return text(root)
