"""Form fields for files: each is cleaned before anything else sees it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.core import voice
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload, accept
from wasl.core.voice_worker import MAX_SECONDS

IMAGES = "image/jpeg,image/png,image/webp"


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photographs, and PDF files unless `images_only`; several at once, at most `most` of them."""

    def __init__(
        self, *, images_only: bool = False, most: int | None = None, **kwargs: Any
    ) -> None:
        self.images_only, self.most = images_only, most
        accepted = IMAGES if images_only else f"{IMAGES},application/pdf"
        kwargs.setdefault("widget", _ManyFiles(attrs={"accept": accepted, "multiple": True}))
        kwargs.setdefault(
            "help_text",
            _("JPEG, PNG or WebP, up to 8 MB each.")
            if images_only
            else _("JPEG, PNG, WebP or PDF, up to 8 MB each."),
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanUpload]:
        """The cleaned files. :raises ValidationError: when one is none such, or there are too many."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        files = [file for file in files if file]
        if not files and self.required:
            raise ValidationError(_("Add at least one file."), code="REQUIRED")
        if self.most is not None and len(files) > self.most:
            raise ValidationError(
                _("Choose at most %(most)s files.") % {"most": self.most}, code="TOO_MANY"
            )
        try:
            found = [accept(file) for file in files]
        except Unable as error:
            raise ValidationError(str(error), code=error.code) from None
        if self.images_only and any(not each.content_type.startswith("image/") for each in found):
            raise ValidationError(_("Choose photographs only."), code="NO_PHOTO")
        return found


class VoiceField(forms.FileField):
    """One recording of a voice; the page's script offers to record it, the telephone does without."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"record": _("Start recording"), "stop": _("Stop"), "again": _("Record again")}
        kwargs.setdefault(
            "widget",
            forms.FileInput(
                attrs={
                    "accept": "audio/*",
                    "data-record": words["record"],
                    "data-stop": words["stop"],
                    "data-again": words["again"],
                    "data-seconds": MAX_SECONDS,
                }
            ),
        )
        kwargs.setdefault("help_text", _("Up to three minutes. Whoever works on it listens to it."))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanUpload]:
        """The cleaned recording, if there is one. :raises ValidationError: when it is none."""
        if not data:
            return []
        try:
            return [voice.accept(data)]
        except Unable as error:
            raise ValidationError(str(error), code=error.code) from None
