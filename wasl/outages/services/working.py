"""
Planned work under way: begun, extended, confirmed, ended.

Nothing is without supply because it was announced: the outage begins when the desk says that it was
switched off, or when signs from the homes say so (docs/adr/0074).
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.network.topology import Element
from wasl.outages.models import Outage, PlannedWork, WorkChange
from wasl.outages.services import restoring
from wasl.outages.services.planned import LONGEST, UnableToPlanWork, locked, note

State = PlannedWork.State


@transaction.atomic
def start_work(
    *, work_id: UUID, at: datetime, actor: Actor, now: datetime, is_switched: bool = True
) -> PlannedWork:
    """
    This function will note that the element was switched off for the work: the outage begins.

    `is_switched` is false when only signs say so; a person confirms it later. An outage that was
    inferred for the element meanwhile becomes that of the work.
    :raises UnableToPlanWork: when it is not announced, begins later, or `at` lies ahead.
    :raises restoring.UnableToChangeOutage: when the element has another outage.
    """
    work = locked(work_id, {State.ANNOUNCED})
    if not work.begins_at <= at <= now:
        raise UnableToPlanWork(
            cause=_("it cannot begin before it was announced for, nor ahead of now.")
        )
    outage = _inferred_one(work)
    if outage is None:
        outage = restoring.open_outage(
            directorate_id=work.directorate_id,
            element=Element(work.element_kind, work.element_code),
            cause=Outage.Cause.PLANNED,
            began_at=at,
            actor=actor,
            now=now,
            expected_at=work.ends_at,
            is_confirmed=is_switched,
        )
    else:
        outage.cause, outage.expected_at = Outage.Cause.PLANNED, work.ends_at
        outage.is_confirmed = is_switched
        outage.save(update_fields=["cause", "expected_at", "is_confirmed"])
    work.state, work.outage, work.is_switched = State.RUNNING, outage, is_switched
    work.sequence += 1
    work.save(update_fields=["state", "outage", "is_switched", "sequence"])
    note(work, WorkChange.Kind.STARTED, actor, now, switched=is_switched)
    return work


def _inferred_one(work: PlannedWork) -> Outage | None:
    found = Outage.objects.select_for_update().filter(
        directorate_id=work.directorate_id,
        element_kind=work.element_kind,
        element_code=work.element_code,
        state=Outage.State.OPEN,
        is_confirmed=False,
    )
    return found.first()


@transaction.atomic
def extend_work(*, work_id: UUID, ends_at: datetime, actor: Actor, now: datetime) -> PlannedWork:
    """
    This function will tell another expected end of a work under way; what was promised stays known.

    :raises UnableToPlanWork: when it is not under way, or the end lies behind.
    """
    work, outage_id = _running(work_id)
    if not now < ends_at <= now + LONGEST:
        raise UnableToPlanWork(cause=_("the expected end lies ahead, within 24 hours."))
    restoring.confirm_outage(outage_id=outage_id, actor=actor, now=now, expected_at=ends_at)
    return follow_work(outage_id=outage_id, actor=actor, now=now) or work


@transaction.atomic
def confirm_switched(*, work_id: UUID, actor: Actor, now: datetime) -> PlannedWork:
    """
    This function will confirm that a start which signs told of was the work's own switching.

    :raises UnableToPlanWork: when it is not under way.
    """
    work, outage_id = _running(work_id)
    restoring.confirm_outage(outage_id=outage_id, actor=actor, now=now)
    return follow_work(outage_id=outage_id, actor=actor, now=now) or work


@transaction.atomic
def end_work(*, work_id: UUID, at: datetime, actor: Actor, now: datetime) -> PlannedWork:
    """
    This function will note that supply is back after the work.

    :raises UnableToPlanWork: when it is not under way.
    :raises restoring.UnableToChangeOutage: when the time lies ahead, or before its beginning.
    """
    work, outage_id = _running(work_id)
    restoring.restore(outage_id=outage_id, at=at, actor=actor, now=now)
    return follow_work(outage_id=outage_id, actor=actor, now=now) or work


@transaction.atomic
def follow_work(*, outage_id: UUID, actor: Actor, now: datetime) -> PlannedWork | None:
    """
    This function will bring a work into line with its outage, whoever changed that. Idempotent.

    None when the outage is no planned work's, or nothing of it is new.
    """
    found = PlannedWork.objects.select_for_update().filter(outage_id=outage_id)
    work = found.filter(state=State.RUNNING).first()
    if work is None:
        return None
    outage = Outage.objects.get(id=outage_id)
    work.is_switched = work.is_switched or outage.is_confirmed
    if outage.state == Outage.State.RESTORED:
        work.state, work.ended_at = State.DONE, outage.ended_at
        kind = WorkChange.Kind.DONE
    elif outage.expected_at and outage.expected_at != work.ends_at:
        work.ends_at, kind = (
            max(outage.expected_at, work.begins_at + timedelta(minutes=1)),
            WorkChange.Kind.MOVED,
        )
    else:
        work.save(update_fields=["is_switched"])
        return None
    work.sequence += 1
    work.save(update_fields=["state", "ended_at", "ends_at", "is_switched", "sequence"])
    note(work, kind, actor, now)
    return work


def _running(work_id: UUID) -> tuple[PlannedWork, UUID]:
    work = locked(work_id, {State.RUNNING})
    if work.outage_id is None:
        raise UnableToPlanWork(cause=_("somebody has changed it meanwhile."))
    return work, work.outage_id
