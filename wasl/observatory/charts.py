"""Charts drawn on the server as SVG; beside each stands its table."""

from collections.abc import Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

ROW, LABEL, BAR, TOP = 46, 190, 400, 10
MINUTES_PER_DAY = 420


def stages(rows: Sequence[dict[str, Any]], title: str, language: str) -> SafeString:
    """Median (bar) and 90th percentile (line) of each stage beside its limit (mark), in days."""
    largest = max([max(r["p90_minutes"] or 0, r["promised_minutes"] or 0) for r in rows] or [0])
    if not largest:
        return SafeString("")
    is_rtl = language in {"ar", "ckb"}
    width, height = LABEL + BAR + 70, TOP * 2 + ROW * len(rows)
    parts = [
        (
            f'<svg class="chart" role="img" dir="ltr" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}"><title>{escape(title)}</title><desc>'
            f"{escape(_('Median and 90th percentile of each stage beside its limit, in working days.'))}</desc>"
        )
    ]
    for number, row in enumerate(rows):
        parts.append(_bar(row, TOP + number * ROW, largest, width, is_rtl))
    return mark_safe("".join(parts) + "</svg>")  # noqa: S308 - every text is escaped


def _bar(row: dict[str, Any], y: int, largest: int, width: int, is_rtl: bool) -> str:
    def across(minutes: float) -> float:
        return BAR * minutes / largest

    def place(x: float, length: float = 0) -> float:
        return width - LABEL - x - length if is_rtl else LABEL + x

    median, p90, limit = (
        row[n] or 0 for n in ("median_minutes", "p90_minutes", "promised_minutes")
    )
    label_x = width - LABEL + 12 if is_rtl else LABEL - 12
    direction = "rtl" if is_rtl else "ltr"
    value_x = place(across(max(p90, limit)) + 8)
    anchor = "end" if is_rtl else "start"
    return (
        f'<text class="chart__label" x="{label_x:.0f}" y="{y + 22}" direction="{direction}" '
        f'text-anchor="end">{escape(row["label"])}</text>'
        f'<rect class="chart__bar" x="{place(0, across(median)):.1f}" y="{y + 8}" '
        f'width="{across(median):.1f}" height="20" rx="4"/>'
        f'<path class="chart__p90" d="M{place(across(median)):.1f} {y + 18}H{place(across(p90)):.1f}"/>'
        f'<path class="chart__limit" d="M{place(across(limit)):.1f} {y + 2}v32"/>'
        f'<text class="chart__value" x="{value_x:.0f}" y="{y + 23}" text-anchor="{anchor}" '
        f'direction="ltr">{median / MINUTES_PER_DAY:.1f}</text>'
    )
