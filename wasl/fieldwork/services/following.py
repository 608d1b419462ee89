"""What orders do when outages come, change and end."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.calendars import BAGHDAD
from wasl.directorates import dated
from wasl.fieldwork.models import WorkOrder
from wasl.fieldwork.models.orders import OVER, State
from wasl.fieldwork.services import orders
from wasl.fieldwork.services.orders import Subject
from wasl.network.models import Transformer
from wasl.outages.models import Outage, OutageStep, Signal

OUTAGE = "outage"
# What the failed element asks of a crew.
SKILLS = {
    Outage.Element.SUBSTATION: ("medium_voltage",),
    Outage.Element.FEEDER: ("medium_voltage",),
    Outage.Element.SECTION: ("medium_voltage",),
    Outage.Element.TRANSFORMER: ("transformer",),
    Outage.Element.SERVICE: ("low_voltage",),
}


def follow_outage(*, outage_id: UUID, now: datetime) -> WorkOrder | None:
    """
    This function will bring the order of an outage into line with it: opened when the outage is
    confirmed or large, cancelled when it ends, or becomes part of another, before anybody is there.

    Idempotent. Planned work and programmed cuts need no crew of the duty desk.
    """
    outage = Outage.objects.filter(id=outage_id).first()
    if outage is None:
        return None
    if outage.state == Outage.State.OPEN:
        return _open(outage, now) if _needs_crew(outage, now) else None
    order = (
        WorkOrder.objects.select_for_update(of=("self",))
        .filter(subject_type=OUTAGE, subject_id=outage.id)
        .exclude(state__in=OVER)
        .first()
    )
    if order is None or order.state not in {State.OPEN, State.DISPATCHED, State.ACCEPTED}:
        return order
    is_part = outage.state == Outage.State.MERGED
    return orders.move(
        order, State.CANCELLED, actor=Actor.system(), at=now, now=now,
        reason="PART_OF_ANOTHER" if is_part else "SUPPLY_BACK",
    )  # fmt: skip


def open_for_outage(
    *, directorate_id: int, outage_id: UUID, actor: Actor, now: datetime
) -> WorkOrder:
    """
    This function will open an order for an outage because the desk wants it, however small.

    :raises UnableToMoveOrder: when the outage is over.
    """
    outage = Outage.objects.filter(
        directorate_id=directorate_id, id=outage_id, state=Outage.State.OPEN
    ).first()
    if outage is None:
        raise orders.UnableToMoveOrder(cause=_("the outage is over."))
    return _open(outage, now, actor)


def _needs_crew(outage: Outage, now: datetime) -> bool:
    if outage.cause != Outage.Cause.FAULT:
        return False
    least = dated.value(
        "fieldwork.order_customers",
        directorate_id=outage.directorate_id,
        on=now.astimezone(BAGHDAD).date(),
    )
    return outage.is_confirmed or outage.customers >= int(least)


def _open(outage: Outage, now: datetime, actor: Actor | None = None) -> WorkOrder:
    lat, lon = place_of(outage)
    return orders.open_order(
        directorate_id=outage.directorate_id,
        subject=Subject(
            type=OUTAGE,
            id=outage.id,
            title=f"{outage.element_kind} {outage.element_code}",
            skills=SKILLS[Outage.Element(outage.element_kind)],
            customers=outage.customers,
            place_code=outage.element_code,
            lat=lat,
            lon=lon,
        ),
        actor=actor or Actor.system(),
        now=now,
    )


def place_of(outage: Outage) -> tuple[float | None, float | None]:
    """The middle of what is without supply in an outage."""
    return places_of([outage])[outage.id]


def places_of(outages: Collection[Outage]) -> dict[UUID, tuple[float | None, float | None]]:
    """The middle of what is without supply in each: of its transformers, or where its sign is from."""
    ids = [each.id for each in outages]
    codes: dict[UUID, set[str]] = {each: set() for each in ids}
    steps = OutageStep.objects.filter(outage_id__in=ids).exclude(group__startswith="S:")
    signs = Signal.objects.filter(outage_id__in=ids, outage__element_kind=Outage.Element.SERVICE)
    for outage_id, code in [
        *steps.values_list("outage_id", "group"),
        *signs.exclude(transformer_code="").values_list("outage_id", "transformer_code"),
    ]:
        if outage_id is not None:
            codes[outage_id].add(code)
    known = Transformer.objects.filter(
        directorate_id__in={each.directorate_id for each in outages},
        code__in={code for each in codes.values() for code in each},
    )
    at = {
        (office, code): (lat, lon)
        for office, code, lat, lon in known.values_list("directorate_id", "code", "lat", "lon")
    }
    return {
        each.id: _middle([at[each.directorate_id, c] for c in codes[each.id] if (each.directorate_id, c) in at])
        for each in outages
    }  # fmt: skip


def _middle(places: list[tuple[float, float]]) -> tuple[float | None, float | None]:
    if not places:
        return None, None
    return (
        round(sum(lat for lat, _lon in places) / len(places), 5),
        round(sum(lon for _lat, lon in places) / len(places), 5),
    )
