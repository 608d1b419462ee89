"""What supervisors, quality officers and auditors see: overdue work, reassignments, whole cases."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.casework import pages, selectors, services
from wasl.casework.models import Case, Task
from wasl.core import references
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.directorates import selectors as directorates

SUPERVISORS = roles(Role.SUPERVISOR, Role.DIRECTOR)
OVERSIGHT = roles(
    Role.SUPERVISOR, Role.DIRECTOR, Role.QUALITY_OFFICER, Role.QUALITY_MINISTRY, Role.AUDITOR
)


class ReassignForm(WaslForm):
    """A listed reason, nothing else: who gets the task is drawn."""

    reason = forms.ChoiceField(label=_("Reason, from the published list"), widget=forms.RadioSelect)

    def __init__(self, *args: object, language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = selectors.reasons("reassignment", language)  # type: ignore[attr-defined]


@policy(OVERSIGHT)
def overdue(request: HttpRequest) -> HttpResponse:
    """Work past its limit, by directorate, and what waits for a second person."""
    now = timezone.now()
    directorate_ids = _offices(request)
    context = pages.overdue_page(directorate_ids, _language(), now)
    return render(request, "casework/overdue.html", context)


@policy(SUPERVISORS)
def reassign(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Ask that a task be drawn anew."""
    directorate_ids = _offices(request)
    task = (
        Task.objects.select_related("case__process")
        .filter(id=task_id, directorate_id__in=directorate_ids, kind=Task.Kind.STAFF)
        .first()
    )
    if task is None:
        raise Http404
    form = ReassignForm(request.POST or None, language=_language())
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_reassignment(
                task_id=task.id,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=timezone.now(),
            )
            messages.success(request, _("Asked for. Another person decides."))
            return redirect("casework:overdue")
        except Unable as error:
            form.add_error(None, str(error))
    context = {**pages.task_page(task, task.case, _language()), "form": form}
    return render(request, "casework/reassign.html", context)


@policy(SUPERVISORS)
def decide(request: HttpRequest, reassignment_id: UUID) -> HttpResponse:
    """Grant or decline a reassignment that somebody else asked for."""
    if request.method != "POST":
        return redirect("casework:overdue")
    directorate_ids = _offices(request)
    if not selectors.reassignments(directorate_ids).filter(id=reassignment_id).exists():
        raise Http404
    try:
        services.decide_reassignment(
            reassignment_id=reassignment_id,
            is_approved=request.POST.get("decision") == "approve",
            actor=actor_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Decided, and on record."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("casework:overdue")


@policy(OVERSIGHT)
def oversee(request: HttpRequest, reference: str) -> HttpResponse:
    """A whole case for those who oversee, without identity papers. The opening is on record."""
    try:
        case = selectors.by_reference(references.normalise(reference))
    except (Case.DoesNotExist, references.UnableToReadReference):
        raise Http404 from None
    now = timezone.now()
    services.record_opening(
        case=case,
        actor=actor_of(request),
        purpose="AUDIT" if request.standing.role == Role.AUDITOR else "SUPERVISION",  # type: ignore[attr-defined]
        what="case",
        now=now,
    )
    return render(request, "casework/oversee.html", pages.oversight_page(case, _language(), now))


def _offices(request: HttpRequest) -> list[int]:
    """The directorates whose work the person oversees."""
    standing = request.standing  # type: ignore[attr-defined]
    if standing.sees_country:
        return [office.id for office in directorates.distribution(timezone.now().date())]
    return sorted(standing.directorates)


def _language() -> str:
    return get_language() or "ar"
