"""What the pages of routes show: to the desk everything, to a reader the doors and nothing of the books."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from wasl.accounts.models import User
from wasl.billing.models import BookPlace, ReadingCode, ReadingRoute, RouteStop
from wasl.casework import selectors as casework
from wasl.customers.models import Account, Meter, MeterAssignment, Premises
from wasl.directorates import dated
from wasl.directorates import selectors as directorates

NO_ACCESS = "reader.no_access"
DAYS_SHOWN = 14


@dataclass(frozen=True, kw_only=True)
class RouteLine:
    """A route in a list: its district in words, how many doors, how many are done."""

    route: ReadingRoute
    district: str
    doors: int
    done: int
    reader: str = ""

    @property
    def share_pct(self) -> int:
        """How far it is walked."""
        return 100 * self.done // self.doors if self.doors else 0


@dataclass(frozen=True, kw_only=True)
class Door:
    """What a reader needs to find a meter, and nothing of what it showed before."""

    position: int
    mahalla: str
    zuqaq: str
    dar: str
    landmark: str
    serial: str
    digits: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class StopLine:
    """A stop as the desk sees it."""

    stop: RouteStop
    verdict: str
    reason: str
    is_far: bool


def needs(directorate_id: int, on: date) -> dict[str, bool]:
    """What the rules want of a reader's answer: the photograph, the position."""
    names = ("photo", "position")
    found = dated.values(
        [f"billing.route_needs_{name}" for name in names], directorate_id=directorate_id, on=on
    )
    return {name: bool(found[f"billing.route_needs_{name}"]) for name in names}


def reasons(language: str) -> list[tuple[str, str]]:
    """The closed list of why a meter was not read: code and words."""
    return casework.reasons(NO_ACCESS, language)


def routes_of(directorate_id: int, today: date, language: str) -> list[RouteLine]:
    """The routes of the last two weeks and those to come, the latest first."""
    found = ReadingRoute.objects.filter(
        directorate_id=directorate_id, walk_on__gte=today - timedelta(days=DAYS_SHOWN)
    )
    return _lines(found.order_by("-walk_on", "district_code", "book")[:200], language)


def routes_of_reader(reader: UUID, directorate_id: int, language: str) -> list[RouteLine]:
    """The routes that a reader has to walk, the oldest first."""
    found = ReadingRoute.objects.filter(
        directorate_id=directorate_id, reader_id=reader, status=ReadingRoute.Status.OUT
    )
    return _lines(found.order_by("walk_on", "district_code", "book"), language)


def _lines(routes: Iterable[ReadingRoute], language: str) -> list[RouteLine]:
    rows = list(routes)
    counted = (
        RouteStop.objects.filter(route_id__in=[row.id for row in rows])
        .values_list("route_id")
        .annotate(doors=Count("position"), done=Count("position", filter=~Q(outcome="")))
    )
    sums = {route_id: (doors, done) for route_id, doors, done in counted}
    people = User.objects.in_bulk([row.reader_id for row in rows if row.reader_id])
    return [
        RouteLine(
            route=row,
            district=district_name(row.district_code, language),
            doors=sums.get(row.id, (0, 0))[0],
            done=sums.get(row.id, (0, 0))[1],
            reader=_name(people.get(row.reader_id) if row.reader_id else None),
        )
        for row in rows
    ]


def _name(person: User | None) -> str:
    return str(person.full_name) if person is not None else ""


def district_name(code: str, language: str) -> str:
    """The district in words; its code where it is not known."""
    found = directorates.district(code)
    return found.name(language) if found is not None else code


def route(directorate_id: int, route_id: UUID) -> ReadingRoute | None:
    """One route."""
    return ReadingRoute.objects.filter(directorate_id=directorate_id, id=route_id).first()


def doors(found: ReadingRoute) -> list[Door]:
    """The doors of a route in walking order, in a fixed number of queries."""
    stops = list(_stops(found))
    numbers = [stop.account_no for stop in stops]
    accounts = Account.objects.filter(directorate_id=found.directorate_id, account_no__in=numbers)
    premises_of = dict(accounts.values_list("account_no", "premises_id"))
    places = {
        place.id: place
        for place in Premises.objects.filter(
            directorate_id=found.directorate_id, id__in=premises_of.values()
        )
    }
    meters = Meter.objects.filter(
        directorate_id=found.directorate_id, serial__in=[stop.serial for stop in stops]
    )
    digits = dict(meters.values_list("serial", "digits"))
    return [_door(stop, places[premises_of[stop.account_no]], digits) for stop in stops]


def _door(stop: RouteStop, place: Premises, digits: dict[str, int]) -> Door:
    return Door(
        position=stop.position,
        mahalla=place.mahalla,
        zuqaq=place.zuqaq,
        dar=place.dar,
        landmark=place.landmark,
        serial=stop.serial,
        digits=digits.get(stop.serial, 6),
        outcome=stop.outcome,
    )


def _stops(found: ReadingRoute) -> Iterable[RouteStop]:
    return RouteStop.objects.filter(
        directorate_id=found.directorate_id, route_id=found.id
    ).order_by("position")


def stop(found: ReadingRoute, position: int) -> RouteStop | None:
    """One stop."""
    return RouteStop.objects.filter(
        directorate_id=found.directorate_id, route_id=found.id, position=position
    ).first()


def stop_lines(found: ReadingRoute, language: str) -> list[StopLine]:
    """What came of each door, for the desk."""
    far = int(
        dated.value("billing.route_far_m", directorate_id=found.directorate_id, on=found.walk_on)
    )
    words = dict(reasons(language))
    return [
        StopLine(
            stop=each,
            verdict=str(ReadingCode(each.code).label) if each.code is not None else "",
            reason=words.get(each.reason, each.reason),
            is_far=each.distance_m is not None and each.distance_m > far,
        )
        for each in _stops(found)
    ]


def book_choices(directorate_id: int, language: str) -> list[tuple[str, str]]:
    """The books of a directorate: the value of a choice, and its words."""
    found = BookPlace.objects.filter(directorate_id=directorate_id)
    rows = (
        found.values_list("district_code", "book")
        .annotate(Count("account_no"))
        .order_by("district_code", "book")
    )
    names: dict[str, str] = {}
    return [
        (
            f"{code}:{book}",
            f"{names.setdefault(code, district_name(code, language))} {book} ({count})",
        )
        for code, book, count in rows
    ]


def unplaced(directorate_id: int) -> int:
    """How many metered accounts stand in no book."""
    placed = BookPlace.objects.filter(directorate_id=directorate_id).values("account_no")
    metered = MeterAssignment.objects.filter(directorate_id=directorate_id, valid_to=None)
    return metered.exclude(account_no__in=placed).count()
