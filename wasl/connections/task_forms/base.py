"""What the forms of several steps share: files, field work, a bare decision, a citizen's word."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.casework import selectors as casework
from wasl.casework.forms import TaskForm
from wasl.connections import selectors
from wasl.core.upload_fields import FilesField


class FieldWork(TaskForm):
    """A step done on the place: photographs and the position of the phone."""

    locates = True
    document_fields = {"photos": "SITE_PHOTO"}
    photos = FilesField(label=_("Photographs"), required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=28, max_value=38)
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=38, max_value=50)

    def variables(self) -> dict[str, Any]:
        """The phone's position is the place of a case that had no pin on the map."""
        place = {name: self.cleaned_data.get(name) for name in ("lat", "lon")}
        if None in place.values() or not self._is_without_pin():
            return {}
        return place

    def _is_without_pin(self) -> bool:
        application = selectors.find_application(self.case.id)
        return application is not None and application.details.get("position") != "PIN"

    def photo_id(self) -> UUID | None:
        """The first photograph that was added with this step."""
        kind = self.document_fields["photos"]
        added = casework.documents(self.case, kinds=[kind])
        return next((each.id for each in added if each.task_id == self.task.id), None)

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
