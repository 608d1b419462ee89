"""The steps of the citizen."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.forms import TaskForm
from wasl.connections import document_kinds, obstacles, selectors, services, step_forms
from wasl.connections.task_forms.base import CitizenForm
from wasl.core.upload_fields import FilesField
from wasl.payments import selectors as payments


class SupplyDocumentsForm(CitizenForm):
    """The citizen adds what is missing, or corrects what the first check could not place."""

    outcome_labels = {"SUPPLIED": _("I have supplied what was asked for")}
    document_fields = {"papers": "SUPPLEMENT"}
    digit_fields = ("account_no", "dar")
    account_no = forms.CharField(
        label=_("The right account number"),
        help_text=_("It stands at the top of the bill."),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )
    dar = forms.CharField(
        label=_("If yours is another flat or part of the house: its own number"),
        help_text=_("For example 15/3. Leave it empty if the number was right."),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"size": 8, "dir": "ltr"}),
    )
    kind = forms.ChoiceField(label=_("What are you adding?"))
    papers = FilesField(label=_("Files"))
    field_order = ["account_no", "dar", "kind", "papers", "outcome", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = document_kinds.choices(self.case)  # type: ignore[attr-defined]
        wrong = obstacles.of(self.case)
        if not wrong.is_account_unknown:
            del self.fields["account_no"]
        if not wrong.is_duplicate:
            del self.fields["dar"]
        if wrong.is_elsewhere:  # what is asked for is no paper
            self.fields["kind"].required = self.fields["papers"].required = False

    def clean_account_no(self) -> str:
        """An active account of this directorate."""
        number = step_forms.account(self.cleaned_data["account_no"])
        if not selectors.is_active_account(self.case.directorate_id, number):
            raise ValidationError(
                _("No account of this directorate has this number."), code="NO_SUCH_ACCOUNT"
            )
        return number

    def clean_dar(self) -> str:
        """Written as in the application."""
        return step_forms.house_number(self.cleaned_data["dar"])

    def clean(self) -> dict[str, Any]:
        """The kind decides under which name the files are kept."""
        cleaned = super().clean()
        self.document_fields = {"papers": cleaned.get("kind") or "SUPPLEMENT"}
        return cleaned

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Put right what was wrong in the application."""
        corrected = {name: self.cleaned_data.get(name) or "" for name in ("account_no", "dar")}
        if any(corrected.values()):
            services.correct_application(case_id=self.case.id, **corrected)

    def variables(self) -> dict[str, Any]:
        """The account goes with the case."""
        number = self.cleaned_data.get("account_no")
        return {"account_no": number} if number else {}

    def record(self) -> dict[str, Any]:
        """What was corrected, not to what."""
        corrected = [name for name in ("account_no", "dar") if self.cleaned_data.get(name)]
        return {"corrected": corrected} if corrected else {}


class EstimateDecisionForm(CitizenForm):
    """The citizen accepts the estimate or objects."""

    outcome_labels = {"ACCEPT": _("I accept the estimate"), "OBJECT": _("I object, and say why")}

    note_needed = {"OBJECT": _("Say in a few words what is wrong.")}


class PayFeeForm(TaskForm):
    """The fee is paid on the payment page; this form only notices that it is."""

    def clean(self) -> dict[str, Any]:
        """Nothing counts as paid but a settled payment."""
        cleaned = super().clean()
        request = payments.request_for("case", self.case.id)
        if request is None or not payments.is_settled(request.id):
            raise ValidationError(
                _("We have not received the payment yet. Pay by the button above."), code="NOT_PAID"
            )
        return cleaned


class AppealForm(CitizenForm):
    """Appeal, or let the refusal stand."""

    note_needed = {"APPEAL": _("Say in a few words why the refusal is wrong.")}
