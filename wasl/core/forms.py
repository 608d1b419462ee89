"""The base of every form: our markup, our manners, digits of three scripts."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits


class WaslRenderer(TemplatesSetting):
    """Draws fields with label, hint, error and control in the right order for all readers."""

    field_template_name = "web/forms/field.html"


class WaslForm(forms.Form):
    """
    A form in the manner of style.md: validated on the server, no asterisks, nothing lost.

    Text that comes in Arabic-Indic or Persian digits is understood in every field named in
    `digit_fields`.
    """

    use_required_attribute = False
    error_css_class = "w-field--error"
    digit_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def _clean_fields(self) -> None:
        # Only now: forms add fields of their own after they are made.
        for field in self.fields.values():
            _say_what_is_needed(field)
        if self.digit_fields and self.data:
            data = self.data.copy()  # type: ignore[attr-defined]
            for name in self.digit_fields:
                key = self.add_prefix(name)
                if isinstance(data.get(key), str):
                    data[key] = to_western_digits(data[key]).strip()
            self.data = data
        super()._clean_fields()  # type: ignore[misc]


_ANY_REQUIRED = forms.Field.default_error_messages["required"]


def _say_what_is_needed(field: forms.Field) -> None:
    """“This field is required” tells nobody which: name it, unless the form has words of its own."""
    if field.error_messages.get("required") != _ANY_REQUIRED or not field.label:
        return
    words = _("Fill in: {label}")
    if isinstance(field, forms.BooleanField):
        words = _("Tick the box: {label}")
    elif isinstance(field, forms.ChoiceField):
        words = _("Choose an answer: {label}")
    elif isinstance(field, forms.FileField):
        words = _("Add the file: {label}")
    field.error_messages["required"] = format_lazy(words, label=field.label)


class DigitsField(forms.CharField):
    """A number that people type: digits of any script, spaces and dashes forgiven."""

    def to_python(self, value: Any) -> str:
        """Western digits without blanks."""
        text = super().to_python(value) or ""
        return to_western_digits(text).replace(" ", "").replace("-", "").strip()
