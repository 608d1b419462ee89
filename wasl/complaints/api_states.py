"""Categories and reports as the API shows them: read through the selectors of the pages, nothing written."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse

from wasl.casework import pages
from wasl.casework import selectors as casework
from wasl.casework.models import Case, Task
from wasl.casework.services import may_withdraw
from wasl.complaints import api_shapes as shapes
from wasl.complaints import field, selectors
from wasl.complaints.models import CategoryVersion, Report
from wasl.complaints.services.ending import OF_CASE
from wasl.complaints.services.reporting import PHOTO
from wasl.core import scope
from wasl.events import kinds as event_kinds
from wasl.events import selectors as events

Group = CategoryVersion.Group
Row = TypeVar("Row", shapes.Happening, shapes.Message)
# The citizen's steps of the process, by what the API calls their answers.
ANSWERS = {"confirm": ["is_well"], "again": ["again"], "appeal": ["is_appealed"]}


def categories(on: date, language: str, *, is_for_partner: bool) -> list[shapes.Category]:
    """What is offered; to programs of others not the conduct of staff, which is nobody else's to see."""
    with scope.within_system():
        found = selectors.categories(on)
    return [
        category(each, language)
        for each in found
        if not (is_for_partner and each.group == Group.CONDUCT)
    ]


def category(found: CategoryVersion, language: str) -> shapes.Category:
    """A category with its questions, in a language."""
    return shapes.Category(
        code=found.code,
        version=found.version,
        group=Group(found.group),
        name=found.labels[language],
        hint=found.hints.get(language, ""),
        asks_whether_urgent=found.group == Group.DANGER,
        needs_words=found.needs_words,
        is_shared=found.is_shared,
        follows_outage=found.follows_outage,
        takes_photos=not found.follows_outage,
        questions=[
            shapes.Question(
                code=each["code"],
                datatype=each["datatype"],
                required=bool(each.get("required")),
                label=each["label"][language],
                values=[
                    shapes.Choice(key=value["key"], label=value["label"][language])
                    for value in each.get("values") or []
                ],
            )
            for each in found.questions
        ],
    )


def known(found: selectors.Known, number: str) -> shapes.Known:
    """What is known at a place."""
    return shapes.Known(
        outage=_outage(found),
        reports=[
            shapes.NearReport(
                id=each.report.id,
                metres=each.metres,
                joined=each.joined,
                received_at=each.report.received_at,
            )
            for each in found.reports
        ],
        emergency_number=number,
    )


def _outage(found: selectors.Known) -> shapes.KnownOutage | None:
    if found.outage is None:
        return None
    return shapes.KnownOutage(
        reference=found.outage.reference,
        cause=found.outage.cause,
        is_confirmed=found.outage.is_confirmed,
        since=found.since,
        expected_at=found.outage.expected_at,
    )


def summary(report: Report, language: str) -> shapes.Summary:
    """A report in a list."""
    return shapes.Summary(
        id=report.id,
        reference=report.reference,
        category=report.category_code,
        category_name=report.category.labels[language],
        is_open=report.is_open,
        outcome=Report.Outcome(report.outcome),
        received_at=report.received_at,
        updated_at=report.updated_at,
    )


def state(report: Report, case: Case | None, language: str, now: datetime) -> shapes.ReportState:
    """How a report stands, with the stages of its case where it has one."""
    place = None
    with scope.within_system():
        pictures = field.pictures_of(report)
        if report.category.follows_outage and report.is_open:
            place = selectors.known(
                report.directorate_id, report.category, lat=report.lat, lon=report.lon,
                account_no=report.account_no, now=now,
            )  # fmt: skip
    return shapes.ReportState(
        **summary(report, language).model_dump() | _ending(report, case),
        outcome_words=str(report.get_outcome_display()),
        is_urgent=report.is_urgent,
        joined_to=report.joined_to_id,
        due_at=case.due_at if case else None,
        closed_at=report.closed_at,
        stages=_stages(case, language) if case else [],
        asked=_asked(report, case),
        outage=_outage(place) if place else None,
        photos=len(casework.documents(case, kinds=[PHOTO])) if case else 0,
        pictures=[_site() + each for each in pictures],
        stars=report.stars,
        may_withdraw=case is not None and may_withdraw(case),
    )


def _ending(report: Report, case: Case | None) -> dict[str, Any]:
    """What the case says goes before the report, which hears of it a moment later."""
    if case is None or case.is_open or not report.is_open:
        return {}
    return {"is_open": False, "outcome": OF_CASE.get(case.outcome, Report.Outcome.DONE)}


def _stages(case: Case, language: str) -> list[shapes.Stage]:
    return [
        shapes.Stage(
            key=each.key,
            label=each.label,
            state=each.state,
            began_at=each.began_at,
            ended_at=each.ended_at,
        )
        for each in casework.stage_line(case, language)
    ]


def _asked(report: Report, case: Case | None) -> list[shapes.Asked]:
    if case is not None:
        return [
            shapes.Asked(step=task.key, answers=ANSWERS[task.key], until=task.expires_at)
            for task in casework.citizen_tasks(case)
            if task.key in ANSWERS
        ]
    if report.is_open and report.category.follows_outage:
        return [shapes.Asked(step="supply_back", answers=["is_well"], until=None)]
    return []


def happenings(report: Report, case: Case | None, language: str) -> list[shapes.Happening]:
    """What happened to a report, the oldest first; openings of the file are among it."""
    if case is not None:
        return [
            shapes.Happening(
                id=line.id,
                at=line.at,
                title=line.title,
                detail=line.detail,
                who=line.who,
                is_proved=line.is_proved,
            )
            for line in pages.timeline(case, language)
        ]
    with scope.within_system():
        found = [
            each
            for each in events.about("report", report.id)
            if event_kinds.get(each.kind).seen_by_citizen
        ]
    return [
        shapes.Happening(
            id=each.id,
            at=each.recorded_at,
            title=str(event_kinds.get(each.kind).label),
            detail="",
            who="",
            is_proved=False,
        )
        for each in found
    ]


def messages(case: Case | None) -> list[shapes.Message]:
    """The words that are meant for the reporter, and their own, the oldest first."""
    if case is None:
        return []
    return [
        shapes.Message(
            id=each["id"],
            at=each["at"],
            author="REPORTER" if each["is_citizens"] else each["role"],
            author_words="" if each["is_citizens"] else each["who"],
            text=each["text"],
            files=[shapes.ReportFile(**_file(case, file)) for file in each["files"]],
        )
        for each in pages.talk(case)
    ]


def files(case: Case | None) -> list[shapes.NamedFile]:
    """The files of a case that are no message's, the oldest first."""
    if case is None:
        return []
    found = pages.named(each for each in casework.documents(case) if each.note_id is None)
    return [
        shapes.NamedFile(**_file(case, each), label=each["label"], added_at=each["added_at"])
        for each in found
    ]


def _file(case: Case, found: dict[str, Any]) -> dict[str, Any]:
    path = reverse("api:getReportFile", args=[case.reference, str(found["id"])])
    return {
        "id": found["id"],
        "content_type": found["content_type"],
        "size": found["size"],
        "href": _site() + path,
    }


def _site() -> str:
    return settings.WASL_PUBLIC_URL.rstrip("/")


def citizen_task(case: Case, key: str) -> Task | None:
    """The step of that key that waits for the reporter."""
    return next((each for each in casework.citizen_tasks(case) if each.key == key), None)


def behind(rows: Iterable[Row], mark: tuple[datetime, str] | None) -> list[Row]:
    """The rows behind a mark, in the order of their times."""
    ordered = sorted(rows, key=lambda row: (row.at, str(row.id)))
    return [row for row in ordered if mark is None or (row.at, str(row.id)) > mark]
