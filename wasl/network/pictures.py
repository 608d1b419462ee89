"""Puts together what a map shows: districts from the database, river and roads from the file."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, pgettext

from wasl.directorates import selectors as directorates
from wasl.network import drawing, selectors
from wasl.network.geometry import MapView

_FILE = Path(__file__).parent / "data" / "map.toml"


@cache
def features() -> dict[str, Any]:
    """River, roads, bridges, parks and landmarks. Read once."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def map_svg(
    directorate_id: int,
    *,
    on: date,
    language: str,
    district: str = "",
    lat: float | None = None,
    lon: float | None = None,
    zoom: int = 0,
    size: int = 288,
    theme: str = "auto",
    view: MapView | None = None,
    over: Callable[[MapView], Iterable[str]] | None = None,
    style: str = "",
    title: str = "",
) -> str:
    """
    The map of a directorate as SVG text, with a pin where lat and lon are given.

    `view` shows another square than the usual ones; `over` draws over the map, `style` says how.
    """
    language = language if language in {"ar", "ckb", "en"} else "ar"
    view = view or selectors.map_view(
        directorate_id, on=on, district=district, lat=lat, lon=lon, zoom=zoom, size=size
    )
    areas = [
        drawing.Area(
            code=each.code,
            name=each.name(language),
            lat=each.lat,
            lon=each.lon,
            outline=each.outline,
        )
        for each in directorates.districts(directorate_id, on)
        if each.kind == "AREA"
    ]
    return drawing.draw(
        drawing.Picture(
            view=view,
            areas=areas,
            features=features(),
            language=language,
            title=title or gettext("Map for orientation, not to scale in its borders"),
            metre_sign=pgettext("unit", "m"),
            kilometre_sign=pgettext("unit", "km"),
            chosen=district,
            pin=(lat, lon) if lat is not None and lon is not None else None,
            theme=theme,
            over=over,
            style=style,
        )
    )
