"""Planned work whose time has come: begun by what the homes say, or found never to have been done."""

import logging
from datetime import datetime, timedelta

from wasl.accounts.actors import Actor
from wasl.core.errors import Unable
from wasl.network import topology
from wasl.network.topology import Element
from wasl.outages import reasons
from wasl.outages.models import PlannedWork, Signal
from wasl.outages.services import planned, working

log = logging.getLogger(__name__)
# So many households without supply under the element say that it was switched off.
HOUSEHOLDS = 2
# A clock at the switch and one at home differ.
EARLIER = timedelta(minutes=15)


def tend_works(*, now: datetime) -> int:
    """
    This function will look after announced works whose time has come; how many it changed.

    Where homes under the element say that they are off, the work is taken to have begun, not yet
    confirmed by a person. Where the window has passed without a start, it was not carried out.
    """
    due = PlannedWork.objects.filter(state=PlannedWork.State.ANNOUNCED, begins_at__lte=now)
    changed = 0
    for work in due.order_by("begins_at", "id"):
        try:
            changed += _tend(work, now)
        except Unable as unable:
            log.warning("planned work %s: %s", work.reference, unable.code)
    return changed


def _tend(work: PlannedWork, now: datetime) -> bool:
    actor = Actor.system()
    if work.ends_at <= now:
        planned.cancel_work(work_id=work.id, reason=reasons.NOT_CARRIED_OUT, actor=actor, now=now)
        return True
    element = Element(work.element_kind, work.element_code)
    signs = Signal.objects.filter(
        directorate_id=work.directorate_id,
        transformer_code__in=list(topology.transformers_under(work.directorate_id, element)),
        says=Signal.Says.OFF,
        closed_at=None,
        at__gte=work.begins_at - EARLIER,
    )
    said = list(signs.order_by("at").values_list("account_no", "at", "id"))
    if len({account_no or str(sign) for account_no, _at, sign in said}) < HOUSEHOLDS:
        return False
    began = min(max(said[0][1], work.begins_at), now)
    working.start_work(work_id=work.id, at=began, actor=actor, now=now, is_switched=False)
    return True
