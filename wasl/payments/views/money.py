"""The desk for money: take files over, decide what does not match, close the day."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wasl.accounts.policies import actor_of, policy, roles
from wasl.accounts.roles import Role
from wasl.core.errors import Unable
from wasl.payments import money_desk, services
from wasl.payments.forms import MatchForm, TakeOverForm
from wasl.payments.models import BankEntry, Match
from wasl.payments.services import matching

KEEPERS = roles(Role.CASHIER_CONTROLLER, Role.SUPERVISOR, Role.DIRECTOR)
READERS = KEEPERS | roles(Role.QUALITY_OFFICER, Role.AUDITOR)
LARGEST = 50 * 2**20


def here(request: HttpRequest) -> int:
    """The directorate of the role in which the person came."""
    directorate_id = actor_of(request).directorate_id
    if directorate_id is None:
        raise Http404
    return directorate_id


@require_GET
@policy(READERS)
def desk(request: HttpRequest) -> HttpResponse:
    """The days, the files, and how much waits."""
    directorate_id = here(request)
    context = {
        "closes": money_desk.closes(directorate_id),
        "waiting": money_desk.waiting_count(directorate_id),
        "files": money_desk.files(directorate_id),
        "statements": money_desk.statements(directorate_id),
        "today": timezone.localdate(),
    }
    return render(request, "payments/money/desk.html", context)


@require_http_methods(["GET", "POST"])
@policy(KEEPERS)
def take_over(request: HttpRequest) -> HttpResponse:
    """A file of the bank or of a company: read, matched and posted, or refused whole."""
    form = TakeOverForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            _take(request, form.cleaned_data["kind"], form.cleaned_data["file"])
        except Unable as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("Taken over. What did not match waits below."))
            return redirect("money:queue")
    return render(
        request, "payments/money/take_over.html", {"form": form}, status=422 if form.errors else 200
    )


def _take(request: HttpRequest, kind: str, file: "UploadedFile[bytes]") -> None:
    if file.size is None or file.size > LARGEST:
        raise services.UnableToImportFile(cause=_("it is larger than 50 MB."))
    common = {
        "directorate_id": here(request),
        "name": file.name or "",
        "content": file.read(),
        "actor": actor_of(request),
        "now": timezone.now(),
    }
    if kind == "bank":
        services.import_bank_file(**common)
    else:
        services.import_company_file(provider=kind, **common)


@require_GET
@policy(READERS)
def queue(request: HttpRequest) -> HttpResponse:
    """What nobody has matched, and what waits for a second person."""
    context = {"waiting": money_desk.waiting(here(request)), "user_id": actor_of(request).user_id}
    return render(request, "payments/money/queue.html", context)


@require_http_methods(["GET", "POST"])
@policy(KEEPERS)
def match(request: HttpRequest, side: str, item_id: UUID) -> HttpResponse:
    """Propose what an item is."""
    found = money_desk.waiting_item(here(request), side, item_id)
    if found is None or found.proposed is not None:
        raise Http404
    allowed = matching.OF_ENTRY if isinstance(found.item, BankEntry) else matching.OF_LINE
    form = MatchForm(
        request.POST or None, targets=[(each, Match.Target(each).label) for each in allowed]
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_match(
                directorate_id=here(request),
                item=found.item,
                actor=actor_of(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
            return redirect("money:queue")
        except Unable as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return render(
        request, "payments/money/match.html", {"form": form, "found": found}, status=status
    )


@require_POST
@policy(KEEPERS)
def decide(request: HttpRequest, match_id: UUID) -> HttpResponse:
    """Agree to a proposed match, or refuse it."""
    try:
        services.decide_match(
            directorate_id=here(request),
            match_id=match_id,
            is_agreed=request.POST.get("agreed") == "1",
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Unable as error:
        messages.error(request, str(error))
    except Match.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("Done."))
    return redirect("money:queue")


@require_http_methods(["GET", "POST"])
@policy(READERS)
def day(request: HttpRequest, day: str) -> HttpResponse:
    """The close of a day: each comparison, and what a difference consists of."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if request.method == "POST":
        return _close(request, wanted)
    close, checks, looks = money_desk.close_of(here(request), wanted)
    context = {
        "day": wanted,
        "close": close,
        "checks": checks,
        "looks": looks,
        "may_close": actor_of(request).role in KEEPERS.roles and wanted <= timezone.localdate(),
    }
    return render(request, "payments/money/day.html", context)


def _close(request: HttpRequest, wanted: date) -> HttpResponse:
    if actor_of(request).role not in KEEPERS.roles:
        raise Http404
    try:
        services.close_day(
            directorate_id=here(request),
            day=wanted,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Unable as error:
        messages.error(request, str(error))
    return redirect("money:day", day=wanted.isoformat())


@require_GET
@policy(READERS)
def trial(request: HttpRequest) -> HttpResponse:
    """Every account of the books up to a day."""
    try:
        until = date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        until = timezone.localdate()
    rows, total = money_desk.trial(here(request), until)
    context = {"rows": rows, "total": total, "until": until}
    return render(request, "payments/money/trial.html", context)
