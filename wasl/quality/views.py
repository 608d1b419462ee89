"""The quality desk: processes and their publication, indicators and the cases behind them."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.casework import definitions, pages, process_svg
from wasl.casework import services as casework
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.directorates import selectors as directorates
from wasl.quality import indicators, selectors

QUALITY = roles(Role.QUALITY_OFFICER, Role.QUALITY_MINISTRY)
READERS = roles(
    Role.QUALITY_OFFICER, Role.QUALITY_MINISTRY, Role.AUDITOR, Role.DIRECTOR, Role.SUPERVISOR
)
PERIOD = timedelta(days=90)


class UploadForm(WaslForm):
    """A process file, and a sentence on what changed."""

    file = forms.FileField(
        label=_("Process file (BPMN 2.0)"),
        help_text=_("Made or changed in any BPMN modeler, up to 512 KB."),
    )
    change_note = forms.CharField(label=_("What changes, in one sentence"), max_length=300)


class PublishForm(WaslForm):
    """From which day the version is in force."""

    valid_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"})
    )


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """Indicators of the last ninety days, and the processes."""
    now = timezone.now()
    rows = indicators.services(
        offices=_offices(request), start=now - PERIOD, end=now, now=now, language=_language()
    )
    context = {"rows": rows, "processes": selectors.processes(_language())}
    return render(request, "quality/desk.html", context)


@policy(READERS)
def service(request: HttpRequest, directorate_id: int, service: str) -> HttpResponse:
    """One service at one directorate, stage by stage, and its refusals."""
    now = timezone.now()
    if directorate_id not in _offices(request):
        raise Http404
    period: dict[str, Any] = {
        "service": service,
        "offices": [directorate_id],
        "start": now - PERIOD,
        "end": now,
    }
    context = {
        "service": service,
        "directorate": directorates.by_id(directorate_id),
        "stages": indicators.stages(**period, now=now, language=_language()),
        "refusals": indicators.refusals(**period, language=_language()),
    }
    return render(request, "quality/service.html", context)


@policy(READERS)
def cases(request: HttpRequest, directorate_id: int, service: str, figure: str) -> HttpResponse:
    """The cases behind a figure."""
    if directorate_id not in _offices(request):
        raise Http404
    now = timezone.now()
    found = selectors.cases_behind(
        figure=figure,
        service=service,
        directorate_id=directorate_id,
        start=now - PERIOD,
        end=now,
        now=now,
    )
    return render(request, "quality/cases.html", {"cases": pages.case_cards(found, _language())})


@policy(QUALITY)
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Draft a new version; what the linter finds is shown in plain words."""
    form = UploadForm(request.POST or None, request.FILES or None)
    findings: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            version = casework.draft_process(
                key=key,
                xml=form.cleaned_data["file"].read(),
                change_note=form.cleaned_data["change_note"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("The draft is kept. Another quality officer publishes it."))
            return redirect("quality:version", version_id=version.id)
        except casework.UnableToDraftProcess as error:
            findings = error.findings
            form.add_error("file", str(error))
    context = {"form": form, "key": key, "findings": findings}
    return render(request, "quality/upload.html", context, status=422 if form.errors else 200)


@policy(READERS)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version drawn, compared with the one before, and published by a second person."""
    found = selectors.version(version_id)
    if found is None:
        raise Http404
    form = PublishForm(request.POST or None, initial={"valid_from": _today()})
    may_publish = bool(request.standing.roles & {Role.QUALITY_OFFICER, Role.QUALITY_MINISTRY})  # type: ignore[attr-defined]
    if request.method == "POST" and may_publish and form.is_valid():
        try:
            casework.publish_process(
                version_id=found.id,
                valid_from=form.cleaned_data["valid_from"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Published, and in the public log."))
            return redirect("quality:version", version_id=found.id)
        except Unable as error:
            form.add_error(None, str(error))
    earlier = selectors.previous(found)
    label = definitions.service_label(found, _language())
    drawing = process_svg.render(
        definitions.model(found), states={}, language=_language(), title=label
    )
    context = {
        "version": found,
        "label": label,
        "drawing": mark_safe(drawing),  # noqa: S308 - the renderer escapes every text
        "earlier": earlier,
        "differences": selectors.differences(earlier, found) if earlier else [],
        "form": form,
        "may_publish": may_publish and found.state == "DRAFT",
    }
    return render(request, "quality/version.html", context)


def _offices(request: HttpRequest) -> list[int]:
    standing = request.standing  # type: ignore[attr-defined]
    if standing.sees_country:
        return [office.id for office in directorates.distribution(_today())]
    return sorted(standing.directorates)


def _today() -> Any:
    now: datetime = timezone.now()
    return now.astimezone(BAGHDAD).date()


def _language() -> str:
    return get_language() or "ar"
