"""
A process drawn as SVG on the server, with a case's place in it.

Coordinates are the file's own. For Arabic and Kurdish the drawing is mirrored, so that it runs from
right to left; the text is not. Colours come from `process.css`, so light and dark need no redraw.
"""

from collections.abc import Mapping
from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from wasl.casework.process_model import Flow, Node, ProcessModel, Shape

RIGHT_TO_LEFT = {"ar", "ckb"}
MARGIN = 24
LANE_HEAD = 40
# A letter of our font is at most about this wide in bold, for wrapping by count.
LETTER = 7.4
LINE = 17


class _Canvas:
    """Turns the file's coordinates into the drawing's, mirrored or not."""

    def __init__(self, model: ProcessModel, language: str) -> None:
        shapes = model.shapes.values()
        self.left = min((s.x for s in shapes), default=0) - MARGIN
        self.top = min((s.y for s in shapes), default=0) - MARGIN
        self.right = max((s.x + s.width for s in shapes), default=100) + MARGIN
        self.bottom = max((s.y + s.height for s in shapes), default=100) + MARGIN
        self.is_mirrored = language in RIGHT_TO_LEFT

    @property
    def width(self) -> float:
        """The width of the drawing."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height of the drawing."""
        return self.bottom - self.top

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file on the drawing."""
        across = self.right - x if self.is_mirrored else x - self.left
        return across, y - self.top

    def box(self, shape: Shape) -> Shape:
        """A rectangle of the file on the drawing."""
        x, y = self.point(shape.x + (shape.width if self.is_mirrored else 0), shape.y)
        return Shape(x=x, y=y, width=shape.width, height=shape.height)


def render(
    model: ProcessModel, *, states: Mapping[str, str | None], language: str, title: str
) -> str:
    """
    This function will draw the process.

    `states` gives tasks that are DONE or CURRENT: told by a mark as well as by colour, and in the
    description. The first CURRENT one is the anchor `#process-now`. Every text is escaped.
    """
    canvas = _Canvas(model, language)
    direction = "rtl" if canvas.is_mirrored else "ltr"
    parts = [
        (
            f'<svg class="process" xmlns="http://www.w3.org/2000/svg" role="img" dir="ltr" '
            f'width="{canvas.width:.0f}" height="{canvas.height:.0f}" '
            f'viewBox="0 0 {canvas.width:.0f} {canvas.height:.0f}" aria-labelledby="process-title" '
            'aria-describedby="process-desc">'
        ),
        f'<title id="process-title">{escape(title)}</title>',
        f'<desc id="process-desc">{escape(_in_words(model, states, language))}</desc>',
        (
            '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            'markerHeight="7" orient="auto-start-reverse"><path class="process__arrow" '
            'd="M0 0 10 5 0 10z"/></marker></defs>'
        ),
        *(_lane(model, key, canvas, language, direction) for key in model.lanes),
        *(_edge(flow, model, canvas, language, direction) for flow in model.flows),
        *(_node(node, model, canvas, states, language, direction) for node in model.nodes.values()),
        "</svg>",
    ]
    return "".join(parts).replace('<g class="process__task process__task--current', _NOW, 1)


# Only the first, where several steps run side by side: an anchor is one place.
_NOW = '<g id="process-now" class="process__task process__task--current'


def _in_words(model: ProcessModel, states: Mapping[str, str | None], language: str) -> str:
    """Which steps are done and which run: what the colours and marks say."""
    with translation.override(language):
        found = []
        for state, words in (("DONE", _("Done: %(steps)s.")), ("CURRENT", _("Now: %(steps)s."))):
            named = [
                _label(node.label, language)
                for node in model.nodes.values()
                if states.get(node.key) == state
            ]
            if named:
                found.append(words % {"steps": _(", ").join(named)})
        return " ".join(found) or _("The steps of the process, from the application to its end.")


def _label(labels: Mapping[str, str], language: str) -> str:
    return labels.get(language) or labels.get("en") or ""


def _lane(model: ProcessModel, key: str, canvas: _Canvas, language: str, direction: str) -> str:
    if key not in model.shapes:
        return ""
    box = canvas.box(model.shapes[key])
    head = box.x + box.width - LANE_HEAD if canvas.is_mirrored else box.x
    turn = 90 if canvas.is_mirrored else -90
    lines = _wrap(_label(model.lanes[key], language), box.height)
    first = 5 - (len(lines) - 1) * LINE / 2
    words = "".join(
        f'<text class="process__lane-name" direction="{direction}" text-anchor="middle" '
        f'transform="translate({head + LANE_HEAD / 2:.0f} {box.y + box.height / 2:.0f}) '
        f'rotate({turn})" dy="{first + n * LINE:.1f}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    return (
        f'<rect class="process__lane" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}"/><rect class="process__head" x="{head:.0f}" y="{box.y:.0f}" '
        f'width="{LANE_HEAD}" height="{box.height:.0f}"/>{words}'
    )


def _edge(flow: Flow, model: ProcessModel, canvas: _Canvas, language: str, direction: str) -> str:
    points = [canvas.point(x, y) for x, y in model.edges.get(flow.key, ())]
    if len(points) < 2:
        return ""
    path = "M" + " L".join(f"{x:.0f} {y:.0f}" for x, y in points)
    drawn = f'<path class="process__flow" d="{path}" marker-end="url(#arrow)"/>'
    words = _label(flow.label, language)
    if not words:
        return drawn
    (x1, y1), (x2, y2) = points[0], points[1]
    # The words stand where the arrow leaves, beside it: that is where a reader asks which way.
    is_along = y1 == y2
    leftwards = x2 < x1 if is_along else direction == "rtl"
    x = x1 + (-8 if leftwards else 8)
    y = y1 - 8 if is_along else y1 + (24 if y2 > y1 else -14)
    anchor = "start" if leftwards == (direction == "rtl") else "end"
    return drawn + (
        f'<text class="process__flow-name" direction="{direction}" text-anchor="{anchor}" '
        f'x="{x:.0f}" y="{y:.0f}">{escape(words)}</text>'
    )


def _node(
    node: Node,
    model: ProcessModel,
    canvas: _Canvas,
    states: Mapping[str, str | None],
    language: str,
    direction: str,
) -> str:
    if node.key not in model.shapes:
        return ""
    box = canvas.box(model.shapes[node.key])
    words = _label(node.label, language)
    if node.kind in {"START", "END"}:
        return _event(node, box, words, direction)
    if node.kind in {"EXCLUSIVE", "PARALLEL"}:
        return _gateway(node, box)
    state = (states.get(node.key) or "none").lower()
    lines = _wrap(words, box.width)
    first = box.y + box.height / 2 - (len(lines) - 1) * LINE / 2 + 5
    text = "".join(
        f'<text class="process__name" direction="{direction}" text-anchor="middle" '
        f'x="{box.x + box.width / 2:.0f}" y="{first + n * LINE:.0f}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    return (
        f'<g class="process__task process__task--{state} process__task--{node.kind.lower()}">'
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="10"/>{text}{_mark(state, box, direction)}</g>'
    )


def _mark(state: str, box: Shape, direction: str) -> str:
    """A tick for what is done and a dot for what runs, on the corner where reading begins."""
    if state not in {"done", "current"}:
        return ""
    x, y = box.x + (box.width if direction == "rtl" else 0), box.y
    sign = (
        f'<path d="M{x - 5:.0f} {y:.0f}l4 4 6-8"/>'
        if state == "done"
        else f'<circle class="process__dot" cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
    )
    return f'<g class="process__mark"><circle cx="{x:.0f}" cy="{y:.0f}" r="10"/>{sign}</g>'


def _event(node: Node, box: Shape, words: str, direction: str) -> str:
    radius = box.width / 2
    x, y = box.x + radius, box.y + radius
    kind = "end" if node.kind == "END" else "start"
    return (
        f'<circle class="process__event process__event--{kind}" cx="{x:.0f}" cy="{y:.0f}" '
        f'r="{radius:.0f}"/><text class="process__flow-name" direction="{direction}" '
        f'text-anchor="middle" x="{x:.0f}" y="{y + radius + 16:.0f}">{escape(words)}</text>'
    )


def _gateway(node: Node, box: Shape) -> str:
    half = box.width / 2
    x, y = box.x + half, box.y + half
    cross = 8
    sign = (
        f"M{x - cross:.0f} {y:.0f}H{x + cross:.0f}M{x:.0f} {y - cross:.0f}V{y + cross:.0f}"
        if node.kind == "PARALLEL"
        else f"M{x - 6:.0f} {y - 6:.0f}l12 12M{x + 6:.0f} {y - 6:.0f}l-12 12"
    )
    return (
        f'<path class="process__gateway" d="M{x:.0f} {box.y:.0f}l{half:.0f} {half:.0f} '
        f'-{half:.0f} {half:.0f} -{half:.0f} -{half:.0f}z"/><path class="process__sign" d="{sign}"/>'
    )


def _wrap(words: str, width: float) -> list[str]:
    """The words in lines that fit the box, three at most."""
    most = max(6, int((width - 12) / LETTER))
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > 3:
        lines = [*lines[:2], " ".join(lines[2:])]
    return lines
