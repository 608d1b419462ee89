"""Keeping capacity for cases."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.core.errors import Unable
from wasl.directorates import dated
from wasl.events import services as events
from wasl.network import capacity, selectors, studies
from wasl.network.models import CapacityCheck, CapacityReservation, Transformer
from wasl.network.services import locks


class UnableToReserveCapacity(Unable):
    """The transformer cannot carry the load."""

    code = "NO_CAPACITY"
    message = _(
        "The transformer %(transformer)s would be loaded to %(after)s%% of its rating; "
        "%(permitted)s%% are permitted."
    )


@dataclass(frozen=True)
class Check:
    """The answer for a place and a load: the transformer, the figures, and what was kept."""

    transformer: Transformer | None
    figures: capacity.Figures | None
    reservation: CapacityReservation | None
    is_needed: bool = True
    study: studies.Study | None = None

    @property
    def fits(self) -> bool:
        """Whether the network carries it: it is kept, or nothing comes on top."""
        return self.reservation is not None or not self.is_needed


@dataclass(frozen=True, kw_only=True)
class _Weighed:
    """A load at a transformer: by its plate, and by load flow where there is a model."""

    figures: capacity.Figures
    study: studies.Study | None = None
    node_id: int | None = None

    @property
    def fits(self) -> bool:
        """The load flow decides where there is one."""
        return self.study.fits if self.study is not None else self.figures.fits

    @property
    def before_pct(self) -> Decimal:
        """The transformer's loading without the load."""
        flow = self.study.before if self.study is not None else None
        return _percent(flow.transformer_loading_pct) if flow else self.figures.loading_before_pct

    @property
    def after_pct(self) -> Decimal:
        """The transformer's loading with the load."""
        flow = self.study.after if self.study is not None else None
        return _percent(flow.transformer_loading_pct) if flow else self.figures.loading_after_pct


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

    Where the low-voltage network is modelled a load flow decides, at the node nearest to the
    place, and what it found stays with the case; elsewhere the rule by the transformer's plate.
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
    transformer = locks.transformer(transformer.pk)
    node_id = point.node_id if point is not None else None
    place = studies.Place(lat=lat, lon=lon, node_id=node_id)
    weighed = _weigh(transformer, place, load_kw, case_id, now)
    if weighed.study is not None:
        _note(weighed.study, transformer, case_id, now)
    reservation = None
    if weighed.fits:
        reservation = _hold(transformer, case_id, weighed, Actor.system(), now)
    return Check(transformer, weighed.figures, reservation, study=weighed.study)


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
    earlier one is released. An engineer's override goes beyond the rule, and is on record. Where
    the case was weighed by load flow, it is weighed again at the same node.

    :raises UnableToFindTransformer: when none of that code is in service.
    :raises UnableToReserveCapacity: when it does not fit, and no engineer overrides.
    """
    transformer = locks.transformer_by_code(directorate_id, transformer_code)
    node_id = selectors.node_of_check(case_id, transformer)
    place = studies.Place(lat=transformer.lat, lon=transformer.lon, node_id=node_id)
    weighed = _weigh(transformer, place, load_kw, case_id, now)
    if not weighed.fits and not is_override:
        raise UnableToReserveCapacity(
            transformer=transformer.code,
            after=weighed.after_pct,
            permitted=weighed.figures.permitted_pct,
        )
    return _hold(transformer, case_id, weighed, actor, now, is_override=is_override)


def _weigh(
    transformer: Transformer, place: studies.Place, load_kw: Decimal, case_id: UUID, now: datetime
) -> _Weighed:
    figures = selectors.figures(transformer, load_kw=load_kw, now=now, apart_from=case_id)
    study = studies.study(transformer, place, load_kw, now=now, apart_from=case_id)
    if study is None:
        return _Weighed(figures=figures)
    return _Weighed(figures=figures, study=study, node_id=study.node_id)


def _note(study: studies.Study, transformer: Transformer, case_id: UUID, now: datetime) -> None:
    """Keep what the load flow found, and tell it."""
    if study.before is None or study.after is None:
        return
    CapacityCheck.objects.create(
        directorate_id=transformer.directorate_id,
        case_id=case_id,
        transformer=transformer,
        node_code=study.node_code,
        requested_kw=study.requested_kw,
        fits=study.fits,
        reasons=list(study.reasons),
        limits=asdict(study.limits),
        before=study.summary(study.before),
        after=study.summary(study.after),
        states=study.states(),
        checked_at=now,
    )
    here = study.after.at(study.node_code)
    events.record(
        kind="network.capacity.checked",
        subject=("case", case_id),
        actor=Actor.system(),
        directorate_id=transformer.directorate_id,
        data={
            "transformer": transformer.code,
            "loading_after_pct": str(_percent(study.after.transformer_loading_pct)),
            "permitted_pct": int(study.limits.transformer_pct),
            "volts": round(here.voltage_v),
            "nominal_volts": round(study.nominal_v),
            "tolerance_pct": int(study.limits.voltage_pct),
            "fits": study.fits,
            "reasons": list(study.reasons),
        },
        now=now,
    )


def _percent(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _hold(
    transformer: Transformer,
    case_id: UUID,
    weighed: _Weighed,
    actor: Actor,
    now: datetime,
    *,
    is_override: bool = False,
) -> CapacityReservation:
    load_kw = weighed.figures.requested_kw
    known = CapacityReservation.objects.select_for_update().filter(case_id=case_id, status="HELD")
    for held in known:
        is_same = held.transformer_id == transformer.pk and held.load_kw == load_kw
        if is_same and held.expires_at > now and held.is_override == is_override:
            return held
        end(held, CapacityReservation.Status.RELEASED, now)
    directorate_id = transformer.directorate_id
    days = dated.value(
        "network.reservation_days", directorate_id=directorate_id, on=timezone.localdate(now)
    )
    reservation = CapacityReservation.objects.create(
        directorate_id=directorate_id,
        transformer=transformer,
        node_id=weighed.node_id,
        case_id=case_id,
        load_kw=load_kw,
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
            "loading_before_pct": str(weighed.before_pct),
            "loading_after_pct": str(weighed.after_pct),
            "permitted_pct": weighed.figures.permitted_pct,
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
    end(held, CapacityReservation.Status.RELEASED, now)
    events.record(
        kind="network.capacity.released",
        subject=("case", held.case_id),
        actor=Actor.system(),
        directorate_id=held.directorate_id,
        data={"transformer": held.transformer.code, "cause": cause},
        now=now,
    )


def end(held: CapacityReservation, status: str, now: datetime) -> None:
    """This function will note that what was kept is used or released."""
    held.status = status
    held.ended_at = now
    held.save(update_fields=["status", "ended_at"])
