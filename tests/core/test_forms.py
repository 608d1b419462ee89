"""A field that is left empty is named."""

import re

from django import forms
from django.template.loader import render_to_string
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


def test_a_field_that_came_later_is_named_too() -> None:
    form = Example({})
    form.fields["later"] = forms.CharField(label="Later")
    with translation.override("en"):
        assert form.errors["later"][0] == "Fill in: Later"


def test_every_line_of_the_summary_leads_to_a_control() -> None:
    class Choices(WaslForm):
        name = forms.CharField()
        way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        several = forms.MultipleChoiceField(
            choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
        )

    form = Choices({})
    page = render_to_string("web/components/error_summary.html", {"form": form}) + str(form)
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert len(links) == 3
    assert links <= set(re.findall(r'\bid="([^"]+)"', page))
