"""What a person enters about their messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.core.forms import WaslForm


class MailAddressForm(WaslForm):
    """A mail address."""

    address = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("For example name@example.com"),
        max_length=200,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.com."),
        },
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )
