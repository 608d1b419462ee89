"""Content goes when its time is over; the stub and its commitments stay."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from wasl.core import scope
from wasl.directorates import dated
from wasl.disclosures import settings_declared
from wasl.disclosures.models import Report, Stage, Step


def erase_due(*, now: datetime) -> int:
    """
    This function will erase the boxes of reports that have been closed for as long as the rule says.

    That it was done is a step like any other, and is committed to: what went by the rule and what
    was made to vanish can be told apart.
    """
    today = timezone.localdate(now)
    with scope.within_system():
        days = dated.value(settings_declared.KEPT_DAYS, directorate_id=None, on=today)
        last = Step.objects.filter(report=OuterRef("pk")).order_by("-place")
        due = Report.objects.annotate(
            stage=Subquery(last.values("stage")[:1]), since=Subquery(last.values("on_date")[:1])
        ).filter(stage=Stage.CLOSED, since__lte=today - timedelta(days=days))
        for report in due:
            place = Step.objects.filter(report=report).latest("place").place + 1
            Step.objects.create(report=report, place=place, stage=Stage.ERASED, on_date=today)
            with connection.cursor() as cursor:
                cursor.execute("SELECT disclosures_erase(%s)", [report.id])
        return len(due)
