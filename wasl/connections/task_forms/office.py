"""The steps at a desk: papers, network, estimate, store."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import selectors as casework
from wasl.casework.forms import TaskForm
from wasl.connections import document_kinds
from wasl.customers import services as customers
from wasl.network import services as network


class DocumentsReviewForm(TaskForm):
    """
    The papers: legible, valid, of the right person.

    What is not acceptable is marked paper by paper; the citizen is told which, and in one sentence
    what to do.
    """

    note_is_for_citizen = True
    not_accepted = forms.MultipleChoiceField(
        label=_("Which of these cannot be accepted?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("What the citizen should do, in one sentence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["not_accepted", "outcome", "reason", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = casework.documents(self.case, kinds=document_kinds.PAPERS)
        kinds = {document.kind: document_kinds.KINDS[document.kind] for document in there}
        if kinds:
            self.fields["not_accepted"].choices = list(kinds.items())  # type: ignore[attr-defined]
        else:
            del self.fields["not_accepted"]

    def clean(self) -> dict[str, Any]:
        """Who accepts the application accepts its papers."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "ACCEPT" and cleaned.get("not_accepted"):
            self.add_error(
                "not_accepted", _("An application with a paper that cannot be accepted goes back.")
            )
        return cleaned

    def record(self) -> dict[str, Any]:
        """The kinds of papers that were not accepted."""
        kinds = list(self.cleaned_data.get("not_accepted") or [])
        return {"not_accepted": kinds} if kinds else {}


class EngineerReviewForm(TaskForm):
    """Can the network carry it? An approval reserves the capacity above the rule's limit."""

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Reserve what the engineer allows, so that no second case takes it."""
        code = self.case.variables.get("transformer_code")
        if self.cleaned_data["outcome"] != "FIT" or not code:
            return
        network.reserve_capacity(
            directorate_id=self.case.directorate_id,
            transformer_code=code,
            case_id=self.case.id,
            load_kw=Decimal(str(self.case.variables["load_kw"])),
            actor=actor,
            now=now,
            is_override=True,
        )


class EstimateReviewForm(TaskForm):
    """A supervisor looks at the objection: the figures stand, or are corrected."""

    digit_fields = ("cable_m",)
    note_is_for_citizen = True
    cable_m = forms.IntegerField(
        label=_("Corrected length of the cable, in metres"),
        min_value=1,
        max_value=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 6}),
    )

    def variables(self) -> dict[str, Any]:
        """The corrected length."""
        corrected = self.cleaned_data.get("cable_m")
        return (
            {"cable_m": corrected}
            if self.cleaned_data["outcome"] == "CORRECT" and corrected
            else {}
        )


class IssueMeterForm(TaskForm):
    """A meter leaves the store by its serial number."""

    serial = forms.CharField(
        label=_("Serial number of the meter"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "list": "serials", "autocomplete": "off"}),
    )
    field_order = ["serial", "outcome", "note"]

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Write the custody: from the store, against the case."""
        customers.issue_meter(
            directorate_id=self.case.directorate_id,
            serial=self.cleaned_data["serial"],
            case_id=self.case.id,
            technician_id=None,
            actor=actor,
            now=now,
        )

    def variables(self) -> dict[str, Any]:
        """The serial goes with the case."""
        return {"meter_serial": self.cleaned_data["serial"]}

    def record(self) -> dict[str, Any]:
        """The serial."""
        return {"serial": self.cleaned_data["serial"]}
