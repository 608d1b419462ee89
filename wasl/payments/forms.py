"""What a payer chooses."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from wasl.core.forms import WaslForm
from wasl.payments import providers


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
