"""
The forms of tasks. A process names a form; the app that owns the form registers it here.

Every task form asks for an outcome (the choices stand in the process), a listed reason where the
outcome needs one, and a note. A subclass adds its own fields and says in `variables()` which
declared case variables it sets, and in `record()` what is kept of the step (nothing personal).
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework import definitions, form_names
from wasl.casework.definitions import StepDefinition
from wasl.casework.models import Case, Task
from wasl.core.forms import WaslForm
from wasl.core.uploads import CleanUpload

_REGISTERED: dict[str, type["TaskForm"]] = {}


class TaskForm(WaslForm):
    """
    The base form of a step, good enough for a step that only decides.

    `outcome_labels` gives the words for each outcome of the process; reasons come from the closed
    lists that the process names for an outcome.
    """

    outcome_labels: dict[str, Any] = {}
    # Kinds of documents that the form's file fields add to the case: field name → document kind.
    document_fields: dict[str, str] = {}
    note_is_for_citizen = False
    # Outcomes that need words: outcome → what to say when there are none.
    note_needed: dict[str, Any] = {}

    outcome = forms.ChoiceField(label=_("Your decision"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Reason, from the published list"), required=False)
    note = forms.CharField(
        label=_("Note for the file"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    field_order = ["outcome", "reason", "note"]

    def __init__(
        self,
        *args: Any,
        task: Task,
        case: Case,
        step: StepDefinition,
        reasons: dict[str, list[tuple[str, str]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.task, self.case, self.step = task, case, step
        self._reasons = reasons
        self._offer_outcomes()

    def _offer_outcomes(self) -> None:
        codes = list(self.step.outcomes)
        outcome: Any = self.fields["outcome"]
        outcome.choices = [
            (code, self.outcome_labels.get(code, OUTCOME_WORDS.get(code, code))) for code in codes
        ]
        if len(codes) == 1:
            outcome.initial = codes[0]
            outcome.widget = forms.HiddenInput()
        listed = [choice for code in codes for choice in self._reasons.get(code, [])]
        if listed:
            self.fields["reason"].choices = [("", _("Choose a reason")), *listed]  # type: ignore[attr-defined]
        else:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """A reason is needed exactly when the process lists some for the outcome; words where named."""
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome", "")
        allowed = [code for code, _label in self._reasons.get(outcome, [])]
        if allowed and cleaned.get("reason") not in allowed:
            self.add_error(
                "reason", ValidationError(_("Choose the reason for this decision."), code="REASON")
            )
        if not allowed:
            cleaned["reason"] = ""
        if outcome in self.note_needed and not cleaned.get("note"):
            self.add_error("note", self.note_needed[outcome])
        return cleaned

    def variables(self) -> dict[str, Any]:
        """The declared case variables that this step sets, beside its outcome."""
        return {}

    def record(self) -> dict[str, Any]:
        """What the task keeps of the form: figures, serials, checks; nothing about a person."""
        return {}

    def uploads(self, name: str) -> list[CleanUpload]:
        """The cleaned files of a file field; the field's own `clean` has cleaned them."""
        found = self.cleaned_data.get(name) or []
        return list(found) if isinstance(found, list | tuple) else [found]

    def save(self, *, actor: Actor, now: datetime) -> None:
        """
        Do what the step means in the owner's domain, by one service call, before the case moves on.

        A meter is issued here, for example. Runs in the transaction of the step; may raise Unable.
        """


OUTCOME_WORDS = {
    "ACCEPT": _("Accept"),
    "RETURN": _("Send back to the citizen"),
    "REFUSE": _("Refuse"),
    "DONE": _("Done"),
    "PASS": _("The place is fit"),
    "FIT": _("The network can carry it"),
    "WORKS_NEEDED": _("Works are needed first"),
    "NO_ACCESS": _("No access to the place"),
    "KEEP": _("The estimate stands"),
    "CORRECT": _("Correct the estimate"),
    "CONFIRM": _("Everything works"),
    "PROBLEM": _("There is a problem"),
    "REOPEN": _("It does not work: open my case again"),
    "APPEAL": _("I appeal against the refusal"),
    "ACCEPT_REFUSAL": _("I accept the refusal"),
    "UPHOLD": _("The refusal stands"),
    "OVERTURN": _("The refusal is lifted"),
    "OBJECT": _("I object to the estimate"),
    "SUPPLIED": _("I have supplied what was asked for"),
    "PAID": _("Paid"),
    "EXPIRED": _("No answer in time"),
    "APPROVE": _("Approve"),
    "READY": _("Ready for a new visit"),
}


def outcome_words(task: Task) -> str:
    """What came of a task, in words; a form's own words go before the common ones."""
    step = definitions.step(task.case.process, task.key)
    own = _REGISTERED[step.form].outcome_labels if step.form in _REGISTERED else {}
    return str(own.get(task.outcome) or OUTCOME_WORDS.get(task.outcome, task.outcome))


def register_form(name: str, form: type[TaskForm]) -> None:
    """Register a form under the name that processes use. :raises ValueError: when taken."""
    form_names.add(name)
    _REGISTERED[name] = form


def form_class(name: str) -> type[TaskForm]:
    """The registered form. :raises KeyError: when nobody registered it."""
    return _REGISTERED[name]
