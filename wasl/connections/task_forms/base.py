"""What the forms of several steps share: files, field work, a bare decision, a citizen's word."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.casework import selectors as casework
from wasl.casework.forms import TaskForm
from wasl.connections import selectors
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload, accept


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


class FieldWork(TaskForm):
    """A step done on the place: photographs and the position of the phone."""

    locates = True
    document_fields = {"photos": "SITE_PHOTO"}
    photos = PhotosField(label=_("Photographs"), required=False)
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
