"""Outages of the story: short ones now and then; and on the last evening a feeder that is still off."""

from datetime import datetime, timedelta
from random import Random

from django.db.models import Count, Q, QuerySet

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.complaints import places
from wasl.complaints import selectors as categories
from wasl.complaints import services as complaints
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.network.models import Feeder, ServicePoint, Transformer
from wasl.outages import selectors, services

BEGAN, NOTICED, EXPECTED = timedelta(minutes=70), timedelta(minutes=40), timedelta(hours=2)
REPORT = 0.6
# A transformer with so many customers is worth telling of.
LARGE = 4


def fall(directorate_id: int, chance: Random, now: datetime) -> int:
    """This function will let the feeder with the most customers fail; how many of them report."""
    connected = Q(transformers__service_points__disconnected_at=None)
    feeder = (
        Feeder.objects.filter(directorate_id=directorate_id)
        .annotate(customers=Count("transformers__service_points", filter=connected))
        .order_by("-customers", "code")
        .first()
    )
    if feeder is None:
        return 0
    points = ServicePoint.objects.filter(transformer__feeder=feeder, disconnected_at=None)
    told = report(points, chance, now - BEGAN, minutes=30)
    noticed = now - NOTICED
    jobs.drain(noticed)
    largest = selectors.open_outages(directorate_id).first()
    engineer = (
        accounts.staff_with_role(Role.ENGINEER, directorate_id, now).order_by("staff_no").first()
    )
    if largest is not None and engineer is not None:
        services.confirm_outage(
            outage_id=largest.id,
            actor=Actor.for_user(engineer, Role.ENGINEER, directorate_id),
            now=noticed,
            expected_at=now + EXPECTED,
        )
        jobs.drain(noticed)
    return told


def pass_by(directorate_id: int, chance: Random, moment: datetime) -> int:
    """This function will let a transformer's people be off for a while; how many of them report."""
    connected = Q(service_points__disconnected_at=None, service_points__connected_at__lte=moment)
    found = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    larger = found.annotate(customers=Count("service_points", filter=connected)).filter(
        customers__gte=LARGE
    )
    transformers = list(larger.order_by("code"))
    if not transformers:
        return 0
    where = chance.choice(transformers)
    points = ServicePoint.objects.filter(
        transformer=where, disconnected_at=None, connected_at__lte=moment
    )
    told = report(points, chance, moment, minutes=5)
    noticed = moment + timedelta(minutes=10)
    jobs.drain(noticed)
    for outage in selectors.open_outages(where.directorate_id):
        at = noticed + timedelta(minutes=chance.randint(2, 140))
        services.restore(outage_id=outage.id, at=at, actor=Actor.system(), now=at)
        jobs.drain(at)
    return told


def report(
    points: QuerySet[ServicePoint], chance: Random, begins: datetime, *, minutes: int
) -> int:
    """Most of the customers report it within so many minutes, without signing in."""
    on = begins.astimezone(BAGHDAD).date()
    category = categories.category("no_power", on)
    told = 0
    for point in points.select_related("transformer").order_by("account_no"):
        if category is None or chance.random() > REPORT:
            continue
        at = begins + timedelta(minutes=chance.uniform(1, minutes))
        place = places.resolve(
            on=on, account_no=point.account_no,
            lat=point.transformer.lat, lon=point.transformer.lon,
        )  # fmt: skip
        if place is not None:
            said = complaints.Said(category=category, place=place, answers={"extent": "street"})
            complaints.report(said=said, reporter=None, now=at)
            told += 1
    return told
