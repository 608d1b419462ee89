"""Service points: accounts hang on transformers, and on nodes of their low-voltage networks."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from wasl.accounts.actors import Actor
from wasl.events import services as events
from wasl.network import selectors
from wasl.network.models import CapacityReservation, LowVoltageNode, ServicePoint, Transformer
from wasl.network.services import locks
from wasl.network.services.keeping import end


@transaction.atomic
def connect_service_point(
    *,
    directorate_id: int,
    account_no: str,
    load_kw: Decimal,
    phases: int,
    lat: float,
    lon: float,
    case_id: UUID,
    actor: Actor,
    now: datetime,
    transformer_code: str | None = None,
) -> ServicePoint | None:
    """
    This function will hang an account on the transformer kept for its case, or else the nearest.

    What was kept for the case is used up. An account that hangs there already stays as it is. None
    where the register of the network has no transformer yet: it must not hold up an account.

    :raises UnableToFindTransformer: when none of that code is in service.
    """
    known = selectors.point_of(directorate_id, account_no)
    if known is not None:
        return known
    reservation = selectors.reservation_of(case_id)
    if transformer_code is not None:
        transformer = locks.transformer_by_code(directorate_id, transformer_code)
    elif reservation is not None:
        transformer = locks.transformer(reservation.transformer_id)
    else:
        nearest = selectors.nearest_transformer(directorate_id, lat, lon)
        if nearest is None:
            return None
        transformer = locks.transformer(nearest.transformer.pk)
    node_id = _node_for(transformer, reservation, lat, lon)
    if reservation is not None:
        end(reservation, CapacityReservation.Status.USED, now)
    _add_load(transformer, node_id, load_kw)
    point = ServicePoint.objects.create(
        directorate_id=directorate_id,
        transformer=transformer,
        node_id=node_id,
        account_no=account_no,
        load_kw=load_kw,
        phases=phases,
        connected_at=now,
    )
    _record_point("network.point.connected", point, case_id, actor, now, phases=phases)
    return point


@transaction.atomic
def change_point_load(
    *,
    directorate_id: int,
    account_no: str,
    load_kw: Decimal,
    phases: int,
    case_id: UUID,
    now: datetime,
) -> ServicePoint | None:
    """
    This function will set the load of an account's service point, and use up what was kept.

    None when the account hangs nowhere that is known.
    """
    point = _lock_point(directorate_id, account_no)
    if point is None:
        return None
    reservation = selectors.reservation_of(case_id)
    if reservation is not None:
        end(reservation, CapacityReservation.Status.USED, now)
    _add_load(locks.transformer(point.transformer_id), point.node_id, load_kw - point.load_kw)
    point.load_kw = load_kw
    point.phases = phases
    point.save(update_fields=["load_kw", "phases"])
    return point


@transaction.atomic
def disconnect_service_point(
    *, directorate_id: int, account_no: str, case_id: UUID, actor: Actor, now: datetime
) -> None:
    """This function will take an account off its transformer; nothing when it hangs nowhere."""
    point = _lock_point(directorate_id, account_no)
    if point is None:
        return
    _add_load(locks.transformer(point.transformer_id), point.node_id, -point.load_kw)
    point.disconnected_at = now
    point.save(update_fields=["disconnected_at"])
    _record_point("network.point.disconnected", point, case_id, actor, now)


def _record_point(
    kind: str, point: ServicePoint, case_id: UUID, actor: Actor, now: datetime, **data: int
) -> None:
    events.record(
        kind=kind,
        subject=("case", case_id),
        actor=actor,
        directorate_id=point.directorate_id,
        data={"transformer": point.transformer.code, **data},
        now=now,
    )


def _node_for(
    transformer: Transformer, reservation: CapacityReservation | None, lat: float, lon: float
) -> int | None:
    """The node that was weighed for the case, or else the nearest; None without a model."""
    if (
        reservation is not None
        and reservation.node_id is not None
        and reservation.transformer_id == transformer.pk
    ):
        return reservation.node_id
    nearest = selectors.nearest_node(transformer, lat, lon)
    return nearest.pk if nearest else None


def _add_load(transformer: Transformer, node_id: int | None, load_kw: Decimal) -> None:
    transformer.connected_kw = max(Decimal(0), transformer.connected_kw + load_kw)
    transformer.save(update_fields=["connected_kw"])
    if node_id is not None:
        changed = Greatest(F("connected_kw") + load_kw, Decimal(0))
        LowVoltageNode.objects.filter(pk=node_id).update(connected_kw=changed)


def _lock_point(directorate_id: int, account_no: str) -> ServicePoint | None:
    return (
        ServicePoint.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, account_no=account_no, disconnected_at=None)
        .first()
    )
