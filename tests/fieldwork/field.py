"""Crews, stock and chains on the small network of the outage tests."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from tests import people
from tests.outages import grid
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.casework import draws
from wasl.directorates import seeding
from wasl.fieldwork import services
from wasl.fieldwork.models import Crew, FieldAction, WorkOrder
from wasl.outages import services as outages
from wasl.outages.models import Outage

NOW = grid.NOW
SKILLS = ("low_voltage", "medium_voltage", "transformer")


def build(now: datetime = NOW) -> None:
    """Network, settings, chains."""
    grid.build()
    seeding.load_settings(now)
    for party in draws.PARTIES:
        draws.start_chain(directorate_id=1, party=party, actor=Actor.system(), now=now)


def actor(role: str = Role.SUPERVISOR, directorate_id: int = 1) -> Actor:
    """Somebody new in a role."""
    return of(people.staff(role, directorate_id=directorate_id), role, directorate_id)


def of(user: User, role: str = Role.TECHNICIAN, directorate_id: int = 1) -> Actor:
    """The actor of a person."""
    return Actor.for_user(user, role, directorate_id)


def crew(
    name: str = "A", lat: float = 33.3, lon: float = 44.3, *, skills: tuple[str, ...] = SKILLS,
    now: datetime = NOW, on_shift: bool = True, directorate_id: int = 1,
) -> tuple[Crew, User]:  # fmt: skip
    """A crew of one technician, on shift for twelve hours."""
    boss = actor(Role.SUPERVISOR, directorate_id)
    made = services.save_crew(
        directorate_id=directorate_id, name=name, skills=skills, vehicle="12345", lat=lat, lon=lon,
        actor=boss, now=now,
    )  # fmt: skip
    user = people.staff(Role.TECHNICIAN, directorate_id=directorate_id)
    services.add_member(
        directorate_id=directorate_id, crew_id=made.id, user_id=user.id,
        valid_from=date(now.year, 1, 1), actor=boss, now=now,
    )  # fmt: skip
    if on_shift:
        services.plan_shift(
            directorate_id=directorate_id, crew_id=made.id, starts_at=now - timedelta(hours=2),
            ends_at=now + timedelta(hours=10), actor=boss, now=now,
        )  # fmt: skip
    return made, user


def order(now: datetime = NOW, **values: object) -> WorkOrder:
    """An order about something."""
    told = {"type": "place", "id": uuid4(), "title": "work", "skills": ("low_voltage",),
            "lat": 33.3, "lon": 44.3} | values  # fmt: skip
    return services.open_order(
        directorate_id=1, subject=services.Subject(**told), actor=actor(), now=now
    )


def outage(code: str = "F0-0-0", now: datetime = NOW) -> Outage:
    """A transformer without supply, confirmed by the desk."""
    return outages.open_outage(
        directorate_id=1, element=outages_element(code), cause="FAULT", began_at=now,
        actor=actor(Role.ENGINEER), now=now,
    )  # fmt: skip


def outages_element(code: str):
    """A transformer or a feeder by its code."""
    from wasl.network.topology import Element

    return Element("TRANSFORMER" if "-" in code else "FEEDER", code)


def send(
    where: WorkOrder, user: User, kind: str, *, at: datetime, now: datetime | None = None,
    stream: str = "", sequence: int = 0, id: UUID | None = None, **data: object,
) -> FieldAction:  # fmt: skip
    """What a phone sends."""
    return services.take(
        sent=services.Sent(
            id=id or uuid4(), order_id=where.id, kind=kind, at=at, stream=stream,
            sequence=sequence, data=data,
        ),
        actor=of(user), now=now or at,
    )  # fmt: skip


def dispatched(now: datetime = NOW, **values: object) -> tuple[WorkOrder, User]:
    """An order in the hands of the only crew."""
    _crew, user = crew(now=now)
    made = order(now=now, **values)
    services.dispatch(order_id=made.id, now=now)
    made.refresh_from_db()
    return made, user
