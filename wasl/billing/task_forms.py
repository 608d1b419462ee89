"""The steps of a contested bill: look into it, read the meter again, agree to the correction, appeal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import services
from wasl.casework import selectors as casework
from wasl.casework.forms import TaskForm, register_form
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload, accept

SITE_PHOTO = "METER_CHECK_PHOTO"


class PhotoField(forms.FileField):
    """One photograph, cleaned before anything else sees it."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs=attrs))
        kwargs.setdefault("help_text", _("JPEG, PNG or WebP, up to 8 MB."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanUpload | None:
        """The cleaned photograph, or nothing."""
        if not data:
            if self.required:
                raise ValidationError(_("Add a photograph."), code="REQUIRED")
            return None
        try:
            return accept(data)
        except Unable as error:
            raise ValidationError(str(error), code=error.code) from None


class ReviewContestForm(TaskForm):
    """Is the bill wrong? What is not clear from the papers is looked at on the place."""

    note_is_for_citizen = True
    outcome_labels = {
        "CORRECT": _("The bill is wrong: correct it"),
        "VISIT": _("The meter has to be read again"),
        "REFUSE": _("The bill is right"),
    }


class CheckMeterForm(TaskForm):
    """The register as it is now, with a photograph. What others read is not shown."""

    locates = True
    digit_fields = ("checked_kwh",)
    document_fields = {"photo": SITE_PHOTO}
    outcome_labels = {"DONE": _("I have read the meter")}
    checked_kwh = forms.IntegerField(
        label=_("What the meter shows, in kWh"),
        min_value=0,
        max_value=10**9,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 10}),
    )
    photo = PhotoField(label=_("Photograph of the meter"), required=False)
    field_order = ["checked_kwh", "photo", "outcome", "reason", "note"]

    def clean(self) -> dict[str, Any]:
        """Read means a figure and a picture."""
        cleaned = super().clean()
        if cleaned.get("outcome") != "DONE":
            return cleaned
        if cleaned.get("checked_kwh") is None and "checked_kwh" not in self.errors:
            self.add_error("checked_kwh", _("Write what the meter shows."))
        if cleaned.get("photo") is None and "photo" not in self.errors:
            self.add_error("photo", _("Add a photograph."))
        return cleaned

    def variables(self) -> dict[str, Any]:
        """The reading goes with the case."""
        found = self.cleaned_data.get("checked_kwh")
        return {} if found is None else {"checked_kwh": found}

    def record(self) -> dict[str, Any]:
        """The reading stays on record."""
        return self.variables()


class AgreeCorrectionForm(TaskForm):
    """The second person: agreeing cancels the bill and makes it anew, at once."""

    outcome_labels = {
        "APPROVE": _("I agree: cancel the bill and make it anew"),
        "RETURN": _("Back to the review"),
    }

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Cancel and rebill, asked for by who found the bill wrong."""
        if self.cleaned_data["outcome"] != "APPROVE":
            return
        values = self.case.variables
        services.cancel_and_rebill(
            directorate_id=self.case.directorate_id,
            account_no=values["account_no"],
            period=values["period"],
            revision=values["revision"],
            reason="DISPUTE_UPHELD",
            asked_by=self._asked_by(),
            actor=actor,
            now=now,
            note=f"case {self.case.reference}",
        )

    def _asked_by(self) -> UUID:
        """Who found the bill wrong: at the review, or hearing the appeal."""
        done = [
            task.completed_by_id
            for task in casework.done_tasks(self.case)
            if task.outcome in {"CORRECT", "OVERTURN"} and task.completed_by_id
        ]
        return done[-1]


class AppealForm(TaskForm):
    """Appeal, or let the bill stand."""

    outcome_labels = {
        "APPEAL": _("I appeal, and say why"),
        "ACCEPT_REFUSAL": _("I accept that the bill stands"),
    }
    note = forms.CharField(
        label=_("Why the bill is wrong all the same"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """An appeal says why."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "APPEAL" and not cleaned.get("note"):
            self.add_error("note", _("Say in a few words why it is wrong."))
        return cleaned


class HearAppealForm(TaskForm):
    """Quality management hears the appeal."""

    note_is_for_citizen = True
    outcome_labels = {
        "UPHOLD": _("The bill stands"),
        "OVERTURN": _("The bill is wrong: correct it"),
    }


for _name, _form in {
    "review-contest": ReviewContestForm,
    "check-meter": CheckMeterForm,
    "agree-correction": AgreeCorrectionForm,
    "appeal": AppealForm,
    "hear-appeal": HearAppealForm,
}.items():
    register_form(f"billing.{_name}", _form)
