"""The steps of a contested bill: look into it, read the meter again, agree to the correction, appeal."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import bill_pages, services
from wasl.billing.models import Reading
from wasl.casework import selectors as casework
from wasl.casework.forms import TaskForm, register_form
from wasl.core.calendars import BAGHDAD
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


class RightFigure(TaskForm):
    """Where the bill is wrong because a reading of it was: which one, and what the register showed."""

    digit_fields = ("right_kwh",)
    wrong_reading = forms.ChoiceField(
        label=_("Is one of its readings wrong?"), required=False, widget=forms.RadioSelect
    )
    right_kwh = forms.IntegerField(
        label=_("The right figure, in kWh"),
        help_text=_("What the register showed on that day. The second person sees it and agrees."),
        min_value=0,
        max_value=10**9,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 10}),
    )
    field_order = ["outcome", "reason", "wrong_reading", "right_kwh", "note"]
    # The outcome that says "the bill is wrong".
    finds_wrong = "CORRECT"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readings = bill_pages.readings_of_contested(self.case)
        choice: Any = self.fields["wrong_reading"]
        choice.choices = [
            ("", _("No: the readings are right")),
            *((f"{each.read_on}:{each.revision}", _named(each)) for each in readings),
        ]
        if not readings:
            del self.fields["wrong_reading"], self.fields["right_kwh"]

    def clean(self) -> dict[str, Any]:
        """A wrong reading has a right figure, and the other way round."""
        cleaned = super().clean()
        if cleaned.get("outcome") != self.finds_wrong or "wrong_reading" not in self.fields:
            return cleaned
        is_chosen, figure = bool(cleaned.get("wrong_reading")), cleaned.get("right_kwh")
        if is_chosen and figure is None and "right_kwh" not in self.errors:
            self.add_error("right_kwh", _("Write what the register showed."))
        if not is_chosen and figure is not None:
            self.add_error("wrong_reading", _("Choose the reading that is wrong."))
        return cleaned

    def variables(self) -> dict[str, Any]:
        """What the second person is asked to agree to; an earlier proposal is taken back."""
        chosen = self.cleaned_data.get("wrong_reading")
        if self.cleaned_data["outcome"] != self.finds_wrong or not chosen:
            return {"wrong_reading": ""}
        return {"wrong_reading": chosen, "right_kwh": self.cleaned_data["right_kwh"]}

    def record(self) -> dict[str, Any]:
        """The proposal stays on record."""
        found = self.variables()
        return found if found["wrong_reading"] else {}


def _named(reading: Reading) -> str:
    """A reading as a choice: the day and the figure."""
    return f"{reading.read_on}: {reading.register_kwh}"


class ReviewContestForm(RightFigure):
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
    """The second person: agreeing cancels the bill and makes it anew, at once; a wrong reading first."""

    outcome_labels = {
        "APPROVE": _("I agree: cancel the bill and make it anew"),
        "RETURN": _("Back to the review"),
    }

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Cancel and rebill, asked for by who found the bill wrong."""
        if self.cleaned_data["outcome"] != "APPROVE":
            return
        values = self.case.variables
        if values.get("wrong_reading"):
            on, _colon, revision = values["wrong_reading"].partition(":")
            services.correct_contested_reading(
                directorate_id=self.case.directorate_id,
                account_no=values["account_no"],
                read_on=date.fromisoformat(on),
                revision=int(revision),
                register_kwh=values["right_kwh"],
                case_id=self.case.id,
                asked_by=self._asked_by(),
                actor=actor,
                now=now,
                today=now.astimezone(BAGHDAD).date(),
            )
            return
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
    note_needed = {"APPEAL": _("Say in a few words why it is wrong.")}


class HearAppealForm(RightFigure):
    """Quality management hears the appeal."""

    note_is_for_citizen = True
    finds_wrong = "OVERTURN"
    outcome_labels = {
        "UPHOLD": _("The bill stands"),
        "OVERTURN": _("The bill is wrong: correct it"),
    }


_FORMS: dict[str, type[TaskForm]] = {
    "review-contest": ReviewContestForm,
    "check-meter": CheckMeterForm,
    "agree-correction": AgreeCorrectionForm,
    "appeal": AppealForm,
    "hear-appeal": HearAppealForm,
}
for _name, _form in _FORMS.items():
    register_form(f"billing.{_name}", _form)
