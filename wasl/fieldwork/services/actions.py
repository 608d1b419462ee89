"""
What comes from the crews' phones: late, twice, in any order; each once, in the order of its doing.

A phone counts what it did on an order: 1, 2, 3 … What comes early waits for those before it, so that
the result does not depend on the order of arrival. What contradicts what stands is kept with the
reason in words, and somebody looks at it: nothing is lost, and nothing is taken over unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.core.uploads import CleanUpload
from wasl.events import services as events
from wasl.fieldwork import listed, pictures
from wasl.fieldwork.models import CrewMember, FieldAction, OrderPicture, StockMove, WorkOrder
from wasl.fieldwork.models.orders import OVER, State
from wasl.fieldwork.services import crews, materials, orders
from wasl.outages import services as outages

Kind, Outcome = FieldAction.Kind, FieldAction.Outcome
# What each step leads to, and from where it is no step any more because it was taken.
STEPS = {
    Kind.ACCEPT: State.ACCEPTED,
    Kind.ARRIVE: State.ON_SITE,
    Kind.SAFE: State.MADE_SAFE,
    Kind.REPAIR: State.REPAIRED,
}
_WAY = [State.DISPATCHED, State.ACCEPTED, State.ON_SITE, State.MADE_SAFE, State.REPAIRED]
_SPENDS = {
    Kind.USE: StockMove.Kind.USED,
    Kind.SCRAP: StockMove.Kind.SCRAPPED,
    Kind.TAKE_OUT: StockMove.Kind.TAKEN_OUT,
}


class UnableToTakeAction(Unable):
    """The order was never this crew's, or what was sent cannot be read."""

    code = "ACTION_NOT_TAKEN"
    message = _("This is not recorded: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """
    One thing that a crew did, as its phone tells it: the phone's own id, counter and time.

    `data`: reason (RETURN), transformers (RESTORE), material, quantity, serial (USE, SCRAP, TAKE_OUT).
    """

    id: UUID
    order_id: UUID
    kind: str
    at: datetime
    stream: str = ""
    sequence: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    # What is wrong with the form that the phone sent, in words: it is kept, and somebody looks at it.
    problem: str = ""
    photo: CleanUpload | None = None
    lat: float | None = None
    lon: float | None = None


@transaction.atomic
def take(*, sent: Sent, actor: Actor, now: datetime) -> FieldAction:
    """
    This function will keep what a phone sent, and do whatever is due by it. Sent again, it changes
    nothing and gives what became of it.

    :raises UnableToTakeAction: when the sender's crew never had the order, or another has this id.
    """
    order = orders.lock(sent.order_id)
    if actor.user_id is None or not _was_theirs(order, actor):
        raise UnableToTakeAction(cause=_("the order is not one of your crew."))
    known = FieldAction.objects.filter(id=sent.id).first()
    if known is not None:
        if known.order_id != order.id or known.kind != sent.kind:
            raise UnableToTakeAction(cause=_("something else was sent under its number."))
        return known
    clash = order.actions.filter(stream=sent.stream, sequence=sent.sequence).exclude(stream="")
    made = FieldAction.objects.create(
        id=sent.id,
        order=order,
        directorate_id=order.directorate_id,
        kind=sent.kind,
        # Two things under one count: the first one keeps it, the other is for somebody to look at.
        stream="" if clash.exists() else sent.stream,
        sequence=sent.sequence,
        data=dict(sent.data),
        words=sent.words or None,
        picture=pictures.store(sent.photo, now=now) if sent.photo else "",
        sent_by=actor.user_id,
        at=min(sent.at, now),
        received_at=now,
    )
    _note_place(order, sent, actor, now)
    if sent.problem:
        _leave(made, sent.problem, now)
        _settle(order, made.stream, now)
    elif sent.stream and not made.stream:
        _leave(made, str(_("the phone counted two things alike.")), now)
    elif not sent.stream:
        _do(order, made, actor, now)
    else:
        _settle(order, sent.stream, now)
    made.refresh_from_db()
    return made


@transaction.atomic
def look(
    *, directorate_id: int, action_id: UUID, is_taken: bool, actor: Actor, now: datetime
) -> FieldAction:
    """
    This function will end what needs a look: tried once more as it is, or left aside for good. What
    waited behind it goes on.

    :raises UnableToTakeAction: when it is settled, or still contradicts what stands.
    """
    found = FieldAction.objects.filter(directorate_id=directorate_id, id=action_id)
    action = found.exclude(outcome__in=[Outcome.DONE, Outcome.DISMISSED]).first()
    if action is None:
        raise UnableToTakeAction(cause=_("it was looked at already."))
    order = orders.lock(action.order_id)
    if is_taken:
        _do(order, action, _sender(action), now)
        if action.outcome != Outcome.DONE:
            raise UnableToTakeAction(cause=action.why)
    else:
        action.outcome, action.settled_at = Outcome.DISMISSED, now
    action.looked_at_by = actor.user_id
    action.save(update_fields=["outcome", "settled_at", "looked_at_by"])
    _record("settled", action, actor, now, is_taken=is_taken)
    if action.stream:
        _settle(order, action.stream, now)
    return action


def _settle(order: WorkOrder, stream: str, now: datetime) -> None:
    """Do what is due of a phone's counter: as far as nothing is missing, or was looked past."""
    expected = 1
    rows = list(order.actions.filter(stream=stream).order_by("sequence"))
    looked_past = max((each.sequence for each in rows if each.looked_at_by), default=0)
    for action in rows:
        if action.sequence > max(expected, looked_past + 1):
            return
        if action.outcome == Outcome.WAITING and action.sequence >= looked_past:
            _do(order, action, _sender(action), now)
        expected = action.sequence + 1


def _do(order: WorkOrder, action: FieldAction, actor: Actor, now: datetime) -> None:
    try:
        with transaction.atomic():
            _apply(order, action, actor, now)
    except Unable as error:
        order.refresh_from_db()
        _leave(action, str(error), now)
        return
    action.outcome, action.why, action.settled_at = Outcome.DONE, "", now
    action.save(update_fields=["outcome", "why", "settled_at"])


def _apply(order: WorkOrder, action: FieldAction, actor: Actor, now: datetime) -> None:
    if action.picture:
        OrderPicture.objects.get_or_create(
            name=action.picture,
            defaults={"order": order, "directorate_id": order.directorate_id, "at": action.at},
        )
    handed_at = _handed_at(order, action)
    _require_own(order, actor, max(action.at, handed_at))
    if action.kind in STEPS:
        _step(order, STEPS[Kind(action.kind)], action, actor, now)
    elif action.kind == Kind.RETURN:
        reason = str(action.data.get("reason", ""))
        if not listed.is_listed(listed.RETURNED, reason):
            raise UnableToTakeAction(cause=_("choose the reason from the list."))
        orders.move(order, State.OPEN, actor=actor, at=action.at, now=now, reason=reason)
    elif action.kind == Kind.RESTORE:
        _restore(order, action, actor, max(action.at, handed_at), now)
    else:
        materials.spend(
            order,
            kind=_SPENDS[Kind(action.kind)],
            material=str(action.data.get("material", "")),
            quantity=int(action.data.get("quantity", 0)),
            serial=str(action.data.get("serial", "")),
            actor=actor,
            at=action.at,
            now=now,
        )


def _step(order: WorkOrder, to: State, action: FieldAction, actor: Actor, now: datetime) -> None:
    """A step that another phone of the crew has told already is no contradiction."""
    if order.state in _WAY and _WAY.index(State(order.state)) >= _WAY.index(to):
        return
    orders.move(order, to, actor=actor, at=action.at, now=now)


def _restore(
    order: WorkOrder, action: FieldAction, actor: Actor, at: datetime, now: datetime
) -> None:
    if order.subject_type != "outage":
        raise UnableToTakeAction(cause=_("the order is about no outage."))
    codes = [str(each) for each in action.data.get("transformers", [])]
    outages.restore(
        outage_id=order.subject_id, at=at, actor=actor, now=now,
        transformer_codes=codes or None,
    )  # fmt: skip


def _handed_at(order: WorkOrder, action: FieldAction) -> datetime:
    """When its crew got the order. A phone may say of any time that it was then: not before that."""
    handed = order.steps.filter(to_state=State.DISPATCHED).order_by("-sequence")
    return handed.values_list("at", flat=True).first() or action.at


def _require_own(order: WorkOrder, actor: Actor, at: datetime) -> None:
    if order.state in OVER:
        raise UnableToTakeAction(cause=_("the order is over."))
    if order.crew_id is None or not _were_in(order.crew_id, actor, at).exists():
        raise UnableToTakeAction(cause=_("the order went to another crew meanwhile."))


def _was_theirs(order: WorkOrder, actor: Actor) -> bool:
    """Whether a crew of this person has, or had, the order; not one that they had left before."""
    handed = order.steps.filter(to_state=State.DISPATCHED).values_list("crew_id", "at")
    return any(_were_in(crew_id, actor, at).exists() for crew_id, at in handed if crew_id)


def _were_in(crew_id: UUID, actor: Actor, at: datetime) -> QuerySet[CrewMember]:
    """This person's memberships that had not ended on the day of that time."""
    found = CrewMember.objects.filter(crew_id=crew_id, user=actor.user_id)
    return found.filter(Q(valid_to=None) | Q(valid_to__gt=at.astimezone(BAGHDAD).date()))


def _sender(action: FieldAction) -> Actor:
    return Actor.for_user(User.objects.get(id=action.sent_by), "TECHNICIAN", action.directorate_id)


def _note_place(order: WorkOrder, sent: Sent, actor: Actor, now: datetime) -> None:
    if sent.lat is None or sent.lon is None or order.crew is None:
        return
    if CrewMember.objects.filter(crew=order.crew, user=actor.user_id).exists():
        crews.note_position(crew=order.crew, lat=sent.lat, lon=sent.lon, at=min(sent.at, now))


def _leave(action: FieldAction, why: str, now: datetime) -> None:
    """Keep it for somebody to look at."""
    is_new = action.outcome != Outcome.LOOK
    action.outcome, action.why = Outcome.LOOK, why[:300]
    action.save(update_fields=["outcome", "why"])
    if is_new:
        _record("look", action, Actor.system(), now)


def _record(verb: str, action: FieldAction, actor: Actor, now: datetime, **more: bool) -> None:
    events.record(
        kind=f"fieldwork.action.{verb}",
        subject=("work_order", action.order_id),
        actor=actor,
        directorate_id=action.directorate_id,
        data={
            "action": str(action.id), "order": str(action.order_id), "what": action.kind, **more,
        },
        now=now,
    )  # fmt: skip
