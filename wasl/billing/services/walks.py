"""
A reader at the doors of a route: answered in order, each once, by whoever the draw chose.

What the audit says of a figure is written down and not told: who reads must not learn what is
expected.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import reading_photos, subjects
from wasl.billing.models import Reading, ReadingRoute, RouteStop
from wasl.billing.services.readings import record_reading
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.customers.models import Account, Premises
from wasl.directorates import dated
from wasl.events import services as events
from wasl.network.geometry import metres_between

FAULTY = "RDR_FAULTY"


class UnableToAnswerStop(Unable):
    """Out of order, another's route, answered otherwise before, or something required is missing."""

    code = "STOP_NOT_ANSWERED"
    message = _("This stop is not recorded: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the reader says of a door: a figure in kWh as displayed, or a listed reason for none."""

    token: str
    register_kwh: int | None = None
    reason: str = ""
    photo: CleanUpload | None = None
    lat: float | None = None
    lon: float | None = None
    noted_at: datetime | None = None


@transaction.atomic
def answer_stop(
    *,
    directorate_id: int,
    route_id: UUID,
    position: int,
    answer: Answer,
    actor: Actor,
    now: datetime,
) -> RouteStop:
    """
    This function will write down what came of a door, and pass a figure on to the audit.

    The same answer again, by its token, changes nothing. A figure that was sent later counts for
    the day on which it was taken: the telephone's, but not before the walk and not after today.

    :raises UnableToAnswerStop: see the class.
    """
    route = ReadingRoute.objects.select_for_update().get(directorate_id=directorate_id, id=route_id)
    stops = RouteStop.objects.filter(directorate_id=directorate_id, route_id=route_id)
    stop = stops.get(position=position)
    if stop.outcome and stop.token == answer.token and answer.token:
        return stop
    today = now.astimezone(BAGHDAD).date()
    _require_answerable(route, stop, answer, actor, today)
    if stops.filter(position__lt=position, outcome="").exists():
        raise UnableToAnswerStop(cause=_("the doors before it come first."))
    stop.read_on = _day(answer.noted_at, route.walk_on, today)
    stop.lat, stop.lon, stop.noted_at = answer.lat, answer.lon, answer.noted_at
    stop.distance_m = _distance(stop)
    if answer.photo is not None:
        stop.photo = reading_photos.store(answer.photo, now=now)
    stop.outcome = RouteStop.Outcome.NOT_READ if answer.reason else RouteStop.Outcome.READ
    stop.reason, stop.token, stop.answered_at = answer.reason, answer.token, now
    _pass_on(stop, answer, actor, now, today)
    stop.save()
    if not stops.filter(outcome="").exists():
        route.status, route.ended_at = ReadingRoute.Status.DONE, now
        route.save(update_fields=["status", "ended_at"])
    return stop


def _require_answerable(
    route: ReadingRoute, stop: RouteStop, answer: Answer, actor: Actor, today: date
) -> None:
    rules = dated.values(
        ["billing.route_needs_photo", "billing.route_needs_position"],
        directorate_id=route.directorate_id,
        on=today,
    )
    causes = {
        _("it is another reader's route."): route.reader_id != actor.user_id,
        _("it was answered before."): bool(stop.outcome),
        _("the route is over."): route.status != ReadingRoute.Status.OUT,
        _("its day has not come."): today < route.walk_on,
        _("write what the meter shows, or choose why it was not read."): (
            answer.register_kwh is None
        )
        == (answer.reason == ""),
        _("a photograph is needed."): bool(rules["billing.route_needs_photo"])
        and answer.photo is None,
        _("the position is needed: let the telephone find it."): bool(
            rules["billing.route_needs_position"]
        )
        and (answer.lat is None or answer.lon is None),
    }
    for cause, holds in causes.items():
        if holds:
            raise UnableToAnswerStop(cause=cause)


def _day(noted_at: datetime | None, walk_on: date, today: date) -> date:
    taken = noted_at.astimezone(BAGHDAD).date() if noted_at is not None else today
    return min(max(taken, walk_on), today)


def _distance(stop: RouteStop) -> int | None:
    if stop.lat is None or stop.lon is None:
        return None
    account = Account.objects.get(directorate_id=stop.directorate_id, account_no=stop.account_no)
    place = Premises.objects.get(directorate_id=stop.directorate_id, id=account.premises_id)
    return round(metres_between(stop.lat, stop.lon, place.lat, place.lon))


def _pass_on(stop: RouteStop, answer: Answer, actor: Actor, now: datetime, today: date) -> None:
    """A figure and a faulty meter go to the audit; a closed door is told to the customer."""
    is_faulty = answer.reason == FAULTY
    if answer.reason:
        _record_turned_away(stop, actor, now)
        if not is_faulty:
            return
    details = {
        "photo": stop.photo, "lat": stop.lat, "lon": stop.lon, "distance_m": stop.distance_m,
    }  # fmt: skip
    verdict = record_reading(
        directorate_id=stop.directorate_id,
        account_no=stop.account_no,
        read_on=stop.read_on,
        register_kwh=answer.register_kwh,
        source=Reading.Source.READER,
        mark="FAULTY" if is_faulty else "",
        serial=stop.serial,
        origin=f"route:{stop.route_id}",
        details={name: value for name, value in details.items() if value not in {None, ""}},
        actor=actor,
        now=now,
        today=today,
    )
    stop.code = verdict.code


def _record_turned_away(stop: RouteStop, actor: Actor, now: datetime) -> None:
    events.record(
        kind="billing.reader.turned_away",
        subject=subjects.account(stop.directorate_id, stop.account_no),
        actor=actor,
        directorate_id=stop.directorate_id,
        data={
            "account": stop.account_no,
            "on": stop.read_on.isoformat() if stop.read_on else "",
            "reason": stop.reason,
        },
        now=now,
    )
