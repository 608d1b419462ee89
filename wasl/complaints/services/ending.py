"""How reports end: by the reporter's yes, by silence after a term, or with their case."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F

from wasl.accounts.actors import Actor
from wasl.complaints.models import Report, VisitAnswer
from wasl.complaints.services.reporting import record, tell
from wasl.core import scope
from wasl.core.calendars import BAGHDAD
from wasl.directorates import dated
from wasl.outages import selectors as outage_selectors
from wasl.outages import services as outages
from wasl.outages.models import Signal

OF_CASE = {
    "COMPLETED": Report.Outcome.DONE,
    "REFUSED": Report.Outcome.REFUSED,
    "WITHDRAWN": Report.Outcome.WITHDRAWN,
    "EXPIRED": Report.Outcome.SILENCE,
}
AT_ONCE = 500


@transaction.atomic
def end_of_case(*, case_id: UUID, case_outcome: str, now: datetime) -> int:
    """This function will end the report of a case, and those that joined it; how many ended."""
    with scope.within_system():
        report = _lock(case_id)
        if report is None or not report.is_open:
            return 0
        outcome = OF_CASE.get(case_outcome, Report.Outcome.DONE)
        _end(report, outcome, now)
        joined = report.joined.filter(closed_at=None).select_related("reporter", "category")
        ended = 1
        for each in joined.order_by("id"):
            _end(each, outcome, now)
            tell(each, "complaints.joined_ended", now, reference=each.reference)
            ended += 1
    return ended


@transaction.atomic
def reopen_of_case(*, case_id: UUID, now: datetime) -> None:
    """This function will open the report of a reopened case again. Idempotent."""
    with scope.within_system():
        report = _lock(case_id)
        if report is None or report.is_open:
            return
        report.outcome, report.closed_at, report.updated_at = "", None, now
        report.save(update_fields=["outcome", "closed_at", "updated_at"])


def _lock(case_id: UUID) -> Report | None:
    found = Report.objects.select_for_update(of=("self",)).select_related("category", "reporter")
    return found.filter(case_id=case_id).first()


def _end(report: Report, outcome: Report.Outcome, now: datetime) -> None:
    report.outcome, report.closed_at, report.updated_at = outcome, now, now
    report.save(update_fields=["outcome", "closed_at", "updated_at"])
    record("complaints.report.ended", report, Actor.system(), now, outcome=outcome.value)


def ask_whether_back(*, outage_id: UUID, now: datetime) -> int:
    """
    This function will ask those who reported an outage whether supply is back; how many were asked.

    Whoever says nothing within the published hours counts as supplied.
    """
    asked = 0
    with scope.within_system():
        sources = outage_selectors.reports_of(outage_id)
        found = Report.objects.filter(id__in=sources, closed_at=None, asked_at=None)
        for report in found.select_related("reporter", "category").order_by("id"):
            report.asked_at = report.updated_at = now
            report.save(update_fields=["asked_at", "updated_at"])
            tell(report, "complaints.supply_back", now, reference=report.reference)
            asked += 1
    return asked


@transaction.atomic
def say_whether_back(*, report_id: UUID, is_back: bool, now: datetime) -> Report:
    """
    This function will note the reporter's word. Back: the report is done. Not back: where neighbours
    are supplied it points at a further fault. Each time we ask it is one word, however often it is sent.
    """
    with scope.within_system():
        found = Report.objects.select_for_update(of=("self",)).select_related(
            "category", "reporter"
        )
        report = found.get(id=report_id)
        if not report.is_open or not report.category.follows_outage:
            return report
        if is_back:
            outages.take_back(source_id=report.id, now=now)
        # Who was not asked has said already that it is off.
        if is_back or report.asked_at:
            outages.signal(
                directorate_id=report.directorate_id,
                source=Signal.Source.CALL_BACK,
                source_id=uuid5(report.id, f"{is_back}:{report.asked_at}"),
                about=report.id,
                says=Signal.Says.ON if is_back else Signal.Says.OFF,
                category=report.category_code,
                account_no=report.account_no,
                lat=report.lat,
                lon=report.lon,
                at=now,
                now=now,
            )
        if is_back:
            _end(report, Report.Outcome.DONE, now)
        else:
            report.asked_at, report.updated_at = None, now
            report.save(update_fields=["asked_at", "updated_at"])
    return report


def close_silent(*, now: datetime) -> int:
    """This function will end the reports whose reporters were asked and have said nothing since."""
    ended = 0
    with scope.within_system():
        for office in outage_selectors.served():
            hours = dated.value(
                "complaints.silence_hours", directorate_id=office, on=now.astimezone(BAGHDAD).date()
            )
            silent = Report.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                directorate_id=office,
                closed_at=None,
                asked_at__lt=now - timedelta(hours=int(hours)),
            )
            for report in silent.select_related("category").order_by("id")[:AT_ONCE]:
                _end(report, Report.Outcome.SILENCE, now)
                ended += 1
    return ended


@transaction.atomic
def rate(*, case_id: UUID, stars: int, now: datetime) -> None:
    """This function will keep how the reporter rates the work, 1 to 5; the last word counts."""
    with scope.within_system():
        report = _lock(case_id)
        if report is None or report.stars == stars:
            return
        report.stars, report.updated_at = stars, now
        report.save(update_fields=["stars", "updated_at"])
        actor = Actor(kind="CITIZEN", user_id=report.reporter_id)
        record("complaints.report.rated", report, actor, now, stars=stars)


@transaction.atomic
def answer_visit(*, directorate_id: int, service: str, answer: str, now: datetime) -> None:
    """
    This function will count an answer to "was anything asked of you?", by month, and nothing else.

    Neither a row nor an event tells from which case it came.
    """
    month: date = now.astimezone(BAGHDAD).date().replace(day=1)
    with scope.within_system():
        row, _is_new = VisitAnswer.objects.get_or_create(
            directorate_id=directorate_id,
            service=service,
            month=month,
            answer=VisitAnswer.Answer(answer),
        )
        VisitAnswer.objects.filter(pk=row.pk).update(count=F("count") + 1)
