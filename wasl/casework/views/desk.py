"""The staff desk: tasks handed to me, one page each, showing only what the task needs."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.policies import STAFF, policy, user_of
from wasl.casework import definitions, pages, panels, selectors, services
from wasl.casework.models import Task
from wasl.casework.views import submission
from wasl.casework.views.citizen import document_response
from wasl.core.errors import Unable


@policy(STAFF)
def desk(request: HttpRequest) -> HttpResponse:
    """My tasks, most urgent first."""
    now = timezone.now()
    rows = pages.inbox_rows(selectors.inbox(user_of(request)), _language(), now)
    return render(request, "casework/desk.html", {"rows": rows, "now": now})


@policy(STAFF)
def desk_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One task. Opening it opens somebody's file: that is put on record first."""
    task = _mine(request, task_id)
    case, now, language = task.case, timezone.now(), _language()
    actor = Actor.for_user(user_of(request), task.role, task.directorate_id)
    if task.status != Task.Status.READY:
        messages.info(request, _("This step has already been done, or is no longer needed."))
        return redirect("casework:desk")
    form = submission.form_for(request, task, case, language)
    if request.method == "POST" and form.is_valid():
        try:
            submission.submit(form, actor, now)
            messages.success(request, _("Done. The case goes on."))
            return redirect("casework:desk")
        except Unable as error:
            form.add_error(None, str(error))
    if request.method == "GET":
        services.record_opening(
            case=case, actor=actor, purpose="TASK", what="case", now=now, task_id=task.id
        )
    context = {**pages.desk_task_page(task, case, language, now), "form": form}
    return render(request, "casework/desk_task.html", context, status=422 if form.errors else 200)


@policy(STAFF)
def desk_document(request: HttpRequest, task_id: UUID, document_id: UUID) -> HttpResponse:
    """A document that this task may see, and no other. The opening is put on record."""
    task = _mine(request, task_id)
    step = definitions.step(task.case.process, task.key)
    kinds = (*panels.document_kinds_of(step.form), *services.messages.FILES)
    allowed = selectors.documents(task.case, kinds=kinds)
    found = next((d for d in allowed if d.id == document_id), None)
    if found is None or task.status != Task.Status.READY:
        raise Http404
    services.record_opening(
        case=task.case,
        actor=Actor.for_user(user_of(request), task.role, task.directorate_id),
        purpose="TASK",
        what=found.kind,
        now=timezone.now(),
        task_id=task.id,
    )
    return document_response(request, found)


def _mine(request: HttpRequest, task_id: UUID) -> Task:
    try:
        return selectors.task_for(user_of(request), task_id)
    except Task.DoesNotExist:
        raise Http404 from None


def _language() -> str:
    return get_language() or "ar"
