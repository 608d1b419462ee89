"""A field that is left empty is named."""

from django import forms
from django.utils import translation

from wasl.core.forms import WaslForm


class Example(WaslForm):
    name = forms.CharField(label="Name")
    way = forms.ChoiceField(label="Which way?", choices=[("a", "A")])
    agreed = forms.BooleanField(label="I agree")
    paper = forms.FileField(label="Contract")
    own = forms.CharField(label="Own", error_messages={"required": "Own words."})


def test_what_is_missing_is_said() -> None:
    with translation.override("en"):
        errors = {name: found[0] for name, found in Example({}).errors.items()}
    assert errors == {
        "name": "Fill in: Name",
        "way": "Choose an answer: Which way?",
        "agreed": "Tick the box: I agree",
        "paper": "Add the file: Contract",
        "own": "Own words.",
    }
    with translation.override("ar"):
        assert Example({}).errors["name"][0] == "اكتب: Name"
