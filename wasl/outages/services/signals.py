"""Taking in signs: one row each, written by thousands a minute; what they mean is inferred later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wasl.billing import services as billing
from wasl.core import identifiers, jobs, scope
from wasl.network import topology
from wasl.outages.models import Signal


def signal(
    *,
    directorate_id: int,
    source: str,
    source_id: UUID,
    at: datetime,
    now: datetime,
    says: str = Signal.Says.OFF,
    category: str = "",
    transformer_code: str = "",
    account_no: str = "",
    lat: float | None = None,
    lon: float | None = None,
    about: UUID | None = None,
) -> Signal:
    """
    This function will keep a sign, and have the outages inferred anew soon.

    Idempotent by source and its id: the same report twice is one sign. Where no transformer is
    named, that of the account, or else the nearest one within reach, is taken. A sign from the
    future is taken for one of now.
    """
    if not transformer_code:
        place = topology.locate(directorate_id, account_no=account_no, lat=lat, lon=lon)
        transformer_code = place.transformer_code if place else ""
    made, is_new = Signal.objects.get_or_create(
        source=source,
        source_id=source_id,
        defaults={
            "id": identifiers.new_id(now),
            "directorate_id": directorate_id,
            "says": says,
            "category": category,
            "transformer_code": transformer_code,
            "account_no": account_no,
            "lat": lat,
            "lon": lon,
            "about": about,
            "at": min(at, now),
            "recorded_at": now,
        },
    )
    if is_new:
        ask_for_inference(directorate_id)
    return made


def take_back(*, source_id: UUID, now: datetime) -> int:
    """This function will close what somebody reported, as they say it is no longer so; how many signs."""
    mine = Signal.objects.filter(source=Signal.Source.REPORT, source_id=source_id, closed_at=None)
    offices = set(mine.values_list("directorate_id", flat=True))
    closed = mine.update(closed_at=now)
    for office in offices:
        ask_for_inference(office)
    return closed


def ask_for_inference(directorate_id: int) -> None:
    """Thousands ask, one job waits."""
    name = f"outages.infer:{directorate_id}"
    jobs.enqueue("outages.infer", queueing_lock=name, lock=name, directorate_id=directorate_id)


@dataclass(frozen=True, kw_only=True)
class MeterSign:
    """What a meter said, by its serial number; `source_id` is the same whenever it is sent again."""

    line: int
    key: str
    serial: str
    source: str
    source_id: UUID
    says: str
    at: datetime


def take_meter_signs(
    *, directorate_id: int, signs: Sequence[MeterSign], now: datetime
) -> list[MeterSign]:
    """
    This function will keep the signs of meters, all or none; it gives back those of unknown meters.

    A meter's word is one household's word: the account's, so that a report of the same house is not
    a second one.
    """
    unknown = []
    with scope.within_system():
        for each in signs:
            account_no = billing.account_of_meter(directorate_id, each.serial)
            if not account_no:
                unknown.append(each)
                continue
            signal(
                directorate_id=directorate_id,
                source=each.source,
                source_id=each.source_id,
                says=each.says,
                category="meter",
                account_no=account_no,
                at=each.at,
                now=now,
            )
    return unknown
