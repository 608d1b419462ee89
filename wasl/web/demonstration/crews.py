"""Crews of the story: two outages mended and confirmed, material accounted for, one order under way."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db.models import Count, Q

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.complaints import places
from wasl.complaints import selectors as categories
from wasl.complaints import services as complaints
from wasl.core import identifiers, jobs
from wasl.core.calendars import BAGHDAD
from wasl.core.uploads import CleanUpload
from wasl.fieldwork import selectors, services
from wasl.fieldwork.models import WorkOrder
from wasl.network.models import ServicePoint, Transformer
from wasl.outages import selectors as outages
from wasl.outages import services as outage_services
from wasl.web.demonstration import citizens, darkness

CREWS = (
    ("مفرزة 1", ("low_voltage", "medium_voltage", "transformer")),
    ("مفرزة 2", ("low_voltage", "medium_voltage", "transformer", "cable")),
    ("مفرزة 3", ("low_voltage", "medium_voltage", "transformer", "live_work")),
)
STOCK = (
    ("fuse_lv", 200),
    ("fuse_mv", 60),
    ("cable_lv", 1_500),
    ("cable_mv", 600),
    ("insulator", 80),
)
SERIALS = ("TR-250-1187", "TR-250-1188", "TR-400-0311")
DAYS = 3


def settle_in(directorate_id: int, now: datetime, days: int = DAYS) -> None:
    """This function will found three crews so many days ago, plan their shifts, and fill the store."""
    begin = now - timedelta(days=days)
    boss = _actor(Role.SUPERVISOR, directorate_id, begin)
    keeper = _actor(Role.STORE_KEEPER, directorate_id, begin)
    people = list(accounts.staff_with_role(Role.TECHNICIAN, directorate_id, begin))
    places = list(
        Transformer.objects.filter(directorate_id=directorate_id, removed_date=None).order_by(
            "code"
        )
    )
    if not places or len(people) < len(CREWS):
        return
    for number, (name, skills) in enumerate(CREWS):
        home = places[number * (len(places) - 1) // (len(CREWS) - 1)]
        crew = services.save_crew(
            directorate_id=directorate_id, name=name, skills=skills, vehicle=f"{21450 + number}",
            lat=home.lat, lon=home.lon, actor=boss, now=begin,
        )  # fmt: skip
        for member in people[number :: len(CREWS)]:
            services.add_member(
                directorate_id=directorate_id, crew_id=crew.id, user_id=member.id,
                valid_from=begin.astimezone(BAGHDAD).date(), actor=boss, now=begin,
            )  # fmt: skip
        services.plan_shift(
            directorate_id=directorate_id, crew_id=crew.id, starts_at=begin,
            ends_at=now + timedelta(hours=20 + number), actor=boss, now=begin,
        )  # fmt: skip
    for material, quantity in STOCK:
        services.receive(
            directorate_id=directorate_id, material=material, quantity=quantity,
            delivery_no="DEMO", actor=keeper, now=begin,
        )  # fmt: skip
    for serial in SERIALS:
        services.receive(
            directorate_id=directorate_id, material="transformer", quantity=1, serial=serial,
            delivery_no="DEMO", actor=keeper, now=begin,
        )  # fmt: skip
    jobs.drain(begin)


def mend(directorate_id: int, chance: Random, now: datetime) -> int:
    """This function will let two transformers fail and be mended; how many orders were closed."""
    connected = Q(service_points__disconnected_at=None)
    found = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    larger = found.annotate(customers=Count("service_points", filter=connected)).filter(
        customers__gte=3
    )
    where = list(larger.order_by("customers", "code")[:2])
    moments = (now - timedelta(hours=30), now - timedelta(hours=6))
    return sum(
        _mend(each, serial, chance, moment)
        for each, serial, moment in zip(where, (SERIALS[0], ""), moments, strict=False)
    )


def _mend(where: Transformer, serial: str, chance: Random, began: datetime) -> bool:
    office = where.directorate_id
    darkness.report(
        ServicePoint.objects.filter(transformer=where, disconnected_at=None),
        chance,
        began,
        minutes=5,
    )
    noticed = began + timedelta(minutes=10)
    jobs.drain(noticed)
    outage = outages.open_outages(office).filter(element_code=where.code).first()
    engineer = _actor(Role.ENGINEER, office, began)
    if outage is None:
        return False
    outage_services.confirm_outage(outage_id=outage.id, actor=engineer, now=noticed)
    jobs.drain(noticed)
    order = WorkOrder.objects.filter(subject_type="outage", subject_id=outage.id).first()
    if order is None or order.crew is None:
        return False
    member = order.crew.members.select_related("user").order_by("id")[0].user
    at = noticed
    for kind in ("ACCEPT", "ARRIVE"):
        at += timedelta(minutes=chance.randint(4, 18))
        _send(order, member, kind, at)
    _material(order, member, serial, at)
    at += timedelta(minutes=chance.randint(20, 60))
    if serial:
        _send(
            order, member, "TAKE_OUT", at, material="transformer", quantity=1, serial="TR-250-0042"
        )
        _send(order, member, "USE", at, material="transformer", quantity=1, serial=serial)
    else:
        _send(order, member, "USE", at, material="fuse_mv", quantity=2)
    _send(order, member, "RESTORE", at)
    _send(order, member, "REPAIR", at, photo=True)
    jobs.drain(at)
    _close(order, member, serial, at + timedelta(minutes=40))
    return True


def _material(order: WorkOrder, member: User, serial: str, at: datetime) -> None:
    """Asked for and handed out: one piece more of the fuses than will be used."""
    keeper = _actor(Role.STORE_KEEPER, order.directorate_id, at)
    material, quantity = ("transformer", 1) if serial else ("fuse_mv", 3)
    asked = services.ask(
        order_id=order.id, material=material, quantity=quantity, actor=_of(member, order), now=at
    )
    services.issue(
        directorate_id=order.directorate_id, request_id=asked.id, quantity=quantity,
        serial=serial, taken_by=member.id, actor=keeper, now=at,
    )  # fmt: skip


def _close(order: WorkOrder, member: User, serial: str, at: datetime) -> None:
    office = order.directorate_id
    keeper, engineer = _actor(Role.STORE_KEEPER, office, at), _actor(Role.ENGINEER, office, at)
    services.bring_back(
        order_id=order.id, material="transformer" if serial else "fuse_mv", quantity=1,
        serial="TR-250-0042" if serial else "", given_by=member.id, actor=keeper, now=at,
    )  # fmt: skip
    services.check(order_id=order.id, is_good=True, actor=engineer, now=at)
    services.close(order_id=order.id, actor=engineer, now=at)
    jobs.drain(at)


def call(directorate_id: int, chance: Random, now: datetime) -> int:
    """This function will have quality call everybody but the last two; how many were called."""
    caller = _actor(Role.QUALITY_OFFICER, directorate_id, now)
    calls = selectors.open_calls(directorate_id)[:-2]
    for each in calls:
        is_reached = chance.random() < 0.8
        for _try in range(1 if is_reached else 3):
            services.answer_call(
                directorate_id=directorate_id, call_id=each.id,
                outcome="BACK" if is_reached else "NOBODY",
                is_content=chance.random() < 0.9 if is_reached else None,
                was_asked=False if is_reached else None, actor=caller, now=now,
            )  # fmt: skip
    return len(calls)


def set_out(directorate_id: int, now: datetime) -> WorkOrder | None:
    """This function will let the crew of the open outage accept it and arrive."""
    order = (
        WorkOrder.objects.filter(directorate_id=directorate_id, state="DISPATCHED")
        .select_related("crew")
        .order_by("-customers")
        .first()
    )
    if order is None or order.crew is None:
        return None
    member = order.crew.members.select_related("user").order_by("id")[0].user
    _send(order, member, "ACCEPT", now - timedelta(minutes=34))
    _send(order, member, "ARRIVE", now - timedelta(minutes=12), place=True)
    jobs.drain(now)
    return order


def warn(directorate_id: int, now: datetime) -> bool:
    """This function will have somebody report a wire on the ground, and the desk sees it first."""
    told = now - timedelta(minutes=9)
    on = told.astimezone(BAGHDAD).date()
    category = categories.category("wire", on)
    where = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    near = where.order_by("-code").first()
    place = places.resolve(on=on, lat=near.lat, lon=near.lon) if near else None
    if category is None or place is None:
        return False
    said = complaints.Said(category=category, place=place, is_urgent=True)
    complaints.report(said=said, reporter=None, now=told)
    jobs.drain(told)
    return True


def _send(
    order: WorkOrder, member: User, kind: str, at: datetime, *, photo: bool = False,
    place: bool = False, **data: object,
) -> None:  # fmt: skip
    action: UUID = identifiers.new_id(at)
    services.take(
        sent=services.Sent(
            id=action, order_id=order.id, kind=kind, at=at, data=data,
            photo=(
                CleanUpload(content=citizens.picture("SITE"), content_type="image/jpeg")
                if photo
                else None
            ),
            lat=order.lat if place else None,
            lon=order.lon if place else None,
        ),
        actor=_of(member, order),
        now=at,
    )  # fmt: skip


def _of(member: User, order: WorkOrder) -> Actor:
    return Actor.for_user(member, Role.TECHNICIAN, order.directorate_id)


def _actor(role: Role, directorate_id: int, now: datetime) -> Actor:
    user = accounts.staff_with_role(role, directorate_id, now).order_by("staff_no").first()
    return Actor.for_user(user, role, directorate_id) if user else Actor.system()
