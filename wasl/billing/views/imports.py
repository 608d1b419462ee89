"""Files of readings: upload, see what each line would become, take over or throw away."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.billing import reading_desk, services
from wasl.billing.models import ReadingImport, ReadingImportLine
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm

IMPORTERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR)
LARGEST = 20 * 2**20
A_PAGE = 100


class ImportForm(WaslForm):
    """A table with the columns account (or serial), date and reading."""

    file = forms.FileField(
        label=_("File of readings: CSV, XLSX, or Green Button (ESPI)"),
        help_text=_(
            "Up to 20 MB; larger ones by the command line. The first line of a table names the "
            "columns: account or serial, date, reading."
        ),
        error_messages={"required": _("Choose the file.")},
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
    form = ImportForm(*posted)
    if request.method == "POST" and form.is_valid():
        file, now = form.cleaned_data["file"], timezone.now()
        try:
            made = services.audit_file(
                directorate_id=office_of(request),
                name=file.name,
                content=file.read(),
                actor=actor_of(request),
                now=now,
                today=timezone.localdate(now),
            )
            return redirect("billing_desk:import", import_id=made.id)
        except Unable as error:
            form.add_error("file", str(error))
    context = {"form": form, "earlier": reading_desk.imports_of(office_of(request))}
    return render(
        request, "billing/imports/upload.html", context, status=422 if form.errors else 200
    )


@policy(IMPORTERS)
def show(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What the file would become; every line that is not simply accepted, with its reason."""
    made = _find(request, import_id)
    page = Paginator(reading_desk.not_accepted(made), A_PAGE).get_page(request.GET.get("page"))
    rows = [(line, reading_desk.reason(line)) for line in page]
    context = {"made": made, "page": page, "rows": rows}
    return render(request, "billing/imports/show.html", context)


@policy(IMPORTERS)
def move(request: HttpRequest, import_id: UUID, step: str) -> HttpResponse:
    """Take the good lines over, all of them; or throw the file away."""
    made, now = _find(request, import_id), timezone.now()
    if request.method == "POST" and step in {"apply", "drop"}:
        try:
            if step == "apply":
                services.apply_file(
                    directorate_id=made.directorate_id, import_id=made.id, actor=actor_of(request),
                    now=now, today=timezone.localdate(now),
                )  # fmt: skip
            else:
                services.drop_file(directorate_id=made.directorate_id, import_id=made.id, now=now)
            messages.success(request, _("Done."))
        except Unable as error:
            messages.error(request, str(error))
    return redirect("billing_desk:import", import_id=import_id)


@policy(IMPORTERS)
def lines_csv(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """The lines that were not accepted, for whoever made the file."""
    made = _find(request, import_id)
    # Read before the answer begins: the scope of the rows ends with the request.
    rows = [
        [line.line, *_texts(line), reading_desk.reason(line)]
        for line in reading_desk.not_accepted(made)
    ]
    answer = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="lines.csv"'
    return answer


def _csv(rows: list[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # without it, Excel takes Arabic for something else
    yield writer.writerow(["line", "account", "serial", "date", "reading", "reason"])
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: Any) -> Any:
    """What a spreadsheet would run as a formula is written as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t" and cell else cell


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, value: str) -> str:
        return value


def _texts(line: ReadingImportLine) -> list[str]:
    return [line.account_text, line.serial_text, line.date_text, line.value_text]


def _find(request: HttpRequest, import_id: UUID) -> ReadingImport:
    found = reading_desk.import_by_id(office_of(request), import_id)
    if found is None:
        raise Http404
    return found
