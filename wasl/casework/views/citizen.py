"""The citizen's pages: my applications, track, act, withdraw, receipts."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.policies import CITIZEN, PROVEN, PUBLIC, policy, redirect_and_back, user_of
from wasl.casework import drafts, pages, selectors, services, trackers, tracking
from wasl.casework.models import Document, Task
from wasl.casework.views import submission
from wasl.casework.views.access import acting, case_for, remember
from wasl.core import addresses, limits, ranges
from wasl.core.errors import Unable
from wasl.core.forms import WaslForm
from wasl.core.templatetags.wasl import moment
from wasl.transparency import responses
from wasl.transparency import selectors as log

_EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "audio/mp4": "m4a"}


class TrackForm(WaslForm):
    """Reference and secret: all that tracking needs."""

    reference = forms.CharField(
        label=_("Reference number"),
        help_text=_("Nine letters and digits, on your confirmation and in our message."),
        max_length=32,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Tracking number"),
        help_text=_("Eight digits that only you were given."),
        max_length=32,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )


@policy(PUBLIC)
def track(request: HttpRequest) -> HttpResponse:
    """Ask for reference and secret; a wrong pair gets one answer, whatever is wrong with it."""
    form = TrackForm(request.POST or None, initial={"reference": request.GET.get("reference", "")})
    if request.method == "POST" and form.is_valid():
        try:
            address = addresses.of(request)
            limits.require(f"track:{address}", limit=20, per_seconds=600, now=timezone.now())
            tracking.require_patience(form.cleaned_data["reference"], timezone.now())
            wanted = form.cleaned_data["reference"], form.cleaned_data["secret"]
            # Both are always asked, so that the time tells nothing.
            case, elsewhere = selectors.track(*wanted), trackers.find(request, *wanted)
            if case is not None:
                remember(request, case)
                return redirect("casework:case", reference=case.reference)
            if elsewhere:
                return redirect(elsewhere)
            tracking.note_wrong(form.cleaned_data["reference"], timezone.now())
            form.add_error(
                None,
                _("We know no application with this reference and tracking number. Check both."),
            )
        except Unable as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(request, "casework/track.html", {"form": form}, status=status)


@policy(CITIZEN)
def my_cases(request: HttpRequest) -> HttpResponse:
    """Everything this citizen has applied for, and what is expected of them."""
    cases = pages.case_cards(selectors.of_applicant(user_of(request))[:100], _language())
    begun = drafts.begun_by(user_of(request), timezone.now())
    return render(request, "casework/my_cases.html", {"cases": cases, "drafts": begun})


@policy(CITIZEN)
def my_state(request: HttpRequest) -> JsonResponse:
    """The last known state of the citizen's cases, for the offline page."""
    cards = pages.case_cards(selectors.of_applicant(user_of(request))[:30], _language())
    known = [
        {
            "reference": card.reference,
            "service": card.service,
            "stage": card.stage,
            "url": card.url,
        }
        for card in cards
    ]
    # In words, as the offline page cannot ask for them.
    return JsonResponse({"cases": known, "as_of": strip_tags(moment(timezone.now()))})


@policy(PUBLIC)
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the case stands: stages, who holds it, what is expected of whom, and the proofs."""
    found = case_for(request, reference)
    context = pages.case_page(found, _language(), timezone.now())
    context["is_applicant"] = acting(request, found) is not None
    return render(request, "casework/case.html", context)


@policy(PUBLIC)
def case_process(request: HttpRequest, reference: str) -> HttpResponse:
    """The published process as a drawing, with the case's place in it."""
    found = case_for(request, reference)
    context = {"case": found, "drawing": pages.drawing(found, _language())}
    return render(request, "casework/case_process.html", context)


@policy(PUBLIC)
def receipt(request: HttpRequest, reference: str, event_id: UUID) -> HttpResponse:
    """The proof of one event, as a file that any C2SP tool reads."""
    found = case_for(request, reference)
    if not pages.is_event_of(found, event_id):
        raise Http404
    try:
        proof = log.receipt_for(event_id=event_id)
    except Unable as error:
        messages.error(request, str(error))
        return redirect("casework:case", reference=found.reference)
    if proof is None:
        context = {"case": found}
        return render(request, "casework/receipt_pending.html", context, status=202)
    return responses.receipt_response(proof)


@policy(PUBLIC)
def document(request: HttpRequest, reference: str, document_id: UUID) -> HttpResponse:
    """One of the citizen's own documents."""
    found = case_for(request, reference)
    mine = next((d for d in selectors.documents(found) if d.id == document_id), None)
    if mine is None:
        raise Http404
    return document_response(request, mine)


@policy(CITIZEN | PROVEN)
def task(request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
    """What the case waits for from the citizen: one thing, one page."""
    found = case_for(request, reference)
    person = acting(request, found)
    if person is None:
        return sign_in(request)
    waiting = Task.objects.filter(id=task_id, case=found, kind=Task.Kind.CITIZEN).first()
    if waiting is None:
        raise Http404
    if waiting.status != Task.Status.READY:
        messages.info(request, _("This step is already done."))
        return redirect("casework:case", reference=found.reference)
    form = submission.form_for(request, waiting, found, _language())
    if request.method == "POST" and form.is_valid():
        try:
            submission.submit(form, Actor.for_user(person), timezone.now())
            messages.success(request, _("Thank you. We have received it."))
            return redirect("casework:case", reference=found.reference)
        except Unable as error:
            form.add_error(None, str(error))
    context = {**pages.task_page(waiting, found, _language()), "form": form}
    return render(
        request, "casework/citizen_task.html", context, status=422 if form.errors else 200
    )


@policy(CITIZEN | PROVEN)
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then withdraw."""
    found = case_for(request, reference)
    person = acting(request, found)
    if person is None:
        return sign_in(request)
    if request.method == "POST":
        try:
            services.withdraw(case_id=found.id, actor=Actor.for_user(person), now=timezone.now())
            messages.success(request, _("Your application is withdrawn."))
        except Unable as error:
            messages.error(request, str(error))
        return redirect("casework:case", reference=found.reference)
    return render(request, "casework/withdraw.html", {"case": found})


def sign_in(request: HttpRequest) -> HttpResponse:
    """Reference and secret show a case; to act in it, an applicant with a name signs in."""
    if request.user.is_authenticated:
        raise Http404
    return redirect_and_back(request, "accounts:sign_in")


def document_response(request: HttpRequest, document: Document) -> HttpResponse:
    """A document, never rendered as a page of ours: sandboxed, and named by its kind."""
    extension = _EXTENSIONS.get(document.content_type, "bin")
    content = services.content_of(document)
    if document.content_type.startswith("audio/"):
        response = ranges.response(request, content, document.content_type)
    else:
        response = HttpResponse(content, content_type=document.content_type)
    response["Content-Disposition"] = f'inline; filename="{document.kind.lower()}.{extension}"'
    response["Content-Security-Policy"] = (
        "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _language() -> str:
    return get_language() or "ar"
