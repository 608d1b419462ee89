"""
Material of work orders: received, asked for, issued by one hand to another, used, brought back, scrapped.

The database keeps the books (models/materials.py); these functions say what moves, and translate its
refusals.
"""

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core import identifiers
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.fieldwork import listed
from wasl.fieldwork.models import CrewMember, MaterialRequest, SerialItem, StockMove, WorkOrder
from wasl.fieldwork.models.orders import OVER
from wasl.fieldwork.services import orders

Kind = StockMove.Kind


class UnableToMoveMaterial(Unable):
    """There is not so much of it, it is not there, or one person would be both hands."""

    code = "MATERIAL_NOT_MOVED"
    message = _("The material is left where it is: %(cause)s")


@transaction.atomic
def receive(
    *,
    directorate_id: int,
    material: str,
    quantity: int,
    delivery_no: str,
    actor: Actor,
    now: datetime,
    serial: str = "",
) -> StockMove:
    """
    This function will take a delivery into the store; numbered pieces one by one.

    :raises UnableToMoveMaterial: when the kind is not listed, or a number is known already.
    """
    _require_shape(material, quantity, serial)
    return _move(
        Kind.RECEIVED, directorate_id=directorate_id, material=material, quantity=quantity,
        serial=serial, delivery_no=delivery_no, taken_by=actor.user_id, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def ask(
    *, order_id: UUID, material: str, quantity: int, actor: Actor, now: datetime
) -> MaterialRequest:
    """
    This function will ask the store for material for an order.

    :raises UnableToMoveMaterial: when the kind is not listed, or the order is over.
    """
    order = orders.lock(order_id)
    if not listed.is_listed(listed.MATERIALS, material) or quantity < 1 or actor.user_id is None:
        raise UnableToMoveMaterial(cause=_("choose a material, and how much of it."))
    if order.state in OVER:
        raise UnableToMoveMaterial(cause=_("the order is over."))
    return MaterialRequest.objects.create(
        id=identifiers.new_id(now), order=order, directorate_id=order.directorate_id,
        material=material, quantity=quantity, asked_by=actor.user_id, asked_at=now,
    )  # fmt: skip


@transaction.atomic
def issue(
    *,
    directorate_id: int,
    request_id: UUID,
    quantity: int,
    taken_by: UUID,
    actor: Actor,
    now: datetime,
    serial: str = "",
) -> StockMove:
    """
    This function will hand out what was asked for: the store keeper gives, a member of the crew takes.

    :raises UnableToMoveMaterial: when it is more than was asked for, not in store, or the one who takes
        is not of the order's crew.
    """
    request = (
        MaterialRequest.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(directorate_id=directorate_id, id=request_id)
        .first()
    )
    if request is None or request.closed_at is not None:
        raise UnableToMoveMaterial(cause=_("it was handed out already."))
    order = request.order
    is_of_crew = (
        order.crew is not None
        and order.crew.members.filter(user_id=taken_by, valid_to=None).exists()
    )
    if not is_of_crew:
        raise UnableToMoveMaterial(cause=_("whoever takes it must be of the order's crew."))
    _require_shape(request.material, quantity, serial)
    given = sum(request.moves.values_list("quantity", flat=True)) + quantity
    if given > request.quantity:
        raise UnableToMoveMaterial(cause=_("it is more than was asked for."))
    made = _move(
        Kind.ISSUED, directorate_id=directorate_id, material=request.material, quantity=quantity,
        serial=serial, order=order, request=request, given_by=actor.user_id, taken_by=taken_by,
        actor=actor, now=now,
    )  # fmt: skip
    if given == request.quantity:
        request.closed_at = now
        request.save(update_fields=["closed_at"])
    return made


@transaction.atomic
def bring_back(
    *,
    order_id: UUID,
    material: str,
    quantity: int,
    given_by: UUID,
    actor: Actor,
    now: datetime,
    serial: str = "",
) -> StockMove:
    """
    This function will take into the store what an order did not use, or what was taken out.

    :raises UnableToMoveMaterial: when the order does not have so much, one person is both hands, or the
        one who gives was in no crew of the order.
    """
    order = orders.lock(order_id)
    held = order.steps.exclude(crew=None).values("crew_id")
    if not CrewMember.objects.filter(crew_id__in=held, user=given_by).exists():
        raise UnableToMoveMaterial(cause=_("whoever gives it must be of the order's crew."))
    _require_shape(material, quantity, serial)
    return _move(
        Kind.RETURNED, directorate_id=order.directorate_id, material=material, quantity=quantity,
        serial=serial, order=order, given_by=given_by, taken_by=actor.user_id, actor=actor, now=now,
    )  # fmt: skip


def spend(
    order: WorkOrder,
    *,
    kind: str,
    material: str,
    quantity: int,
    actor: Actor,
    at: datetime,
    now: datetime,
    serial: str = "",
    place_code: str = "",
) -> StockMove:
    """
    Note on a locked order what was used, scrapped, or taken out at the place.

    A numbered piece is bound to the place where it was put; for a transformer that is told apart.

    :raises UnableToMoveMaterial: when the order does not have so much, or not this piece.
    """
    _require_shape(material, quantity, serial)
    place = place_code or order.place_code or order.reference
    made = _move(
        kind, directorate_id=order.directorate_id, material=material, quantity=quantity,
        serial=serial, order=order, place_code=place, actor=actor, now=now, at=at,
    )  # fmt: skip
    if material == "transformer" and kind in {Kind.USED, Kind.TAKEN_OUT}:
        events.record(
            kind="fieldwork.transformer.changed",
            subject=("work_order", order.id),
            actor=actor,
            directorate_id=order.directorate_id,
            data={
                "order": str(order.id), "transformer": place, "serial": serial, "what": kind,
            },
            now=now,
        )  # fmt: skip
    return made


def serials_with(order: WorkOrder) -> list[SerialItem]:
    """The numbered pieces that an order has out."""
    return list(
        SerialItem.objects.filter(order_id=order.id, whereabouts="ORDER").order_by("serial")
    )


def _require_shape(material: str, quantity: int, serial: str) -> None:
    if not listed.is_listed(listed.MATERIALS, material) or quantity < 1:
        raise UnableToMoveMaterial(cause=_("choose a material, and how much of it."))
    if listed.is_serial(material) != bool(serial) or (serial and quantity != 1):
        raise UnableToMoveMaterial(cause=_("numbered pieces move one by one, by their number."))


# What the triggers say, and what people are told.
_REFUSALS = {
    "fieldwork_stock_is_there": _("there is not so much of it in the store."),
    "fieldwork_no_more_than_issued": _("the order does not have so much of it."),
    "fieldwork_move_two_hands": _("one gives and another takes."),
    "fieldwork_serial_once": _("this number is known already."),
    "is not there": _("this piece is not there."),
    "is over": _("the order is over."),
}


def _move(
    kind: str, *, actor: Actor, now: datetime, at: datetime | None = None, **values: object
) -> StockMove:
    try:
        with transaction.atomic():
            made: StockMove = StockMove.objects.create(
                id=identifiers.new_id(now), kind=kind, at=at or now, **values
            )
    except DatabaseError as error:
        told = str(error)
        cause = next((words for sign, words in _REFUSALS.items() if sign in told), None)
        if cause is None:
            raise
        raise UnableToMoveMaterial(cause=cause) from None
    data: dict[str, object] = {
        "move": str(made.id), "what": kind, "material": made.material, "quantity": made.quantity,
    }  # fmt: skip
    optional = {"serial": made.serial, "place": made.place_code}
    data |= {name: value for name, value in optional.items() if value}
    if made.order_id:
        data["order"] = str(made.order_id)
    events.record(
        kind="fieldwork.material.moved",
        subject=("work_order", made.order_id) if made.order_id else ("stock_move", made.id),
        actor=actor,
        directorate_id=made.directorate_id,
        data=data,
        now=now,
    )
    return made
