"""A dialogue as its reporter sees it, opened for the length of one request; and names for figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.directorates.models import Directorate
from wasl.disclosures import matters, sealing, selectors, settings_declared
from wasl.disclosures.contents import FILE, Content
from wasl.disclosures.models import Author, Box, Outcome, Report, Stage, Step
from wasl.disclosures.services import Opened
from wasl.transparency import selectors as log
from wasl.transparency.proofs import Receipt


@dataclass(frozen=True)
class Line:
    """A step of a dialogue, with what was said at it."""

    place: int
    on: date
    stage: str
    is_reporter: bool
    words: str
    files: int
    has_proof: bool
    moved: bool


@dataclass(frozen=True)
class Page:
    """The whole dialogue."""

    code: str
    received_on: date
    answer_by: date
    stage: str
    outcome: str
    is_answered: bool
    is_erased: bool
    matter: str
    office: str
    lines: list[Line]
    next_batch: datetime


def page(opened: Opened, language: str, now: datetime) -> Page:
    """What the reporter is shown. In the system's scope."""
    report = opened.report
    steps = selectors.steps_of(report)
    contents = _opened(opened)
    proven = log.published([s.published.event_id for s in steps if hasattr(s, "published")])
    lines, before = [], ""
    for step in steps:
        found = contents.get(step.pk, [])
        published = getattr(step, "published", None)
        lines.append(
            Line(
                place=step.place,
                on=step.on_date,
                stage=str(Stage(step.stage).label),
                is_reporter=step.author == Author.REPORTER,
                words="\n".join(each.words for each in found if each.words),
                files=sum(each.type == FILE for each in found),
                has_proof=published is not None and published.event_id in proven,
                moved=step.stage != before,
            )
        )
        before = step.stage
    answers = next(iter(contents.get(steps[0].pk, [])), Content(type="words")).answers
    days = dated.value(
        settings_declared.FIRST_ANSWER_DAYS, directorate_id=None, on=report.received_on
    )
    last = steps[-1]
    outcome = next((step.outcome for step in reversed(steps) if step.outcome), "")
    is_over = last.stage in (Stage.CLOSED, Stage.ERASED)
    return Page(
        code=report.code,
        received_on=report.received_on,
        answer_by=report.received_on + timedelta(days=days),
        stage=str(Stage(last.stage).label),
        outcome=str(Outcome(outcome).label) if is_over and outcome else "",
        is_answered=any(step.author == Author.OFFICER and step.sealed for step in steps),
        is_erased=last.stage == Stage.ERASED,
        matter=matters.label(answers.get("matter", ""), language),
        office=_office(answers.get("office", ""), language),
        lines=lines,
        next_batch=selectors.next_batch_at(now),
    )


def _opened(opened: Opened) -> dict[int, list[Content]]:
    """The contents that open with the reporter's key, by step. What does not open says so."""
    found: dict[int, list[Content]] = {}
    public = bytes(opened.report.public_key)
    for box in selectors.boxes_of(opened.report):
        found.setdefault(box.step_id, []).append(_content(box, public, opened.private))
    return found


def _content(box: Box, public: bytes, private: bytes) -> Content:
    where = sealing.context(public, box.author)
    try:
        return Content.parse(sealing.open_box(bytes(box.sealed), private=private, context=where))
    except ValueError:
        return Content(type="words", words=_("(This part cannot be opened: it was damaged.)"))


def proof(report: Report, place: str) -> Receipt | None:
    """The log's proof of a step of this report; None before its batch is in the log."""
    steps = {str(step.place): step for step in selectors.steps_of(report)}
    step: Step | None = steps.get(place)
    published = getattr(step, "published", None)
    if published is None:
        return None
    try:
        return log.receipt_for(event_id=published.event_id)
    except Unable:
        return None


def offices(on: date, language: str) -> list[tuple[str, str]]:
    """The offices that a report may be about: the directorates, and the ministry."""
    found = [*directorates.distribution(on), *directorates.ministries()]
    return [(str(each.id), each.name(language)) for each in found]


def answer_names(on: date, language: str) -> dict[str, str]:
    """What the codes in a sealed report are called: its kinds, and the offices."""
    found = [*directorates.distribution(on), *directorates.ministries()]
    kinds = {each.code: each.labels[language] for each in matters.listed()}
    return kinds | {each.code: each.name(language) for each in found}


def offices_with(counts: list[tuple[int, int]], language: str) -> list[tuple[str, int]]:
    """Figures with the names of their offices."""
    return [(directorates.by_id(number).name(language), count) for number, count in counts]


def kinds_with(counts: list[tuple[str, int]], language: str) -> list[tuple[str, int]]:
    """Figures with the names of their kinds."""
    return [(matters.label(kind, language), count) for kind, count in counts]


def _office(code: str, language: str) -> str:
    if not code:
        return ""
    try:
        return directorates.by_code(code).name(language)
    except Directorate.DoesNotExist:
        return code
