"""What the reporter fills in: where, and what; the questions come from the category."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.complaints import places
from wasl.complaints.models import CategoryVersion
from wasl.core import voice
from wasl.core.forms import WaslForm
from wasl.core.upload_fields import FilesField, VoiceField
from wasl.customers.forms import AccountNoField

MOST_PHOTOS, MOST_WORDS = 4, 2_000


class WhereForm(WaslForm):
    """One of: the telephone's place, an account number, an area."""

    digit_fields = ("lat", "lon")
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    account_no = AccountNoField(required=False, help_text=_("It stands on every bill."))
    district = forms.ChoiceField(label=_("Or the area"), required=False)

    def __init__(
        self, *args: Any, areas: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["district"]
        choice.choices = [("", _("Choose an area")), *areas]

    def clean(self) -> dict[str, Any]:
        """Something that says where, and in the country."""
        found = super().clean() or self.cleaned_data
        lat, lon = found.get("lat"), found.get("lon")
        if (lat is None) != (lon is None):
            found["lat"] = found["lon"] = lat = lon = None
        if lat is not None and lon is not None and not places.is_in_country(lat, lon):
            raise ValidationError(_("This place is not in Iraq. Choose the area instead."))
        if (
            not self.errors
            and lat is None
            and not found.get("account_no")
            and not found.get("district")
        ):
            raise ValidationError(
                _(
                    "Say where: use your telephone's place, write the account number, or choose the area."
                )
            )
        return found


class DetailsForm(WaslForm):
    """What is wrong: the questions of the category, then words and photographs."""

    place_words = forms.CharField(
        label=_("How to find the place"), required=False, max_length=200,
        help_text=_("For example: mahalla 603, zuqaq 12, opposite the bakery."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In your own words"), required=False, max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    photos = FilesField(label=_("Photographs"), images_only=True, most=MOST_PHOTOS, required=False)
    recording = VoiceField(label=_("Or say it"))
    # Names this one sending, so that a second press or a lost answer makes no second report.
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, category: CategoryVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        if category.group == CategoryVersion.Group.DANGER:
            self.fields["is_urgent"] = forms.ChoiceField(
                label=_("Is anybody in danger now?"), widget=forms.RadioSelect,
                choices=[("yes", _("Yes")), ("no", _("No, it is out of reach"))],
            )  # fmt: skip
        self.fields.update(question_fields(category))
        if category.follows_outage:
            # It becomes a sign on the network: there is no file for photographs to lie in.
            del self.fields["photos"], self.fields["place_words"]
        if category.follows_outage or not voice.is_available():
            del self.fields["recording"]
        first = [name for name in self.fields if name.startswith("q_") or name == "is_urgent"]
        self.order_fields([*first, "place_words", "words", "recording", "photos"])

    def clean(self) -> dict[str, Any]:
        """Something else says what."""
        found = super().clean() or self.cleaned_data
        is_silent = not found.get("words") and not found.get("recording")
        if (
            self.category.needs_words
            and is_silent
            and not {"words", "recording"} & set(self.errors)
        ):
            self.add_error("words", _("Say in a few words what it is about."))
        return found

    def answers(self) -> dict[str, Any]:
        """The answers to the category's questions, by code; what was left empty is left out."""
        return {
            name[2:]: str(value) if isinstance(value, float) else value
            for name, value in self.cleaned_data.items()
            if name.startswith("q_") and value not in ("", None, [])
        }


def question_fields(category: CategoryVersion) -> dict[str, forms.Field]:
    """A form field for each question of a category, named q_CODE."""
    language = get_language() or "ar"
    found: dict[str, forms.Field] = {}
    for question in category.questions:
        common: dict[str, Any] = {
            "label": question["label"][language],
            "required": bool(question.get("required")),
        }
        choices = [(each["key"], each["label"][language]) for each in question.get("values") or []]
        kind = question["datatype"]
        field: forms.Field
        if kind == "singlevaluelist":
            field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        elif kind == "multivaluelist":
            field = forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, **common
            )
        elif kind == "number":
            field = forms.FloatField(min_value=-1e9, max_value=1e9, **common)
        else:
            field = forms.CharField(max_length=1000 if kind == "text" else 200, **common)
        found[f"q_{question['code']}"] = field
    return found


class CategoryForm(WaslForm):
    """A category as its file (TOML): a quality officer edits the last version."""

    content = forms.CharField(
        label=_("The category, as TOML"), max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 24, "dir": "ltr", "spellcheck": "false"}),
    )  # fmt: skip
