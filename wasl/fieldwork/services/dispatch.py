"""Finding a crew by the published rule, by draw among equals, or against the rule by two persons."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.casework import drawing, draws
from wasl.casework.models import DutyExclusion
from wasl.core import identifiers
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events
from wasl.fieldwork import dispatching, listed
from wasl.fieldwork.dispatching import Candidate, Job, Ranking, Rates
from wasl.fieldwork.models import (
    Crew,
    CrewMember,
    CrewPosition,
    CrewShift,
    DispatchDecision,
    OrderStep,
    Override,
    WorkOrder,
)
from wasl.fieldwork.models.orders import OVER, WITH_CREW, State
from wasl.fieldwork.services import orders

ROLE = "CREW"
DAY = timedelta(days=1)


class UnableToOverride(Unable):
    """The reason is not listed, the order is no more with anybody, or one person does both."""

    code = "NOT_OVERRIDDEN"
    message = _(
        "Another crew than the rule's is sent for a listed reason and by two persons: one asks, another"
        " decides; and only while nobody is on site."
    )


def dispatch_waiting(*, directorate_id: int, now: datetime) -> int:
    """This function will find crews for the orders that wait, the most urgent first; how many went."""
    waiting = WorkOrder.objects.filter(directorate_id=directorate_id, state=State.OPEN)
    ordered = waiting.order_by("-danger", "-customers", "opened_at", "id")
    return sum(
        dispatch(order_id=order_id, now=now) is not None
        for order_id in list(ordered.values_list("id", flat=True))
    )


@transaction.atomic
def dispatch(*, order_id: UUID, now: datetime) -> DispatchDecision | None:
    """
    This function will find the crew of an order that waits; None while none can go.

    One at a time in a directorate: what a crew holds counts for the next order.
    """
    order = orders.lock(order_id)
    if order.state != State.OPEN:
        return None
    crews = _lock_crews(order.directorate_id)
    kept, ranking = _weigh(order, crews, now)
    if not ranking.equal:
        return None
    by_name = {draws.pseudonym(each.id, now): each for each in crews}
    attempt = order.decisions.count() + 1
    decision = DispatchDecision(
        id=identifiers.new_id(now), order=order, directorate_id=order.directorate_id,
        attempt=attempt, way=DispatchDecision.Way.RULE, rule=dispatching.RULE, facts=kept,
        lines=dispatching.told(ranking), chosen=ranking.equal[0], decided_at=now,
    )  # fmt: skip
    if len(ranking.equal) > 1:
        try:
            _draw(decision, order, ranking, now)
        except draws.UnableToDraw:
            return None
    crew = by_name[decision.chosen]
    decision.crew_id = crew.id
    decision.save(force_insert=True)
    _record(decision, ranking, now)
    orders.move(order, State.DISPATCHED, actor=Actor.system(), at=now, now=now, crew=crew)
    return decision


def weigh(order: WorkOrder, now: datetime) -> tuple[Ranking, dict[str, Crew]]:
    """How the rule ranks the crews for an order at this moment, and whose pseudonym is whose."""
    crews = list(Crew.objects.filter(directorate_id=order.directorate_id, ended_at=None))
    _kept, ranking = _weigh(order, crews, now)
    return ranking, {draws.pseudonym(each.id, now): each for each in crews}


def names_at(order: WorkOrder, decision: DispatchDecision) -> dict[str, str]:
    """Which crew a pseudonym of a decision stands for: for the desk, not for the record."""
    crews = Crew.objects.filter(directorate_id=order.directorate_id)
    return {draws.pseudonym(each.id, decision.decided_at): each.name for each in crews}


def _weigh(
    order: WorkOrder, crews: Sequence[Crew], now: datetime
) -> tuple[dict[str, object], Ranking]:
    job = Job(
        skills=tuple(order.skills), danger=order.danger, customers=order.customers,
        lat=order.lat, lon=order.lon,
    )  # fmt: skip
    candidates = _candidates(order, crews, now)
    rates = _rates(order.directorate_id, now)
    ranking = dispatching.rank(job, candidates, rates)
    return dispatching.facts(job, candidates, rates), ranking


def _candidates(order: WorkOrder, crews: Sequence[Crew], now: datetime) -> list[Candidate]:
    ids = [each.id for each in crews]
    out = set(
        CrewShift.objects.filter(crew_id__in=ids, starts_at__lte=now, ends_at__gt=now).values_list(
            "crew_id", flat=True
        )
    )
    places = {
        each.crew_id: (float(each.lat), float(each.lon))
        for each in CrewPosition.objects.filter(crew_id__in=out)
    }
    held = Counter(
        WorkOrder.objects.filter(crew_id__in=ids, state__in=WITH_CREW).values_list(
            "crew_id", flat=True
        )
    )
    taken = Counter(
        OrderStep.objects.filter(
            crew_id__in=ids, to_state=State.DISPATCHED, recorded_at__gt=now - DAY
        ).values_list("crew_id", flat=True)
    )
    grounds = _grounds(order, ids, now)
    found = []
    for crew in crews:
        lat, lon = places.get(crew.id, (crew.home_lat, crew.home_lon))
        found.append(
            Candidate(
                name=draws.pseudonym(crew.id, now),
                skills=tuple(crew.skills),
                lat=lat,
                lon=lon,
                is_on_shift=crew.id in out,
                unfinished=held[crew.id],
                taken=taken[crew.id],
                grounds=tuple(sorted(grounds.get(crew.id, ()))),
            )
        )
    return found


def _grounds(order: WorkOrder, ids: Sequence[UUID], now: datetime) -> dict[UUID, set[str]]:
    """
    Why a crew may not go: RETURNED (it gave this order back), DUTY (a member is kept out by two people),
    NOBODY (no member is on duty).
    """
    found: dict[UUID, set[str]] = {}
    today = now.astimezone(BAGHDAD).date()
    present = accounts.staff_on_duty(now)
    members: dict[UUID, set[UUID]] = {}
    current = CrewMember.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=today), crew_id__in=ids, valid_from__lte=today
    )
    for crew_id, user_id in current.values_list("crew_id", "user_id"):
        members.setdefault(crew_id, set()).add(user_id)
    everybody = {user for each in members.values() for user in each}
    on_duty = set(present.filter(id__in=everybody).values_list("id", flat=True))
    kept_out = set(
        DutyExclusion.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=now), user_id__in=everybody, valid_from__lte=now
        ).values_list("user_id", flat=True)
    )
    gave_back = _gave_back(order)
    for crew_id in ids:
        mine = members.get(crew_id, set())
        checks = {
            "RETURNED": crew_id in gave_back,
            "DUTY": bool(mine & kept_out),
            "NOBODY": not mine & on_duty,
        }
        found[crew_id] = {name for name, holds in checks.items() if holds}
    return found


def _gave_back(order: WorkOrder) -> set[UUID]:
    """The crews that had this order and gave it back, or from whom it was taken."""
    held: UUID | None = None
    found: set[UUID] = set()
    for to, crew_id in order.steps.order_by("sequence").values_list("to_state", "crew_id"):
        if to == State.OPEN and held is not None:
            found.add(held)
        held = crew_id
    return found


def _rates(directorate_id: int, now: datetime) -> Rates:
    names = (
        "travel_kmh", "unfinished_minutes", "fair_minutes", "tolerance_minutes",
        "tolerance_danger_minutes", "orders_at_once",
    )  # fmt: skip
    found = dated.values(
        [f"fieldwork.{name}" for name in names], directorate_id=directorate_id,
        on=now.astimezone(BAGHDAD).date(),
    )  # fmt: skip
    kmh, unfinished, fair, tolerance, danger, at_once = (found[f"fieldwork.{n}"] for n in names)
    return Rates(
        kmh=kmh, unfinished_minutes=unfinished, fair_minutes=fair, tolerance=tolerance,
        tolerance_danger=danger, at_once=at_once,
    )  # fmt: skip


def _draw(decision: DispatchDecision, order: WorkOrder, ranking: Ranking, now: datetime) -> None:
    """Among the equal ones, by the chains that tasks are drawn by (ADR 6)."""

    def fix(fixed: draws.Fixed) -> None:
        events.record(
            kind="fieldwork.pool.fixed",
            subject=("work_order", order.id),
            actor=Actor.system(),
            directorate_id=order.directorate_id,
            data={
                "order": str(order.id), "attempt": decision.attempt, "size": fixed.size,
                "digest": fixed.digest,
            },
            now=now,
        )  # fmt: skip

    excluded = [{"p": each.name, "ground": each.ground} for each in ranking.lines if each.ground]
    cast = draws.draw_entries(
        directorate_id=order.directorate_id,
        subject_id=order.id,
        attempt=decision.attempt,
        role=ROLE,
        pool=[drawing.Entry(name, 1) for name in ranking.equal],
        excluded=excluded,
        fix=fix,
    )
    decision.way = DispatchDecision.Way.DRAW
    decision.pool = list(ranking.equal)
    decision.excluded = excluded
    decision.links, decision.pool_digest = cast.links, cast.fixed.digest
    decision.chosen = cast.chosen[0]


def _record(decision: DispatchDecision, ranking: Ranking, now: datetime) -> None:
    data: dict[str, object] = {
        "order": str(decision.order_id), "attempt": decision.attempt, "way": decision.way,
        "rule": decision.rule, "eligible": ranking.eligible, "equal": len(ranking.equal),
        "chosen": decision.chosen,
    }  # fmt: skip
    if decision.links:
        data |= {"links": decision.links, "digest": decision.pool_digest}
    events.record(
        kind="fieldwork.order.dispatched",
        subject=("work_order", decision.order_id),
        actor=Actor.system(),
        directorate_id=decision.directorate_id,
        data=data,
        now=now,
    )


def _lock_crews(directorate_id: int) -> list[Crew]:
    found = Crew.objects.select_for_update().filter(directorate_id=directorate_id, ended_at=None)
    return list(found.order_by("id"))


@transaction.atomic
def ask_override(
    *, order_id: UUID, crew_id: UUID, reason: str, actor: Actor, now: datetime
) -> Override:
    """
    This function will ask that another crew than the rule's goes.

    :raises UnableToOverride: when the reason is not listed, or the order is beyond it.
    """
    order = orders.lock(order_id)
    crew = Crew.objects.filter(
        directorate_id=order.directorate_id, id=crew_id, ended_at=None
    ).first()
    is_early = order.state in {State.OPEN, State.DISPATCHED, State.ACCEPTED}
    if crew is None or not is_early or order.crew_id == crew.id or actor.user_id is None:
        raise UnableToOverride
    if not listed.is_listed(listed.OVERRIDE, reason):
        raise UnableToOverride
    waiting = order.overrides.filter(decided_by=None).first()
    if waiting is not None:
        return waiting
    asked = Override.objects.create(
        id=identifiers.new_id(now), order=order, directorate_id=order.directorate_id, crew=crew,
        reason=reason, asked_by_id=actor.user_id, asked_at=now,
    )  # fmt: skip
    _record_override("asked", asked, actor, now)
    return asked


@transaction.atomic
def decide_override(
    *, directorate_id: int, override_id: UUID, is_approved: bool, actor: Actor, now: datetime
) -> Override:
    """
    This function will grant or decline an override. Granted, the order goes to that crew, whatever the
    rule says; the rule's own ranking is kept beside it.

    :raises UnableToOverride: when the same person decides who asked, or somebody is on site already.
    """
    order_id = Override.objects.values_list("order_id", flat=True).get(
        directorate_id=directorate_id, id=override_id
    )
    order = orders.lock(order_id)
    asked = Override.objects.select_for_update(of=("self",)).get(id=override_id)
    if asked.decided_by_id is not None:
        return asked
    if actor.user_id is None or actor.user_id == asked.asked_by_id:
        raise UnableToOverride
    is_early = order.state in {State.OPEN, State.DISPATCHED, State.ACCEPTED}
    if is_approved and (order.state in OVER or not is_early):
        raise UnableToOverride
    asked.decided_by_id, asked.decided_at, asked.is_approved = actor.user_id, now, is_approved
    asked.save(update_fields=["decided_by", "decided_at", "is_approved"])
    _record_override("decided", asked, actor, now)
    if is_approved:
        _send_instead(order, asked, actor, now)
    return asked


def _send_instead(order: WorkOrder, asked: Override, actor: Actor, now: datetime) -> None:
    crews = _lock_crews(order.directorate_id)
    kept, ranking = _weigh(order, crews, now)
    if order.state != State.OPEN:
        orders.move(order, State.OPEN, actor=actor, at=now, now=now, reason=asked.reason)
    decision = DispatchDecision.objects.create(
        id=identifiers.new_id(now), order=order, directorate_id=order.directorate_id,
        attempt=order.decisions.count() + 1, way=DispatchDecision.Way.OVERRIDE,
        rule=dispatching.RULE, facts=kept, lines=dispatching.told(ranking),
        chosen=draws.pseudonym(asked.crew_id, now), crew_id=asked.crew_id, decided_at=now,
    )  # fmt: skip
    _record(decision, ranking, now)
    orders.move(order, State.DISPATCHED, actor=actor, at=now, now=now, crew=asked.crew)


def _record_override(verb: str, asked: Override, actor: Actor, now: datetime) -> None:
    data: dict[str, object] = {
        "order": str(asked.order_id), "crew": str(asked.crew_id), "reason": asked.reason,
    }  # fmt: skip
    if verb == "decided":
        data["is_approved"] = bool(asked.is_approved)
    events.record(
        kind=f"fieldwork.override.{verb}",
        subject=("work_order", asked.order_id),
        actor=actor,
        directorate_id=asked.directorate_id,
        data=data,
        now=now,
    )
