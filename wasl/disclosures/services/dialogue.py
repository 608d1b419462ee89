"""Taking a report in, and the dialogue about it. Whatever is kept is sealed before it is kept."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.core import scope
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.directorates import selectors as directorates
from wasl.disclosures import matters, receipts, sealing, selectors
from wasl.disclosures.contents import FILE, WORDS, Content
from wasl.disclosures.models import Author, Box, Outcome, Reader, Report, Stage, Step, Tally

# A dialogue is with people: more than so many messages in a day is a machine.
MOST_A_DAY = 20
MOST_BOX_BYTES = 256 * 1024
# Letters that are not mistaken for each other when a code is read out.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


class UnableToReceive(Unable):
    """Nobody is there who could read it."""

    code = "NO_READERS"
    message = _(
        "Nothing was sent: no officer who is outside this matter can read reports at the moment. "
        "Turn to the Commission of Integrity, or try again later."
    )


class UnableToOpenDialogue(Unable):
    """No report has this receipt. One answer, whatever is wrong."""

    code = "NO_SUCH_RECEIPT"
    message = _("We know no report with this receipt. Check the sixteen digits.")


class UnableToWrite(Unable):
    """The dialogue does not take this."""

    code = "NOT_WRITTEN"
    message = _("This was not sent: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What a reporter hands in, with the receipt that they are given."""

    receipt: str
    matter: str
    directorate_id: int
    words: str
    involved: frozenset[UUID] = frozenset()
    files: Sequence[CleanUpload] = ()


@dataclass(frozen=True)
class Opened:
    """A report with the reporter's private key, for as long as a request takes."""

    report: Report
    private: bytes


def receive(*, filing: Filing, now: datetime) -> tuple[Report, bool]:
    """
    This function will seal a report to the integrity officers outside the matter and to its receipt.

    The same receipt a second time is the same report: (report, False).

    :raises UnableToReceive: when nobody without a conflict could read it.
    :raises receipts.UnableToDeriveNow: when too many are at it.
    """
    private = receipts.private_key(filing.receipt, receipts.site_salt())
    public = sealing.public_of(private)
    with scope.within_system():
        _hold(public.hex())  # a form that is sent twice at once
        known = selectors.by_public_key(public)
        if known is not None:
            return known, False
        chosen = selectors.without_conflict(
            directorate_id=filing.directorate_id, involved=filing.involved, now=now
        )
        if not chosen:
            raise UnableToReceive
        today = timezone.localdate(now)
        report = Report.objects.create(
            # Not by time, as everywhere else: it would tell the millisecond.
            id=uuid4(),
            public_key=public,
            code="".join(secrets.choice(_LETTERS) for _n in range(8)),
            received_on=today,
        )
        for key in chosen:
            Reader.objects.create(report=report, key=key)
        office = directorates.by_id(filing.directorate_id).code
        answers = {"matter": filing.matter, "office": office}
        contents = _contents(filing.words, filing.files, answers)
        publics = [bytes(key.public_key) for key in chosen]
        boxes = _seal(report, contents, publics)
        _add(report, 1, Stage.RECEIVED, Author.REPORTER, boxes, now)
        _count(filing, now)
    return report, True


def open_dialogue(*, receipt: str) -> Opened:
    """
    The report of a receipt: whoever derives the key that opens what is sealed to it is its reporter.

    :raises UnableToOpenDialogue: when there is none.
    """
    return open_with(private=receipts.private_key(receipt, receipts.site_salt()))


def open_with(*, private: bytes) -> Opened:
    """The report of a private key. :raises UnableToOpenDialogue: when there is none."""
    with scope.within_system():
        report = selectors.by_public_key(sealing.public_of(private))
    if report is None or not sealing.prove(private=private, public=bytes(report.public_key)):
        raise UnableToOpenDialogue
    return Opened(report, private)


def say(*, opened: Opened, words: str, files: Sequence[CleanUpload], now: datetime) -> Step:
    """
    This function will add what the reporter writes. Whatever was answered or closed is open again.

    :raises UnableToWrite: after erasure, too much in a day, or when its readers are all gone.
    """
    with scope.within_system():
        last = _locked(opened.report)
        today = timezone.localdate(now)
        if last.stage == Stage.ERASED:
            raise UnableToWrite(cause=_("its content was erased by the rule. Write a new report."))
        said = Step.objects.filter(report=opened.report, author=Author.REPORTER, on_date=today)
        if said.count() >= MOST_A_DAY:
            raise UnableToWrite(cause=_("there were many messages today. Go on tomorrow."))
        publics = [bytes(key.public_key) for key in selectors.readers(opened.report, now)]
        if not publics:
            raise UnableToWrite(
                cause=_("the officers who could read it have left. Write a new report.")
            )
        boxes = _seal(opened.report, _contents(words, files, {}), publics)
        stage = Stage.RECEIVED if last.stage == Stage.RECEIVED else Stage.IN_REVIEW
        return _add(opened.report, last.place + 1, stage, Author.REPORTER, boxes, now)


def reply(*, report_id: UUID, box: bytes, officer: User, now: datetime) -> Step:
    """
    This function will add an answer that was sealed on the officer's own computer.

    :raises Report.DoesNotExist: when it is not sealed to this officer.
    :raises UnableToWrite: when the box is not one for this dialogue, or the report is closed.
    """
    with scope.within_system():
        report = _of_officer(officer, report_id)
        last = _locked(report)
        if last.stage in (Stage.CLOSED, Stage.ERASED):
            raise UnableToWrite(cause=_("the report is closed."))
        if len(box) > MOST_BOX_BYTES:
            raise UnableToWrite(cause=_("the answer is too long."))
        try:
            shown = sealing.header_of(box)
        except sealing.NotOpened:
            raise UnableToWrite(cause=_("this is no sealed answer.")) from None
        if set(shown.readers) != selectors.reader_ids(report, now):
            raise UnableToWrite(
                cause=_("it is sealed to other readers than this report has. Seal it anew.")
            )
        if Box.objects.filter(id=UUID(bytes=shown.box_id)).exists():
            raise UnableToWrite(cause=_("it was sent before."))
        return _add(
            report, last.place + 1, Stage.ANSWERED, Author.OFFICER, [box], now, by=officer.pk
        )


def move(*, report_id: UUID, stage: str, outcome: str, officer: User, now: datetime) -> Step:
    """
    This function will note that a report is looked into, or closed with an outcome.

    :raises Report.DoesNotExist: when it is not sealed to this officer.
    :raises UnableToWrite: when the step cannot follow, or the outcome is missing.
    """
    with scope.within_system():
        report = _of_officer(officer, report_id)
        last = _locked(report)
        may = {Stage.IN_REVIEW: {Stage.RECEIVED}, Stage.CLOSED: set(Stage) - {Stage.CLOSED}}
        if last.stage == Stage.ERASED or last.stage not in may.get(Stage(stage), set()):
            raise UnableToWrite(cause=_("the report has moved on meanwhile. Load the page again."))
        if (stage == Stage.CLOSED) != (outcome in Outcome.values and outcome != ""):
            raise UnableToWrite(cause=_("choose what came of it."))
        return _add(
            report, last.place + 1, Stage(stage), Author.OFFICER, [], now,
            by=officer.pk, outcome=outcome,
        )  # fmt: skip


def actor_of(officer: User) -> Actor:
    """The officer, in their role at the ministry, as events name them."""
    return Actor.for_user(officer, "INTEGRITY_OFFICER", directorates.ministry().id)


def _of_officer(officer: User, report_id: UUID) -> Report:
    report = selectors.report_for(officer, report_id)
    if report is None:
        raise Report.DoesNotExist
    return report


def _locked(report: Report) -> Step:
    """The last step, with the report held: its rows cannot be locked, as nobody may change them."""
    if not connection.in_atomic_block:
        raise RuntimeError("a step is added in a transaction")
    _hold(str(report.id))
    return selectors.last_step(report)


def _hold(name: str) -> None:
    """Until the transaction ends, whoever else holds the same name waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _contents(words: str, files: Iterable[CleanUpload], answers: dict[str, str]) -> list[Content]:
    found = [Content(type=WORDS, words=words, answers=answers)]
    return found + [
        Content(type=FILE, content_type=file.content_type, data=file.content) for file in files
    ]


def _seal(report: Report, contents: Iterable[Content], publics: Sequence[bytes]) -> list[bytes]:
    public = bytes(report.public_key)
    where = sealing.context(public, sealing.REPORTER)
    return [
        sealing.seal(content.to_bytes(), readers=[*publics, public], context=where)
        for content in contents
    ]


@transaction.atomic
def _add(
    report: Report, place: int, stage: Stage, author: Author, boxes: list[bytes], now: datetime,
    *, by: UUID | None = None, outcome: str = "",
) -> Step:  # fmt: skip
    step = Step.objects.create(
        report=report,
        place=place,
        stage=stage,
        outcome=outcome,
        author=author,
        by=by,
        sealed=sealing.digest_of_all(boxes) if boxes else None,
        on_date=timezone.localdate(now),
    )
    for part, box in enumerate(boxes):
        Box.objects.create(
            id=UUID(bytes=sealing.header_of(box).box_id),
            report=report, step=step, part=part, author=author, sealed=box,
        )  # fmt: skip
    return step


def _count(filing: Filing, now: datetime) -> None:
    """
    One more of its office and kind. Every row of the month is written anew, and in the same order.

    PostgreSQL shows by which transaction a row was last written (xmin), and that of a report's own row:
    were one row written, it would tell office and kind of the last report that it counted.
    """
    _hold("disclosures tally")
    today = timezone.localdate(now)
    month = today.replace(day=1)
    offices = {each.id for each in directorates.distribution(today)} | {filing.directorate_id}
    offices |= {each.id for each in directorates.ministries()}
    kinds = {each.code for each in matters.listed()} | {filing.matter}
    Tally.objects.bulk_create(
        [
            Tally(directorate_id=office, kind=kind, month=month)
            for office in sorted(offices)
            for kind in sorted(kinds)
        ],
        ignore_conflicts=True,
    )
    is_its_own = When(directorate_id=filing.directorate_id, kind=filing.matter, then=Value(1))
    Tally.objects.filter(month=month).update(count=F("count") + Case(is_its_own, default=Value(0)))
