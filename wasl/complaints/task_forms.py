"""The steps of a complaint: look into it, make safe, repair, confirm, reopen, appeal."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.forms import TaskForm, register_form
from wasl.complaints import services
from wasl.complaints.forms import MOST_PHOTOS
from wasl.complaints.models import VisitAnswer
from wasl.complaints.services.reporting import PHOTO, VOICE
from wasl.core.upload_fields import FilesField

REPAIR_PHOTO = "REPAIR_PHOTO"


class LookForm(TaskForm):
    """What is to be done about it; the note is the answer that the reporter reads."""

    note_is_for_citizen = True
    outcome_labels = {
        "REPAIR": _("Somebody goes and repairs it"),
        "ANSWER": _("It is dealt with: my note says how"),
        "REFUSE": _("Nothing is to be done"),
    }

    note_needed = {"ANSWER": _("Write what the reporter is to know.")}


class SiteWork(TaskForm):
    """Work on the spot: a photograph of how it is now, and what was done."""

    note_is_for_citizen = True
    document_fields = {"photos": REPAIR_PHOTO}
    photos = FilesField(
        images_only=True, most=MOST_PHOTOS, required=False,
        label=_("Photographs of the place as it is now"),
    )  # fmt: skip
    field_order = ["photos", "outcome", "reason", "note"]

    def clean(self) -> dict[str, Any]:
        """Done means that one can see it."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "DONE" and not cleaned.get("photos"):
            self.add_error("photos", _("Add a photograph."))
        return cleaned


class MakeSafeForm(SiteWork):
    """First of all nobody may come to harm."""

    outcome_labels = {
        "DONE": _("It is safe and repaired"),
        "WORKS_NEEDED": _("It is safe; more work is needed"),
    }


class RepairForm(SiteWork):
    """The repair."""

    outcome_labels = {"DONE": _("Repaired"), "NO_ACCESS": _("I could not get there")}


class ConfirmForm(TaskForm):
    """The reporter's word; how it went; and, told apart from the case, whether anything was asked."""

    note_is_for_citizen = True
    outcome_labels = {
        "CONFIRM": _("Yes, it is well"),
        "PROBLEM": _("No, it is not"),
    }
    stars = forms.ChoiceField(
        label=_("How was it dealt with?"), required=False,
        choices=[
            ("", _("I do not say")), ("5", _("Very well")), ("4", _("Well")),
            ("3", _("Fairly")), ("2", _("Badly")), ("1", _("Very badly")),
        ],
    )  # fmt: skip
    asked = forms.ChoiceField(
        label=_("Was anything asked of you by those who came?"), required=False,
        help_text=_(
            "Confidential: it is only counted, by month. Nobody can find out who answered what."
        ),
        choices=[("", _("I do not say")), *VisitAnswer.Answer.choices],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What is still wrong"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    field_order = ["outcome", "stars", "asked", "note"]

    note_needed = {"PROBLEM": _("Say in a few words what is still wrong.")}

    def save(self, *, actor: Actor, now: datetime) -> None:
        """The stars go with the report; the answer goes where nobody can trace it."""
        if self.cleaned_data.get("stars"):
            services.rate(case_id=self.case.id, stars=int(self.cleaned_data["stars"]), now=now)
        if self.cleaned_data.get("asked"):
            services.answer_visit(
                directorate_id=self.case.directorate_id,
                service=self.case.service,
                answer=self.cleaned_data["asked"],
                now=now,
            )


class ReopenForm(TaskForm):
    """One press, and a word about it."""

    outcome_labels = {"REOPEN": _("It is back: open my complaint again")}
    note = forms.CharField(
        label=_("What has happened"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AppealForm(TaskForm):
    """Appeal, or let it be."""

    outcome_labels = {
        "APPEAL": _("I appeal, and say why"),
        "ACCEPT_REFUSAL": _("I accept the refusal"),
    }
    note = forms.CharField(
        label=_("Why it must be dealt with all the same"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    note_needed = {"APPEAL": _("Say in a few words why.")}


class HearAppealForm(TaskForm):
    """Quality management hears the appeal."""

    note_is_for_citizen = True
    outcome_labels = {
        "UPHOLD": _("The refusal stands"),
        "OVERTURN": _("It is to be dealt with"),
    }


_FORMS: dict[str, type[TaskForm]] = {
    "look": LookForm,
    "look-conduct": LookForm,
    "make-safe": MakeSafeForm,
    "repair": RepairForm,
    "confirm": ConfirmForm,
    "reopen": ReopenForm,
    "appeal": AppealForm,
    "hear-appeal": HearAppealForm,
}
for _name, _form in _FORMS.items():
    register_form(f"complaints.{_name}", _form)

FILES = (PHOTO, VOICE, REPAIR_PHOTO)
