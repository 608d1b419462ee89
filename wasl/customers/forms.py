"""Account numbers, wherever they are asked for; and what the store keeper fills in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers import account_numbers
from wasl.customers.models import ScrapRequest


class AccountNoField(forms.CharField):
    """An account number, as it stands on a bill: digits of any script, checked by its check digit."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Account number"))
        kwargs.setdefault("max_length", 20)
        attrs = {"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The ten digits; nothing where nothing was written and nothing is needed."""
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return account_numbers.parse(text)
        except Unable as error:
            raise ValidationError(str(error), code=error.code) from None


class SerialsField(forms.CharField):
    """Serial numbers, parted by lines, spaces or commas."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Serial numbers"),
            help_text=_("One a line: type them, paste them, or use a scanner."),
            max_length=600_000,
            widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"}),
        )

    def clean(self, value: str) -> list[str]:
        """The texts; whether they are serial numbers is for the service to say."""
        text: str = super().clean(value)
        return text.replace(",", " ").replace(";", " ").split()


class CountForm(WaslForm):
    """What was found on the shelves."""

    serials = SerialsField()


class DeliveryForm(WaslForm):
    """What a supplier has brought."""

    digit_fields = ("phases",)
    delivery_no = forms.CharField(
        label=_("Number of the delivery note"), max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )  # fmt: skip
    phases = forms.TypedChoiceField(
        label=_("Phases"), coerce=int, choices=[(1, _("single-phase")), (3, _("three-phase"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    serials = SerialsField()


class ScrapForm(WaslForm):
    """What is to leave for scrap, and why."""

    serials = SerialsField()
    reason = forms.ChoiceField(
        label=_("Reason, from the published list"), choices=ScrapRequest.Reason.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=_("Note for the file"), required=False, max_length=200)
