"""Keeping capacity for cases, and connecting accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events
from wasl.network import capacity, selectors
from wasl.network.models import CapacityReservation, ServicePoint, Transformer


class UnableToReserveCapacity(Unable):
    """The transformer cannot carry the load."""

    code = "NO_CAPACITY"
    message = _(
        "The transformer %(transformer)s would be loaded to %(after)s%% of its rating; "
        "%(permitted)s%% are permitted."
    )


class UnableToFindTransformer(Unable):
    """No transformer of that code is in service."""

    code = "NO_SUCH_TRANSFORMER"
    message = _("No transformer %(code)s is in service in this directorate.")


@dataclass(frozen=True)
class Check:
    """The answer for a place and a load: the transformer, the figures, and what was kept."""

    transformer: Transformer | None
    figures: capacity.Figures | None
    reservation: CapacityReservation | None
    is_needed: bool = True

    @property
    def fits(self) -> bool:
        """Whether the network carries it: it is kept, or nothing comes on top."""
        return self.reservation is not None or not self.is_needed


@transaction.atomic
def check_and_reserve(
    *,
    directorate_id: int,
    case_id: UUID,
    lat: float,
    lon: float,
    load_kw: Decimal,
    now: datetime,
    account_no: str = "",
) -> Check:
    """
    This function will weigh the load at the nearest transformer and, if it fits, keep it.

    For an account that hangs on the network only the increase counts, at its own transformer.
    Asked again for the case, it weighs anew. The transformer's row is locked, so two cases cannot
    both take the last of it.
    """
    point = selectors.point_of(directorate_id, account_no) if account_no else None
    if point is not None:
        transformer = point.transformer
        load_kw -= point.load_kw
        if load_kw <= 0:
            return Check(transformer, None, None, is_needed=False)
    else:
        nearest = selectors.nearest_transformer(directorate_id, lat, lon)
        reach = dated.value(
            "network.reach_m", directorate_id=directorate_id, on=timezone.localdate(now)
        )
        if nearest is None or nearest.metres > reach:
            return Check(None, None, None)
        transformer = nearest.transformer
    transformer = _lock(transformer.pk)
    figures = selectors.figures(transformer, load_kw=load_kw, now=now, apart_from=case_id)
    if not figures.fits:
        return Check(transformer, figures, None)
    return Check(transformer, figures, _hold(transformer, case_id, figures, Actor.system(), now))


@transaction.atomic
def reserve_capacity(
    *,
    directorate_id: int,
    transformer_code: str,
    case_id: UUID,
    load_kw: Decimal,
    actor: Actor,
    now: datetime,
    is_override: bool = False,
) -> CapacityReservation:
    """
    This function will keep load (kW before diversity) at a transformer for a case.

    Asked again for the same transformer and load, it gives what is kept already; for others, the
    earlier one is released. An engineer's override goes beyond the rule, and is on record.

    :raises UnableToFindTransformer: when none of that code is in service.
    :raises UnableToReserveCapacity: when it does not fit, and no engineer overrides.
    """
    transformer = _lock_by_code(directorate_id, transformer_code)
    figures = selectors.figures(transformer, load_kw=load_kw, now=now, apart_from=case_id)
    if not figures.fits and not is_override:
        raise UnableToReserveCapacity(
            transformer=transformer.code,
            after=figures.loading_after_pct,
            permitted=figures.permitted_pct,
        )
    return _hold(transformer, case_id, figures, actor, now, is_override=is_override)


def _hold(
    transformer: Transformer,
    case_id: UUID,
    figures: capacity.Figures,
    actor: Actor,
    now: datetime,
    *,
    is_override: bool = False,
) -> CapacityReservation:
    known = CapacityReservation.objects.select_for_update().filter(case_id=case_id, status="HELD")
    for held in known:
        is_same = held.transformer_id == transformer.pk and held.load_kw == figures.requested_kw
        if is_same and held.expires_at > now and held.is_override == is_override:
            return held
        _end(held, CapacityReservation.Status.RELEASED, now)
    directorate_id = transformer.directorate_id
    days = dated.value(
        "network.reservation_days", directorate_id=directorate_id, on=timezone.localdate(now)
    )
    reservation = CapacityReservation.objects.create(
        directorate_id=directorate_id,
        transformer=transformer,
        case_id=case_id,
        load_kw=figures.requested_kw,
        is_override=is_override,
        reserved_at=now,
        expires_at=now + timedelta(days=days),
    )
    events.record(
        kind="network.capacity.reserved",
        subject=("case", case_id),
        actor=actor,
        directorate_id=directorate_id,
        data={
            "transformer": transformer.code,
            "rated_kva": transformer.rated_kva,
            "loading_before_pct": str(figures.loading_before_pct),
            "loading_after_pct": str(figures.loading_after_pct),
            "permitted_pct": figures.permitted_pct,
            "is_override": is_override,
        },
        now=now,
    )
    return reservation


@transaction.atomic
def release_capacity(*, case_id: UUID, now: datetime, cause: str = "CASE_ENDED") -> bool:
    """This function will release what is kept for a case; whether anything was."""
    held = (
        CapacityReservation.objects.select_for_update(of=("self",))
        .select_related("transformer")
        .filter(case_id=case_id, status=CapacityReservation.Status.HELD)
        .first()
    )
    if held is None:
        return False
    _release(held, cause, now)
    return True


@transaction.atomic
def expire_reservations(*, now: datetime) -> int:
    """This function will release what was kept too long; the number released."""
    late = (
        CapacityReservation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("transformer")
        .filter(status=CapacityReservation.Status.HELD, expires_at__lte=now)
        .order_by("pk")
    )
    released = list(late)
    for held in released:
        _release(held, "EXPIRED", now)
    return len(released)


def _release(held: CapacityReservation, cause: str, now: datetime) -> None:
    _end(held, CapacityReservation.Status.RELEASED, now)
    events.record(
        kind="network.capacity.released",
        subject=("case", held.case_id),
        actor=Actor.system(),
        directorate_id=held.directorate_id,
        data={"transformer": held.transformer.code, "cause": cause},
        now=now,
    )


def _end(held: CapacityReservation, status: str, now: datetime) -> None:
    held.status = status
    held.ended_at = now
    held.save(update_fields=["status", "ended_at"])


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
        transformer = _lock_by_code(directorate_id, transformer_code)
    elif reservation is not None:
        transformer = _lock(reservation.transformer_id)
    else:
        nearest = selectors.nearest_transformer(directorate_id, lat, lon)
        if nearest is None:
            return None
        transformer = _lock(nearest.transformer.pk)
    if reservation is not None:
        _end(reservation, CapacityReservation.Status.USED, now)
    _add_load(transformer, load_kw)
    point = ServicePoint.objects.create(
        directorate_id=directorate_id,
        transformer=transformer,
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
        _end(reservation, CapacityReservation.Status.USED, now)
    _add_load(_lock(point.transformer_id), load_kw - point.load_kw)
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
    _add_load(_lock(point.transformer_id), -point.load_kw)
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


def _add_load(transformer: Transformer, load_kw: Decimal) -> None:
    transformer.connected_kw = max(Decimal(0), transformer.connected_kw + load_kw)
    transformer.save(update_fields=["connected_kw"])


def _lock(pk: int) -> Transformer:
    return Transformer.objects.select_for_update(of=("self",)).get(pk=pk)


def _lock_by_code(directorate_id: int, code: str) -> Transformer:
    found = (
        Transformer.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, code=code, removed_date=None)
        .first()
    )
    if found is None:
        raise UnableToFindTransformer(code=code)
    return found


def _lock_point(directorate_id: int, account_no: str) -> ServicePoint | None:
    return (
        ServicePoint.objects.select_for_update(of=("self",))
        .filter(directorate_id=directorate_id, account_no=account_no, disconnected_at=None)
        .first()
    )
