"""The evening of the last day: a feeder fails, its people report, and an engineer has confirmed it."""

from datetime import datetime, timedelta
from random import Random

from django.db.models import Count, Q

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role
from wasl.complaints import places
from wasl.complaints import selectors as categories
from wasl.complaints import services as complaints
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.network.models import Feeder, ServicePoint
from wasl.outages import selectors, services

BEGAN, NOTICED, EXPECTED = timedelta(minutes=70), timedelta(minutes=40), timedelta(hours=2)
REPORT = 0.6


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
    category = categories.category("no_power", now.astimezone(BAGHDAD).date())
    if category is None:
        return 0
    told = 0
    for point in points.select_related("transformer").order_by("account_no"):
        if chance.random() > REPORT:
            continue
        at = now - BEGAN + timedelta(minutes=chance.uniform(1, 30))
        place = places.resolve(
            on=at.astimezone(BAGHDAD).date(), account_no=point.account_no,
            lat=point.transformer.lat, lon=point.transformer.lon,
        )  # fmt: skip
        if place is None:
            continue
        said = complaints.Said(category=category, place=place, answers={"extent": "street"})
        complaints.report(said=said, reporter=None, now=at)
        told += 1
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
