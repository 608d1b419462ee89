"""Figures of load flows for people."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from wasl.core.templatetags.wasl import ltr
from wasl.network import low_voltage, studies

register = template.Library()

_REASONS: dict[str, str | Promise] = {
    low_voltage.TRANSFORMER_FULL: _("The transformer is loaded beyond what is permitted."),
    low_voltage.LINE_FULL: _("A line is loaded beyond what is permitted."),
    low_voltage.VOLTAGE_LOW: _("The voltage falls below what is permitted."),
    low_voltage.VOLTAGE_HIGH: _("The voltage rises above what is permitted."),
    studies.NO_SOLUTION: _("The network cannot carry the load at all."),
}


@register.filter
def volts(pu: float, nominal_v: float) -> SafeString:
    """A voltage in whole volts between phases."""
    return format_html("{} {}", ltr(f"{pu * nominal_v:.0f}"), pgettext("unit", "V"))


@register.filter
def pu(value: float) -> SafeString:
    """A voltage as a share of the nominal, to four places."""
    return ltr(f"{value:.4f}")


@register.filter
def off_pct(value: float) -> float:
    """How far a voltage is off the nominal, in percent."""
    return abs(value - 1) * 100


@register.filter
def reason_words(code: str) -> str:
    """Why a network is not within its limits, in words."""
    return str(_REASONS.get(code, code))
