"""Messages between citizen and directorate, each written on a page of its own."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.policies import CITIZEN, PROVEN, STAFF, policy, user_of
from wasl.casework import pages, selectors, services
from wasl.casework.message_form import MessageForm
from wasl.casework.models import Case, Task
from wasl.casework.views.access import acting, case_for
from wasl.casework.views.citizen import sign_in
from wasl.core.errors import Unable


@policy(CITIZEN | PROVEN)
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """The citizen writes to whoever holds the case."""
    found = case_for(request, reference)
    person = acting(request, found)
    if person is None:
        return sign_in(request)
    form = _form(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and _sent(form, found, Actor.for_user(person), "CITIZEN")
    ):
        messages.success(request, _("Your message is in the file. Whoever holds it reads it."))
        return redirect("casework:case", reference=found.reference)
    context = {"case": found, "form": form, "talk": pages.talk(found)}
    return render(request, "casework/write.html", context, status=422 if form.errors else 200)


@policy(STAFF)
def desk_write(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Whoever holds a step writes to the citizen, and is told by their role."""
    try:
        task = selectors.task_for(user_of(request), task_id)
    except Task.DoesNotExist:
        raise Http404 from None
    actor = Actor.for_user(user_of(request), task.role, task.directorate_id)
    form = _form(request)
    if (
        request.method == "POST"
        and form.is_valid()
        and _sent(form, task.case, actor, "STAFF", task.id)
    ):
        messages.success(request, _("Sent. The citizen gets a notice."))
        return redirect("casework:desk_task", task_id=task.id)
    context = {"case": task.case, "task": task, "form": form, "talk": pages.talk(task.case)}
    return render(request, "casework/desk_write.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest) -> MessageForm:
    return MessageForm(*((request.POST, request.FILES) if request.method == "POST" else ()))


def _sent(
    form: MessageForm, case: Case, actor: Actor, side: str, task_id: UUID | None = None
) -> bool:
    """Hand it over; False when it could not be, with the error on the form."""
    now = timezone.now()
    try:
        services.count_message(case_id=case.id, side=side, now=now)
        services.write_message(
            case_id=case.id,
            text=form.cleaned_data["text"],
            files=form.files_of(form.cleaned_data),
            actor=actor,
            now=now,
            task_id=task_id,
        )
    except Unable as error:
        form.add_error(None, str(error))
        return False
    return True
