"""The live board: dangers, orders and outages in one list, the most urgent first; and the crews out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from wasl.core.calendars import BAGHDAD
from wasl.fieldwork import dangers
from wasl.fieldwork.models import Crew, CrewPosition, CrewShift, WorkOrder
from wasl.fieldwork.models.orders import OVER, Danger
from wasl.fieldwork.services import following
from wasl.outages.models import Outage

SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: what, how dangerous, how many, since when, where it stands. `number` is that on the map."""

    number: int
    key: str
    kind: str
    title: str
    where: str
    danger: int
    customers: int
    since: datetime
    is_confirmed: bool
    expected_at: datetime | None
    order: WorkOrder | None
    subject_id: UUID
    reference: str
    lat: float | None
    lon: float | None

    @property
    def is_life(self) -> bool:
        """Whether a life is in danger."""
        return self.danger == Danger.LIFE


@dataclass(frozen=True, kw_only=True)
class CrewOut:
    """A crew on shift, where it was last, and what it holds."""

    crew: Crew
    lat: float
    lon: float
    seen_at: datetime | None
    orders: tuple[WorkOrder, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """Everything the desk shows at one moment."""

    rows: list[Row]
    crews: list[CrewOut]
    customers_off: int


def board(directorate_id: int, *, now: datetime, language: str) -> Board:
    """The board of a directorate. Each matter stands once: an order takes in its subject."""
    orders = list(
        WorkOrder.objects.filter(directorate_id=directorate_id)
        .exclude(state__in=OVER)
        .select_related("crew")
    )
    by_subject = {(each.subject_type, each.subject_id): each for each in orders}
    outages = list(
        Outage.objects.filter(directorate_id=directorate_id, state=Outage.State.OPEN).order_by(
            "-customers", "began_at"
        )[:SHOWN]
    )
    places = following.places_of(outages)
    warned = dangers.open_ones(directorate_id, now.astimezone(BAGHDAD).date(), language)
    drafts = [
        *(_of_danger(each, by_subject.pop((each.subject_type, each.subject_id), None)) for each in warned),
        *(_of_outage(each, by_subject.pop(("outage", each.id), None), places[each.id]) for each in outages),
    ]  # fmt: skip
    drafts += [_of_order(each) for each in by_subject.values()]
    drafts.sort(key=lambda row: (-row.danger, -row.customers, row.since, row.key))
    rows = [_numbered(row, number) for number, row in enumerate(drafts[:SHOWN], start=1)]
    return Board(
        rows=rows,
        crews=_crews_out(directorate_id, orders, now),
        customers_off=sum(each.customers for each in outages),
    )


def _numbered(row: Row, number: int) -> Row:
    return replace(row, number=number)


def _of_danger(danger: dangers.Danger, order: WorkOrder | None) -> Row:
    return Row(
        number=0, key=f"{danger.subject_type}-{danger.subject_id}", kind="danger",
        title=danger.label, where=danger.where, danger=Danger.LIFE,
        customers=order.customers if order else 0, since=danger.since, is_confirmed=False,
        expected_at=None, order=order, subject_id=danger.subject_id, reference=danger.reference,
        lat=danger.lat, lon=danger.lon,
    )  # fmt: skip


def _of_outage(
    outage: Outage, order: WorkOrder | None, place: tuple[float | None, float | None]
) -> Row:
    lat, lon = (order.lat, order.lon) if order and order.lat is not None else place
    return Row(
        number=0, key=f"outage-{outage.id}", kind="outage",
        title=str(Outage.Element(outage.element_kind).label), where=outage.element_code,
        danger=order.danger if order else Danger.NONE, customers=outage.customers,
        since=outage.began_at, is_confirmed=outage.is_confirmed, expected_at=outage.expected_at,
        order=order, subject_id=outage.id, reference=outage.reference, lat=lat, lon=lon,
    )  # fmt: skip


def _of_order(order: WorkOrder) -> Row:
    return Row(
        number=0, key=f"{order.subject_type}-{order.subject_id}", kind="order",
        title=title_of(order), where=order.place_code, danger=order.danger,
        customers=order.customers, since=order.opened_at, is_confirmed=True, expected_at=None,
        order=order, subject_id=order.subject_id, reference=order.reference, lat=order.lat,
        lon=order.lon,
    )  # fmt: skip


def title_of(order: WorkOrder) -> str:
    """What an order is about: of an outage the element in the reader's language, else its own words."""
    kind, _gap, code = order.title.partition(" ")
    labels: dict[str, str | Promise] = dict(Outage.Element.choices)
    if order.subject_type == "outage" and kind in labels:
        return f"{labels[kind]} {code}"
    return order.title


def _crews_out(directorate_id: int, orders: Iterable[WorkOrder], now: datetime) -> list[CrewOut]:
    out = CrewShift.objects.filter(
        directorate_id=directorate_id, starts_at__lte=now, ends_at__gt=now, crew__ended_at=None
    )
    crews = {each.crew_id: each.crew for each in out.select_related("crew")}
    places = {each.crew_id: each for each in CrewPosition.objects.filter(crew_id__in=crews.keys())}
    found = []
    for crew in sorted(crews.values(), key=lambda each: each.name):
        seen = places.get(crew.id)
        found.append(
            CrewOut(
                crew=crew,
                lat=float(seen.lat) if seen else crew.home_lat,
                lon=float(seen.lon) if seen else crew.home_lon,
                seen_at=seen.at if seen else None,
                orders=tuple(
                    each for each in orders if each.crew_id == crew.id and each.is_with_crew
                ),
            )
        )
    return found
