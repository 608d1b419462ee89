"""Figures of reliability in words of a page."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
