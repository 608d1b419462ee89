"""The forms of the steps, for staff and citizens. What each shows of the case stands in panels_shown."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.casework.forms import TaskForm, register_form
from wasl.connections import document_kinds
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload, accept
from wasl.customers import selectors as customer_selectors
from wasl.customers import services as customers
from wasl.network import services as network
from wasl.payments import selectors as payments


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photographs or PDF files, several at once; each is cleaned before anything else sees it."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp,application/pdf", "multiple": True}
        kwargs.setdefault("widget", _ManyFiles(attrs=attrs))
        kwargs.setdefault("help_text", _("JPEG, PNG, WebP or PDF, up to 8 MB each."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanUpload]:
        """The cleaned files."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise ValidationError(_("Add at least one file."), code="REQUIRED")
        try:
            return [accept(file) for file in files if file]
        except Unable as error:
            raise ValidationError(str(error), code=error.code) from None


class _FieldWork(TaskForm):
    """A step done on the place: photographs and the position of the phone."""

    locates = True
    document_fields = {"photos": "SITE_PHOTO"}
    photos = PhotosField(label=_("Photographs"), required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)

    def record(self) -> dict[str, Any]:
        """Where the phone was, to a hundred metres."""
        place = self.cleaned_data
        if place.get("lat") is None or place.get("lon") is None:
            return {}
        return {"near": f"{place['lat']:.3f},{place['lon']:.3f}"}


class DecideForm(TaskForm):
    """A step that only decides."""


class CitizenForm(TaskForm):
    """A step of the citizen: what they write is for the officer to read."""

    note = forms.CharField(
        label=_("Anything you want to add"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DocumentsReviewForm(TaskForm):
    """The papers: legible, valid, of the right person. A word to the citizen goes with a return."""

    note_is_for_citizen = True
    note = forms.CharField(
        label=_("What the citizen should do, in one sentence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SupplyDocumentsForm(CitizenForm):
    """The citizen adds what is missing."""

    outcome_labels = {"SUPPLIED": _("I have supplied what was asked for")}
    document_fields = {"papers": "SUPPLEMENT"}
    kind = forms.ChoiceField(label=_("What are you adding?"))
    papers = PhotosField(label=_("Files"), required=True)
    field_order = ["kind", "papers", "outcome", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

        self.fields["kind"].choices = document_kinds.choices(self.case)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The kind decides under which name the files are kept."""
        cleaned = super().clean()
        if cleaned.get("kind"):
            self.document_fields = {"papers": cleaned["kind"]}
        return cleaned


class SiteInspectionForm(_FieldWork):
    """The site: a checklist, the distance, the phases, photographs, the position."""

    digit_fields = ("distance_m",)
    distance_m = forms.IntegerField(
        label=_("Distance to the network point, in metres"),
        min_value=1,
        max_value=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 6}),
    )
    phases_confirmed = forms.TypedChoiceField(
        label=_("Phases"),
        choices=[(1, _("One")), (3, _("Three"))],
        coerce=int,
        required=False,
        widget=forms.RadioSelect,
    )
    has_earth = forms.BooleanField(label=_("Earthing is sound"), required=False)
    has_board = forms.BooleanField(label=_("The meter board is ready"), required=False)
    has_safe_wiring = forms.BooleanField(label=_("The internal wiring is safe"), required=False)
    is_free_of_encroachment = forms.BooleanField(
        label=_("No encroachment on the network"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """A place that passes has been measured, and passes every point of the checklist."""
        cleaned = super().clean()
        if cleaned.get("outcome") != "PASS":
            return cleaned
        if not cleaned.get("distance_m"):
            self.add_error("distance_m", _("Measure the distance."))
        for name in ("has_earth", "has_board", "has_safe_wiring", "is_free_of_encroachment"):
            if not cleaned.get(name):
                self.add_error(name, _("A place that does not meet this point cannot pass."))
        return cleaned

    def variables(self) -> dict[str, Any]:
        """What the estimate is computed from."""
        found = {
            "distance_m": self.cleaned_data.get("distance_m"),
            "phases_confirmed": self.cleaned_data.get("phases_confirmed") or None,
        }
        return {name: value for name, value in found.items() if value}

    def record(self) -> dict[str, Any]:
        """The checklist and the figures."""
        points = {
            n: bool(self.cleaned_data.get(n))
            for n in ("has_earth", "has_board", "has_safe_wiring", "is_free_of_encroachment")
        }
        return {**super().record(), **self.variables(), **points}


class MeterInspectionForm(_FieldWork):
    """The meter: does it have to be replaced?"""

    outcome_labels = {"PASS": _("Replace the meter")}


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


class EstimateDecisionForm(CitizenForm):
    """The citizen accepts the estimate or objects."""

    outcome_labels = {"ACCEPT": _("I accept the estimate"), "OBJECT": _("I object, and say why")}

    def clean(self) -> dict[str, Any]:
        """An objection says why."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "OBJECT" and not cleaned.get("note"):
            self.add_error("note", _("Say in a few words what is wrong."))
        return cleaned


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


class InstallMeterForm(_FieldWork):
    """The meter is up: seal, first reading, photograph."""

    digit_fields = ("first_reading",)
    document_fields = {"photos": "METER_PHOTO"}
    seal_no = forms.CharField(
        label=_("Seal number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    first_reading = forms.IntegerField(
        label=_("First reading, in kWh"),
        min_value=0,
        max_value=9_999_999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 8}),
    )

    def clean(self) -> dict[str, Any]:
        """Installed means sealed and read."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "DONE":
            if not cleaned.get("seal_no"):
                self.add_error("seal_no", _("Write the number of the seal."))
            if cleaned.get("first_reading") is None and "first_reading" not in self.errors:
                self.add_error("first_reading", _("Write the reading."))
        return cleaned

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Write the custody: to the premises."""
        if self.cleaned_data["outcome"] != "DONE":
            return
        customers.install_meter(
            directorate_id=self.case.directorate_id,
            serial=self.case.variables["meter_serial"],
            case_id=self.case.id,
            seal_no=self.cleaned_data["seal_no"],
            first_reading_kwh=self.cleaned_data["first_reading"],
            photo_document_id=None,
            lat=self.cleaned_data.get("lat"),
            lon=self.cleaned_data.get("lon"),
            actor=actor,
            now=now,
        )

    def record(self) -> dict[str, Any]:
        """Serial, seal and reading."""
        found = {
            "serial": self.case.variables.get("meter_serial"),
            "seal": self.cleaned_data.get("seal_no"),
            "reading": self.cleaned_data.get("first_reading"),
        }
        return {
            **super().record(),
            **{name: value for name, value in found.items() if value is not None},
        }


class ExchangeMeterForm(InstallMeterForm):
    """The old meter comes down with its last reading, the new one goes up."""

    digit_fields = ("first_reading", "final_reading")  # type: ignore[assignment]
    final_reading = forms.IntegerField(
        label=_("Last reading of the old meter, in kWh"),
        min_value=0,
        max_value=9_999_999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 8}),
    )

    def clean(self) -> dict[str, Any]:
        """The old meter is read too."""
        cleaned = super().clean()
        if (
            cleaned.get("outcome") == "DONE"
            and cleaned.get("final_reading") is None
            and "final_reading" not in self.errors
        ):
            self.add_error("final_reading", _("Write the last reading of the old meter."))
        return cleaned

    def save(self, *, actor: Actor, now: datetime) -> None:
        """Write the exchange to the account."""
        if self.cleaned_data["outcome"] != "DONE":
            return
        customers.exchange_meter(
            directorate_id=self.case.directorate_id,
            account_no=self.case.variables["account_no"],
            new_serial=self.case.variables["meter_serial"],
            final_reading_kwh=self.cleaned_data["final_reading"],
            first_reading_kwh=self.cleaned_data["first_reading"],
            seal_no=self.cleaned_data["seal_no"],
            photo_document_id=None,
            case_id=self.case.id,
            actor=actor,
            now=now,
        )


class FinalReadingForm(_FieldWork):
    """The last reading before the account is closed."""

    digit_fields = ("final_reading",)
    final_reading = forms.IntegerField(
        label=_("Last reading, in kWh"),
        min_value=0,
        max_value=9_999_999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "size": 8}),
    )

    def clean(self) -> dict[str, Any]:
        """Done means read."""
        cleaned = super().clean()
        if (
            cleaned.get("outcome") == "DONE"
            and cleaned.get("final_reading") is None
            and "final_reading" not in self.errors
        ):
            self.add_error("final_reading", _("Write the reading."))
        return cleaned

    def variables(self) -> dict[str, Any]:
        """The reading that closes the account."""
        reading = self.cleaned_data.get("final_reading")
        return {"final_reading": reading} if reading is not None else {}


class AppealForm(CitizenForm):
    """Appeal, or let the refusal stand."""

    def clean(self) -> dict[str, Any]:
        """An appeal says why."""
        cleaned = super().clean()
        if cleaned.get("outcome") == "APPEAL" and not cleaned.get("note"):
            self.add_error("note", _("Say in a few words why the refusal is wrong."))
        return cleaned


def serials_for(case_directorate: int) -> list[str]:
    """What the store holds, for the store keeper's page."""
    return list(customer_selectors.serials_in_store(case_directorate))[:30]


for _name, _form in {
    "supply-documents": SupplyDocumentsForm,
    "documents-review": DocumentsReviewForm,
    "engineer-review": EngineerReviewForm,
    "site-inspection": SiteInspectionForm,
    "site-ready": CitizenForm,
    "estimate-decision": EstimateDecisionForm,
    "estimate-review": EstimateReviewForm,
    "pay-fee": PayFeeForm,
    "issue-meter": IssueMeterForm,
    "install-meter": InstallMeterForm,
    "appointment": CitizenForm,
    "confirm": CitizenForm,
    "fix-installation": _FieldWork,
    "reopen": CitizenForm,
    "appeal-decision": AppealForm,
    "appeal-review": DecideForm,
    "upgrade-supply": _FieldWork,
    "meter-inspection": MeterInspectionForm,
    "exchange-meter": ExchangeMeterForm,
    "final-reading": FinalReadingForm,
}.items():
    register_form(f"connections.{_name}", _form)  # type: ignore[arg-type]
