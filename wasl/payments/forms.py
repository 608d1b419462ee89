"""What a payer chooses."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wasl.core import money, references
from wasl.core.forms import WaslForm
from wasl.payments import providers
from wasl.payments.models import Refund, Review


class PayForm(WaslForm):
    """How to pay. With one way there is nothing to choose."""

    provider = forms.ChoiceField(
        label=_("How do you want to pay?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you want to pay."),
            "invalid_choice": _("Choose one of the ways to pay in the list."),
        },
    )

    def __init__(self, *args: Any, offered: list[providers.Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["provider"]
        field.choices = [(each.name, _described(each)) for each in offered]  # type: ignore[attr-defined]
        if len(offered) == 1:
            field.widget = forms.HiddenInput()
            field.initial = offered[0].name


def _described(provider: providers.Provider) -> SafeString:
    """Its name, what one needs, and what it costs."""
    return format_html(
        '<span><strong>{}</strong><br><span class="w-hint">{} {}</span></span>',
        provider.title,
        provider.hint,
        provider.fee_note,
    )


def _kinds_of_file() -> list[tuple[str, Any]]:
    companies = [(name, providers.get(name).title) for name in settings.WASL_PAYMENT_PROVIDERS]
    return [("bank", _("Bank statement or notice (camt.053, camt.054)")), *companies]


class TakeOverForm(WaslForm):
    """A file of the bank or of a payment company."""

    kind = forms.ChoiceField(label=_("Whose file is it?"), choices=_kinds_of_file)
    file = forms.FileField(
        label=_("File"),
        help_text=_("XML of the bank, or CSV of a payment company, as it came."),
        error_messages={"required": _("Choose the file.")},
    )


class MatchForm(WaslForm):
    """What a person takes an unmatched item for."""

    target = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Which one?"),
        help_text=_(
            "The account number, the receipt number, the payout reference or the company. "
            "Nothing for money that is kept apart, and for fees of the bank."
        ),
        required=False,
        max_length=100,
    )
    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_("The second person reads this, and so does the auditor."),
        max_length=200,
        error_messages={"required": _("Say how you know.")},
    )

    def __init__(self, *args: Any, targets: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]


class RefundForm(WaslForm):
    """Asking for a refund of a payment."""

    digit_fields = ("receipt_no", "amount")
    receipt_no = forms.CharField(
        label=_("Receipt number"),
        max_length=20,
        error_messages={"required": _("Write the receipt number.")},
    )
    amount = forms.CharField(
        label=_("Amount in dinars"),
        help_text=_("Leave it empty to give all of it back."),
        required=False,
        max_length=20,
    )
    reason = forms.ChoiceField(label=_("Why?"), choices=Refund.Reason.choices)
    note = forms.CharField(
        label=_("What happened?"),
        max_length=300,
        error_messages={"required": _("Say what happened.")},
    )

    def clean_receipt_no(self) -> str:
        """The number as it is written on receipts."""
        try:
            return references.normalise(self.cleaned_data["receipt_no"])
        except references.UnableToReadReference as error:
            raise forms.ValidationError(str(error)) from None

    def clean_amount(self) -> int | None:
        """Whole dinars, or none for all of it."""
        text = self.cleaned_data["amount"]
        try:
            return money.parse(text) if text else None
        except money.UnableToReadAmount as error:
            raise forms.ValidationError(str(error)) from None


class ReviewForm(WaslForm):
    """What a person says came of a payment in review."""

    digit_fields = ("amount",)
    outcome = forms.ChoiceField(
        label=_("What came?"), choices=Review.Outcome.choices, widget=forms.RadioSelect
    )
    amount = forms.CharField(label=_("Amount that came, in dinars"), required=False, max_length=20)
    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_("The second person reads this, and so does the auditor."),
        max_length=300,
        error_messages={"required": _("Say how you know.")},
    )

    def clean_amount(self) -> int:
        """Whole dinars; nought where none came."""
        text = self.cleaned_data["amount"]
        try:
            return money.parse(text) if text else 0
        except money.UnableToReadAmount as error:
            raise forms.ValidationError(str(error)) from None
