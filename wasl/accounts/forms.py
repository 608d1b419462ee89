"""The input of sign-in and profile: shape and digits, nothing that needs the database."""

from typing import TYPE_CHECKING, Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wasl.accounts import phones, roles
from wasl.core.arabic import to_western_digits
from wasl.core.forms import WaslForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

# Each language in its own words, whatever the page is written in.
OWN_NAMES = [("ar", "العربية"), ("ckb", "کوردی"), ("en", "English")]


# The codes are those of models.DeclaredRelation.Nature.
NATURES = [
    ("FAMILY", _("Family or marriage")),
    ("BUSINESS", _("Business, work or debt")),
    ("DISPUTE", _("A dispute")),
    ("OTHER", _("Friendship or something else")),
]


# The codes are those of models.DutyPeriod.Kind.
AWAY = [
    ("LEAVE", _("Leave")),
    ("ABSENCE", _("Absence")),
    ("TRAINING", _("Training")),
    ("OTHER_DUTY", _("Another duty")),
]


class PhoneField(forms.CharField):
    """An Iraqi mobile number, in any of the ways people write it."""

    widget = forms.TelInput(attrs={"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return phones.parse(text)
        except phones.UnableToReadPhone as unable:
            raise forms.ValidationError(str(unable), code=unable.code) from unable


class CodeField(forms.CharField):
    """Six digits of a message or an app; Arabic digits and spaces are welcome."""

    widget = forms.TextInput(
        attrs={
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "autocapitalize": "off",
            "spellcheck": "false",
            "dir": "ltr",
            "maxlength": "20",
        }
    )

    def to_python(self, value: Any) -> str:
        text = to_western_digits(super().to_python(value) or "")
        return "".join(c for c in text if c.isalnum())


def _phone_hint() -> str:
    return gettext("We send a code to it by text message. For example %(example)s.") % {
        "example": phones.EXAMPLE
    }


class SignInForm(WaslForm):
    """Where the code is to be sent."""

    phone = PhoneField(
        label=_("Your mobile number"),
        help_text=lazy(_phone_hint, str)(),
        error_messages={"required": _("Write your mobile number.")},
    )


class CodeForm(WaslForm):
    """The code that came by text message."""

    code = CodeField(
        label=_("The code"),
        help_text=_("Six digits. It lasts ten minutes."),
        error_messages={"required": _("Write the code from the text message.")},
    )


class ProfileForm(WaslForm):
    """How somebody wants to be addressed."""

    full_name = forms.CharField(
        label=_("Your full name"),
        help_text=_("As in your national card. It is kept encrypted."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=OWN_NAMES, widget=forms.RadioSelect
    )

    def clean_full_name(self) -> str:
        return " ".join(self.cleaned_data["full_name"].split())


class RelationForm(WaslForm):
    """A person whose matters a member of staff must not handle."""

    phone = PhoneField(
        label=_("The person's mobile number"),
        help_text=_("Only a fingerprint of it is kept, which nobody can read back."),
        error_messages={"required": _("Write the person's mobile number.")},
    )
    nature = forms.ChoiceField(
        label=_("What ties you to that person"),
        choices=NATURES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what ties you to that person.")},
    )


class AwayForm(WaslForm):
    """From which day to which a member of staff is away."""

    kind = forms.ChoiceField(
        label=_("Why"),
        choices=AWAY,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    first_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the first day.")},
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the last day.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first."))
        return cleaned


class RoleForm(WaslForm):
    """A role to grant, from today."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=roles.choices,
        error_messages={"required": _("Choose a role.")},
    )


def _word(
    form: forms.BaseForm, name: str, label: "Text", missing: "Text", help_text: "Text" = ""
) -> None:
    """Give a field of allauth our words, and take the placeholder away: it is no label."""
    field = form.fields[name]
    field.label = label
    field.help_text = help_text
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)


class StaffSignInForm(LoginForm):  # type: ignore[misc]
    """User name and password of staff."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("User name"), _("Write your user name."))
        _word(self, "password", _("Password"), _("Write your password."))
        self.fields["login"].widget.attrs |= {"dir": "ltr", "autocapitalize": "none"}


class StaffPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something sensitive."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Password"), _("Write your password."))


class StaffNewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("The password you use now"), _("Write your password."))
        _word(
            self,
            "password1",
            _("The new password"),
            _("Write a new password."),
            _("At least twelve characters. A sentence is easier to remember than a word."),
        )
        _word(self, "password2", _("The new password again"), _("Write the new password again."))


class _SecondFactorWords:
    """One code field for the three forms of the second factor."""

    fields: dict[str, forms.Field]
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(
            label=_("The code of your app"),
            help_text=_("The six digits that your authenticator app shows now."),
            error_messages={"required": _("Write the code of your app.")},
        )


class SecondFactorForm(_SecondFactorWords, AuthenticateForm):  # type: ignore[misc]
    """At sign-in: the app's code, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _(
            "The six digits that your authenticator app shows now, or one of your recovery codes."
        )


class SecondFactorAgainForm(_SecondFactorWords, ReauthenticateCodeForm):  # type: ignore[misc]
    """Once more, before something sensitive."""


class SecondFactorSetUpForm(_SecondFactorWords, ActivateTOTPForm):  # type: ignore[misc]
    """The first code, which shows that the app has taken the secret."""
