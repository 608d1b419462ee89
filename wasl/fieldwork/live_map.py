"""The desk's map: lines, transformers with and without supply, numbered matters, crews. As SVG text."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from django.db.models import Q

from wasl.fieldwork.board import Board, CrewOut, Row
from wasl.network import geometry, pictures
from wasl.network.geometry import MapView
from wasl.network.models import FeederSection, Transformer
from wasl.outages.models import OutageStep

SIZE = 640
NARROWEST_M = 1_500.0
# Colours with their names in words on the page: red is without supply or danger, blue a crew.
STYLE = (
    "svg{--off:#b3261e;--line:#6b7b82;--live:#1c6b3c;--crew:#1b4f9c;--onmark:#fff}"
    "@media(prefers-color-scheme:dark){svg{--off:#ff8f8f;--line:#8aa0a6;--live:#7fd6a0;--crew:#9cc3ff;"
    "--onmark:#0d1a1e}}"
    ".feeder{fill:none;stroke:var(--line);stroke-width:1.4;opacity:.75}"
    ".off{stroke:var(--off);stroke-width:2.6;opacity:1}"
    ".tr{fill:var(--live)}.tr.off{fill:var(--off);stroke:none}"
    ".hit{fill:var(--off);stroke:var(--onmark);stroke-width:1.5}"
    ".life{stroke-width:3;stroke:var(--off);fill:var(--onmark)}"
    ".no{font-weight:700;fill:var(--onmark);stroke:none}.no.life{fill:var(--off);stroke:none}"
    ".crew{fill:var(--crew);stroke:var(--onmark);stroke-width:1.5}.crewname{font-weight:700;fill:var(--crew)}"
)


def svg(directorate_id: int, board: Board, *, on: date, language: str, title: str) -> str:
    """The map around the directorate's network, with what the board shows at this moment."""
    transformers = list(
        Transformer.objects.filter(Q(removed_date=None), directorate_id=directorate_id)
        .select_related("feeder__substation")
        .order_by("code")
    )
    off = set(
        OutageStep.objects.filter(
            directorate_id=directorate_id, ended_at=None, outage__state="OPEN"
        ).values_list("group", flat=True)
    )
    paths = [
        (each.path, each.id)
        for each in FeederSection.objects.filter(directorate_id=directorate_id).order_by("code")
        if len(each.path) > 1
    ]
    dark = {each.section_id for each in transformers if each.code in off}

    def over(view: MapView) -> Iterable[str]:
        yield from _lines(view, paths, dark)
        yield from _transformers(view, transformers, off, has_paths=bool(paths))
        yield from _crews(view, board.crews)
        yield from _marks(view, board.rows)

    return pictures.map_svg(
        directorate_id, on=on, language=language, view=_view(transformers, board),
        over=over, style=STYLE, title=title,
    )  # fmt: skip


def _view(transformers: Sequence[Transformer], board: Board) -> MapView | None:
    """The square around everything that is drawn; None where nothing is."""
    places = [(each.lat, each.lon) for each in transformers]
    places += [(r.lat, r.lon) for r in board.rows if r.lat is not None and r.lon is not None]
    if not places:
        return None
    south, north = min(p[0] for p in places), max(p[0] for p in places)
    west, east = min(p[1] for p in places), max(p[1] for p in places)
    wide = max(north - south, (east - west) * geometry.SQUEEZE) * geometry.METRES_PER_DEGREE
    return MapView(
        lat=(south + north) / 2, lon=(west + east) / 2, metres=max(NARROWEST_M, wide * 1.15),
        size=SIZE, zoom=1,
    )  # fmt: skip


def _lines(
    view: MapView, paths: Sequence[tuple[list[list[float]], int]], dark: set[int | None]
) -> Iterable[str]:
    for path, section in paths:
        points = " ".join("{:.1f},{:.1f}".format(*view.to_pixel(lat, lon)) for lat, lon in path)
        look = "feeder off" if section in dark else "feeder"
        yield f'<polyline class="{look}" points="{points}"/>'


def _transformers(
    view: MapView, transformers: Sequence[Transformer], off: set[str], *, has_paths: bool
) -> Iterable[str]:
    """Each a small square; where nobody surveyed the lines, a straight one to its substation."""
    for each in transformers:
        x, y = view.to_pixel(each.lat, each.lon)
        look = " off" if each.code in off else ""
        if not has_paths:
            station = each.feeder.substation
            across, down = view.to_pixel(station.lat, station.lon)
            yield (
                f'<line class="feeder{look}" x1="{across:.1f}" y1="{down:.1f}" x2="{x:.1f}" y2="{y:.1f}"/>'
            )
        yield (
            f'<rect class="tr{look}" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6">'
            f"<title>{escape(each.code)}</title></rect>"
        )


def _crews(view: MapView, crews: Sequence[CrewOut]) -> Iterable[str]:
    for each in crews:
        x, y = view.to_pixel(each.lat, each.lon)
        if view.shows(x, y):
            yield (
                f'<path class="crew" d="M{x:.1f},{y - 9:.1f}l8,9l-8,9l-8,-9z"/>'
                f'<text class="crewname" x="{x:.1f}" y="{y + 24:.1f}" font-size="13">'
                f"{escape(each.crew.name)}</text>"
            )


def _marks(view: MapView, rows: Sequence[Row]) -> Iterable[str]:
    """Numbers as in the list; the least urgent are drawn first, so that the first lies on top."""
    for row in reversed(rows):
        if row.lat is None or row.lon is None:
            continue
        x, y = view.to_pixel(row.lat, row.lon)
        if view.shows(x, y):
            look = " life" if row.is_life else ""
            yield (
                f'<circle class="hit{look}" cx="{x:.1f}" cy="{y:.1f}" r="11"/>'
                f'<text class="no{look}" x="{x:.1f}" y="{y + 4.5:.1f}" font-size="12.5">{row.number}</text>'
            )
