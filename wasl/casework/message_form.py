"""What somebody writes or says about a case, between its steps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wasl.core import voice
from wasl.core.forms import WaslForm
from wasl.core.upload_fields import FilesField, VoiceField
from wasl.core.uploads import CleanUpload

MOST_PHOTOS, MOST_WORDS = 3, 2000


class MessageForm(WaslForm):
    """Words, photographs, a recording: any of them."""

    text = forms.CharField(
        label=_("Your message"), required=False, max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    photos = FilesField(label=_("Photographs"), images_only=True, most=MOST_PHOTOS, required=False)
    recording = VoiceField(label=_("Or say it with your voice"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not voice.is_available():
            del self.fields["recording"]

    def clean(self) -> dict[str, Any]:
        """Something must be in it."""
        found = super().clean() or self.cleaned_data
        if not self.errors and not (found.get("text") or self.files_of(found)):
            raise ValidationError(_("Write a message, or add a photograph or a recording."))
        return found

    @staticmethod
    def files_of(cleaned: dict[str, Any]) -> list[CleanUpload]:
        """The photographs and the recording, cleaned."""
        return [*(cleaned.get("photos") or []), *(cleaned.get("recording") or [])]
