"""What may be asked of the map."""

from django import forms

from wasl.core.arabic import to_western_digits
from wasl.network.drawing import THEMES


class MapForm(forms.Form):
    """The parts of the map's address; all but the directorate may be missing."""

    directorate = forms.IntegerField(min_value=1, max_value=99)
    district = forms.SlugField(required=False, max_length=48)
    lat = forms.FloatField(required=False, min_value=28, max_value=38)
    lon = forms.FloatField(required=False, min_value=38, max_value=49)
    zoom = forms.IntegerField(required=False, min_value=0, max_value=4)
    size = forms.IntegerField(required=False, min_value=200, max_value=700)
    theme = forms.ChoiceField(required=False, choices=[(theme, theme) for theme in THEMES])

    def __init__(self, data: dict[str, str]) -> None:
        # A place may have been written with Arabic digits or the decimal sign of the page.
        super().__init__({name: to_western_digits(value) for name, value in data.items()})


class TryForm(forms.Form):
    """A load tried at a node of a network; what is no load tries nothing."""

    node = forms.CharField(required=False, max_length=32)
    load_kw = forms.DecimalField(
        required=False, min_value=0, max_value=5000, max_digits=8, decimal_places=2
    )

    def __init__(self, data: dict[str, str]) -> None:
        super().__init__({name: to_western_digits(value) for name, value in data.items()})
