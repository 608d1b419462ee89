"""
Who walks where: accounts in books, books over the working days of a month, readers by blind draw.

The published rule of the cycle: the books of a directorate, in their order, are spread evenly over
the working days of each month. Who was read already this month is left out of the walk.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.billing.models import ReadingRoute
from wasl.casework import drawing, draws
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.events import services as events


class UnableToPlanRoute(Unable):
    """There is nobody to be read, or the day has passed."""

    code = "ROUTE_NOT_PLANNED"
    message = _("The route is not planned: %(cause)s")


class UnableToMoveRoute(Unable):
    """The route does not stand where this step begins."""

    code = "ROUTE_NOT_THERE"
    message = _("The route is “%(status)s” now; this step is not possible.")


# By address, numbers as numbers: 9 before 10. New doors come behind those that stand in a book.
_PLACE = """
WITH known AS (
    SELECT DISTINCT ON (district_code) district_code,
        (book - 1) * %(size)s + least(count(*), %(size)s) AS filled
    FROM billing_bookplace WHERE directorate_id = %(directorate)s
    GROUP BY district_code, book ORDER BY district_code, book DESC
), unplaced AS (
    SELECT a.account_no, p.district_code, row_number() OVER (PARTITION BY p.district_code ORDER BY
        length(p.mahalla), p.mahalla, length(p.zuqaq), p.zuqaq, length(p.dar), p.dar, a.account_no) AS turn
    FROM customers_account a
    JOIN customers_premises p ON p.directorate_id = a.directorate_id AND p.id = a.premises_id
    WHERE a.directorate_id = %(directorate)s AND a.status = 'ACTIVE' AND NOT EXISTS (
        SELECT FROM billing_bookplace b WHERE b.directorate_id = a.directorate_id AND b.account_no = a.account_no)
)
INSERT INTO billing_bookplace (directorate_id, account_no, district_code, book, position)
SELECT %(directorate)s, u.account_no, u.district_code,
    ((coalesce(k.filled, 0) + u.turn - 1) / %(size)s + 1)::int,
    ((coalesce(k.filled, 0) + u.turn - 1) %% %(size)s + 1)::int
FROM unplaced u LEFT JOIN known k ON k.district_code = u.district_code
"""
_BOOKS = """
SELECT district_code, book FROM billing_bookplace WHERE directorate_id = %(directorate)s
GROUP BY district_code, book ORDER BY district_code, book
"""
_STOPS = """
INSERT INTO billing_routestop (directorate_id, route_id, position, account_no, serial, outcome, reason,
    photo, token)
SELECT b.directorate_id, %(route)s, row_number() OVER (ORDER BY b.position, b.account_no), b.account_no,
    s.serial, '', '', '', ''
FROM billing_bookplace b
JOIN customers_account a ON a.directorate_id = b.directorate_id AND a.account_no = b.account_no
    AND a.status = 'ACTIVE'
JOIN customers_meterassignment s ON s.directorate_id = b.directorate_id AND s.account_no = b.account_no
    AND s.valid_to IS NULL
WHERE b.directorate_id = %(directorate)s AND b.district_code = %(district)s AND b.book = %(book)s
    AND NOT EXISTS (SELECT FROM billing_reading r WHERE r.directorate_id = b.directorate_id
        AND r.account_no = b.account_no AND r.read_on >= %(read_from)s
        AND r.status IN ('ACCEPTED', 'HELD') AND r.source <> 'ESTIMATE')
"""


def place_accounts(*, directorate_id: int, on: date) -> int:
    """
    This function will put every active account that stands in no book into one, by its address.

    Those that have a place keep it. Gives how many were placed.
    """
    size = int(dated.value("billing.route_longest", directorate_id=directorate_id, on=on))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7403, %s)", [directorate_id])
        cursor.execute(_PLACE, {"directorate": directorate_id, "size": size})
        return int(cursor.rowcount)


def books(directorate_id: int) -> list[tuple[str, int]]:
    """The books of a directorate in their order: district and number."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, {"directorate": directorate_id})
        return list(cursor.fetchall())


def books_of_day(directorate_id: int, on: date) -> list[tuple[str, int]]:
    """The books that the cycle reads on a day; none on a day off."""
    begins = on.replace(day=1)
    days = [begins + timedelta(days=n) for n in range(31)]
    calendar = directorates.calendar_for(directorate_id, on=on)
    working = [day for day in days if day.month == on.month and calendar.is_working_day(day)]
    if on not in working:
        return []
    turn, every = working.index(on), books(directorate_id)
    return [book for place, book in enumerate(every) if place * len(working) // len(every) == turn]


def plan_route(
    *,
    directorate_id: int,
    district_code: str,
    book: int,
    walk_on: date,
    actor: Actor,
    now: datetime,
) -> ReadingRoute:
    """
    This function will lay out the walk of a book on a day, and draw its reader.

    Nobody on duty leaves the route waiting; `assign_route` draws again.

    :raises UnableToPlanRoute: when the day is over, the book is walked that day already, or
        everybody in it was read this month.
    """
    if walk_on < now.astimezone(BAGHDAD).date():
        raise UnableToPlanRoute(cause=_("the day has passed."))
    with transaction.atomic():
        route, is_new = ReadingRoute.objects.get_or_create(
            directorate_id=directorate_id,
            district_code=district_code,
            book=book,
            walk_on=walk_on,
            defaults={
                "id": identifiers.new_id(now),
                "planned_by": actor.user_id,
                "planned_at": now,
            },
        )
        if not is_new:
            raise UnableToPlanRoute(cause=_("the book is walked on that day already."))
        values: dict[str, Any] = {
            "directorate": directorate_id,
            "route": route.id,
            "district": district_code,
            "book": book,
            "read_from": walk_on.replace(day=1),
        }
        with connection.cursor() as cursor:
            cursor.execute(_STOPS, values)
            if not cursor.rowcount:
                raise UnableToPlanRoute(cause=_("nobody in it is left to be read this month."))
    try:
        return assign_route(directorate_id=directorate_id, route_id=route.id, now=now)
    except draws.UnableToDraw:
        return route


def plan_day(*, directorate_id: int, on: date, now: datetime) -> int:
    """
    This function will plan the routes that the cycle has for a day, and draw for those that wait.

    Told again, it changes nothing. Gives how many are new.
    """
    place_accounts(directorate_id=directorate_id, on=on)
    made = 0
    for district_code, book in books_of_day(directorate_id, on):
        try:
            plan_route(
                directorate_id=directorate_id, district_code=district_code, book=book, walk_on=on,
                actor=Actor.system(), now=now,
            )  # fmt: skip
            made += 1
        except UnableToPlanRoute:
            continue
    waiting = ReadingRoute.objects.filter(
        directorate_id=directorate_id, status=ReadingRoute.Status.WAITING, walk_on__gte=on
    )
    for route in waiting.order_by("planned_at"):
        try:
            assign_route(directorate_id=directorate_id, route_id=route.id, now=now)
        except draws.UnableToDraw:
            break
    return made


def plan_all(*, now: datetime) -> int:
    """This function will plan today's routes of every directorate."""
    on = now.astimezone(BAGHDAD).date()
    return sum(
        plan_day(directorate_id=each.id, on=on, now=now) for each in directorates.distribution(on)
    )


def assign_route(*, directorate_id: int, route_id: UUID, now: datetime) -> ReadingRoute:
    """
    This function will draw the reader of a route that has none. Nobody picks a reader.

    Left out are those who have a route that day, and who walked the book last, unless nobody else
    is there.

    :raises UnableToDraw: when no meter reader is on duty.
    """
    with transaction.atomic():
        route = _lock(directorate_id, route_id)
        if route.status != ReadingRoute.Status.WAITING:
            return route
        attempt = route.attempts + 1
        drawn: draws.Drawn | None = None
        for grounds in _grounds(route):
            try:
                drawn = _draw(route, attempt, grounds, now)
                break
            except draws.UnableToDraw:
                continue
        if drawn is None:
            raise draws.UnableToDraw
        route.status, route.reader_id, route.attempts = "OUT", drawn.person, attempt
        cast = drawn.cast
        route.draw = {
            "attempt": attempt,
            "role": cast.role,
            "rule": drawing.RULE,
            "pool": [{"p": entry.pseudonym, "w": entry.weight} for entry in cast.pool],
            "excluded": list(cast.excluded),
            "links": cast.links,
            "digest": cast.fixed.digest,
            "chosen": cast.chosen[0],
        }
        route.save(update_fields=["status", "reader_id", "attempts", "draw"])
        _record_drawn(route, cast, now)
    return route


def _draw(
    route: ReadingRoute, attempt: int, grounds: dict[UUID, str], now: datetime
) -> draws.Drawn:
    def fix(fixed: draws.Fixed) -> None:
        data = {
            "route": str(route.id), "attempt": attempt, "role": Role.METER_READER.value,
            "size": fixed.size, "digest": fixed.digest,
        }  # fmt: skip
        _record("billing.route.pool_fixed", route, Actor.system(), data, now)

    return draws.draw_person(
        directorate_id=route.directorate_id,
        subject_id=route.id,
        attempt=attempt,
        role=Role.METER_READER,
        grounds=grounds,
        fix=fix,
        now=now,
    )


def _grounds(route: ReadingRoute) -> list[dict[UUID, str]]:
    """Who is left out; then, should nobody be left, only who gave this route back."""
    others = ReadingRoute.objects.filter(directorate_id=route.directorate_id).exclude(id=route.id)
    found: dict[UUID, str] = {}
    if route.reader_id is not None:
        found[route.reader_id] = "HELD_BEFORE"
    gave_back = dict(found)
    busy = others.filter(walk_on=route.walk_on, status=ReadingRoute.Status.OUT)
    last = others.filter(
        district_code=route.district_code, book=route.book, walk_on__lt=route.walk_on
    )
    for reader_id in busy.values_list("reader_id", flat=True):
        if reader_id is not None:
            found.setdefault(reader_id, "BUSY")
    walked = last.order_by("-walk_on").values_list("reader_id", flat=True).first()
    if walked is not None:
        found.setdefault(walked, "LAST_TIME")
    return [found, gave_back] if found != gave_back else [found]


def give_back(*, directorate_id: int, route_id: UUID, actor: Actor, now: datetime) -> ReadingRoute:
    """
    This function will take a route from its reader, who is ill or called away, and draw another.

    What was answered stays. :raises UnableToMoveRoute: when it is not out.
    """
    with transaction.atomic():
        route = _lock(directorate_id, route_id)
        if route.status != ReadingRoute.Status.OUT:
            raise UnableToMoveRoute(status=route.get_status_display())
        route.status = ReadingRoute.Status.WAITING
        route.save(update_fields=["status"])
    try:
        return assign_route(directorate_id=directorate_id, route_id=route_id, now=now)
    except draws.UnableToDraw:
        return route


def end_route(*, directorate_id: int, route_id: UUID, actor: Actor, now: datetime) -> ReadingRoute:
    """
    This function will end a route before it is walked; those not read are for another day.

    :raises UnableToMoveRoute: when it is over.
    """
    with transaction.atomic():
        route = _lock(directorate_id, route_id)
        if route.status not in {ReadingRoute.Status.OUT, ReadingRoute.Status.WAITING}:
            raise UnableToMoveRoute(status=route.get_status_display())
        route.status, route.ended_at = ReadingRoute.Status.ENDED, now
        route.save(update_fields=["status", "ended_at"])
    return route


def _lock(directorate_id: int, route_id: UUID) -> ReadingRoute:
    return ReadingRoute.objects.select_for_update().get(directorate_id=directorate_id, id=route_id)


def _record_drawn(route: ReadingRoute, cast: draws.Cast, now: datetime) -> None:
    data = {
        "route": str(route.id), "attempt": cast.attempt, "role": cast.role,
        "digest": cast.fixed.digest, "links": cast.links, "chosen": cast.chosen[0],
    }  # fmt: skip
    _record("billing.route.drawn", route, Actor.system(), data, now)


def _record(
    kind: str, route: ReadingRoute, actor: Actor, data: dict[str, object], now: datetime
) -> None:
    events.record(
        kind=kind,
        subject=("reading_route", route.id),
        actor=actor,
        directorate_id=route.directorate_id,
        data=data,
        now=now,
    )
