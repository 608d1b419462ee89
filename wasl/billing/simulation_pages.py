"""What the page of a simulation shows: the groups in words, the picture, and the same as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wasl.billing import simulation, tariff_pages
from wasl.billing.drawings import WIDTH, figure, text
from wasl.billing.models import Tariff
from wasl.billing.simulation import BANDS, UNCHANGED, Compared, Simulation
from wasl.directorates import selectors as directorates

MONTHS = (1, 3, 6, 12, 24)
ROW = 40
_COLUMNS = (
    "group", "key", "accounts", "bills", "kwh", "before_iqd", "after_iqd", "pay_more", "pay_less",
    "median_monthly_iqd", "ninth_decile_monthly_iqd",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """A group in words, with its figures."""

    label: str
    figures: Compared
    share: float = 0


def bands(found: Simulation) -> list[Row]:
    """Who used how much a month."""
    return [Row(label=_band(int(each.key)), figures=each) for each in found.by_band]


def classes(found: Simulation) -> list[Row]:
    """By class of customers."""
    return [
        Row(label=tariff_pages.tariff_class_label(each.key), figures=each)
        for each in found.by_class
    ]


def changes(found: Simulation) -> list[Row]:
    """By how much more or less is paid, those who pay far less first."""
    whole = found.whole.accounts or 1
    return [
        Row(label=words, figures=each, share=each.accounts / whole)
        for words, each in zip(_changes(), found.by_change, strict=True)
    ]


def _band(number: int) -> str:
    if number == 0:
        return _("up to %(to)s kWh a month") % {"to": figure(BANDS[0])}
    if number == len(BANDS):
        return _("above %(from)s kWh a month") % {"from": figure(BANDS[-1])}
    values = {"from": figure(BANDS[number - 1]), "to": figure(BANDS[number])}
    return _("%(from)s to %(to)s kWh a month") % values


def _changes() -> list[str]:
    less, more = _("%(from)s–%(to)s %% less"), _("%(from)s–%(to)s %% more")
    return [
        _("less than half as much"),
        less % {"from": 25, "to": 50},
        less % {"from": 10, "to": 25},
        _("up to %(to)s %% less") % {"to": 10},
        _("the same"),
        _("up to %(to)s %% more") % {"to": 10},
        more % {"from": 10, "to": 25},
        more % {"from": 25, "to": 50},
        more % {"from": 50, "to": 100},
        _("more than twice as much"),
    ]


def histogram(rows: Sequence[Row], *, is_rtl: bool) -> SafeString:
    """A bar a group: how many of the accounts pay so much more or less."""
    highest = max((row.share for row in rows), default=0) or 1
    bars = format_html_join(
        "",
        "{}",
        ((_bar(row, number, highest, is_rtl),) for number, row in enumerate(rows)),
    )
    return format_html(
        '<svg class="w-change" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        ROW * len(rows),
        _("How many accounts would pay how much more or less. The table below says the same."),
        bars,
    )


def _bar(row: Row, number: int, highest: float, is_rtl: bool) -> SafeString:
    wide = round(WIDTH * row.share / highest, 1)
    if row.figures.accounts:
        wide = max(wide, 2)
    kind = "same" if number == UNCHANGED else "less" if number < UNCHANGED else "more"
    top = ROW * number
    share = figure(100 * row.share, 1)
    many = _("%(count)s (%(share)s %%)") % {"count": figure(row.figures.accounts), "share": share}
    return format_html(
        '{}{}<rect class="w-change__track" x="0" y="{}" width="{}" height="14" rx="4"/>'
        '<rect class="w-change__{}" x="{}" y="{}" width="{}" height="14" rx="4"/>',
        text(row.label, top + 15, is_rtl, at_end=False),
        text(many, top + 15, is_rtl, at_end=True, kind="w-change__many"),
        top + 21,
        WIDTH,
        kind,
        WIDTH - wide if is_rtl else 0,
        top + 21,
        wide,
    )


def page(
    *, tariffs: Sequence[Tariff], directorate_ids: Sequence[int], months: int, on: date, language: str
) -> dict[str, Any]:  # fmt: skip
    """The simulation of the last so many months, as shown."""
    found = simulation.simulate(
        tariffs=tariffs, directorate_ids=directorate_ids, since=months_before(on, months), until=on
    )
    rows = changes(found)
    return {
        "found": found,
        "names": [each.name(language) for each in tariffs],
        "offices": [directorates.by_id(each).name(language) for each in directorate_ids],
        "classes": classes(found),
        "bands": bands(found),
        "changes": rows,
        "picture": histogram(rows, is_rtl=language != "en"),
    }


def months_before(on: date, months: int) -> date:
    """The first of the month so many months before."""
    years, place = divmod(on.month - 1 - months, 12)
    return date(on.year + years, place + 1, 1)


def as_csv(shown: dict[str, Any]) -> str:
    """Every group as a line."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(_COLUMNS)
    whole = [Row(label="", figures=shown["found"].whole)]
    parts = {"all": whole, **{n: shown[n] for n in ("classes", "bands", "changes")}}
    for name, rows in parts.items():
        for row in rows:
            f = row.figures
            lines.writerow([
                name, row.label, f.accounts, f.bills, f.kwh, f.before, f.after, f.more, f.less,
                f.median, f.ninth,
            ])  # fmt: skip
    return written.getvalue()
