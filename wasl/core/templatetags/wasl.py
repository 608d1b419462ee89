"""Filters and tags that every template uses: `{% load wasl %}`."""

from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from wasl.core.arabic import to_eastern_digits

register = template.Library()

# Iraq writes the months of the Syriac calendar; Django's Arabic has the Egyptian names.
MONTHS = {
    "ar": "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
    "ckb": "کانوونی دووەم,شوبات,ئازار,نیسان,ئایار,حوزەیران,تەمووز,ئاب,ئەیلوول,تشرینی یەکەم,تشرینی دووەم,کانوونی یەکەم",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}
_MIRRORED = {"arrow-forward", "arrow-back", "chevron-forward", "chevron-back"}


def _figures(text: str) -> str:
    return to_eastern_digits(text) if settings.WASL_DIGITS == "eastern" else text


@register.filter
def ltr(value: Any) -> SafeString:
    """A reference, phone, meter number or address, kept in its own direction."""
    return format_html('<bdi dir="ltr">{}</bdi>', _figures(str(value if value is not None else "")))


@register.filter
def dinars(amount: int | None) -> SafeString:
    """An amount of whole dinars with its currency."""
    if amount is None:
        return SafeString("")
    figure = format_html('<bdi dir="ltr">{}</bdi>', _figures(f"{int(amount):,}"))
    return format_html("{} {}", figure, _("IQD"))


@register.filter
def number(value: float | None) -> SafeString:
    """A figure with groups of three."""
    if value is None:
        return SafeString("")
    text = f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"
    return format_html('<bdi dir="ltr">{}</bdi>', _figures(text))


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """A date in words: 23 تشرين الثاني 2026."""
    if value is None:
        return SafeString("")
    on = timezone.localdate(value) if isinstance(value, datetime) else value
    months = MONTHS[(get_language() or "ar").split("-")[0]].split(",")
    return format_html(
        '<time datetime="{}" class="w-nowrap"><bdi>{} {} {}</bdi></time>',
        on.isoformat(),
        _figures(str(on.day)),
        months[on.month - 1],
        _figures(str(on.year)),
    )


@register.filter
def moment(value: datetime | None) -> SafeString:
    """A date in words, and the time of the day in Baghdad."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    return format_html('{} <bdi dir="ltr">{}</bdi>', day(value), _figures(f"{local:%H:%M}"))


@register.filter
def worktime(minutes: float | None, minutes_per_day: int = 420) -> str:
    """Working minutes in words: 2 working days and 3 hours."""
    if minutes is None:
        return ""
    days, rest = divmod(int(minutes), minutes_per_day)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(
            ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}
        )
    if hours:
        parts.append(ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours})
    if not days and (left or not hours):
        parts.append(ngettext("%(count)s minute", "%(count)s minutes", left) % {"count": left})
    return _(" and ").join(parts)


@register.filter
def limit_words(limit: str) -> str:
    """A published limit in words: `2wd` → 2 working days, `30d` → 30 days."""
    amount, unit = int(limit.rstrip("whd") or 0), limit.lstrip("0123456789")
    if unit == "wd":
        return ngettext("%(count)s working day", "%(count)s working days", amount) % {
            "count": amount
        }
    if unit == "wh":
        return ngettext("%(count)s working hour", "%(count)s working hours", amount) % {
            "count": amount
        }
    return ngettext("%(count)s day", "%(count)s days", amount) % {"count": amount}


@register.filter
def in_language(labels: Any) -> str:
    """The reader's language of a mapping ar/ckb/en, or of an object with name(language)."""
    language = (get_language() or "ar").split("-")[0]
    if hasattr(labels, "get"):
        return str(labels.get(language) or labels.get("ar") or labels.get("en") or "")
    for method in ("label", "name"):
        if callable(getattr(labels, method, None)):
            return str(getattr(labels, method)(language))
    return str(labels)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A decorative icon of the sprite; directional ones turn with the writing."""
    mirrored = " w-icon--directional" if name in _MIRRORED else ""
    return format_html(
        '<svg class="w-icon{} {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        mirrored,
        extra,
        static("web/icons.svg"),
        name,
    )


@register.filter
def field_type(bound: Any) -> str:
    """The kind of widget of a field, for the template that draws it."""
    return type(bound.field.widget).__name__.lower()


@register.simple_tag(takes_context=True)
def querystring_with(context: template.Context, **changes: Any) -> str:
    """The address's query with some values changed."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query[key] = str(value)
    return f"?{query.urlencode()}"
