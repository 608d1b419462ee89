"""The steps at the place: inspection, installation, exchange, last reading."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.connections.task_forms.base import FieldWork
from wasl.customers import services as customers


class SiteInspectionForm(FieldWork):
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
        """What the estimate is computed from, and the place where it had no pin."""
        found = {
            **super().variables(),
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
        figures = {
            name: self.cleaned_data[name]
            for name in ("distance_m", "phases_confirmed")
            if self.cleaned_data.get(name)
        }
        return {**super().record(), **figures, **points}


class MeterInspectionForm(FieldWork):
    """The meter: does it have to be replaced?"""

    outcome_labels = {"PASS": _("Replace the meter")}


class InstallMeterForm(FieldWork):
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
            photo_document_id=self.photo_id(),
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
            photo_document_id=self.photo_id(),
            case_id=self.case.id,
            actor=actor,
            now=now,
        )


class FinalReadingForm(FieldWork):
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
        found = super().variables()
        return found if reading is None else {**found, "final_reading": reading}
