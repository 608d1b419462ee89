"""What crews, the store and quality see of field work; the live board is in board.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from wasl.accounts import selectors as accounts
from wasl.accounts.models import User
from wasl.core.calendars import BAGHDAD
from wasl.directorates import dated
from wasl.fieldwork import listed
from wasl.fieldwork.models import (
    CallBack,
    CallBackFigure,
    Crew,
    CrewMember,
    CrewPosition,
    CrewShift,
    DispatchDecision,
    FieldAction,
    MaterialRequest,
    OrderMaterial,
    Override,
    SerialItem,
    StockLevel,
    WorkOrder,
)
from wasl.fieldwork.models.orders import OVER, WITH_CREW
from wasl.outages.models import OutageStep


def order_of(reference: str) -> WorkOrder | None:
    """The order of a canonical reference, if the scope lets it be seen."""
    return WorkOrder.objects.select_related("crew").filter(reference=reference).first()


def order_here(directorate_id: int, order_id: UUID) -> WorkOrder | None:
    """An order of a directorate."""
    found = WorkOrder.objects.filter(directorate_id=directorate_id, id=order_id)
    return found.select_related("crew").first()


def decisions(order: WorkOrder) -> list[DispatchDecision]:
    """How its crews were found, in order."""
    return list(order.decisions.order_by("attempt"))


def crew_names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of crews, also of those that have ended."""
    return dict(Crew.objects.filter(id__in=ids).values_list("id", "name"))


def open_overrides(order: WorkOrder) -> list[Override]:
    """What was asked against the rule and waits for a second person."""
    return list(order.overrides.filter(decided_by=None).select_related("crew"))


def crews(directorate_id: int) -> QuerySet[Crew]:
    """The crews of a directorate, by name."""
    return Crew.objects.filter(directorate_id=directorate_id, ended_at=None).order_by("name")


def crew_here(directorate_id: int, crew_id: UUID) -> Crew | None:
    """A crew of a directorate that has not ended."""
    return crews(directorate_id).filter(id=crew_id).first()


@dataclass(frozen=True, kw_only=True)
class CrewCard:
    """A crew as its supervisor sees it."""

    crew: Crew
    members: list[CrewMember]
    shifts: list[CrewShift]
    is_out: bool
    held: int
    position: CrewPosition | None

    @property
    def skills(self) -> list[str]:
        """Its skills in words."""
        return [listed.label(listed.SKILLS, each) for each in self.crew.skills]


def crew_cards(directorate_id: int, now: datetime) -> list[CrewCard]:
    """Every crew with its people, its coming shifts, and, while it is out, about where it is."""
    held = Count("orders", filter=Q(orders__state__in=WITH_CREW))
    found = []
    for crew in crews(directorate_id).annotate(held=held):
        shifts = list(crew.shifts.filter(ends_at__gt=now).order_by("starts_at")[:5])
        is_out = bool(shifts) and shifts[0].starts_at <= now
        found.append(
            CrewCard(
                crew=crew,
                members=list(
                    crew.members.filter(valid_to=None).select_related("user").order_by("id")
                ),
                shifts=shifts,
                is_out=is_out,
                held=crew.held,
                position=CrewPosition.objects.filter(crew=crew).first() if is_out else None,
            )
        )
    return found


def technicians_without_crew(directorate_id: int, now: datetime) -> list[User]:
    """Who could join a crew today."""
    taken = CrewMember.objects.filter(valid_to=None).values("user_id")
    return list(accounts.staff_with_role("TECHNICIAN", directorate_id, now).exclude(id__in=taken))


def crew_of(user_id: UUID, on: date) -> Crew | None:
    """The crew that somebody is in on a day."""
    found = CrewMember.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), user_id=user_id, valid_from__lte=on
    )
    member = found.select_related("crew").order_by("-valid_from").first()
    return member.crew if member else None


def orders_of(crew: Crew) -> list[WorkOrder]:
    """What a crew still has to do, danger first; and what it has repaired and nobody has checked."""
    found = crew.orders.exclude(state__in=[*OVER, "CHECKED"])
    return list(found.order_by("-danger", "-customers", "opened_at"))


def groups_off(order: WorkOrder) -> list[OutageStep]:
    """The transformers that are still without supply in the outage of an order."""
    if order.subject_type != "outage":
        return []
    found = OutageStep.objects.filter(outage_id=order.subject_id, ended_at=None)
    return list(found.exclude(group__startswith="S:").order_by("group"))


def to_look_at(directorate_id: int) -> list[FieldAction]:
    """What phones sent and somebody has to look at, or waits for what came before."""
    found = FieldAction.objects.filter(directorate_id=directorate_id).filter(
        outcome__in=["LOOK", "WAITING"]
    )
    return list(found.select_related("order").order_by("received_at")[:100])


def own_open_actions(user_id: UUID) -> list[FieldAction]:
    """What I sent and is not recorded yet, with the reason."""
    found = FieldAction.objects.filter(sent_by=user_id, outcome__in=["LOOK", "WAITING"])
    return list(found.select_related("order").order_by("received_at")[:50])


def stock(directorate_id: int) -> list[StockLevel]:
    """What is in the store."""
    return list(StockLevel.objects.filter(directorate_id=directorate_id).order_by("material"))


def serials_in_store(directorate_id: int) -> list[SerialItem]:
    """The numbered pieces in the store."""
    found = SerialItem.objects.filter(directorate_id=directorate_id, whereabouts="STORE")
    return list(found.order_by("material", "serial")[:200])


def open_requests(directorate_id: int) -> list[MaterialRequest]:
    """What crews have asked the store for."""
    found = MaterialRequest.objects.filter(directorate_id=directorate_id, closed_at=None)
    return list(found.select_related("order__crew").order_by("asked_at")[:100])


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Material of an order that nobody accounts for, or more scrap than the published share."""

    row: OrderMaterial
    missing: int
    scrap_over: int


def differences(directorate_id: int, now: datetime) -> list[Difference]:
    """Flag Q12: issued long ago and not accounted for; or scrapped beyond the tolerance of its kind."""
    hours = dated.value(
        "fieldwork.balance_hours",
        directorate_id=directorate_id,
        on=now.astimezone(BAGHDAD).date(),
    )
    late = now - timedelta(hours=int(hours))
    rows = OrderMaterial.objects.filter(directorate_id=directorate_id).filter(
        ~Q(issued=F("used") + F("returned") + F("scrapped") - F("taken_out")) | Q(scrapped__gt=0)
    )
    found = []
    for row in rows.select_related("order__crew").order_by("first_issued_at", "id")[:500]:
        missing = row.open_quantity if row.first_issued_at < late else 0
        allowed = row.issued * listed.tolerance_pct(row.material) // 100
        over = max(0, row.scrapped - allowed - row.taken_out)
        if missing or over:
            found.append(Difference(row=row, missing=missing, scrap_over=over))
    return found


def open_calls(directorate_id: int) -> list[CallBack]:
    """Whom to call, the oldest draw first."""
    found = CallBack.objects.filter(directorate_id=directorate_id, outcome="")
    return list(found.select_related("draw").order_by("id")[:100])


def call_here(directorate_id: int, call_id: UUID) -> CallBack | None:
    """A call that waits."""
    found = CallBack.objects.filter(directorate_id=directorate_id, id=call_id, outcome="")
    return found.select_related("draw").first()


def call_figures(directorate_id: int) -> list[CallBackFigure]:
    """What was answered by month, the newest first."""
    return list(
        CallBackFigure.objects.filter(directorate_id=directorate_id).order_by("-month")[:24]
    )
