"""
The map as an SVG picture: districts, the river, roads for orientation, and a pin. Pure.

It is an image, so it brings its own colours, for light and for dark surroundings. Names are placed
by importance, and one that would lie on another is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from wasl.directorates import outlines
from wasl.network.geometry import MapView

Point = Sequence[float]
THEMES = ("auto", "light", "dark")
# Under the names in the house's tokens (web/static/web/wasl.css).
_LIGHT = {
    "ground": "#eae6dc",
    "area": "#fbfaf6",
    "area2": "#f4f1e9",
    "chosen": "#cfe8e5",
    "edge": "#cfc8b8",
    "green": "#d5e6cd",
    "water": "#a9cfe0",
    "name": "#33626f",
    "road": "#ffffff",
    "case": "#d8d0c0",
    "ink": "#2b3d45",
    "soft": "#66767d",
    "pin": "#a4262c",
    "pin2": "#ffffff",
}
_DARK = {
    "ground": "#0d1a1e",
    "area": "#16292f",
    "area2": "#1a2f36",
    "chosen": "#1d4a4b",
    "edge": "#2e4850",
    "green": "#1c3a2a",
    "water": "#1f4f66",
    "name": "#8fc3d6",
    "road": "#35525a",
    "case": "#13252a",
    "ink": "#dfe9ea",
    "soft": "#9fb1b5",
    "pin": "#ff8f8f",
    "pin2": "#13252a",
}


@dataclass(frozen=True, kw_only=True)
class Area:
    """A district to draw."""

    code: str
    name: str
    lat: float
    lon: float
    outline: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What is to be drawn, with the words in one language."""

    view: MapView
    areas: Sequence[Area]
    features: Mapping[str, Any]
    language: str
    title: str
    metre_sign: str
    kilometre_sign: str
    chosen: str = ""
    pin: tuple[float, float] | None = None
    theme: str = "auto"
    # What an app draws over the map of its own, and the looks of that.
    over: Callable[[MapView], Iterable[str]] | None = None
    style: str = ""


@dataclass
class _Labels:
    """The boxes that names have taken."""

    size: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def place(self, x: float, y: float, text: str, height: float) -> bool:
        """Whether a name fits there; if so, the place is taken."""
        half = len(text) * height * 0.29 + 2
        box = (x - half, y - height, x + half, y + height * 0.35)
        if box[0] < 1 or box[2] > self.size - 1 or box[1] < 1 or box[3] > self.size - 1:
            return False
        for left, top, right, bottom in self.taken:
            if box[0] < right and box[2] > left and box[1] < bottom and box[3] > top:
                return False
        self.taken.append(box)
        return True


def draw(picture: Picture) -> str:
    """The SVG text."""
    view = picture.view
    labels = _Labels(view.size)
    body = [
        f'<rect width="{view.size}" height="{view.size}" class="ground"/>',
        *_areas(picture),
        *_other_bank(picture),
        *_greens(picture),
        *_lines(picture, "road"),
        *_lines(picture, "water"),
        *_bridges(picture),
        *_scale(picture, labels),
        *_pin(picture, labels),
        *_names(picture, labels),
        *(picture.over(view) if picture.over else ()),
    ]
    rtl = "rtl" if picture.language in {"ar", "ckb"} else "ltr"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {view.size} {view.size}" '
        f'width="{view.size}" height="{view.size}" role="img" lang="{escape(picture.language)}" '
        f'direction="{rtl}"><title>{escape(picture.title)}</title>'
        f"<style>{_style(picture.theme)}{picture.style}</style>{''.join(body)}</svg>"
    )


def _style(theme: str) -> str:
    def colours(tokens: Mapping[str, str]) -> str:
        return "svg{" + "".join(f"--{name}:{value};" for name, value in tokens.items()) + "}"

    sheet = colours(_DARK if theme == "dark" else _LIGHT)
    if theme == "auto":
        sheet += f"@media(prefers-color-scheme:dark){{{colours(_DARK)}}}"
    return sheet + (
        "text{font-family:Vazirmatn,'Noto Sans Arabic','Segoe UI',Tahoma,sans-serif;"
        "text-anchor:middle;fill:var(--ink);paint-order:stroke;stroke:var(--area);"
        "stroke-width:2.5px;stroke-linejoin:round}"
        ".ground{fill:var(--ground)}.a{fill:var(--area)}.b{fill:var(--area2)}"
        ".a,.b,.on{stroke:var(--edge);stroke-width:.8}.on{fill:var(--chosen)}"
        ".green{fill:var(--green)}.water{stroke:var(--water)}.road{stroke:var(--road)}"
        ".case{stroke:var(--case)}.bridge{stroke:var(--ink);stroke-width:1.6}"
        ".water,.road,.case,.bridge{fill:none;stroke-linecap:round;stroke-linejoin:round}"
        ".river{fill:var(--name);font-style:italic;stroke:var(--water);stroke-opacity:.6}"
        ".side{fill:var(--soft);stroke:var(--ground)}"
        ".mark{fill:var(--soft);stroke-width:2px}.dot{fill:var(--soft)}"
        ".bold{font-weight:700}.bar{stroke:var(--ink);stroke-width:1.4;fill:none}"
        ".pin{fill:var(--pin);stroke:var(--pin2);stroke-width:1.5}.hole{fill:var(--pin2)}"
        ".halo{fill:var(--pin);opacity:.18}"
    )


def _path(view: MapView, points: Iterable[Point]) -> str:
    """Points as the numbers of a path; one decimal is a tenth of a pixel."""
    pixels = (view.to_pixel(lat, lon) for lat, lon in points)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pixels)


def _visible(view: MapView, points: Sequence[Point]) -> bool:
    """Whether the box around the points meets the map."""
    pixels = [view.to_pixel(lat, lon) for lat, lon in points]
    across, down = [x for x, _y in pixels], [y for _x, y in pixels]
    return (
        bool(pixels)
        and max(across) >= 0
        and min(across) <= view.size
        and max(down) >= 0
        and min(down) <= view.size
    )


def _areas(picture: Picture) -> Iterable[str]:
    for number, area in enumerate(picture.areas):
        if _visible(picture.view, area.outline):
            look = "on" if area.code == picture.chosen else "ab"[number % 2]
            points = _path(picture.view, area.outline)
            yield f'<polygon class="{look}" points="{points}"/>'


def _other_bank(picture: Picture) -> Iterable[str]:
    for water in picture.features.get("water", []):
        ring = [*water["line"], *water.get("corners", [])]
        yield f'<polygon class="ground" points="{_path(picture.view, ring)}"/>'


def _greens(picture: Picture) -> Iterable[str]:
    for green in picture.features.get("green", []):
        if _visible(picture.view, green["ring"]):
            yield f'<polygon class="green" points="{_path(picture.view, green["ring"])}"/>'


def _lines(picture: Picture, kind: str) -> Iterable[str]:
    """Roads with an edge, water without; never thinner than can be seen."""
    view = picture.view
    found = [line for line in picture.features.get(kind, []) if _visible(view, line["line"])]
    width = {"road": 1.4, "water": 6.0}[kind]
    drawn = [
        (max(width, line["width_m"] / view.metres_per_pixel), _path(view, line["line"]))
        for line in found
    ]
    if kind == "road":
        for thick, points in drawn:
            yield f'<polyline class="case" stroke-width="{thick + 1.2:.1f}" points="{points}"/>'
    for thick, points in drawn:
        yield f'<polyline class="{kind}" stroke-width="{thick:.1f}" points="{points}"/>'


def _bridges(picture: Picture) -> Iterable[str]:
    for bridge in picture.features.get("bridge", []):
        if _visible(picture.view, bridge["line"]):
            yield f'<polyline class="bridge" points="{_path(picture.view, bridge["line"])}"/>'


def _names(picture: Picture, labels: _Labels) -> Iterable[str]:
    """The chosen district first, then the river, districts, and at close range landmarks."""
    view = picture.view
    height = 8.5 if view.zoom == 0 else 11.0
    if view.size > 400:
        height *= 1.25
    order = sorted(picture.areas, key=lambda area: area.code != picture.chosen)
    for area in order[:1] if picture.chosen else []:
        yield from _name_of(view, labels, area, height + 1, "bold")
    for water in picture.features.get("water", []):
        lat, lon = water["label"]
        name = water[f"name_{picture.language}"]
        yield from _name(view, labels, lat, lon, name, height, "river")
    for area in order[1:] if picture.chosen else order:
        yield from _name_of(view, labels, area, height, "")
    for side in picture.features.get("side", []):
        lat, lon = side["at"]
        name = side[f"name_{picture.language}"]
        yield from _name(view, labels, lat, lon, name, height, "side")
    if view.zoom:
        for mark in picture.features.get("landmark", []):
            yield from _landmark(picture, labels, mark, height - 1.5)


def _name_of(view: MapView, labels: _Labels, area: Area, height: float, look: str) -> Iterable[str]:
    """A district's name: at its centre, or near by; at close range at the edge of the map."""
    x, y = view.to_pixel(area.lat, area.lon)
    places = [(x, y)]
    if view.zoom:
        places += [(x, y + 28), (x, y - 38)]
        if outlines.contains(area.outline, (view.lat, view.lon)):
            places.append((view.size / 2, height * 2))
    for across, down in places:
        lat, lon = view.to_place(across, down)
        found = list(_name(view, labels, lat, lon, area.name, height, look))
        if found:
            yield from found
            return


def _name(
    view: MapView, labels: _Labels, lat: float, lon: float, text: str, height: float, look: str
) -> Iterable[str]:
    x, y = view.to_pixel(lat, lon)
    if view.shows(x, y) and labels.place(x, y, text, height):
        named = f' class="{look}"' if look else ""
        place = f'x="{x:.1f}" y="{y:.1f}" font-size="{height:g}"'
        yield f"<text {place}{named}>{escape(text)}</text>"


def _landmark(
    picture: Picture, labels: _Labels, mark: Mapping[str, Any], height: float
) -> Iterable[str]:
    view = picture.view
    x, y = view.to_pixel(*mark["at"])
    name = mark[f"name_{picture.language}"]
    if view.shows(x, y) and labels.place(x, y + height + 4, name, height):
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.4"/>'
        yield (
            f'<text class="mark" x="{x:.1f}" y="{y + height + 4:.1f}" font-size="{height:g}">'
            f"{escape(name)}</text>"
        )


def _scale(picture: Picture, labels: _Labels) -> Iterable[str]:
    """A bar of a round length, about a fifth of the width."""
    view = picture.view
    steps = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
    length = max(step for step in steps if step <= max(50, view.metres / 4))
    width = length / view.metres_per_pixel
    left, bottom = 10.0, view.size - 10.0
    words = (
        f"{length // 1000} {picture.kilometre_sign}"
        if length >= 1000
        else f"{length} {picture.metre_sign}"
    )
    labels.taken.append((0, bottom - 18, left + width + 6, view.size))
    yield f'<path class="bar" d="M{left},{bottom - 5}v5h{width:.1f}v-5"/>'
    yield (
        f'<text x="{left + width / 2:.1f}" y="{bottom - 7}" font-size="9">{escape(words)}</text>'
    )


def _pin(picture: Picture, labels: _Labels) -> Iterable[str]:
    if picture.pin is None:
        return
    x, y = picture.view.to_pixel(*picture.pin)
    labels.taken.append((x - 12, y - 30, x + 12, y + 8))
    yield f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="11"/>'
    yield (
        f'<path class="pin" d="M{x:.1f},{y:.1f}c-3,-7 -9,-10 -9,-17a9,9 0 1 1 18,0'
        f'c0,7 -6,10 -9,17z"/>'
    )
    yield f'<circle class="hole" cx="{x:.1f}" cy="{y - 17:.1f}" r="3.4"/>'
