"""Figures of reliability in words of a page."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wasl.core.templatetags.wasl import day, ltr, moment, number

register = template.Library()


@register.filter
def figure(value: float | None, digits: int) -> SafeString | str:
    """A figure with so many digits after the point; what has no denominator is "not defined"."""
    if value is None:
        return _("not defined")
    return format_html("<bdi>{}</bdi>", f"{value:,.{digits}f}")


@register.filter
def entry(mapping: Mapping[str, object], key: str) -> object:
    """What a mapping holds under a key; the key itself where it holds nothing."""
    return mapping.get(key, key)


@register.filter
def weekday(value: int | date) -> str:
    """The day of the week, by its number (0 is Monday) or of a date."""
    return str(WEEKDAYS[value if isinstance(value, int) else value.weekday()])


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """The time of the day in Baghdad."""
    return ltr(f"{timezone.localtime(value):%H:%M}") if value else ""


@register.filter
def span(value: tuple[str, str]) -> SafeString:
    """Two times of the day in words, as a dash between them is read from either side."""
    begins, ends = (ltr(each) for each in value)
    return format_html(_("from {begins} to {ends}"), begins=begins, ends=ends)


@register.filter
def until(begins: datetime, ends: datetime) -> SafeString:
    """From a moment to another: the day is told once where it is the same."""
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    if first.date() == last.date():
        return format_html("{} {}", day(begins), span((f"{first:%H:%M}", f"{last:%H:%M}")))
    return format_html(_("from {begins} to {ends}"), begins=moment(begins), ends=moment(ends))


@register.filter
def duration(minutes: int) -> SafeString:
    """Minutes by the clock in words: 2 hours and 5 minutes."""
    hours, rest = divmod(abs(minutes), 60)
    parts = []
    if hours:
        parts.append(
            ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": number(hours)}
        )
    if rest or not hours:
        parts.append(_("%(count)s min") % {"count": number(rest)})
    return SafeString(_(" and ").join(parts))


@register.filter
def percent(share: float | None) -> SafeString | str:
    """A share as per cent; nothing to keep is a dash."""
    return "–" if share is None else ltr(f"{share * 100:.0f}%")


@register.filter
def local_input(value: datetime | None) -> str:
    """A moment as the browser's control for one wants it."""
    return f"{timezone.localtime(value):%Y-%m-%dT%H:%M}" if value else ""
