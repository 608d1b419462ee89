"""Crews: founded, changed, joined and left, planned on shifts; and about where they are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.core import identifiers, jobs
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.fieldwork import listed
from wasl.fieldwork.models import Crew, CrewMember, CrewPosition, CrewShift


class UnableToChangeCrew(Unable):
    """Another crew is called so, somebody is in one already, or two shifts are at once."""

    code = "CREW_NOT_CHANGED"
    message = _("The crew is left as it is: %(cause)s")


@transaction.atomic
def save_crew(
    *,
    directorate_id: int,
    name: str,
    skills: Sequence[str],
    vehicle: str,
    lat: float,
    lon: float,
    actor: Actor,
    now: datetime,
    crew_id: UUID | None = None,
) -> Crew:
    """
    This function will found a crew, or change the one of that id.

    :raises UnableToChangeCrew: when a skill is not listed, none is named, or the name is taken.
    """
    chosen = sorted(set(skills))
    if not chosen or not all(listed.is_listed(listed.SKILLS, each) for each in chosen):
        raise UnableToChangeCrew(cause=_("choose its skills from the list."))
    crew = (
        _lock(directorate_id, crew_id)
        if crew_id
        else Crew(id=identifiers.new_id(now), directorate_id=directorate_id, founded_at=now)
    )
    crew.name, crew.skills, crew.vehicle = name, chosen, vehicle
    crew.home_lat, crew.home_lon = lat, lon
    try:
        with transaction.atomic():
            crew.save(force_insert=crew_id is None)
    except IntegrityError:
        raise UnableToChangeCrew(cause=_("another crew has this name.")) from None
    details = {"name": name, "skills": chosen, "vehicle": vehicle}
    _record(crew, "SAVED" if crew_id else "FOUNDED", actor, now, details)
    return crew


@transaction.atomic
def end_crew(*, directorate_id: int, crew_id: UUID, actor: Actor, now: datetime) -> Crew:
    """
    This function will end a crew; its members are free from today.

    :raises UnableToChangeCrew: while it holds an order that is not over.
    """
    crew = _lock(directorate_id, crew_id)
    if crew.orders.exclude(state__in=["CLOSED", "CANCELLED"]).exists():
        raise UnableToChangeCrew(cause=_("it still holds an order."))
    today = now.date()
    for member in crew.members.filter(valid_to=None):
        member.valid_to = max(today, member.valid_from)
        member.save(update_fields=["valid_to"])
    crew.shifts.filter(starts_at__gt=now).delete()
    crew.shifts.filter(ends_at__gt=now).update(ends_at=now)
    CrewPosition.objects.filter(crew=crew).delete()
    crew.ended_at = now
    crew.save(update_fields=["ended_at"])
    _record(crew, "ENDED", actor, now, {})
    return crew


@transaction.atomic
def add_member(
    *,
    directorate_id: int,
    crew_id: UUID,
    user_id: UUID,
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> CrewMember:
    """
    This function will put a technician into a crew from a day on.

    :raises UnableToChangeCrew: when they hold no such role there, or are in a crew that day.
    """
    crew = _lock(directorate_id, crew_id)
    if user_id not in {
        each.id for each in accounts.staff_with_role("TECHNICIAN", directorate_id, now)
    }:
        raise UnableToChangeCrew(cause=_("this person is no technician on duty here."))
    try:
        with transaction.atomic():
            made = CrewMember.objects.create(
                crew=crew, directorate_id=directorate_id, user_id=user_id, valid_from=valid_from
            )
    except IntegrityError:
        raise UnableToChangeCrew(cause=_("this person is in a crew already.")) from None
    _record(crew, "JOINED", actor, now, {"user": str(user_id), "from": valid_from.isoformat()})
    return made


@transaction.atomic
def remove_member(
    *,
    directorate_id: int,
    crew_id: UUID,
    user_id: UUID,
    valid_to: date,
    actor: Actor,
    now: datetime,
) -> None:
    """This function will let somebody leave a crew: from a day on they are in it no more."""
    crew = _lock(directorate_id, crew_id)
    for member in crew.members.filter(user_id=user_id, valid_to=None):
        member.valid_to = max(valid_to, member.valid_from)
        member.save(update_fields=["valid_to"])
        _record(crew, "LEFT", actor, now, {"user": str(user_id), "to": valid_to.isoformat()})


@transaction.atomic
def plan_shift(
    *,
    directorate_id: int,
    crew_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
) -> CrewShift:
    """
    This function will plan when a crew is out.

    :raises UnableToChangeCrew: when it ends before it begins, or another shift lies in it.
    """
    crew = _lock(directorate_id, crew_id)
    try:
        with transaction.atomic():
            made = CrewShift.objects.create(
                crew=crew, directorate_id=directorate_id, starts_at=starts_at, ends_at=ends_at,
                planned_by=actor.user_id,
            )  # fmt: skip
    except IntegrityError:
        raise UnableToChangeCrew(
            cause=_("the shift ends before it begins, or meets another one.")
        ) from None
    details = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
    _record(crew, "SHIFT", actor, now, details)
    jobs.enqueue(
        "fieldwork.dispatch",
        queueing_lock=f"fieldwork.dispatch:{directorate_id}",
        directorate_id=directorate_id,
    )
    return made


def note_position(*, crew: Crew, lat: float, lon: float, at: datetime) -> bool:
    """
    This function will note about where a crew is; nothing outside a shift, nothing older than known.

    Rounded to three decimals, about a hundred metres. Whether it was noted.
    """
    is_out = crew.shifts.filter(starts_at__lte=at, ends_at__gt=at).exists()
    known = CrewPosition.objects.filter(crew=crew).first()
    if not is_out or (known is not None and known.at >= at):
        return False
    place = {"lat": round(Decimal(str(lat)), 3), "lon": round(Decimal(str(lon)), 3), "at": at}
    CrewPosition.objects.update_or_create(
        crew=crew, defaults={"directorate_id": crew.directorate_id, **place}
    )
    return True


def forget_positions(*, now: datetime) -> int:
    """This function will forget where crews were whose shift is over; how many."""
    out = CrewShift.objects.filter(starts_at__lte=now, ends_at__gt=now).values("crew_id")
    gone, _each = CrewPosition.objects.exclude(crew_id__in=out).delete()
    return gone


def _lock(directorate_id: int, crew_id: UUID) -> Crew:
    crew = (
        Crew.objects.select_for_update()
        .filter(directorate_id=directorate_id, id=crew_id, ended_at=None)
        .first()
    )
    if crew is None:
        raise UnableToChangeCrew(cause=_("there is no such crew."))
    return crew


def _record(
    crew: Crew, what: str, actor: Actor, now: datetime, details: Mapping[str, object]
) -> None:
    events.record(
        kind="fieldwork.crew.changed",
        subject=("crew", crew.id),
        actor=actor,
        directorate_id=crew.directorate_id,
        data={"crew": str(crew.id), "what": what, "details": dict(details)},
        now=now,
    )
