"""The integrity office's desk: sealed reports, opened on the officer's own computer."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wasl.accounts.policies import DEMO, policy, roles, user_of
from wasl.accounts.roles import Role
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.disclosures import bundles, demo, dialogues, exports, selectors, services
from wasl.disclosures.forms import AnswerForm, CloseForm, KeyForm
from wasl.disclosures.models import KeyMove, RecipientKey, Report, Stage

OFFICERS = roles(Role.INTEGRITY_OFFICER)
# Who may be the second person for a key. They read nothing.
KEEPERS = roles(Role.INTEGRITY_OFFICER, Role.AUDITOR)


@policy(OFFICERS)
def desk(request: HttpRequest) -> HttpResponse:
    """The reports that are sealed to this officer; of the others not even the number."""
    now = timezone.now()
    officer = user_of(request)
    with scope.within_system():
        rows = selectors.desk(officer, timezone.localdate(now))
        own = [row for row in selectors.keys(now) if row.key.holder_id == officer.pk]
    context = {"rows": rows, "has_key": any(row.is_in_use for row in own)}
    return render(request, "disclosures/desk.html", context)


@policy(OFFICERS)
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One report: its steps, and the place where the browser opens it."""
    found = _mine(request, report_id)
    with scope.within_system():
        steps = selectors.steps_of(found)
        names = dialogues.answer_names(timezone.localdate(), request.LANGUAGE_CODE)
    last = steps[-1]
    context = {
        "report": found,
        "steps": steps,
        "last": last,
        "is_over": last.stage in (Stage.CLOSED, Stage.ERASED),
        "is_new": last.stage == Stage.RECEIVED,
        "answer_form": AnswerForm(),
        "close_form": CloseForm(),
        "names": names,
        "demo": demo.offered(),
        "passphrase": demo.PASSPHRASE,
    }
    return render(request, "disclosures/report.html", context)


@policy(OFFICERS)
def sealed(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The sealed report: for the page's script, and to be saved for the command."""
    found = _mine(request, report_id)
    with scope.within_system():
        text = exports.sealed_report(found, timezone.now()).to_text()
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.code}.sealed.json"'
    return response


@require_POST
@policy(OFFICERS)
def answer(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Take in an answer that was sealed outside."""
    found = _mine(request, report_id)
    form = AnswerForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise bundles.NotRead("")
        box = bundles.box_of_answer(form.text(), str(found.id))
        services.reply(report_id=found.id, box=box, officer=user_of(request), now=timezone.now())
        messages.success(request, _("The answer was taken in, sealed. The reporter sees it."))
    except bundles.NotRead:
        messages.error(request, _("This is no sealed answer to this report."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("integrity:report", report_id=found.id)


@require_POST
@policy(OFFICERS)
def move(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Note that it is looked into, or closed."""
    found = _mine(request, report_id)
    stage = request.POST.get("stage", "")
    outcome = request.POST.get("outcome", "") if stage == Stage.CLOSED else ""
    if stage not in (Stage.IN_REVIEW, Stage.CLOSED):
        raise Http404
    try:
        services.move(
            report_id=found.id, stage=stage, outcome=outcome,
            officer=user_of(request), now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Noted. The reporter sees it."))
    except Unable as error:
        messages.error(request, str(error))
    return redirect("integrity:report", report_id=found.id)


@policy(KEEPERS)
def keys(request: HttpRequest) -> HttpResponse:
    """Every recipient's key; an officer proposes their own."""
    now = timezone.now()
    officer = user_of(request)
    is_officer = Role.INTEGRITY_OFFICER in request.standing.roles  # type: ignore[attr-defined]
    form = KeyForm(request.POST or None)
    if request.method == "POST" and is_officer and form.is_valid():
        try:
            services.propose_key(public=form.cleaned_data["public"], holder=officer, now=now)
            messages.success(request, _("Proposed. A second person compares the fingerprint."))
            return redirect("integrity:keys")
        except Unable as error:
            form.add_error("public", str(error))
    with scope.within_system():
        rows = selectors.keys(now)
    context = {"rows": rows, "form": form, "is_officer": is_officer, "me": officer.pk}
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "disclosures/keys.html", context, status=status)


@require_POST
@policy(KEEPERS)
def move_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Approve a key, or take one out of use: two persons for each."""
    asked = request.POST.get("move", "")
    if asked not in (KeyMove.APPROVED, KeyMove.LEAVING, KeyMove.RETIRED):
        raise Http404
    try:
        services.move_key(key_id=key_id, move=asked, officer=user_of(request), now=timezone.now())
        messages.success(request, _("Noted, and told to the public log."))
    except RecipientKey.DoesNotExist:
        raise Http404 from None
    except Unable as error:
        messages.error(request, str(error))
    return redirect("integrity:keys")


@policy(DEMO)
def demo_key(request: HttpRequest) -> HttpResponse:
    """The demonstration officer's key file. There is none anywhere else."""
    offered = demo.offered()
    if offered is None:
        raise Http404
    response = HttpResponse(offered.key, content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="demo-key.json"'
    return response


def _mine(request: HttpRequest, report_id: UUID) -> Report:
    """:raises Http404: alike for what is not sealed to this officer, and for what is not there."""
    with scope.within_system():
        found = selectors.report_for(user_of(request), report_id)
    if found is None:
        raise Http404
    return found
