"""The questions of an application, one form a page. They validate shape; rules that need rows do not live here."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts import phones
from wasl.connections import loads
from wasl.core.errors import Unable
from wasl.core.forms import DigitsField, WaslForm
from wasl.customers import account_numbers

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
RIGHTS = [
    ("OWNER", _("I own it, or my family does")),
    ("TENANT", _("I rent it")),
    ("AUTHORISED", _("I act for the owner, with a power of attorney")),
]
PREMISES = [
    ("HOME", _("A home")),
    ("SHOP", _("A shop or an office")),
    ("WORKSHOP", _("A workshop or a small factory")),
    ("FARM", _("A farm")),
    ("PUBLIC", _("A mosque, school or public building")),
]
REASONS = [
    ("BURNT", _("It is burnt or broken")),
    ("STOPPED", _("It has stopped counting")),
    ("WRONG", _("I believe it counts wrongly")),
    ("UNREADABLE", _("Its figures cannot be read")),
]


class StepForm(WaslForm):
    """One page of the application. `answers` are those given so far."""

    def __init__(self, *args: Any, answers: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers

    def result(self) -> dict[str, Any]:
        """What the page adds to the answers: JSON values."""
        return dict(self.cleaned_data)


class EligibilityForm(StepForm):
    """Whether this is the right service, before anything else is asked."""

    right = forms.ChoiceField(
        label=_("What is the place to you?"),
        choices=RIGHTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the place is to you.")},
    )
    has_meter = forms.ChoiceField(
        label=_("Is there an electricity meter for this place already?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether there is a meter already.")},
    )


class PlaceForm(StepForm):
    """The district; it decides the directorate."""

    district = forms.ChoiceField(
        label=_("In which area is the place?"),
        widget=forms.Select,
        error_messages={"required": _("Choose the area.")},
    )


class AddressForm(StepForm):
    """An address as Baghdad writes it."""

    digit_fields = ("mahalla", "zuqaq", "dar")
    mahalla = forms.CharField(
        label=_("Mahalla"),
        max_length=6,
        error_messages={"required": _("Write the number of the mahalla.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "dir": "ltr"}),
    )
    zuqaq = forms.CharField(
        label=_("Zuqaq"),
        max_length=6,
        error_messages={"required": _("Write the number of the zuqaq.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "dir": "ltr"}),
    )
    dar = forms.CharField(
        label=_("Dar"),
        help_text=_("In a building of several flats with the flat, for example 15/3."),
        max_length=10,
        error_messages={"required": _("Write the number of the dar.")},
        widget=forms.TextInput(attrs={"size": 8, "dir": "ltr"}),
    )
    landmark = forms.CharField(
        label=_("A landmark nearby"),
        max_length=120,
        required=False,
        help_text=_("For example: behind the school."),
    )

    def clean_mahalla(self) -> str:
        """A number."""
        return self._number("mahalla")

    def clean_zuqaq(self) -> str:
        """A number."""
        return self._number("zuqaq")

    def clean_dar(self) -> str:
        """Written in one way."""
        return house_number(self.cleaned_data["dar"])

    def _number(self, name: str) -> str:
        value = str(self.cleaned_data[name]).strip()
        if not value.isdigit() or int(value) == 0:
            raise ValidationError(_("Write it in digits only."), code="DIGITS")
        return str(int(value))


class MapForm(StepForm):
    """Where on the map. The pin comes by pressing the picture, or from the phone's position."""

    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=28, max_value=38)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=38, max_value=50)


class NeighbourForm(StepForm):
    """The account number on a neighbour's bill: it tells the nearest network point."""

    neighbour_account = forms.CharField(
        label=_("Account number on the bill of your nearest neighbour"),
        help_text=_(
            "It helps us find the nearest network point. Leave it empty if you do not know it."
        ),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )

    def clean_neighbour_account(self) -> str:
        """The canonical number, or nothing."""
        return (
            account(self.cleaned_data["neighbour_account"])
            if self.cleaned_data["neighbour_account"]
            else ""
        )


class PremisesForm(StepForm):
    """What kind of place."""

    premises_kind = forms.ChoiceField(
        label=_("What is the place?"),
        choices=PREMISES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the place is.")},
    )


class LoadForm(StepForm):
    """How much electricity: by appliances, or directly where it is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ar"
        self.digit_fields = ("known_kw", *(f"n_{a.code}" for a in loads.appliances()))
        for appliance in loads.appliances():
            self.fields[f"n_{appliance.code}"] = forms.IntegerField(
                label=appliance.labels.get(language, appliance.code),
                min_value=0,
                max_value=200,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4, "dir": "ltr"}),
            )
        self.fields["known_kw"] = forms.DecimalField(
            label=_("Or, if you know it: the load in kilowatts"),
            required=False,
            min_value=1,
            max_value=500,
            decimal_places=1,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "dir": "ltr"}),
        )

    def counts(self) -> dict[str, int]:
        """Appliances and how many."""
        return {a.code: self.cleaned_data.get(f"n_{a.code}") or 0 for a in loads.appliances()}

    def watts(self) -> int:
        """The load in watts."""
        known = self.cleaned_data.get("known_kw")
        return int(known * 1000) if known else loads.demand_watts(self.counts())

    def clean(self) -> dict[str, Any]:
        """Something must run."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.watts():
            raise ValidationError(
                _("Say how many of at least one appliance, or the load in kilowatts."),
                code="NO_LOAD",
            )
        return cleaned

    def result(self) -> dict[str, Any]:
        """The appliances, the load and its phases."""
        counted = {code: number for code, number in self.counts().items() if number}
        return {
            "appliances": counted,
            "load_watts": self.watts(),
            "phases": loads.phases_for(self.watts()),
            "known_kw": str(self.cleaned_data.get("known_kw") or ""),
            **{f"n_{code}": number for code, number in counted.items()},
        }


class IdentityForm(StepForm):
    """Who applies."""

    digit_fields = ("national_id",)
    full_name = forms.CharField(
        label=_("Full name, as on the national card"),
        max_length=120,
        error_messages={"required": _("Write your full name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    national_id = DigitsField(
        label=_("Number of the national card"),
        help_text=_("Twelve digits."),
        max_length=20,
        error_messages={"required": _("Write the number of your national card.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}),
    )

    def clean_full_name(self) -> str:
        """At least two words."""
        name = " ".join(str(self.cleaned_data["full_name"]).split())
        if len(name.split()) < 2:
            raise ValidationError(
                _("Write your name in full: your own, your father's and your grandfather's."),
                code="NAME",
            )
        return name

    def clean_national_id(self) -> str:
        """Twelve digits."""
        value = str(self.cleaned_data["national_id"])
        if not (value.isdigit() and len(value) == 12):
            raise ValidationError(
                _("The number of the national card has twelve digits."), code="NATIONAL_ID"
            )
        return value


class AccountForm(StepForm):
    """The account that the service is about."""

    account_no = forms.CharField(
        label=_("Account number"),
        help_text=_("It stands at the top of the bill."),
        max_length=20,
        error_messages={"required": _("Write the account number.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )

    def clean_account_no(self) -> str:
        """The canonical number."""
        return account(self.cleaned_data["account_no"])


class MeterReasonForm(StepForm):
    """What is wrong with the meter."""

    meter_reason = forms.ChoiceField(
        label=_("What is wrong with the meter?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with the meter.")},
    )


class HelperForm(StepForm):
    """Somebody helps: their name, and the applicant's consent."""

    digit_fields = ("helper_phone",)
    is_helped = forms.ChoiceField(
        label=_("Is somebody filling this in for you?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether somebody helps you.")},
    )
    helper_name = forms.CharField(
        label=_("If so: the name of the person who helps"), required=False, max_length=120
    )
    helper_phone = forms.CharField(
        label=_("If so: their telephone number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "tel"}),
    )
    helper_consent = forms.BooleanField(
        label=_("If so: I agree that this person acts for me in this application."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """With help, the helper's name, phone and the consent are needed."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_helped") != "yes":
            return {"is_helped": cleaned.get("is_helped", "")}
        if not cleaned.get("helper_name"):
            self.add_error("helper_name", _("Write the name of the person who helps."))
        if not cleaned.get("helper_consent"):
            self.add_error("helper_consent", _("Without your consent nobody can act for you."))
        try:
            cleaned["helper_phone"] = phones.parse(cleaned.get("helper_phone", ""))
        except Unable as error:
            self.add_error("helper_phone", str(error))
        return cleaned


class DeclarationForm(StepForm):
    """The last page: everything is true."""

    declared = forms.BooleanField(
        label=_(
            "I declare that what I have written is true, and I know that a false declaration has legal consequences."
        ),
        error_messages={"required": _("Confirm that what you have written is true.")},
    )


def house_number(text: str) -> str:
    """A house number in one way of writing, so that two applications for a place meet."""
    return "".join(text.split()).upper()


def account(text: str) -> str:
    """The canonical account number of what was typed. :raises ValidationError: when it is none."""
    try:
        return account_numbers.parse(text)
    except Unable as error:
        raise ValidationError(str(error), code=error.code) from None
