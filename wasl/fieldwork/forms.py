"""What people fill in at the desks of field work, and what a crew's phone sends."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wasl.core.forms import WaslForm
from wasl.core.upload_fields import FilesField
from wasl.fieldwork import listed
from wasl.fieldwork.models import FieldAction

Kind = FieldAction.Kind


def _ltr(**more: str) -> forms.TextInput:
    return forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", **more})


class CrewForm(WaslForm):
    """A crew: its name, what it can do, its vehicle, where it starts from."""

    digit_fields = ("lat", "lon")
    name = forms.CharField(label=_("Name of the crew"), max_length=60)
    skills = forms.MultipleChoiceField(
        label=_("What it can do"), widget=forms.CheckboxSelectMultiple
    )
    vehicle = forms.CharField(label=_("Vehicle"), max_length=40, required=False)
    lat = forms.FloatField(
        label=_("Where it starts from: latitude"), min_value=28, max_value=38, widget=_ltr()
    )
    lon = forms.FloatField(label=_("longitude"), min_value=38, max_value=50, widget=_ltr())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["skills"]
        field.choices = listed.choices(listed.SKILLS)


class ShiftForm(WaslForm):
    """When a crew is out."""

    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "dir": "ltr"})
    )
    ends_at = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "dir": "ltr"})
    )

    def clean(self) -> dict[str, Any]:
        """It ends after it begins, and within two days."""
        found = super().clean() or {}
        begins: datetime | None = found.get("starts_at")
        ends: datetime | None = found.get("ends_at")
        if begins and ends and not begins < ends <= begins + timedelta(days=2):
            raise forms.ValidationError(_("A shift ends after it begins, and within two days."))
        return found


class MaterialForm(WaslForm):
    """A material and how much of it; numbered pieces by their number."""

    digit_fields = ("quantity",)
    material = forms.ChoiceField(label=_("Material"))
    quantity = forms.IntegerField(
        label=_("How much"), min_value=1, max_value=100_000, initial=1,
        widget=_ltr(inputmode="numeric"),
    )  # fmt: skip
    serial = forms.CharField(label=_("Serial number"), max_length=40, required=False, widget=_ltr())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["material"]
        field.choices = listed.choices(listed.MATERIALS)


class DeliveryForm(MaterialForm):
    """What a supplier has brought."""

    delivery_no = forms.CharField(
        label=_("Number of the delivery note"), max_length=40, widget=_ltr()
    )


class IssueForm(WaslForm):
    """What is handed out against a request, and who of the crew takes it."""

    digit_fields = ("quantity",)
    quantity = forms.IntegerField(min_value=1, max_value=100_000)
    serial = forms.CharField(max_length=40, required=False)
    taken_by = forms.UUIDField()


class BringBackForm(MaterialForm):
    """What an order did not use, and who of the crew brings it."""

    reference = forms.CharField(
        label=_("Reference number of the order"), max_length=20, widget=_ltr()
    )
    given_by = forms.CharField(
        label=_("Staff number of who brings it"), max_length=20, widget=_ltr()
    )
    field_order = ("reference", "material", "quantity", "serial", "given_by")


class CallForm(WaslForm):
    """What was answered to a call back."""

    outcome = forms.ChoiceField(
        label=_("Is supply back at your place?"), widget=forms.RadioSelect,
        choices=[
            ("BACK", _("Yes, it is back")), ("NOT_BACK", _("No, not really")),
            ("NOBODY", _("Nobody answered the call")),
        ],
    )  # fmt: skip
    was_asked = forms.TypedChoiceField(
        label=_("Was anything asked of you?"), required=False, widget=forms.RadioSelect,
        coerce=lambda x: x == "YES", empty_value=None,
        choices=[("NO", _("No, nothing")), ("YES", _("Yes, something was asked for"))],
        help_text=_("It is only counted: nobody can tell who answered what."),
    )  # fmt: skip
    is_content = forms.TypedChoiceField(
        label=_("Are you content with how it was dealt with?"), required=False,
        widget=forms.RadioSelect, coerce=lambda x: x == "YES", empty_value=None,
        choices=[("YES", _("Yes")), ("NO", _("No"))],
    )  # fmt: skip


class ActionForm(WaslForm):
    """
    What a phone sends of an order. The hidden fields are the phone's own: its id of the action, its
    counter, its clock, and about where it is.
    """

    digit_fields = ("quantity",)
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    stream = forms.RegexField(r"^[\w-]*$", max_length=40, required=False, widget=forms.HiddenInput)
    sequence = forms.IntegerField(
        min_value=0, max_value=100_000, required=False, widget=forms.HiddenInput
    )
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput(attrs={"data-now": ""}))
    lat = forms.FloatField(required=False, min_value=28, max_value=38, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=38, max_value=50, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason, from the published list"), required=False)
    material = forms.ChoiceField(label=_("Material"), required=False)
    quantity = forms.IntegerField(
        label=_("How much"), min_value=1, max_value=100_000, required=False,
        widget=_ltr(inputmode="numeric", size="6"),
    )  # fmt: skip
    serial = forms.CharField(label=_("Serial number"), max_length=40, required=False, widget=_ltr())
    photo = FilesField(label=_("Photograph of the work"), images_only=True, most=1, required=False)
    transformers = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Where supply is back")
    )

    def __init__(
        self, *args: Any, kind: str, groups: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        choices: Any = self.fields
        choices["reason"].choices = [("", ""), *listed.choices(listed.RETURNED)]
        choices["material"].choices = [("", ""), *listed.choices(listed.MATERIALS)]
        choices["transformers"].choices = [(each, each) for each in groups or ()]
        needed = {Kind.RETURN: "reason", Kind.REPAIR: "photo"}.get(Kind(kind), "")
        if kind in {Kind.USE, Kind.SCRAP, Kind.TAKE_OUT}:
            needed = "material"
        if needed:
            self.fields[needed].widget.attrs["data-needed"] = ""

    def clean(self) -> dict[str, Any]:
        """What this kind of action cannot do without."""
        found = super().clean() or {}
        if self.kind == Kind.RETURN and not found.get("reason"):
            self.add_error("reason", _("Choose the reason from the list."))
        if self.kind in {Kind.USE, Kind.SCRAP, Kind.TAKE_OUT} and not (
            found.get("material") and (found.get("quantity") or found.get("serial"))
        ):
            self.add_error("material", _("Choose a material, and how much of it."))
        if self.kind == Kind.REPAIR and not found.get("photo") and not self.errors.get("photo"):
            self.add_error("photo", _("A photograph of the repair is needed."))
        return found

    def data_of_kind(self) -> dict[str, Any]:
        """What belongs to the kind, as the service takes it."""
        values = self.cleaned_data
        if self.kind == Kind.RETURN:
            return {"reason": values.get("reason", "")}
        if self.kind == Kind.RESTORE:
            return {"transformers": values.get("transformers", [])}
        if self.kind in {Kind.USE, Kind.SCRAP, Kind.TAKE_OUT}:
            return {
                "material": values.get("material", ""),
                "quantity": values.get("quantity") or 1,
                "serial": values.get("serial", ""),
            }
        return {}
