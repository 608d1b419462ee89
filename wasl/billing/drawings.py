"""
Drawings of a bill, as SVG made here: how the blocks of the tariff filled up, and the use by month.

Colours are classes (static/billing/billing.css), so that they follow light and dark. The writing
decides where a line begins. Each drawing stands beside a table that says the same. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH = 320
# A used block has a third line: what came of it.
USED_ROW, UNUSED_ROW = 66, 46
# How full a block without an end can look at most.
ALMOST_FULL = 0.92


@dataclass(frozen=True, kw_only=True)
class Block:
    """A slice of the tariff: its bounds in kWh, the price in dinars, and what was used of it."""

    from_kwh: float
    to_kwh: float | None
    rate: float
    kwh: float = 0
    amount: int = 0

    @property
    def is_used(self) -> bool:
        """Whether any of the use falls into it."""
        return self.kwh > 0

    @property
    def rate_shown(self) -> str:
        """The price, to the fils."""
        return figure(self.rate)

    @property
    def share(self) -> float:
        """How full it is, from 0 to 1."""
        if self.to_kwh is None:
            width = max(self.from_kwh, self.kwh) or 1
            return min(ALMOST_FULL, self.kwh / width)
        return min(1.0, self.kwh / (self.to_kwh - self.from_kwh))


@dataclass(frozen=True, kw_only=True)
class Month:
    """The use of a period, that of a year before, and what similar homes used in the same days."""

    label: str
    kwh: int
    period: str = ""
    before_kwh: int | None = None
    similar_kwh: int | None = None


def figure(value: float, places: int = 3) -> str:
    """A figure with groups of three, and no more decimals than it has."""
    return f"{round(value, places):,}".removesuffix(".0")


def bounds(block: Block) -> str:
    """The slice in words."""
    values = {"from": figure(block.from_kwh, 1), "to": figure(block.to_kwh or 0, 1)}
    if block.to_kwh is None:
        return _("above %(from)s kWh") % values if block.from_kwh else _("every kWh")
    if not block.from_kwh:
        return _("the first %(to)s kWh") % values
    return _("from %(from)s to %(to)s kWh") % values


def blocks(found: Sequence[Block], *, is_rtl: bool, title: str) -> SafeString:
    """One bar a block, filled as far as the use went, with its price and what came of it."""
    tops, height = [], 0
    for block in found:
        tops.append(height)
        height += USED_ROW if block.is_used else UNUSED_ROW
    rows = format_html_join(
        "",
        "{}",
        ((_block(block, top, is_rtl),) for block, top in zip(found, tops, strict=True)),
    )
    return format_html(
        '<svg class="w-blocks" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        height,
        title,
        rows,
    )


def _block(block: Block, top: int, is_rtl: bool) -> SafeString:
    filled = round(WIDTH * block.share)
    price = _("%(rate)s IQD a kWh") % {"rate": block.rate_shown}
    words = ""
    if block.is_used:
        words = _("%(kwh)s kWh × %(rate)s = %(amount)s IQD") % {
            "kwh": figure(block.kwh),
            "rate": block.rate_shown,
            "amount": figure(block.amount),
        }
    return format_html(
        '<g class="{}">{}{}<rect class="w-blocks__track" x="1" y="{}" width="{}" height="16" rx="5"/>'
        '<rect class="w-blocks__fill" x="{}" y="{}" width="{}" height="16" rx="5"/>{}</g>',
        "w-blocks__used" if block.is_used else "w-blocks__unused",
        text(bounds(block), top + 14, is_rtl, at_end=False),
        text(price, top + 14, is_rtl, at_end=True, kind="w-blocks__price"),
        top + 20,
        WIDTH - 2,
        WIDTH - filled if is_rtl else 0,
        top + 20,
        filled,
        text(words, top + 51, is_rtl, at_end=False, kind="w-blocks__words") if words else "",
    )


def text(words: str, y: int, is_rtl: bool, *, at_end: bool, kind: str = "") -> SafeString:
    """A line of writing at the side where lines begin, or at the other one."""
    # In right-to-left text the anchor "start" is the right end.
    x = WIDTH if is_rtl is not at_end else 0
    return format_html(
        '<text class="{}" x="{}" y="{}" direction="{}" text-anchor="{}">{}</text>',
        kind,
        x,
        y,
        "rtl" if is_rtl else "ltr",
        "end" if at_end else "start",
        words,
    )


HEIGHT = 170
FLOOR = 142


def months(found: Sequence[Month], *, is_rtl: bool, title: str) -> SafeString:
    """A bar a month, the oldest first in the direction of writing; the year before behind it."""
    highest = max((max(m.kwh, m.before_kwh or 0, m.similar_kwh or 0) for m in found), default=0)
    step = (WIDTH - 8) / max(len(found), 1)
    columns = format_html_join(
        "",
        "{}",
        (
            (_column(month, number, len(found), step, highest or 1, is_rtl),)
            for number, month in enumerate(found)
        ),
    )
    top = _("%(kwh)s kWh") % {"kwh": figure(highest)}
    return format_html(
        '<svg class="w-months" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="w-months__line" d="M0 {}H{}M0 20H{}"/>{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        FLOOR,
        WIDTH,
        WIDTH,
        text(top, 14, is_rtl, at_end=False, kind="w-months__scale"),
        columns,
    )


def _column(
    month: Month, number: int, count: int, step: float, highest: int, is_rtl: bool
) -> SafeString:
    place = count - 1 - number if is_rtl else number
    x = 4 + place * step
    wide = step * 0.42
    # Last year stands behind, on the side where time comes from.
    now_x, before_x = (
        (x + step * 0.1, x + step * 0.4) if is_rtl else (x + step * 0.4, x + step * 0.1)
    )
    mark = _height(month.similar_kwh or 0, highest)
    return format_html(
        "{}{}{}<text class='w-months__name' x='{}' y='{}' text-anchor='middle'>{}</text>",
        _bar("before", before_x, wide, month.before_kwh or 0, highest),
        _bar("now", now_x, wide, month.kwh, highest),
        format_html(
            '<path class="w-months__similar" d="M{} {}h{}"/>',
            round(x + 1, 1),
            FLOOR - mark,
            round(step - 2, 1),
        )
        if month.similar_kwh is not None
        else "",
        round(x + step / 2, 1),
        HEIGHT - 10,
        month.label,
    )


def _bar(kind: str, x: float, width: float, kwh: int, highest: int) -> SafeString:
    height = _height(kwh, highest)
    return format_html(
        '<rect class="w-months__{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
        kind,
        round(x, 1),
        FLOOR - height,
        round(width, 1),
        height,
    )


def _height(kwh: int, highest: int) -> int:
    return round((FLOOR - 24) * kwh / highest)
