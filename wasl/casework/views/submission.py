"""From a posted task form to one call of a service: the same for staff and citizens."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from wasl.accounts.actors import Actor
from wasl.casework import definitions, forms, selectors, services
from wasl.casework.models import Case, Task


def form_for(request: HttpRequest, task: Task, case: Case, language: str) -> forms.TaskForm:
    """The form of a task, bound when something was posted."""
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return form_of(task, case, language, *posted)


def form_of(task: Task, case: Case, language: str, data: Any, files: Any = None) -> forms.TaskForm:
    """The form of a task, bound to data from wherever they come; unbound without any."""
    step = definitions.step(case.process, task.key)
    listed = {
        outcome: selectors.reasons(group, language) for outcome, group in step.reasons.items()
    }
    return forms.form_class(step.form)(
        data,
        files,
        task=task,
        case=case,
        step=step,
        reasons=listed,
        initial={"token": secrets.token_urlsafe(16)},
    )


@transaction.atomic
def submit(form: forms.TaskForm, actor: Actor, now: datetime) -> Case:
    """
    Hand a valid form to the services: its documents, its note, and then the step.

    All in one transaction of its own: a refusal of one leaves nothing of the others, although the
    page then answers with an error and the request's own transaction is kept.
    """
    cleaned = form.cleaned_data
    for name, kind in form.document_fields.items():
        for upload in form.uploads(name):
            services.attach_document(
                case_id=form.case.id,
                kind=kind,
                upload=upload,
                actor=actor,
                now=now,
                task_id=form.task.id,
            )
    form.save(actor=actor, now=now)
    if cleaned.get("note"):
        services.write_note(
            case=form.case,
            text=cleaned["note"],
            actor=actor,
            is_for_citizen=form.note_is_for_citizen,
            now=now,
            task_id=form.task.id,
        )
    return services.complete_task(
        task_id=form.task.id,
        actor=actor,
        outcome=cleaned["outcome"],
        reason=cleaned.get("reason", ""),
        variables=form.variables(),
        record=form.record(),
        token=cleaned.get("token", ""),
        now=now,
    )
