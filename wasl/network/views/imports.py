"""Network files: upload, see what would change and every fault, apply by a second person."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles, user_of
from wasl.accounts.roles import Role
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.network import import_pages, services
from wasl.network.files.rows import LARGEST

IMPORTERS = roles(Role.ENGINEER, Role.SUPERVISOR)


class NetworkFileForm(WaslForm):
    """A network file, and for a study the transformer that it hangs on."""

    file = forms.FileField(
        label=_("Network file: GeoJSON, CSV tables, pandapower JSON or SimBench"),
        help_text=_(
            "Up to 20 MB. Several tables go into one zip: substations.csv, feeders.csv, sections.csv, "
            "transformers.csv, nodes.csv, lines.csv, points.csv."
        ),
        error_messages={"required": _("Choose the file.")},
    )
    target = forms.CharField(
        label=_("Transformer that a study hangs on"),
        help_text=_(
            "Only for a study of one transformer's low-voltage network. Leave it empty else."
        ),
        required=False,
        max_length=32,
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 12, "autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        """Not larger than a request may be."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 20 MB."), code="TOO_LARGE")
        return file


@policy(IMPORTERS)
def upload(request: HttpRequest) -> HttpResponse:
    """A new file, and those before it."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = NetworkFileForm(*posted)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.look_through(
                directorate_id=office_of(request),
                name=file.name,
                content=file.read(),
                actor=actor_of(request),
                now=timezone.now(),
                target=form.cleaned_data["target"].strip(),
            )
            return redirect("grid:import", import_id=made.id)
        except Unable as error:
            form.add_error("file", str(error))
    context = {"form": form, "earlier": import_pages.imports_of(office_of(request))}
    return render(
        request, "network/imports/upload.html", context, status=422 if form.errors else 200
    )


@policy(IMPORTERS)
def show(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What the file would change, and every fault at its place."""
    made = import_pages.import_by_id(office_of(request), import_id)
    if made is None:
        raise Http404
    context = {
        "made": made,
        "kinds": import_pages.kinds(made),
        "faults": import_pages.in_words(made.faults),
        "remarks": import_pages.in_words(made.remarks),
        "is_own": made.uploaded_by_id == user_of(request).pk,
    }
    return render(request, "network/imports/show.html", context)


@policy(IMPORTERS)
@require_POST
def move(request: HttpRequest, import_id: UUID, step: str) -> HttpResponse:
    """Apply the file, or throw it away."""
    here, now = office_of(request), timezone.now()
    if step not in {"apply", "drop"} or import_pages.import_by_id(here, import_id) is None:
        raise Http404
    service = services.apply_file if step == "apply" else services.drop_file
    try:
        service(directorate_id=here, import_id=import_id, actor=actor_of(request), now=now)
        messages.success(request, _("Done."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("grid:import", import_id=import_id)
