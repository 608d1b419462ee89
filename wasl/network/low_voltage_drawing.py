"""
The picture of a low-voltage network: lines by loading, nodes by voltage, the worst of each named. Pure.

It is an image, so it brings its own colours, for light and for dark surroundings. Nothing is said by
colour alone: what breaks a limit is drawn thicker and dashed, or larger and square, and is labelled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from wasl.network.geometry import METRES_PER_DEGREE, SQUEEZE

WIDTH, HEIGHT, EDGE = 720, 460, 44
_LIGHT = {
    "ground": "#fbfaf6", "ink": "#22343b", "soft": "#5d6d74", "wire": "#9aa7a9", "bar": "#22343b",
    "v0": "#0f766e", "v1": "#4d9a3f", "v2": "#c98a00", "v3": "#b3261e", "halo": "#fbfaf6",
    "pin": "#6a3ab2",
}  # fmt: skip
_DARK = {
    "ground": "#13252a", "ink": "#e3ecec", "soft": "#9fb1b5", "wire": "#56707a", "bar": "#e3ecec",
    "v0": "#4fd1c5", "v1": "#8fd07f", "v2": "#f0b94a", "v3": "#ff8a80", "halo": "#13252a",
    "pin": "#c9a7ff",
}  # fmt: skip
# How much of what the voltage may be off is used up: up to a third, two thirds, all, more.
STEPS = (1 / 3, 2 / 3, 1.0)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A node to draw: its place, what feeds it, its voltage and the loading of its line."""

    code: str
    upstream: str
    lat: float
    lon: float
    pu: float
    line_pct: float
    has_load: bool


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is to be drawn, with the words in one language."""

    dots: Sequence[Dot]
    language: str
    title: str
    transformer: str
    tolerance_pct: float
    line_limit_pct: float
    nominal_v: float
    volt_sign: str
    legend: tuple[str, str, str, str]
    asked: str = ""
    asked_label: str = ""


def step_of(pu: float, tolerance_pct: float) -> int:
    """The colour's number, 0 to 3, for a voltage."""
    used = abs(pu - 1) * 100 / tolerance_pct
    return next((number for number, edge in enumerate(STEPS) if used <= edge), 3)


def draw(scene: Scene) -> str:
    """The SVG text."""
    at = _pixels(scene.dots)
    rtl = "rtl" if scene.language in {"ar", "ckb"} else "ltr"
    body = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" class="ground"/>',
        *_wires(scene, at),
        *_dots(scene, at),
        *_labels(scene, at),
        *_legend(scene),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" lang="{escape(scene.language)}" direction="{rtl}">'
        f"<title>{escape(scene.title)}</title><style>{_style()}</style>{''.join(body)}</svg>"
    )


def _style() -> str:
    def colours(tokens: dict[str, str]) -> str:
        return "svg{" + "".join(f"--{name}:{value};" for name, value in tokens.items()) + "}"

    return (
        colours(_LIGHT)
        + f"@media(prefers-color-scheme:dark){{{colours(_DARK)}}}"
        + "text{font:13px Vazirmatn,'Noto Sans Arabic','Segoe UI',Tahoma,sans-serif;"
        "fill:var(--ink);paint-order:stroke;stroke:var(--halo);stroke-width:3.5px;"
        "stroke-linejoin:round}.ground{fill:var(--ground)}.wire{stroke:var(--wire);fill:none;"
        "stroke-linecap:round}.over{stroke:var(--v3);stroke-dasharray:7 5}"
        ".s0{fill:var(--v0)}.s1{fill:var(--v1)}.s2{fill:var(--v2)}.s3{fill:var(--v3)}"
        ".bar{fill:var(--bar)}.joint{opacity:.75}.soft{fill:var(--soft);font-size:11.5px}"
        ".bold{font-weight:700}.asked{fill:none;stroke:var(--pin);stroke-width:3}"
        ".mid{text-anchor:middle}"
    )


def _pixels(dots: Sequence[Dot]) -> dict[str, tuple[float, float]]:
    """Places fitted into the picture, north up, the same scale both ways."""
    flat = {
        each.code: (each.lon * SQUEEZE * METRES_PER_DEGREE, -each.lat * METRES_PER_DEGREE)
        for each in dots
    }
    across, down = [x for x, _y in flat.values()], [y for _x, y in flat.values()]
    width = max(max(across) - min(across), 1.0)
    height = max(max(down) - min(down), 1.0)
    room = HEIGHT - 2 * EDGE - 26
    scale = min((WIDTH - 2 * EDGE) / width, room / height, 6.0)
    middle_x, middle_y = (max(across) + min(across)) / 2, (max(down) + min(down)) / 2
    return {
        code: (
            round(WIDTH / 2 + (x - middle_x) * scale, 1),
            round(EDGE + room / 2 + (y - middle_y) * scale, 1),
        )
        for code, (x, y) in flat.items()
    }


def _wires(scene: Scene, at: dict[str, tuple[float, float]]) -> Iterable[str]:
    for each in scene.dots:
        if each.upstream in at:
            (x1, y1), (x2, y2) = at[each.upstream], at[each.code]
            thick = 1.2 + 4.5 * min(each.line_pct / max(scene.line_limit_pct, 1), 1.2)
            look = "wire over" if each.line_pct > scene.line_limit_pct else "wire"
            yield (
                f'<line class="{look}" stroke-width="{thick:.1f}" x1="{x1}" y1="{y1}" '
                f'x2="{x2}" y2="{y2}"/>'
            )


def _dots(scene: Scene, at: dict[str, tuple[float, float]]) -> Iterable[str]:
    small = 2.6 if len(scene.dots) > 120 else 4.4
    for each in scene.dots:
        x, y = at[each.code]
        number = step_of(each.pu, scene.tolerance_pct)
        if not each.upstream:
            yield f'<rect class="bar" x="{x - 8}" y="{y - 8}" width="16" height="16" rx="2"/>'
        elif number == 3:
            side = small * 2 + 3
            yield (
                f'<rect class="s3" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
                f'width="{side:.1f}" height="{side:.1f}"/>'
            )
        else:
            look = "" if each.has_load else " joint"
            radius = small if each.has_load else small * 0.65
            yield f'<circle class="s{number}{look}" cx="{x}" cy="{y}" r="{radius:.1f}"/>'
        if each.code == scene.asked:
            yield f'<circle class="asked" cx="{x}" cy="{y}" r="{small + 7:.1f}"/>'


def _labels(scene: Scene, at: dict[str, tuple[float, float]]) -> Iterable[str]:
    """The transformer, the node asked about, the lowest voltage and the fullest line; no overlaps."""
    below = [each for each in scene.dots if each.upstream]
    busbar = next(each for each in scene.dots if not each.upstream)
    wanted: list[tuple[Dot, str]] = [(busbar, f"{scene.transformer} · {_volts(scene, busbar)}")]
    asked = next((each for each in below if each.code == scene.asked), None)
    if asked is not None:
        wanted.append((asked, f"{scene.asked_label} {asked.code} · {_volts(scene, asked)}"))
    if below:
        lowest = min(below, key=lambda each: (each.pu, each.code))
        wanted.append((lowest, f"{lowest.code} · {_volts(scene, lowest)}"))
        fullest = max(below, key=lambda each: (each.line_pct, each.code))
        wanted.append((fullest, f"{fullest.code} · {fullest.line_pct:.0f} %"))
    taken: list[tuple[float, float, float, float]] = []
    for dot, text in wanted:
        half = len(text) * 3.6
        x, y = at[dot.code]
        x = min(max(x, half + 4), WIDTH - half - 4)
        for lift in (-14, 24, -32, 42):
            box = (x - half, y + lift - 13, x + half, y + lift + 4)
            is_free = all(
                box[2] < left or box[0] > right or box[3] < top or box[1] > bottom
                for left, top, right, bottom in taken
            )
            if is_free and box[1] > 0 and box[3] < HEIGHT - 28:
                taken.append(box)
                yield f'<text class="mid bold" x="{x:.1f}" y="{y + lift:.1f}">{_iso(text)}</text>'
                break


def _volts(scene: Scene, dot: Dot) -> str:
    return f"{dot.pu * scene.nominal_v:.0f} {scene.volt_sign}"


def _iso(text: str) -> str:
    """A label of codes and figures, kept left to right."""
    return f"\u2066{escape(text)}\u2069"


def _legend(scene: Scene) -> Iterable[str]:
    rtl = scene.language in {"ar", "ckb"}
    column = (WIDTH - 24) / 4
    for number, words in enumerate(scene.legend):
        x = 12 + column * number + 8
        if rtl:
            x = WIDTH - x
        y = HEIGHT - 14
        shape = (
            f'<rect class="s3" x="{x - 5:.1f}" y="{y - 9}" width="10" height="10"/>'
            if number == 3
            else f'<circle class="s{number}" cx="{x:.1f}" cy="{y - 4}" r="5"/>'
        )
        yield shape
        beside = x - 12 if rtl else x + 12
        yield f'<text class="soft" x="{beside:.1f}" y="{y}">{escape(words)}</text>'
