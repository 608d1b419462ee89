"""What the duty desk enters: planned work, timetables, switching times."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from wasl.core.forms import WaslForm
from wasl.outages import csv_lines, reasons, timetables
from wasl.outages.models import Outage, Subscription
from wasl.outages.timetables import Span

_LTR = {"dir": "ltr", "autocomplete": "off"}
KINDS = [choice for choice in Outage.Element.choices if choice[0] != Outage.Element.SERVICE]


class MomentField(forms.DateTimeField):
    """A day and a time in Baghdad, as the browser's own control gives them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)


class WorkForm(WaslForm):
    """Planned work: what is switched off, why, and when."""

    element_kind = forms.ChoiceField(label=_("What is switched off"), choices=KINDS)
    element_code = forms.CharField(
        label=_("Its code"), max_length=32, widget=forms.TextInput(attrs=_LTR)
    )
    reason = forms.ChoiceField(label=_("Why"))
    begins_at = MomentField(label=_("From"))
    ends_at = MomentField(
        label=_("To"), help_text=_("At the latest. It is what people are promised.")
    )

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons.choices(reasons.WORK, language)  # type: ignore[attr-defined]

    def clean_element_code(self) -> str:
        """Codes are written in capitals."""
        return str(self.cleaned_data["element_code"]).strip()


class DayForm(WaslForm):
    """From which day on something holds."""

    valid_from = forms.DateField(
        label=_("From which day on"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Tomorrow at the earliest: no day that has begun is promised anything."),
    )  # fmt: skip


class _LinesForm(WaslForm):
    """Lines from a file, or as they were checked a moment ago."""

    file = forms.FileField(label=_("CSV file"), required=False)
    lines = forms.CharField(
        label=_("Or the lines themselves"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "ltr"}),
    )  # fmt: skip

    def content(self) -> bytes:
        """What was sent: the file, or else the lines."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read(csv_lines.LARGEST + 1))
        return str(self.cleaned_data.get("lines") or "").encode()

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        found = super().clean() or {}
        if not found.get("file") and not (found.get("lines") or "").strip():
            raise forms.ValidationError(_("Choose a file, or write the lines."))
        return found


class TimetablesForm(DayForm, _LinesForm):
    """Timetables of many feeders."""

    field_order = ("valid_from", "file", "lines")


class CutsForm(_LinesForm):
    """When feeders were cut and back."""


class WeekForm(DayForm):
    """The week of one feeder: for each day its cuts, such as `14:00-16:00, 22:00-02:00`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAYS.items():
            self.fields[f"day{weekday}"] = forms.CharField(
                label=name, required=False, max_length=200, widget=forms.TextInput(attrs=_LTR)
            )

    def clean(self) -> dict[str, Any]:
        """The windows of the whole week, which do not overlap."""
        found = super().clean() or {}
        spans: list[Span] = []
        for weekday in range(7):
            try:
                mine = _cuts(weekday, found.get(f"day{weekday}") or "")
            except ValueError:
                self.add_error(f"day{weekday}", _("Write times such as 14:00-16:00, 22:00-02:00."))
                continue
            if timetables.first_overlap([*spans, *mine]):
                self.add_error(f"day{weekday}", _("This overlaps another cut."))
            spans += mine
        found["spans"] = timetables.joined(spans) if not self.errors else []
        return found


def _cuts(weekday: int, text: str) -> list[Span]:
    """:raises ValueError: when it is no list of times."""
    found: list[Span] = []
    for part in text.replace("،", ",").split(","):
        if part.strip():
            begins, dash, ends = part.replace("–", "-").partition("-")
            if not dash:
                raise ValueError("no times")
            found += timetables.window(
                weekday, timetables.minute_of_day(begins), timetables.minute_of_day(ends)
            )
    return found


def week_of(spans: list[Span], valid_from: date) -> dict[str, Any]:
    """What the form of a week begins with."""
    days: dict[str, list[str]] = {f"day{weekday}": [] for weekday in range(7)}
    for begins, ends in spans:
        weekday, minute = divmod(begins, timetables.DAY)
        until = timetables.spelled((ends - 1) % timetables.DAY + 1)
        days[f"day{weekday}"].append(f"{timetables.spelled(minute)}-{until}")
    return {"valid_from": valid_from, **{day: ", ".join(cuts) for day, cuts in days.items()}}


def moment_of(text: str) -> datetime | None:
    """A moment that a small form of the desk sends; None when it is none."""
    try:
        return timezone.make_aware(datetime.strptime(text[:16], "%Y-%m-%dT%H:%M"))  # noqa: DTZ007
    except ValueError:
        return None


class SubscribeForm(WaslForm):
    """Of which place, and over what besides the person's own list."""

    kind = forms.ChoiceField(choices=Subscription.Kind.choices, widget=forms.HiddenInput)
    place = forms.CharField(max_length=64, widget=forms.HiddenInput)
    office = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)
    by_sms = forms.BooleanField(label=_("by SMS to my own number"), required=False)
    by_push = forms.BooleanField(label=_("on this device"), required=False)


class OwnAccountForm(WaslForm):
    """An account of one's own."""

    account_no = forms.CharField(max_length=16)
    office = forms.IntegerField(min_value=1, max_value=32_767)
