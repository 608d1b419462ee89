"""Planned work: drafted by one person, announced by another, cancelled with a listed reason."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers, references
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events
from wasl.network.topology import Element
from wasl.outages import reach, reasons
from wasl.outages.models import PlannedWork, WorkChange

State = PlannedWork.State
# Longer work is announced day by day: people are to have supply in between.
LONGEST = timedelta(hours=24)
NOTICE = "outages.planned_notice_hours"


class UnableToPlanWork(Unable):
    """The window, the element or the reason does not do, or another person has to decide."""

    code = "WORK_NOT_PLANNED"
    message = _("The planned work is left as it is: %(cause)s")


@transaction.atomic
def draft_work(
    *,
    directorate_id: int,
    element: Element,
    reason: str,
    begins_at: datetime,
    ends_at: datetime,
    actor: Actor,
    now: datetime,
) -> PlannedWork:
    """
    This function will keep a work that another person may announce; nobody is told yet.

    How many customers it concerns is counted now, and published with it.
    :raises UnableToPlanWork: when the window has begun or is longer than a day, the reason is not on
        the list, or nothing hangs on the element.
    """
    if actor.user_id is None:
        raise UnableToPlanWork(cause=_("a person drafts it."))
    known = reasons.all_of(reasons.WORK).get(reason)
    if known is None or known.is_system:
        raise UnableToPlanWork(cause=_("the reason is not on the list."))
    if begins_at <= now:
        raise UnableToPlanWork(
            cause=_("it begins in the past. What is off now is entered as an outage.")
        )
    if not begins_at < ends_at <= begins_at + LONGEST:
        raise UnableToPlanWork(cause=_("it ends after it begins, and within 24 hours."))
    concerned = reach.of_element(directorate_id, element, begins_at.astimezone(BAGHDAD).date())
    if not concerned.transformers:
        raise UnableToPlanWork(cause=_("no transformer hangs on the element."))
    return PlannedWork.objects.create(
        id=identifiers.new_id(now),
        directorate_id=directorate_id,
        reference=references.new_reference(),
        element_kind=element.kind,
        element_code=element.code,
        feeders=list(concerned.feeders),
        districts=list(concerned.districts),
        customers=concerned.customers,
        reason=reason,
        begins_at=begins_at,
        promised_end_at=ends_at,
        ends_at=ends_at,
        drafted_by=actor.user_id,
        drafted_at=now,
    )


@transaction.atomic
def announce_work(*, work_id: UUID, actor: Actor, now: datetime) -> PlannedWork:
    """
    This function will announce a drafted work, by another person than who drafted it.

    Later than the published minimum notice only for what cannot wait; it is then marked so.
    :raises UnableToPlanWork: when that does not hold, or another work of the element overlaps.
    """
    work = locked(work_id, {State.DRAFT})
    if actor.user_id is None or actor.user_id == work.drafted_by:
        raise UnableToPlanWork(cause=_("another person announces it than who drafted it."))
    if work.begins_at <= now:
        raise UnableToPlanWork(cause=_("its time has come already. Draft it anew."))
    hours = notice_hours(work.directorate_id, now)
    is_short = work.begins_at - now < timedelta(hours=hours)
    if is_short and not reasons.all_of(reasons.WORK)[work.reason].is_urgent:
        raise UnableToPlanWork(
            cause=_("it is announced at least %(hours)s hours ahead.") % {"hours": hours}
        )
    same = PlannedWork.objects.filter(
        directorate_id=work.directorate_id,
        element_kind=work.element_kind,
        element_code=work.element_code,
        state__in=[State.ANNOUNCED, State.RUNNING],
        begins_at__lt=work.ends_at,
        ends_at__gt=work.begins_at,
    )
    if same.exists():
        raise UnableToPlanWork(cause=_("another work on the element overlaps."))
    work.state, work.announced_by, work.announced_at = State.ANNOUNCED, actor.user_id, now
    work.is_short_notice = is_short
    work.save(update_fields=["state", "announced_by", "announced_at", "is_short_notice"])
    note(work, WorkChange.Kind.ANNOUNCED, actor, now, short_notice=is_short)
    return work


def notice_hours(directorate_id: int, now: datetime) -> int:
    """The minimum notice in force, in hours."""
    on = now.astimezone(BAGHDAD).date()
    return int(dated.value(NOTICE, directorate_id=directorate_id, on=on))


@transaction.atomic
def cancel_work(*, work_id: UUID, reason: str, actor: Actor, now: datetime) -> PlannedWork:
    """
    This function will cancel a work that has not begun, with a listed reason.

    :raises UnableToPlanWork: when it has begun or is over, or the reason is not on the list.
    """
    work = locked(work_id, {State.DRAFT, State.ANNOUNCED})
    known = reasons.all_of(reasons.CANCEL).get(reason)
    if known is None or (known.is_system and actor.user_id is not None):
        raise UnableToPlanWork(cause=_("the reason is not on the list."))
    was_told = work.state == State.ANNOUNCED
    work.state, work.ended_at, work.cancel_reason = State.CANCELLED, now, reason
    work.sequence += was_told
    work.save(update_fields=["state", "ended_at", "cancel_reason", "sequence"])
    if was_told:
        note(work, WorkChange.Kind.CANCELLED, actor, now, cancel_reason=reason)
    return work


def locked(work_id: UUID, states: set[State]) -> PlannedWork:
    """The work, held until the transaction ends. :raises UnableToPlanWork: when it is in none of the states."""
    work = PlannedWork.objects.select_for_update().filter(id=work_id).first()
    if work is None or work.state not in states:
        raise UnableToPlanWork(cause=_("somebody has changed it meanwhile."))
    return work


def note(
    work: PlannedWork,
    kind: WorkChange.Kind,
    actor: Actor,
    now: datetime,
    **more: str | bool,
) -> None:
    """This function will keep what was told of a work, and record it."""
    WorkChange.objects.create(
        work=work,
        directorate_id=work.directorate_id,
        sequence=work.sequence,
        kind=kind,
        ends_at=work.ends_at,
        at=now,
        actor_id=actor.user_id,
    )
    events.record(
        kind=f"outages.work.{kind.value.lower()}",
        subject=("work", work.id),
        actor=actor,
        directorate_id=work.directorate_id,
        data={
            "reference": work.reference,
            "element": work.element_kind,
            "code": work.element_code,
            "reason": work.reason,
            "customers": work.customers,
            "begins": work.begins_at.isoformat(),
            "ends": work.ends_at.isoformat(),
            "sequence": work.sequence,
            **more,
        },
        now=now,
    )
