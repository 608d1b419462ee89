"""The API of one report, for whoever sent it: how it stands, what was said, and the reporter's word."""

from typing import Any, BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import File, Path, Router, Status
from ninja.files import UploadedFile

from wasl.accounts.api_access import CITIZEN, PROVEN, Admit, moment
from wasl.casework import services as casework
from wasl.casework.models import Task
from wasl.casework.views import submission
from wasl.complaints import api_shapes as shapes
from wasl.complaints import api_states as states
from wasl.complaints import selectors, services
from wasl.complaints.api_own import Own, mark_of, next_of, own
from wasl.complaints.forms import MOST_PHOTOS
from wasl.complaints.models import Report
from wasl.core import problems, scope
from wasl.core.api_shapes import PROBLEMS, After, Limit, Reference
from wasl.core.problems import Fault, Refusal
from wasl.core.uploads import accept

router = Router(tags=["following"])
OWN = CITIZEN | PROVEN
_AT = {"note": "/body/words", "stars": "/body/stars"}
Named = Path[Reference]


def _language() -> str:
    return get_language() or "ar"


def _state(request: HttpRequest, mine: Own) -> shapes.ReportState:
    with scope.within_system():
        fresh = selectors.find(mine.report.reference) or mine.report
    case = mine.case
    if case is not None:
        case.refresh_from_db()
    return states.state(fresh, case, _language(), moment(request))


@router.get(
    "/reports/{reference}", auth=Admit(OWN), operation_id="getReport",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def get_report(request: HttpRequest, reference: Named) -> Any:
    """How a report stands: its stages, what is asked of the reporter, and the outage it belongs to."""
    return _state(request, own(request, reference))


@router.get(
    "/reports/{reference}/timeline", auth=Admit(OWN), operation_id="getReportTimeline",
    response={200: shapes.Timeline, **PROBLEMS},
)  # fmt: skip
def get_timeline(
    request: HttpRequest, reference: Named, limit: Limit = 50, after: After = ""
) -> Any:
    """What happened to a report, the oldest first, also who opened its file."""
    mine = own(request, reference)
    found = states.happenings(mine.report, mine.case, _language())
    rows = states.behind(found, mark_of(after))
    return shapes.Timeline(items=rows[:limit], next=next_of(rows, limit))


@router.post(
    "/reports/{reference}/photos", auth=Admit(OWN), operation_id="addReportPhoto",
    response={201: shapes.Photo, **PROBLEMS},
)  # fmt: skip
def add_photo(request: HttpRequest, reference: Named, photo: File[UploadedFile]) -> Any:
    """Add a photograph to an open report: JPEG, PNG or WebP, up to 8 MB. The same one again is one."""
    mine = own(request, reference)
    clean = accept(cast(BinaryIO, photo))
    if not clean.content_type.startswith("image/"):
        fault = Fault(pointer="/body/photo", code="NO_PHOTO", detail=_("Send a photograph."))
        raise Refusal(422, "WRONG_FIELDS", faults=[fault])
    added, photos = services.add_photo(
        report_id=mine.report.id, upload=clean, most=MOST_PHOTOS, actor=mine.acting(),
        now=moment(request),
    )  # fmt: skip
    return Status(201, shapes.Photo(id=added.id, added_at=added.added_at, photos=photos))


@router.post(
    "/reports/{reference}/verdict", auth=Admit(OWN), operation_id="sayWhetherWell",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def say_whether_well(request: HttpRequest, reference: Named, given: shapes.Verdict) -> Any:
    """Is it repaired? Yes ends the report; no carries it on. Of no supply: whether it is back."""
    mine = own(request, reference)
    if mine.case is None:
        _require_open_sign(mine.report)
        services.say_whether_back(
            report_id=mine.report.id, is_back=given.is_well, now=moment(request)
        )
    else:
        outcome = "CONFIRM" if given.is_well else "PROBLEM"
        stars = str(given.stars) if given.stars else ""
        _answer(request, mine, "confirm", outcome, note=given.words, stars=stars)
    return _state(request, mine)


def _require_open_sign(report: Report) -> None:
    if not report.is_open or not report.category.follows_outage or report.joined_to_id:
        raise Refusal(409, "NOT_ASKED", _("Nothing of the kind is asked of this report now."))


@router.post(
    "/reports/{reference}/reopen", auth=Admit(OWN), operation_id="reopenReport",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def reopen(request: HttpRequest, reference: Named, given: shapes.Again) -> Any:
    """It has come back: within the published term the same case goes on."""
    mine = own(request, reference)
    _answer(request, mine, "again", "REOPEN", note=given.words)
    return _state(request, mine)


@router.post(
    "/reports/{reference}/appeal", auth=Admit(OWN), operation_id="appeal",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def appeal(request: HttpRequest, reference: Named, given: shapes.Appeal) -> Any:
    """Appeal against a refusal, with why; or accept it."""
    mine = own(request, reference)
    outcome = "APPEAL" if given.is_appealed else "ACCEPT_REFUSAL"
    _answer(request, mine, "appeal", outcome, note=given.words)
    return _state(request, mine)


def _answer(request: HttpRequest, mine: Own, key: str, outcome: str, **data: str) -> None:
    """One step of the reporter, by the form of its page. Answered so already: nothing is changed."""
    actor = mine.acting()
    case = mine.case
    task = states.citizen_task(case, key) if case else None
    if case is None or task is None:
        if case is not None and _was_answered(case.id, key, outcome):
            return
        raise Refusal(409, "NOT_ASKED", _("Nothing of the kind is asked of this report now."))
    form = submission.form_of(task, case, _language(), {"outcome": outcome, **data})
    if not form.is_valid():
        raise problems.of_form(form.errors.get_json_data(), _AT)
    submission.submit(form, actor, moment(request))


def _was_answered(case_id: Any, key: str, outcome: str) -> bool:
    with scope.within_system():
        done = Task.objects.filter(case_id=case_id, key=key).order_by("-opened_at", "-id").first()
    return done is not None and done.status == Task.Status.DONE and done.outcome == outcome


@router.post(
    "/reports/{reference}/withdraw", auth=Admit(OWN), operation_id="withdrawReport",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def withdraw(request: HttpRequest, reference: Named) -> Any:
    """Take a report back. One of no supply is not taken back: say that it is back."""
    mine = own(request, reference)
    if mine.case is None:
        raise Refusal(409, "NOT_WITHDRAWN", _("Say whether supply is back instead."))
    casework.withdraw(case_id=mine.case.id, actor=mine.acting(), now=moment(request))
    return _state(request, mine)


@router.post(
    "/reports/{reference}/rating", auth=Admit(OWN), operation_id="rateReport",
    response={200: shapes.ReportState, **PROBLEMS},
)  # fmt: skip
def rate(request: HttpRequest, reference: Named, given: shapes.Rating) -> Any:
    """How the work was, once it is done; the last word counts."""
    mine = own(request, reference)
    is_done = mine.report.outcome in {Report.Outcome.DONE, Report.Outcome.SILENCE}
    if mine.case is None or not is_done:
        raise Refusal(409, "NOT_DONE", _("Work is rated when it is done."))
    mine.acting()
    services.rate(case_id=mine.case.id, stars=given.stars, now=moment(request))
    return _state(request, mine)
