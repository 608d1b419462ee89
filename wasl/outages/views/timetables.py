"""Programmed cuts at the duty desk: timetables drafted and published, cuts as they happen."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy
from wasl.core.errors import Unable
from wasl.outages import cut_files, promise_pages, promises, reach, services, timetable_files
from wasl.outages.forms import CutsForm, TimetablesForm, WeekForm, week_of
from wasl.outages.views.desk import DUTY, READERS


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """What waits to be published, and each feeder with its promise of today and its open cut."""
    here, now = office_of(request), timezone.now()
    context = {
        "drafts": promise_pages.drafts(here),
        "feeders": promise_pages.feeders(here, now),
        "me": actor_of(request).user_id,
        "may_act": DUTY.admits(request.standing),  # type: ignore[attr-defined]
    }
    return render(request, "outages/timetables.html", context)


@policy(DUTY)
def edit(request: HttpRequest, feeder: str) -> HttpResponse:
    """The week of one feeder, as a draft."""
    here, today = office_of(request), timezone.localdate()
    if not reach.has_feeder(here, feeder):
        raise Http404
    spans = promises.Promises(here, feeder).spans_on(today) or []
    form = WeekForm(request.POST or None, initial=week_of(spans, today + timedelta(days=7)))
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        if _drafted(request, form, {feeder: found["spans"]}):
            return redirect("outage_desk:timetables")
    context = {"form": form, "feeder": feeder}
    status = 422 if form.errors else 200
    return render(request, "outages/edit_timetable.html", context, status=status)


@policy(DUTY)
def upload(request: HttpRequest) -> HttpResponse:
    """Timetables of many feeders: looked at first, then kept as drafts."""
    form = TimetablesForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            feeders = set(reach.feeder_codes(office_of(request)))
            found = timetable_files.read(form.content(), feeders)
        except Unable as unable:
            form.add_error(None, str(unable))
        else:
            if found.problems:
                context["problems"] = found.problems
            elif "keep" in request.POST:
                if _drafted(request, form, found.windows):
                    return redirect("outage_desk:timetables")
            else:
                context["checked"] = promise_pages.checked(found.windows)
                context["lines"] = timetable_files.written(found.windows)
    status = 422 if form.errors or context.get("problems") else 200
    return render(request, "outages/upload_timetables.html", context, status=status)


def _drafted(request: HttpRequest, form: TimetablesForm | WeekForm, windows: Any) -> bool:
    """All of them, or none: why not is said in the form."""
    try:
        services.draft_timetables(
            directorate_id=office_of(request),
            windows=windows,
            valid_from=form.cleaned_data["valid_from"],
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Unable as unable:
        form.add_error(None, str(unable))
        return False
    messages.success(request, _("Kept as a draft. Another person publishes it."))
    return True


@policy(DUTY)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """The second person publishes the drafts that were ticked, or throws them away."""
    ids = _ids(request.POST.getlist("timetable"))
    here = office_of(request)
    try:
        if "drop" in request.POST:
            for each in ids:
                services.drop_timetable(directorate_id=here, timetable_id=each)
            messages.success(request, _("Thrown away."))
        else:
            services.publish_timetables(
                directorate_id=here, ids=ids, actor=actor_of(request), now=timezone.now()
            )
            messages.success(request, _("Published. It never changes from now on."))
    except Unable as unable:
        messages.error(request, str(unable))
    return redirect("outage_desk:timetables")


def _ids(found: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in found]
    except ValueError:
        raise Http404 from None


@policy(DUTY)
@require_POST
def cut(request: HttpRequest, feeder: str) -> HttpResponse:
    """The feeder is cut now, or back."""
    here, now = office_of(request), timezone.now()
    if not reach.has_feeder(here, feeder):
        raise Http404
    try:
        running = promise_pages.open_cut(here, feeder)
        if running is not None:
            services.restore(outage_id=running.id, at=now, actor=actor_of(request), now=now)
        else:
            promised = promises.promised_cut(here, feeder, now)
            services.open_cut(
                directorate_id=here, feeder_code=feeder, at=now, actor=actor_of(request), now=now,
                expected_at=promised[1] if promised else None,
            )  # fmt: skip
        messages.success(request, _("Done."))
    except Unable as unable:
        messages.error(request, str(unable))
    return redirect("outage_desk:timetables")


@policy(DUTY)
def switching(request: HttpRequest) -> HttpResponse:
    """When feeders were really cut and back, from a log: looked at first, then kept."""
    form, now = CutsForm(request.POST or None, request.FILES or None), timezone.now()
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        content = form.content()
        try:
            feeders = set(reach.feeder_codes(office_of(request)))
            cuts, problems = cut_files.read(content, feeders, now)
            if problems:
                context["problems"] = problems
            elif "keep" in request.POST:
                new = services.record_cuts(
                    directorate_id=office_of(request), cuts=cuts, actor=actor_of(request), now=now
                )
                messages.success(request, _("Kept: %(count)s new cuts.") % {"count": new})
                return redirect("outage_desk:timetables")
            else:
                context |= {"cuts": cuts, "lines": content.decode()}
        except Unable as unable:
            form.add_error(None, str(unable))
    status = 422 if form.errors or context.get("problems") else 200
    return render(request, "outages/upload_cuts.html", context, status=status)
