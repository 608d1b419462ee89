"""Which directorates there are, what is open in them, and when they work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from wasl.core import calendars
from wasl.core.calendars import WorkingCalendar
from wasl.directorates import dated
from wasl.directorates.models import (
    EVERY_SERVICE,
    Directorate,
    District,
    Holiday,
    OfficeHoursPeriod,
    RolloutPhase,
    in_words,
)


@dataclass(frozen=True)
class Phase:
    """What the public can use today, and since when or from when."""

    phase: str
    valid_from: date | None = None
    row: RolloutPhase | None = None

    @property
    def is_active(self) -> bool:
        """Whether the service is open to the public."""
        return self.phase == RolloutPhase.Phase.ACTIVE

    @property
    def label(self) -> str:
        """The phase in the reader's language."""
        return str(RolloutPhase.Phase(self.phase).label)

    def note(self, language: str) -> str:
        """What to know of the roll-out."""
        return in_words(self.row, "note", language) if self.row else ""

    def today(self, language: str) -> str:
        """The way to go today, where the service is not open."""
        return in_words(self.row, "today", language) if self.row else ""

    @property
    def phone(self) -> str:
        """Whom to call today."""
        return self.row.phone if self.row else ""


def by_id(directorate_id: int) -> Directorate:
    """The directorate of that number. :raises Directorate.DoesNotExist: when there is none."""
    return Directorate.objects.get(id=directorate_id)


def names(directorate_ids: Iterable[int], language: str) -> dict[int, str]:
    """What the directorates of these numbers are called."""
    found = Directorate.objects.in_bulk(list(directorate_ids))
    return {number: each.name(language) for number, each in found.items()}


def by_code(code: str) -> Directorate:
    """The directorate of that code. :raises Directorate.DoesNotExist: when there is none."""
    return Directorate.objects.get(code=code)


def ministry() -> Directorate:
    """The federal ministry: what concerns the whole country is recorded under it."""
    return Directorate.objects.filter(kind=Directorate.Kind.MINISTRY, parent=None).earliest("id")


def ministries() -> list[Directorate]:
    """The ministry's row in a list; nothing before the seed is loaded."""
    return list(Directorate.objects.filter(kind=Directorate.Kind.MINISTRY).order_by("id"))


def distribution(on: date) -> list[Directorate]:
    """The distribution directorates of a day, by number."""
    found = Directorate.objects.on(on).filter(kind=Directorate.Kind.DISTRIBUTION)
    return list(found.select_related("parent").order_by("id"))


def phase_for(directorate_id: int, service: str, on: date) -> Phase:
    """
    What the public can use of a service in a directorate on a day.

    A row for the service itself comes before one for every service; without any it is LATER.
    """
    found = RolloutPhase.objects.filter(
        directorate_id=directorate_id, service__in=[service, EVERY_SERVICE], valid_from__lte=on
    )
    return _phase(list(found), service)


def _phase(rows: list[RolloutPhase], service: str) -> Phase:
    """The row that holds: the service's own before one of every service, then the latest."""
    if not rows:
        return Phase(RolloutPhase.Phase.LATER)
    row = max(rows, key=lambda row: (row.service == service, row.valid_from))
    return Phase(row.phase, row.valid_from, row)


def phases(on: date, service: str = EVERY_SERVICE) -> list[tuple[Directorate, Phase]]:
    """Every distribution directorate with its phase on a day: open, then announced, then later."""
    order = {"ACTIVE": 0, "ANNOUNCED": 1, "LATER": 2}
    rows: dict[int, list[RolloutPhase]] = {}
    for row in RolloutPhase.objects.filter(
        service__in=[service, EVERY_SERVICE], valid_from__lte=on
    ):
        rows.setdefault(row.directorate_id, []).append(row)
    found = [(each, _phase(rows.get(each.id, []), service)) for each in distribution(on)]
    return sorted(found, key=lambda pair: (order[pair[1].phase], pair[0].id))


def served(on: date, service: str = EVERY_SERVICE) -> list[Directorate]:
    """The directorates where the service is open on a day."""
    return [directorate for directorate, phase in phases(on, service) if phase.is_active]


def districts(directorate_id: int, on: date) -> list[District]:
    """The areas of a directorate on a day, by Arabic name."""
    found = District.objects.on(on).filter(directorate_id=directorate_id)
    return list(found.order_by("name_ar", "id"))


def district_choices(directorate_id: int, on: date, language: str) -> list[tuple[str, str]]:
    """The areas of a directorate for a form: (code, name), by name."""
    found = [(each.code, each.name(language)) for each in districts(directorate_id, on)]
    return sorted(found, key=lambda pair: pair[1])


def district_names(codes: Iterable[str], on: date, language: str) -> dict[str, str]:
    """What the areas of these codes are called on a day."""
    found = District.objects.on(on).filter(code__in=set(codes)).defer("outline")
    return {each.code: each.name(language) for each in found}


def district(code: str) -> District | None:
    """The area of that code."""
    return District.objects.filter(code=code).first()


def emergency_number(directorate_id: int | None, on: date) -> str:
    """Whom to call when life is in danger; empty before an installation has said it."""
    key = "directorates.emergency_number"
    found = dated.all_in_force(key, directorate_id=directorate_id, on=on)
    return str(found[key].value) if key in found else ""


def holidays(directorate_id: int, from_date: date, to_date: date) -> list[Holiday]:
    """The closed days of a directorate in [from, to), the country's and its own, by day."""
    found = _closed_days(directorate_id)
    return [found[day] for day in sorted(found) if from_date <= day < to_date]


def calendar_for(directorate_id: int, on: date | datetime) -> WorkingCalendar:
    """
    The working calendar of a directorate, with the weekend that holds on the day.

    Kept in the process until a row is added; asking costs one small query.
    """
    day = timezone.localdate(on) if isinstance(on, datetime) else on
    stamp = _stamp()
    known = _CALENDARS.get((directorate_id, day))
    if known is None or known[0] != stamp:
        if len(_CALENDARS) > _KEPT:
            _CALENDARS.clear()
        known = _CALENDARS[(directorate_id, day)] = (stamp, _same(_calendar(directorate_id, day)))
    return known[1]


_CALENDARS: dict[tuple[int, date], tuple[tuple[int, ...], WorkingCalendar]] = {}
_EQUAL: dict[WorkingCalendar, WorkingCalendar] = {}
_KEPT = 2_000
# Rows of these tables are only added, so their count and highest number tell whether any is new.
_STAMP = """
SELECT * FROM
    (SELECT count(*), max(id) FROM directorates_holiday) AS holiday,
    (SELECT count(*), max(id) FROM directorates_officehoursperiod) AS hours,
    (SELECT count(*), max(id) FROM directorates_datedsetting
        WHERE key = 'directorates.weekend') AS weekend
"""


def _stamp() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return tuple(cursor.fetchone())


def _same(calendar: WorkingCalendar) -> WorkingCalendar:
    """One object for equal calendars, so that their sums are made once."""
    if len(_EQUAL) > _KEPT:
        _EQUAL.clear()
    return _EQUAL.setdefault(calendar, calendar)


def _calendar(directorate_id: int, day: date) -> WorkingCalendar:
    weekend = dated.value("directorates.weekend", directorate_id=directorate_id, on=day)
    return WorkingCalendar(
        hours=tuple(_hours(directorate_id)) or (calendars.ORDINARY,),
        closed=frozenset(_closed_days(directorate_id)),
        weekend=frozenset(number - 1 for number in weekend),
    )


def _closed_days(directorate_id: int) -> dict[date, Holiday]:
    """The latest word on each day; a directorate's own comes after the country's."""
    latest: dict[date, Holiday] = {}
    rows = Holiday.objects.filter(Q(directorate=None) | Q(directorate_id=directorate_id))
    for row in sorted(rows, key=lambda row: (row.directorate_id is not None, row.version)):
        latest[row.day] = row
    return {day: row for day, row in latest.items() if row.is_closed}


def _hours(directorate_id: int) -> list[calendars.OfficeHours]:
    latest: dict[str, OfficeHoursPeriod] = {}
    rows = OfficeHoursPeriod.objects.filter(Q(directorate=None) | Q(directorate_id=directorate_id))
    for row in sorted(rows, key=lambda row: (row.directorate_id is not None, row.version)):
        latest[row.code] = row
    return [
        calendars.OfficeHours(
            valid_from=row.valid_from, valid_to=row.valid_to, opens=row.opens, closes=row.closes
        )
        for row in sorted(latest.values(), key=lambda row: row.valid_from)
        if not row.is_withdrawn
    ]


def next_days(directorate_id: int, on: date, days: int = 60) -> list[Holiday]:
    """The closed days ahead, for a page that says when offices are shut."""
    return holidays(directorate_id, on, on + timedelta(days=days))
