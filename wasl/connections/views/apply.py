"""The application: one thing a page, each page saves, check answers, send."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.accounts.policies import CITIZEN, actor_of, policy, user_of
from wasl.connections import answers_shown, loads, places, selectors, services, step_forms
from wasl.connections.journeys import JOURNEYS, Journey, Page
from wasl.connections.models import Draft
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.uploads import accept

_NEED_PLACE = {"map", "documents"}


@policy(CITIZEN)
def begin(request: HttpRequest, service: str) -> HttpResponse:
    """Begin an application, or go on with the one begun."""
    journey = _journey(service)
    now = timezone.now()
    for draft in selectors.open_drafts(user_of(request), now):
        if draft.service == service and request.method == "GET":
            return redirect("connections:resume", draft_id=draft.id)
    try:
        draft = services.begin(citizen=user_of(request), service=service, now=now)
    except Unable as error:
        messages.error(request, str(error))
        return redirect("casework:my_cases")
    return redirect("connections:step", draft_id=draft.id, page=journey.pages[0].key)


@policy(CITIZEN)
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on where one stopped."""
    draft, journey = _draft(request, draft_id)
    done = selectors.answers_of(draft).get("done", [])
    page = next((page.key for page in journey.pages if page.key not in done), None)
    if page is None:
        return redirect("connections:check", draft_id=draft.id)
    return redirect("connections:step", draft_id=draft.id, page=page)


@policy(CITIZEN)
def step(request: HttpRequest, draft_id: UUID, page: str) -> HttpResponse:
    """One page of the application. A page that lay open while it was sent leads to what was sent."""
    draft, journey = _draft(request, draft_id)
    found = journey.page(page)
    if found is None:
        raise Http404
    if draft.case_id:
        return redirect("connections:sent", draft_id=draft.id)
    try:
        return _step(request, draft, journey, found)
    except services.UnableToChange as error:
        messages.info(request, str(error))
        return redirect("connections:sent", draft_id=draft.id)


def _step(request: HttpRequest, draft: Draft, journey: Journey, page: Page) -> HttpResponse:
    answers = selectors.answers_of(draft)
    if page.key in _NEED_PLACE and not answers.get("directorate_id"):
        return redirect("connections:resume", draft_id=draft.id)  # the area decides about these
    if page.key == "documents":
        return _documents(request, draft, journey, page)
    form = _form(request, page, answers)
    if page.key == "map" and request.POST.keys() & {"pin.x", "from_afar"}:
        return _pin(request, draft, answers)
    adding_up = page.key == "load" and "add_up" in request.POST
    if request.method == "POST" and form.is_valid() and not adding_up:
        return _save(request, draft, journey, page, form)
    status = 422 if form.errors and not adding_up else 200
    context = _context(draft, journey, page, form, answers)
    return render(request, page.template, context, status=status)


def _save(
    request: HttpRequest, draft: Draft, journey: Journey, page: Page, form: step_forms.StepForm
) -> HttpResponse:
    result = form.result()
    stop = places.stop(
        page.key, result, journey.key, timezone.now().astimezone(BAGHDAD).date(), _language()
    )
    if stop is not None:
        return render(
            request, "connections/stop.html", {"stop": stop, "draft": draft, "page": page}
        )
    answers = selectors.answers_of(draft)
    undone = places.undone(page.key, result, answers)
    result |= places.decided(page.key, result, answers)
    services.save_page(draft=draft, page=page.key, result=result, undone=undone, now=timezone.now())
    if request.GET.get("change"):
        return redirect("connections:resume", draft_id=draft.id)
    following = journey.after(page.key)
    if following == "check":
        return redirect("connections:check", draft_id=draft.id)
    return redirect("connections:step", draft_id=draft.id, page=following)


def _form(request: HttpRequest, page: Page, answers: dict[str, Any]) -> step_forms.StepForm:
    posted = request.POST if request.method == "POST" else None
    form = page.form(posted, initial=answers, answers=answers)
    if isinstance(form, step_forms.PlaceForm):
        today = timezone.now().astimezone(BAGHDAD).date()
        areas = places.choices(today, _language())
        form.fields["district"].choices = [("", _("Choose the area")), *areas]  # type: ignore[attr-defined]
    return form


def _pin(request: HttpRequest, draft: Draft, answers: dict[str, Any]) -> HttpResponse:
    """A press on the picture: the pin moves there and the map comes closer, or goes far again."""
    is_far = "from_afar" in request.POST
    moved = dict(places.FROM_AFAR) if is_far else places.pressed(answers, request.POST.dict())
    services.save_answers(draft=draft, result=moved, now=timezone.now())
    return redirect(request.get_full_path())


def _documents(request: HttpRequest, draft: Draft, journey: Journey, page: Page) -> HttpResponse:
    """Add and take away files; each is cleaned as it arrives."""
    answers = selectors.answers_of(draft)
    today = timezone.now().astimezone(BAGHDAD).date()
    asked = selectors.required_documents(journey.key, answers.get("directorate_id"), today)
    form = step_forms.StepForm(None, answers=answers)
    errors: list[str] = []
    if request.method == "POST" and "remove" in request.POST:
        services.remove_document(draft=draft, document_id=_uuid(request.POST["remove"]))
        return redirect(request.get_full_path())
    if request.method == "POST":
        errors = _add_files(request, draft, {row["kind"] for row in asked})
        have = {document.kind for document in selectors.documents_of(draft)}
        missing = [row for row in asked if row["is_required"] and row["kind"] not in have]
        if "next" in request.POST and not errors:
            if not missing:
                return _save(request, draft, journey, page, _valid(form))
            errors = [
                str(_("Add this document: %(name)s")) % {"name": row[_language()]}
                for row in missing
            ]
        elif not errors:
            return redirect(request.get_full_path())
    context = _context(draft, journey, page, form, answers) | {
        "asked": answers_shown.documents_by_kind(asked, selectors.documents_of(draft), _language()),
        "errors": errors,
    }
    return render(request, page.template, context, status=422 if errors else 200)


def _valid(form: step_forms.StepForm) -> step_forms.StepForm:
    form.cleaned_data = {}
    return form


def _add_files(request: HttpRequest, draft: Draft, kinds: set[str]) -> list[str]:
    errors = []
    for name, files in request.FILES.lists():
        kind = name.removeprefix("file_")
        for file in files if kind in kinds else []:
            try:
                services.add_document(
                    draft=draft,
                    kind=kind,
                    upload=accept(file),  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except services.UnableToChange:
                raise
            except Unable as error:
                errors.append(f"{file.name}: {error}")
    return errors


@policy(CITIZEN)
def draft_document(request: HttpRequest, draft_id: UUID, document_id: UUID) -> HttpResponse:
    """A file of one's own draft, to see whether it can be read."""
    draft, _unused = _draft(request, draft_id)
    found = next((each for each in selectors.documents_of(draft) if each.id == document_id), None)
    if found is None:
        raise Http404
    clean = services.document_content(found)
    response = HttpResponse(clean.content, content_type=clean.content_type)
    name = f"{found.kind.lower()}.{clean.extension}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@policy(CITIZEN)
def check(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything once more, each line with a way to change it; then the declaration, then sent."""
    draft, journey = _draft(request, draft_id)
    if draft.case_id:
        return redirect("connections:sent", draft_id=draft.id)
    answers = selectors.answers_of(draft)
    form = step_forms.DeclarationForm(request.POST or None, answers=answers)
    if request.method == "POST" and form.is_valid():
        try:
            _case, secret = services.submit_application(
                draft_id=draft.id, actor=actor_of(request), now=timezone.now()
            )
            if secret:
                request.session[f"secret:{draft.id}"] = secret
            return redirect("connections:sent", draft_id=draft.id)
        except Unable as error:
            form.add_error(None, str(error))
    context = {
        "draft": draft,
        "journey": journey,
        "form": form,
        "rows": answers_shown.rows(journey, answers, selectors.documents_of(draft), _language()),
        "back_page": journey.before("check"),
    }
    return render(request, "connections/check.html", context, status=422 if form.errors else 200)


@policy(CITIZEN)
def sent(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The reference, what happens next, and the answers to keep. It survives a bookmark."""
    draft, journey = _draft(request, draft_id)
    if not draft.case_id:
        return redirect("connections:resume", draft_id=draft.id)
    context = answers_shown.sent_page(draft, journey, _language())
    context["secret"] = request.session.get(f"secret:{draft.id}", "")
    return render(request, "connections/sent.html", context)


@policy(CITIZEN)
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a draft away."""
    draft, _unused = _draft(request, draft_id)
    if request.method == "POST" and not draft.case_id:
        services.discard(draft=draft)
        messages.info(request, _("The draft is deleted."))
    return redirect("casework:my_cases")


@policy(CITIZEN)
def answers_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The citizen's own answers on paper, with the QR of the receipt."""
    content = answers_shown.pdf(
        user_of(request), reference, _language(), request.build_absolute_uri("/track/")
    )
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="wasl-{reference}.pdf"'
    return response


def _context(
    draft: Draft, journey: Journey, page: Page, form: step_forms.StepForm, answers: dict[str, Any]
) -> dict[str, Any]:
    number = [each.key for each in journey.pages].index(page.key) + 1
    total = len(journey.pages) + 1
    return {
        "draft": draft,
        "journey": journey,
        "page": page,
        "form": form,
        "answers": answers,
        "number": number,
        "total": total,
        "total_range": range(1, total + 1),
        "back_page": journey.before(page.key),
        "map": places.map_of(answers) if page.key == "map" else None,
        "load": _load(form, answers),
    }


def _load(form: step_forms.StepForm, answers: dict[str, Any]) -> dict[str, Any] | None:
    """What the calculator says: by the figures just typed, or by those saved."""
    watts = answers.get("load_watts")
    if isinstance(form, step_forms.LoadForm) and form.is_bound and form.is_valid():
        watts = form.watts()
    return {"kw": watts / 1000, "phases": loads.phases_for(watts)} if watts else None


def _journey(service: str) -> Journey:
    if service not in JOURNEYS:
        raise Http404
    return JOURNEYS[service]


def _draft(request: HttpRequest, draft_id: UUID) -> tuple[Draft, Journey]:
    draft = selectors.draft_of(user_of(request), draft_id)
    if draft is None:
        raise Http404
    return draft, _journey(draft.service)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        raise Http404 from None


def _language() -> str:
    return get_language() or "ar"
