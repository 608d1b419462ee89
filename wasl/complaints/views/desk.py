"""The desk: open reports, danger first; and the categories, edited by quality officers."""

import tomllib
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import actor_of, office_of, policy, roles
from wasl.accounts.roles import Role
from wasl.complaints import category_files, selectors, services
from wasl.complaints.forms import CategoryForm
from wasl.complaints.models import CategoryVersion
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable

READERS = roles(Role.SUPERVISOR, Role.ENGINEER, Role.DIRECTOR, Role.QUALITY_OFFICER, Role.AUDITOR)
EDITORS = roles(Role.QUALITY_OFFICER, Role.QUALITY_MINISTRY)
SHOWN = 200


@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """What is reported and open: danger first, then the longest waiting."""
    here = office_of(request)
    today = timezone.now().astimezone(BAGHDAD).date()
    rows = selectors.desk(here, on=today, language=get_language() or "ar", most=SHOWN)
    context = {"rows": rows, "signs": selectors.open_signs(here)}
    return render(request, "complaints/desk.html", context)


@policy(EDITORS)
def categories(request: HttpRequest) -> HttpResponse:
    """Every version of every category, drafts first."""
    today = timezone.now().astimezone(BAGHDAD).date()
    context = {"versions": selectors.category_versions(), "today": today}
    return render(request, "complaints/category_desk.html", context)


@policy(EDITORS)
def edit_category(request: HttpRequest, code: str) -> HttpResponse:
    """A further version, from the last one's text."""
    last = selectors.last_version(code)
    if last is None:
        raise Http404
    form = CategoryForm(request.POST or None, initial={"content": category_files.text_of(last)})
    if request.method == "POST" and form.is_valid():
        try:
            entry: dict[str, Any] = tomllib.loads(form.cleaned_data["content"])
            services.draft_category(code=code, entry=entry, actor=actor_of(request))
            messages.success(request, _("Kept as a draft. Another person publishes it."))
            return redirect("complaints:category_desk")
        except (ValueError, RecursionError) as error:
            form.add_error("content", _("It cannot be read: %(error)s") % {"error": error})
        except Unable as error:
            form.add_error("content", str(error))
    context = {"form": form, "category": last}
    return render(
        request, "complaints/edit_category.html", context, status=422 if form.errors else 200
    )


@policy(EDITORS)
@require_POST
def publish_category(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish a draft from a day on."""
    try:
        day = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError:
        messages.error(request, _("Choose the day from which it holds."))
        return redirect("complaints:category_desk")
    try:
        services.publish_category(
            version_id=version_id, valid_from=day, actor=actor_of(request), now=timezone.now()
        )
        messages.success(request, _("Published."))
    except CategoryVersion.DoesNotExist:
        raise Http404 from None
    except Unable as error:
        messages.error(request, str(error))
    return redirect("complaints:category_desk")


@policy(roles(Role.QUALITY_MINISTRY, Role.AUDITOR))
def answers(request: HttpRequest) -> HttpResponse:
    """Whether anything was asked of people by those who came: for the ministry, never for the office."""
    with scope.within_system():
        rows = selectors.visit_answers(get_language() or "ar")
    context = {"rows": rows, "fewest": selectors.FEWEST_ANSWERS}
    return render(request, "complaints/answers.html", context)
