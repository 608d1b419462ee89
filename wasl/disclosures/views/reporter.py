"""
The reporter's pages. They have one address, which never changes and never holds anything.

What is done is told by the field `do` of a form. See quiet.py for what they do not do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wasl.core import addresses, limits, scope
from wasl.core.errors import Unable
from wasl.core.limits import UnableToTryAgainYet
from wasl.disclosures import dialogues, receipts, selectors, services, tickets
from wasl.disclosures.forms import FilingForm, SayForm
from wasl.disclosures.patience import PATIENCE
from wasl.disclosures.views.quiet import quiet, show

# In an hour, from one address: with the browser's work, and without (no JavaScript).
FILINGS, FILINGS_WITHOUT_WORK = 10, 5
OPENINGS, OPENINGS_WITHOUT_WORK = 40, 20
# Forms with files, whatever becomes of them: to make files anew is the dearest thing here.
FILE_FORMS = 20
# So long (ten minutes more or less) a form that was sent shows its receipt again: for who lost the
# answer on the way. And so long a dialogue's ticket is remembered as spent: longer than it lasts.
SHOWN_AGAIN_SECONDS, SPENT_SECONDS = 1200, 3600


@quiet
def protected(request: HttpRequest) -> HttpResponse:
    """What it is; the form; the receipt; the dialogue."""
    doing = _DOING.get(request.POST.get("do", "")) if request.method == "POST" else None
    return doing(request) if doing else _intro(request)


@quiet
def figures(request: HttpRequest) -> HttpResponse:
    """How many reports there were, where there were enough to be told."""
    now = timezone.now()
    with scope.within_system():
        found = selectors.figures(timezone.localdate(now))
        context = {
            "figures": found,
            "offices": dialogues.offices_with(found.offices, _language()),
            "kinds": dialogues.kinds_with(found.kinds, _language()),
        }
    return show(request, "disclosures/figures.html", context)


def _intro(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    with scope.within_system():
        keys = selectors.keys_in_use(now)
    context = {"error": error, "keys": keys, "ticket": tickets.new_form(now), "typed": ""}
    return show(request, "disclosures/intro.html", context, status=status)


def _begin(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    return _write(request, _filing_form(request, now, is_sent=False), tickets.new_form(now))


def _write(request: HttpRequest, form: FilingForm, ticket: str) -> HttpResponse:
    context = {"form": form, "ticket": ticket, "work_bits": tickets.WORK_BITS}
    return show(request, "disclosures/write.html", context, status=422 if form.errors else 200)


def _filing_form(
    request: HttpRequest, now: datetime, *, is_sent: bool, has_files: bool = True
) -> FilingForm:
    with scope.within_system():
        offices = dialogues.offices(timezone.localdate(now), _language())
        officers = [(str(user.pk), user.full_name or "") for user in selectors.holders(now)]
    bound = (request.POST, request.FILES if has_files else None) if is_sent else (None, None)
    return FilingForm(*bound, offices=offices, officers=officers)


def _send(request: HttpRequest) -> HttpResponse:
    now, ticket = timezone.now(), request.POST.get("ticket", "")
    try:
        if request.FILES:
            PATIENCE.require(what="files", address=addresses.of(request), limit=FILE_FORMS, now=now)
    except UnableToTryAgainYet as error:
        form = _filing_form(request, now, is_sent=True, has_files=False)
        form.add_error(None, str(error))
        return _write(request, form, ticket)
    form = _filing_form(request, now, is_sent=True)
    try:
        receipt = tickets.receipt_of(ticket, now)
    except tickets.NotValid:
        form.add_error(None, _("This page had grown old. Look it over and send it once more."))
        return _write(request, form, tickets.new_form(now))
    if not form.is_valid():
        return _write(request, form, ticket)
    filing = services.Filing(
        receipt=receipt,
        matter=form.cleaned_data["matter"],
        directorate_id=int(form.cleaned_data["office"]),
        words=form.cleaned_data["words"],
        involved=form.left_out,
        files=form.cleaned_data["attachments"],
    )
    try:
        _require_patience(request, "file", FILINGS, FILINGS_WITHOUT_WORK, now)
        report, is_new = services.receive(filing=filing, now=now)
    except Unable as error:
        form.add_error(None, str(error))
        return _write(request, form, ticket)
    if not _may_be_shown(ticket, is_new, now):
        text = _(
            "This report was sent already, and its receipt was shown. If you have no receipt, write "
            "a new report: nothing of the first is lost."
        )
        return show(request, "disclosures/refused.html", {"text": text}, status=409)
    with scope.within_system():
        due = selectors.next_batch_at(now)
    context = {
        "receipt": receipts.grouped(receipt), "report": report, "due": due, "is_again": not is_new,
    }  # fmt: skip
    return show(request, "disclosures/receipt.html", context)


def _open(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    try:
        _require_patience(request, "open", OPENINGS, OPENINGS_WITHOUT_WORK, now)
        opened = services.open_dialogue(receipt=receipts.parse(request.POST.get("receipt", "")))
    except Unable as error:
        return _intro(request, str(error), status=422)
    return _dialogue(request, opened, now, SayForm())


def _dialogue(
    request: HttpRequest, opened: services.Opened, now: datetime, form: SayForm, notice: str = ""
) -> HttpResponse:
    with scope.within_system():
        page = dialogues.page(opened, _language(), now)
    context = {
        "page": page,
        "form": form,
        "notice": notice,
        "ticket": tickets.new_dialogue(opened.private, now),
    }
    return show(request, "disclosures/dialogue.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class _Going:
    """A dialogue that goes on by its ticket."""

    opened: services.Opened
    ticket: str


def _going_on(request: HttpRequest, now: datetime) -> _Going | None:
    ticket = request.POST.get("ticket", "")
    try:
        private = tickets.private_of(ticket, now)
        return _Going(services.open_with(private=private), ticket)
    except (tickets.NotValid, services.UnableToOpenDialogue):
        return None


def _say(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    going = _going_on(request, now)
    if going is None:
        return _closed(request)
    form = SayForm(request.POST, request.FILES)
    if not form.is_valid():
        return _dialogue(request, going.opened, now, form)
    # A ticket writes once: sent again, or copied by somebody, it does nothing more.
    if not _is_first(going.ticket, SPENT_SECONDS, now):
        return _dialogue(request, going.opened, now, SayForm(), _("It was sent already."))
    try:
        services.say(
            opened=going.opened,
            words=form.cleaned_data["words"],
            files=form.cleaned_data["attachments"],
            now=now,
        )
    except Unable as error:
        form.add_error(None, str(error))
        return _dialogue(request, going.opened, now, form)
    return _dialogue(request, going.opened, now, SayForm(), _("It was sealed and sent."))


def _proof(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    going = _going_on(request, now)
    if going is None:
        return _closed(request)
    with scope.within_system():
        proof = dialogues.proof(going.opened.report, request.POST.get("step", ""))
    if proof is None:
        text = _("The log has no proof of this step yet.")
        return _dialogue(request, going.opened, now, SayForm(), text)
    response = HttpResponse(proof.to_bytes(), content_type="text/plain; charset=utf-8")
    # A name that says nothing to whoever sees the folder of downloads.
    response.headers["Content-Disposition"] = f'attachment; filename="{proof.index}.tlog-proof"'
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    return _intro(
        request, _("The dialogue was closed after half an hour. Type your receipt again."), 422
    )


def _is_first(ticket: str, seconds: int, now: datetime) -> bool:
    """
    Whether a ticket was not used in the last minutes; now it is.

    The counter knows neither address nor report, and of the time ten minutes' steps only.
    """
    coarse = now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)
    return limits.hit(_counter(ticket), limit=1, per_seconds=seconds, now=coarse)


def _may_be_shown(ticket: str, is_new: bool, now: datetime) -> bool:
    """
    Whether the receipt is told: when the report came, and some minutes more.

    Asking counts nothing: whoever sends the form once more later does not begin the minutes anew.
    """
    if is_new:
        return _is_first(ticket, SHOWN_AGAIN_SECONDS, now)
    try:
        limits.require_unspent(_counter(ticket), limit=1, now=now)
    except UnableToTryAgainYet:
        return True
    return False


def _counter(ticket: str) -> str:
    return f"disclosures:{tickets.name_of(ticket)}"


def _require_patience(
    request: HttpRequest, what: str, with_work: int, without: int, now: datetime
) -> None:
    ticket, work = request.POST.get("ticket", ""), request.POST.get("work", "")
    has_worked = tickets.has_work(ticket, work)
    PATIENCE.require(
        what=f"{what}:{has_worked}",
        address=addresses.of(request),
        limit=with_work if has_worked else without,
        now=now,
    )


def _language() -> str:
    return get_language() or "ar"


_DOING: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "begin": _begin,
    "send": _send,
    "open": _open,
    "say": _say,
    "proof": _proof,
}
