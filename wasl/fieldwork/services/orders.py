"""Work orders: opened, moved from state to state, checked and closed. Each step with its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers, jobs, references
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.fieldwork import listed
from wasl.fieldwork.models import Crew, OrderStep, WorkOrder
from wasl.fieldwork.models.orders import MOVES, OVER, Danger, State

# Reasons of each kind of step back.
_LISTS = {
    State.OPEN: (listed.RETURNED, listed.OVERRIDE, listed.UNFINISHED),
    State.CANCELLED: (listed.CANCELLED,),
}


class UnableToMoveOrder(Unable):
    """The order does not stand where this step begins, or something is missing."""

    code = "ORDER_NOT_MOVED"
    message = _("The order is left as it is: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an order is about: type and id by value, its words, and what the rule needs to know."""

    type: str
    id: UUID
    title: str
    skills: Sequence[str]
    danger: int = Danger.NONE
    customers: int = 0
    place_code: str = ""
    lat: float | None = None
    lon: float | None = None


@transaction.atomic
def open_order(*, directorate_id: int, subject: Subject, actor: Actor, now: datetime) -> WorkOrder:
    """
    This function will open an order for a crew, and have one found. A subject has one order at a time:
    asked again it gives that one.

    :raises UnableToMoveOrder: when a skill is not listed.
    """
    if not all(listed.is_listed(listed.SKILLS, each) for each in subject.skills):
        raise UnableToMoveOrder(cause=_("choose its skills from the list."))
    running = WorkOrder.objects.filter(subject_type=subject.type, subject_id=subject.id).exclude(
        state__in=OVER
    )
    known = running.first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            order = WorkOrder.objects.create(
                id=identifiers.new_id(now),
                directorate_id=directorate_id,
                reference=references.new_reference(),
                subject_type=subject.type,
                subject_id=subject.id,
                title=subject.title[:120],
                skills=sorted(set(subject.skills)),
                danger=subject.danger,
                customers=subject.customers,
                place_code=subject.place_code,
                lat=subject.lat,
                lon=subject.lon,
                opened_by=actor.user_id,
                opened_at=now,
            )
    except IntegrityError:
        return running.get()
    return move(order, State.OPEN, actor=actor, at=now, now=now)


def lock(order_id: UUID) -> WorkOrder:
    """The order, locked until the transaction ends. Orders come before crews, crews before chains."""
    return WorkOrder.objects.select_for_update(of=("self",)).get(id=order_id)


def move(
    order: WorkOrder,
    to: str,
    *,
    actor: Actor,
    at: datetime,
    now: datetime,
    crew: Crew | None = None,
    reason: str = "",
) -> WorkOrder:
    """
    Take a locked order one step on, with its event; the database carries the order's own row along.

    `at` is when it was done: never ahead of now, never before the step before it.

    :raises UnableToMoveOrder: when the step is not permitted from there, or its reason not listed.
    """
    before = order.state
    if (before, to) not in MOVES:
        raise UnableToMoveOrder(cause=_state_words(order))
    if to in _LISTS and before != State.NEW and not _is_reason(to, reason):
        raise UnableToMoveOrder(cause=_("choose the reason from the list."))
    last = order.steps.order_by("-sequence").values_list("at", flat=True).first()
    done_at = min(at, now) if last is None else min(max(at, last), now)
    keeps_crew = to not in (State.OPEN, State.CANCELLED)
    crew_id = (crew.id if crew else order.crew_id) if keeps_crew else None
    try:
        with transaction.atomic():
            OrderStep.objects.create(
                order=order,
                directorate_id=order.directorate_id,
                sequence=order.sequence + 1,
                from_state=before,
                to_state=to,
                crew_id=crew_id,
                reason=reason,
                actor_id=actor.user_id,
                actor_role=actor.role or "",
                at=done_at,
                recorded_at=now,
            )
    except DatabaseError as error:
        if "accounted for" not in str(error):
            raise
        raise UnableToMoveOrder(
            cause=_("its material is not accounted for: used, brought back or scrapped.")
        ) from None
    order.refresh_from_db()
    record(order, before, reason, actor, now)
    if to in (State.OPEN, State.REPAIRED, State.CANCELLED):
        ask_for_dispatch(order.directorate_id)
    return order


@transaction.atomic
def cancel(*, order_id: UUID, reason: str, actor: Actor, now: datetime) -> WorkOrder:
    """
    This function will cancel an order before anybody is on site.

    :raises UnableToMoveOrder: when a crew is there, it is over, or the reason is not listed.
    """
    return move(lock(order_id), State.CANCELLED, actor=actor, at=now, now=now, reason=reason)


@transaction.atomic
def check(
    *, order_id: UUID, is_good: bool, actor: Actor, now: datetime, reason: str = ""
) -> WorkOrder:
    """
    This function will note that somebody who is not of the crew looked at a repair: good, and then the
    order is closed as soon as its material is accounted for; or not, and then a crew is sent again.

    :raises UnableToMoveOrder: when it is not repaired, or a member of the crew checks their own work.
    """
    order = lock(order_id)
    if order.crew is not None and order.crew.members.filter(user=actor.user_id).exists():
        raise UnableToMoveOrder(cause=_("nobody checks the work of their own crew."))
    if not is_good:
        return move(order, State.OPEN, actor=actor, at=now, now=now, reason=reason)
    return move(order, State.CHECKED, actor=actor, at=now, now=now)


@transaction.atomic
def close(*, order_id: UUID, actor: Actor, now: datetime) -> WorkOrder:
    """
    This function will close a checked order.

    :raises UnableToMoveOrder: when it is not checked, or its material is not accounted for.
    """
    return move(lock(order_id), State.CLOSED, actor=actor, at=now, now=now)


def ask_for_dispatch(directorate_id: int) -> None:
    """Many ask, one job waits."""
    name = f"fieldwork.dispatch:{directorate_id}"
    jobs.enqueue("fieldwork.dispatch", queueing_lock=name, lock=name, directorate_id=directorate_id)


def record(order: WorkOrder, before: str, reason: str, actor: Actor, now: datetime) -> None:
    """The event of a step."""
    data: dict[str, Any] = {
        "order": str(order.id),
        "reference": order.reference,
        "state": order.state,
        "before": before,
        "danger": order.danger,
    }
    if reason:
        data["reason"] = reason
    if order.crew_id:
        data["crew"] = str(order.crew_id)
    events.record(
        kind="fieldwork.order.moved",
        subject=("work_order", order.id),
        actor=actor,
        directorate_id=order.directorate_id,
        data=data,
        now=now,
    )


def _is_reason(to: str, reason: str) -> bool:
    return any(listed.is_listed(name, reason) for name in _LISTS[State(to)])


def _state_words(order: WorkOrder) -> str:
    return str(_("it is “%(state)s” now; this step is not possible.")) % {
        "state": order.get_state_display()
    }
