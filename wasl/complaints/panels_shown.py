"""What the steps of a complaint show: the report, the place; never who reported it."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.casework import panels
from wasl.casework.models import Case, Task
from wasl.casework.panels import Panel, register_panel, show
from wasl.complaints import selectors
from wasl.complaints.models import Report
from wasl.complaints.services.reporting import PHOTO, VOICE
from wasl.complaints.task_forms import FILES, REPAIR_PHOTO
from wasl.core import scope
from wasl.customers import account_numbers
from wasl.directorates import selectors as directorates


def answers_in_words(report: Report) -> list[tuple[str, str]]:
    """The questions that were answered, each with its answer, in the reader's language."""
    language = get_language() or "ar"
    shown = []
    for question in report.category.questions:
        answer = report.answers.get(question["code"])
        if answer in (None, "", []):
            continue
        words = {each["key"]: each["label"][language] for each in question.get("values") or []}
        given = answer if isinstance(answer, list) else [answer]
        shown.append(
            (
                question["label"][language],
                "، ".join(str(words.get(each, each)) for each in given),
            )
        )
    return shown


def _report(case: Case, _task: Task | None) -> dict[str, Any]:
    with scope.within_system():
        report = selectors.by_case(case.id)
        if report is None:
            return {"report": None}
        return {
            "report": report,
            "answers": answers_in_words(report),
            "joined": report.joined.count(),
            "urls": report.answers.get("media_url") or [],
        }


def _place(case: Case, _task: Task | None) -> dict[str, Any]:
    with scope.within_system():
        report = selectors.by_case(case.id)
        district = directorates.district(report.district_code) if report else None
    number = report.account_no if report else ""
    return {
        "report": report,
        "district": district,
        "shown_no": account_numbers.shown(number) if number else "",
        "directorate_id": case.directorate_id,
    }


panels.register_document_kind(PHOTO, _("Photograph of the reporter"))
panels.register_document_kind(VOICE, _("What the reporter said"))
panels.register_document_kind(REPAIR_PHOTO, _("Photograph after the work"))
for _panel in (
    Panel(
        name="complaints.report",
        title=_("The report"),
        template="complaints/panels/report.html",
        fetch=_report,
    ),
    Panel(
        name="complaints.place",
        title=_("The place"),
        template="complaints/panels/place.html",
        fetch=_place,
    ),
):
    register_panel(_panel)

_ALL = ("complaints.report", "complaints.place")
for _name in ("look", "look-conduct", "make-safe", "repair", "hear-appeal"):
    show(f"complaints.{_name}", _ALL, documents=FILES)
for _name in ("confirm", "reopen", "appeal"):
    show(f"complaints.{_name}", ("complaints.report",), documents=FILES)
