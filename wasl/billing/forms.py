"""What people enter at the billing desk."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.billing.models import BillRunHold
from wasl.core.forms import WaslForm

_DAY = {"type": "date"}


class PlanRunForm(WaslForm):
    """The month of a run and the days its readings are from."""

    period = forms.RegexField(
        label=_("Month"), regex=r"^\d{4}-(0[1-9]|1[0-2])$", help_text=_("For example 2026-10.")
    )
    read_from = forms.DateField(
        label=_("Readings from"), widget=forms.DateInput(attrs=_DAY),
        help_text=_("Who has no reading since this day is estimated, by the published rule."),
    )  # fmt: skip
    read_before = forms.DateField(
        label=_("Readings before"), widget=forms.DateInput(attrs=_DAY),
        help_text=_("This day is no longer in."),
    )  # fmt: skip
    issued_on = forms.DateField(label=_("Date of the bills"), widget=forms.DateInput(attrs=_DAY))

    @staticmethod
    def usual(today: date) -> dict[str, Any]:
        """The month that ended last."""
        begins = today.replace(day=1)
        last = begins - timedelta(days=1)
        return {
            "period": f"{last:%Y-%m}",
            "read_from": last.replace(day=2),
            "read_before": begins + timedelta(days=1),
            "issued_on": today,
        }


class HoldForm(WaslForm):
    """What becomes of a bill that was held back."""

    account_no = forms.CharField(max_length=16)
    decision = forms.ChoiceField(choices=BillRunHold.Decision.choices)
