"""What the published timetables promise, and what happened beside it: read for pages, feeds and rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from wasl.core.calendars import BAGHDAD
from wasl.outages import timetables
from wasl.outages.models import Outage, OutageStep, Timetable
from wasl.outages.timetables import DayKept, Moments, Span

# A switch is turned a little before the minute that was promised.
EARLIER = timedelta(minutes=10)
AHEAD_DAYS = 8


@dataclass(frozen=True, kw_only=True)
class DayPromised:
    """The cuts that a day was promised, from … to as people write it; none is a promise too."""

    day: date
    cuts: list[tuple[str, str]]
    minutes: int


def published(directorate_id: int, feeder_code: str) -> QuerySet[Timetable]:
    """The published timetables of a feeder, those that hold later first."""
    found = Timetable.objects.filter(directorate_id=directorate_id, feeder_code=feeder_code)
    return found.exclude(published_at=None).order_by("-valid_from", "-version")


def drafts(directorate_id: int) -> list[Timetable]:
    """What waits for a second person, by feeder."""
    found = Timetable.objects.filter(directorate_id=directorate_id, published_at=None)
    return list(found.prefetch_related("windows").order_by("feeder_code", "version"))


def spans_of(timetable: Timetable) -> list[Span]:
    """The windows of a timetable, in order."""
    return sorted((each.begins, each.ends) for each in timetable.windows.all())


class Promises:
    """The promises of one feeder for any day, read once."""

    def __init__(self, directorate_id: int, feeder_code: str) -> None:
        self.directorate_id, self.feeder_code = directorate_id, feeder_code
        rows = published(directorate_id, feeder_code).prefetch_related("windows")
        self.versions = [(each, spans_of(each)) for each in rows]

    @property
    def is_promised(self) -> bool:
        """Whether a timetable was ever published for the feeder."""
        return bool(self.versions)

    def version_on(self, day: date) -> Timetable | None:
        """The timetable that holds on a day."""
        return next((each for each, _spans in self.versions if each.valid_from <= day), None)

    def spans_on(self, day: date) -> list[Span] | None:
        """The windows of the week in force on a day; None where nothing was promised."""
        return next((spans for each, spans in self.versions if each.valid_from <= day), None)

    def of_day(self, day: date) -> DayPromised | None:
        """What a day was promised; None where nothing was."""
        spans = self.spans_on(day)
        if spans is None:
            return None
        found = timetables.of_day(spans, day)
        return DayPromised(
            day=day,
            cuts=[(timetables.spelled(a), timetables.spelled(b)) for a, b in found],
            minutes=sum(b - a for a, b in found),
        )

    def week(self, first: date) -> list[DayPromised]:
        """Seven days from a day on, those for which something is promised."""
        days = (self.of_day(first + timedelta(days=number)) for number in range(7))
        return [each for each in days if each is not None]

    def moments(self, first: date, days: int) -> list[Moments]:
        """The promised cuts of some days, over midnight in one."""
        found: list[Moments] = []
        for number in range(days):
            day = first + timedelta(days=number)
            found += timetables.moments(day, timetables.of_day(self.spans_on(day) or [], day))
        return timetables.joined_moments(found)

    def next_cut(self, now: datetime) -> Moments | None:
        """The promised cut that runs now, or the next one; None where there is none within a week."""
        today = now.astimezone(BAGHDAD).date()
        ahead = self.moments(today - timedelta(days=1), AHEAD_DAYS + 1)
        return next((each for each in ahead if each[1] > now), None)

    def kept(self, first: date, last: date, now: datetime) -> list[DayKept]:
        """Each day that was promised something beside what was, the latest first; up to now."""
        last = min(last, now.astimezone(BAGHDAD).date())
        real = cuts(self.directorate_id, self.feeder_code, first, last)
        days = []
        day = last
        while day >= first:
            spans = self.spans_on(day)
            if spans is not None:
                days.append(timetables.kept(day, spans, real, now))
            day -= timedelta(days=1)
        return days


def cuts(
    directorate_id: int, feeder_code: str, first: date, last: date
) -> Sequence[tuple[datetime, datetime | None]]:
    """
    When any customer of a feeder was without supply by a programmed cut, in some days; from, to.

    An end that is None is not there yet.
    """
    begins = datetime.combine(first, time(), tzinfo=BAGHDAD)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=BAGHDAD)
    found = OutageStep.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=begins),
        directorate_id=directorate_id,
        feeder_code=feeder_code,
        began_at__lt=ends,
        outage__cause=Outage.Cause.RATIONING,
    )
    return sorted(set(found.values_list("began_at", "ended_at")), key=lambda each: each[0])


def promised_cut(directorate_id: int, feeder_code: str, at: datetime) -> Moments | None:
    """The cut that the timetable of a feeder promises, if one that began then is that; from, to."""
    found = Promises(directorate_id, feeder_code).next_cut(at)
    return found if found is not None and found[0] - EARLIER <= at else None


def promised_feeders(directorate_id: int) -> list[str]:
    """The feeders for which a timetable was published, in order."""
    found = Timetable.objects.filter(directorate_id=directorate_id).exclude(published_at=None)
    return sorted(set(found.values_list("feeder_code", flat=True)))
