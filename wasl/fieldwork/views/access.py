"""What several views of field work share: the row that is somebody's to see, and what a page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from wasl.accounts.policies import PUBLIC, office_of
from wasl.fieldwork import board, dispatching, listed, pictures, selectors, services
from wasl.fieldwork.models import DispatchDecision, WorkOrder
from wasl.fieldwork.models.orders import State

EVERYBODY = PUBLIC


def order_here(request: HttpRequest, order_id: UUID) -> WorkOrder:
    """The order, if it is one of the office in which the reader came. :raises Http404: else."""
    found = selectors.order_here(office_of(request), order_id)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A crew in a ranking, in words."""

    crew: str
    words: str
    minutes: int | None
    is_equal: bool
    is_chosen: bool


def order_context(order: WorkOrder, now: datetime) -> dict[str, Any]:
    """Everything that the page of an order shows."""
    decisions = selectors.decisions(order)
    names = selectors.crew_names([each.crew_id for each in decisions])
    waiting = order.state == State.OPEN
    return {
        "order": order,
        "title": board.title_of(order),
        "skills": [listed.label(listed.SKILLS, each) for each in order.skills],
        "steps": [(each, listed.reason(each.reason)) for each in order.steps.order_by("sequence")],
        "decisions": [
            (each, names.get(each.crew_id, ""), reasons(each, services.names_at(order, each)))
            for each in decisions
        ],
        "waits": _weighed(order, now) if waiting else [],
        "materials": [
            (listed.label(listed.MATERIALS, each.material), each)
            for each in order.materials.order_by("material")
        ],
        "moves": [
            (listed.label(listed.MATERIALS, each.material), each)
            for each in order.moves.order_by("at", "id")
        ],
        "pictures": [pictures.link(each.name) for each in order.pictures.order_by("at")],
        "actions": order.actions.exclude(outcome="DONE").order_by("received_at"),
        "overrides": [
            (each, listed.reason(each.reason)) for each in selectors.open_overrides(order)
        ],
        "crews": selectors.crews(order.directorate_id),
        "override_reasons": listed.choices(listed.OVERRIDE),
        "cancel_reasons": listed.choices(listed.CANCELLED),
        "unfinished_reasons": listed.choices(listed.UNFINISHED),
        "may_override": order.state in {State.OPEN, State.DISPATCHED, State.ACCEPTED},
        "may_cancel": order.state in {State.OPEN, State.DISPATCHED, State.ACCEPTED},
    }


def reasons(decision: DispatchDecision, names: Mapping[str, str]) -> list[Reason]:
    """The ranking of a decision in words, as it was then; `names` of crews by their pseudonyms."""
    ranking = dispatching.rank(*dispatching.from_facts(decision.facts))
    return [
        Reason(
            crew=names.get(line.name, line.name),
            words=words_of(line),
            minutes=line.minutes if line.is_eligible else None,
            is_equal=line.name in ranking.equal,
            is_chosen=line.name == decision.chosen,
        )
        for line in ranking.lines
    ]


def _weighed(order: WorkOrder, now: datetime) -> list[Reason]:
    """Why no crew has gone yet."""
    ranking, whose = services.weigh(order, now)
    return [
        Reason(
            crew=whose[line.name].name,
            words=words_of(line),
            minutes=line.minutes if line.is_eligible else None,
            is_equal=line.name in ranking.equal,
            is_chosen=False,
        )
        for line in ranking.lines
    ]


def words_of(line: dispatching.Line) -> str:
    """A line of a ranking in words."""
    grounds = {
        dispatching.SKILL: _("lacks a skill that the work needs"),
        dispatching.SHIFT: _("is not on shift"),
        dispatching.FULL: _("holds as many orders as it may"),
        "RETURNED": _("had this order and gave it back"),
        "DUTY": _("a member is kept out of duty by two persons"),
        "NOBODY": _("none of its members is on duty"),
    }
    if line.ground:
        return grounds.get(line.ground, line.ground)
    parts = [_("%(minutes)s min on the road") % {"minutes": line.road}]
    if line.held:
        parts.append(_("%(minutes)s min for orders it holds") % {"minutes": line.held})
    if line.shared:
        parts.append(_("%(minutes)s min so that work is shared") % {"minutes": line.shared})
    return " + ".join(parts)
