"""The public calculator: what a use would cost, by the rating that makes the bills."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import PUBLIC, policy
from wasl.billing import rating, tariff_pages
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm

_NUMBER = {"inputmode": "numeric", "dir": "ltr", "size": 10, "autocomplete": "off"}


class CalculatorForm(WaslForm):
    """A tariff, a use, and for how many days. Digits of any script."""

    digit_fields = ("kwh", "days")
    tariff = forms.ChoiceField(
        label=_("Tariff"), error_messages={"required": _("Choose the tariff.")}
    )
    kwh = forms.IntegerField(
        label=_("Use, in kWh"),
        help_text=_("On a bill it is the new reading less the old one."),
        min_value=0,
        max_value=rating.LARGEST_KWH,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={"required": _("Write how many kWh."), "invalid": _("Write it in digits.")},
    )
    days = forms.IntegerField(
        label=_("In how many days"),
        min_value=1,
        max_value=rating.LONGEST_DAYS,
        widget=forms.TextInput(attrs=_NUMBER | {"size": 5}),
        error_messages={"required": _("Write how many days."), "invalid": _("Write it in digits.")},
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tariff"].choices = tariff_pages.choices(language)  # type: ignore[attr-defined]


@policy(PUBLIC)
def calculator(request: HttpRequest) -> HttpResponse:
    """Ask, and answer on the same page; the address holds the question, so that it can be shared."""
    language = get_language() or "ar"
    asked = "kwh" in request.GET
    form = CalculatorForm(request.GET if asked else None, language=language, initial={"days": 30})
    answer = None
    if asked and form.is_valid():
        try:
            answer = tariff_pages.answer(language=language, **form.cleaned_data)
        except Unable as error:
            form.add_error(None, str(error))
    status = 422 if asked and form.errors else 200
    return render(
        request,
        "billing/calculator/calculator.html",
        {"form": form, "answer": answer},
        status=status,
    )
