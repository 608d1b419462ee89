"""The desk of tariffs: draft a version, see what it would do, publish it, put it in force."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import services, simulation_pages, tariff_files, tariff_pages
from wasl.billing.models import Tariff
from wasl.billing.views.citizen import language, today
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.customers.models import Account
from wasl.directorates import selectors as directorates

DRAFTERS = roles(Role.QUALITY_MINISTRY, Role.DIRECTOR)
_LTR = {"dir": "ltr"}


class DraftForm(WaslForm):
    """A new version of a tariff."""

    digit_fields = ("base_days",)
    code = forms.RegexField(
        label=_("Code"), regex=r"^[a-z0-9][a-z0-9-]{2,39}$",
        help_text=_("Small Latin letters, digits and dashes, for example iq-residential-2027."),
        widget=forms.TextInput(attrs=_LTR),
    )  # fmt: skip
    tariff_class = forms.ChoiceField(label=_("Class"), choices=Account.Tariff.choices)
    name_ar = forms.CharField(label=_("Name in Arabic"), max_length=120)
    name_ckb = forms.CharField(label=_("Name in Kurdish"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, widget=forms.TextInput(attrs=_LTR)
    )
    valid_from = forms.DateField(
        label=_("Not before"), widget=forms.DateInput(attrs={"type": "date"})
    )
    blocks = forms.CharField(
        label=_("Blocks"), max_length=2000,
        help_text=_("In each line: up to how many kWh, and dinars a kWh. A dash where there is no end."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "ltr", "placeholder": "1500 10\n3000 35\n- 80"}),
    )  # fmt: skip
    proration = forms.ChoiceField(label=_("Days"), choices=Tariff.Proration.choices)
    base_days = forms.IntegerField(
        label=_("Days that the blocks are for"), min_value=1, max_value=366, initial=30
    )
    source = forms.CharField(label=_("Source of the figures"), max_length=500)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=500)

    def clean_blocks(self) -> list[services.Block]:
        """Each line as a block."""
        try:
            return tariff_files.blocks(self.cleaned_data["blocks"])
        except Unable as error:
            raise forms.ValidationError(str(error)) from None


class FileForm(WaslForm):
    """Tariffs in a file."""

    file = forms.FileField(
        label=_("TOML file"), help_text=_("In the shape of the published tariffs of this system.")
    )


class ForceForm(WaslForm):
    """Where, and from which day on."""

    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    directorates = forms.TypedMultipleChoiceField(
        label=_("Directorates"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offices: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["directorates"].choices = [  # type: ignore[attr-defined]
            (each, directorates.by_id(each).name(language())) for each in offices
        ]


@policy(DRAFTERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Every version, drafts first, with what can be done about it."""
    shown = tariff_pages.tariffs_page(language())
    me = actor_of(request).user_id
    drafts = [each for each in shown if not each.tariff.is_published]
    context = {
        "drafts": [{"shown": d, "is_own": d.tariff.drafted_by == me} for d in drafts],
        "published": [each for each in shown if each.tariff.is_published],
    }
    return render(request, "billing/tariff_desk/desk.html", context)


@policy(DRAFTERS)
def draft(request: HttpRequest) -> HttpResponse:
    """A new version by hand."""
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        blocks = values.pop("blocks")
        if _drafted(request, form, [(services.Draft(**values), blocks)]):
            return redirect("billing_desk:tariffs")
    status = 422 if form.errors else 200
    return render(request, "billing/tariff_desk/draft.html", {"form": form}, status=status)


@policy(DRAFTERS)
def upload(request: HttpRequest) -> HttpResponse:
    """New versions from a file."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = tariff_files.read(form.cleaned_data["file"].read(tariff_files.LARGEST + 1))
        except Unable as error:
            form.add_error("file", str(error))
        else:
            if _drafted(request, form, found):
                return redirect("billing_desk:tariffs")
    status = 422 if form.errors else 200
    return render(request, "billing/tariff_desk/upload.html", {"form": form}, status=status)


def _drafted(
    request: HttpRequest, form: forms.Form, found: list[tuple[services.Draft, list[services.Block]]]
) -> bool:
    """All of them, or none: the first that cannot be is said in the form."""
    try:
        services.draft_tariffs(drafts=found, actor=actor_of(request), now=timezone.now())
    except Unable as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("It is a draft: simulate it, and let somebody else publish it."))
    return True


@policy(DRAFTERS)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """The second person publishes."""
    if request.method == "POST":
        try:
            services.publish_tariff(
                code=code, is_compared="is_compared" in request.POST, actor=actor_of(request), now=timezone.now()
            )  # fmt: skip
            messages.success(request, _("Published. It never changes from now on."))
        except Unable as error:
            messages.error(request, str(error))
        except Tariff.DoesNotExist:
            raise Http404 from None
    return redirect("billing_desk:tariffs")


@policy(DRAFTERS)
def force(request: HttpRequest, code: str) -> HttpResponse:
    """From which day on, and where."""
    tariff = tariff_pages.published(code)
    if tariff is None:
        raise Http404
    form = ForceForm(request.POST or None, offices=_offices(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.put_in_force(
                code=code, directorate_ids=form.cleaned_data["directorates"],
                valid_from=form.cleaned_data["valid_from"], actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
            messages.success(request, _("Done."))
            return redirect("billing_desk:tariffs")
        except Unable as error:
            form.add_error(None, str(error))
    context = {"form": form, "name": tariff.name(language()), "tariff": tariff}
    status = 422 if form.errors else 200
    return render(request, "billing/tariff_desk/force.html", context, status=status)


@policy(DRAFTERS)
def simulation(request: HttpRequest) -> HttpResponse:
    """Who would pay how much more: over the bills of the last months."""
    wanted = request.GET.getlist("tariff")
    by_class = tariff_pages.by_class(wanted)
    months = request.GET.get("months", "")
    number = min(int(months), 240) if months.isascii() and months.isdigit() and int(months) else 12
    context: dict[str, Any] = {
        "choices": tariff_pages.choices(language()),
        "wanted": [each.code for each in by_class.values()],
        "months": number,
        "month_choices": simulation_pages.MONTHS,
    }
    if by_class:
        context |= simulation_pages.page(
            tariffs=list(by_class.values()),
            directorate_ids=_offices(request),
            months=number,
            on=today(),
            language=language(),
        )
        if request.GET.get("as") == "csv":
            return _csv(simulation_pages.as_csv(context))
    return render(request, "billing/tariff_desk/simulation.html", context)


def _csv(content: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="wasl-simulation.csv"'
    return response


def _offices(request: HttpRequest) -> list[int]:
    """A director's own directorate; the ministry's people decide for all."""
    actor = actor_of(request)
    if actor.role == Role.QUALITY_MINISTRY:
        return [each.id for each in directorates.distribution(today())]
    if actor.directorate_id is None:
        raise Http404
    return [actor.directorate_id]
