"""What a reporter fills in: one page. And what the officer's page sends."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.core.forms import WaslForm
from wasl.core.upload_fields import FilesField
from wasl.disclosures import matters
from wasl.disclosures.models import Outcome
from wasl.disclosures.uploading import MOST_FILES

MOST_WORDS = 10_000


def _plain_words(field: forms.CharField) -> forms.CharField:
    # What a browser has learned of somebody's words, it does not write here, nor sends to a service.
    field.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
    return field


class FilingForm(WaslForm):
    """What kind, which office, the words, files, and which officers should not read it."""

    matter = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    office = forms.ChoiceField(
        label=_("Which office is it about?"),
        help_text=_("Officers who belong to this office will not be able to read it."),
    )
    words = _plain_words(
        forms.CharField(
            label=_("What happened?"),
            max_length=MOST_WORDS,
            help_text=_(
                "Who, what, where, and how you know. Leave out what only you can know, if it would "
                "show who you are."
            ),
            widget=forms.Textarea(attrs={"rows": 9}),
            error_messages={"required": _("Say in your own words what happened.")},
        )
    )
    attachments = FilesField(label=_("Photographs or PDF files"), most=MOST_FILES, required=False)
    involved = forms.MultipleChoiceField(
        label=_("Is one of these officers involved?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever you mark will not be able to read your report."),
    )

    def __init__(
        self,
        *args: Any,
        offices: list[tuple[str, str]],
        officers: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ar"
        listed = [(each.code, each.labels[language]) for each in matters.listed()]
        choices: dict[str, Any] = {
            "matter": listed,
            "office": [("", _("Choose the office")), *offices],
            "involved": officers,
        }
        for name, values in choices.items():
            field: Any = self.fields[name]
            field.choices = values
        if not officers:
            del self.fields["involved"]

    @property
    def left_out(self) -> frozenset[UUID]:
        """The officers who are not to read it."""
        return frozenset(UUID(value) for value in self.cleaned_data.get("involved", []))


class SayForm(WaslForm):
    """A further message of the reporter: words, files, or both."""

    words = _plain_words(
        forms.CharField(
            label=_("Write to the integrity office"), max_length=MOST_WORDS, required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
    )  # fmt: skip
    attachments = FilesField(label=_("Photographs or PDF files"), most=MOST_FILES, required=False)

    def clean(self) -> dict[str, Any]:
        """Something."""
        found = super().clean() or self.cleaned_data
        if not self.errors and not found.get("words") and not found.get("attachments"):
            raise ValidationError(_("Write something, or add a file."))
        return found


class CloseForm(WaslForm):
    """Closing a report with an outcome."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[choice for choice in Outcome.choices if choice[0]],
        widget=forms.RadioSelect,
    )


class AnswerForm(WaslForm):
    """An answer that was sealed elsewhere: by the page's own script, or by the command."""

    sealed = forms.CharField(required=False, max_length=500_000, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("A sealed answer, made by the command"), required=False,
    )  # fmt: skip

    def text(self) -> str:
        """The answer's file, however it came."""
        given = self.cleaned_data.get("file")
        if given:
            return str(given.read(500_000).decode("ascii", errors="replace"))
        return str(self.cleaned_data.get("sealed") or "")


class KeyForm(WaslForm):
    """An officer's public key."""

    public = forms.CharField(
        label=_("Public key"), max_length=200,
        help_text=_("The line that `wasl disclosures key new` has printed. Never the key file."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
