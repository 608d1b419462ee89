"""
A sample network over the districts of a directorate, for demonstrations and tests.

The same seed makes the same network. The figures are invented; the ratings are those in use in
Iraq (100 to 1000 kVA).
"""

import random
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from wasl.core import scope
from wasl.directorates import outlines
from wasl.directorates import selectors as directorates
from wasl.directorates.models import District
from wasl.network import published
from wasl.network.geometry import metres_between
from wasl.network.models import Feeder, FeederSection, LowVoltageNetwork, Substation, Transformer
from wasl.network.services import solve_networks

_RATINGS = ((250, 5), (400, 8), (630, 4), (1000, 1), (100, 2))
_PER_DISTRICT = 9
# Which published networks are hung on transformers of which rating; 630 kVA only in some districts.
_PUBLISHED = {
    100: ("kerber-landnetz-kabel-1", "kerber-landnetz-freileitung-2"),
    250: ("kerber-landnetz-freileitung-1", "kerber-landnetz-kabel-2"),
    400: ("kerber-dorfnetz",),
    630: ("kerber-vorstadtnetz-kabel-1",),
}
_LARGE = 630
_LARGE_EVERY = 5


@transaction.atomic
def load_sample_network(*, directorate_id: int, seed: int, on: date) -> int:
    """
    This function will make a network over every drawn district, unless there is one.

    The number of transformers there are afterwards.
    """
    with scope.within_system():
        known = Transformer.objects.filter(directorate_id=directorate_id).count()
        if known:
            return known
        draw = random.Random(seed)  # noqa: S311 (a sample, nothing secret)
        districts = [each for each in directorates.districts(directorate_id, on) if each.outline]
        for number, district in enumerate(sorted(districts, key=lambda each: each.code), start=1):
            _district(directorate_id, number, district, draw, on)
        return Transformer.objects.filter(directorate_id=directorate_id).count()


@transaction.atomic
def load_sample_low_voltage(*, directorate_id: int, now: datetime) -> int:
    """
    This function will hang published low-voltage networks on one transformer of each size in each
    district of the sample network, give its feeders sections, and run their first load flow.

    The number of networks there are afterwards. Asked again, it adds nothing.
    """
    with scope.within_system():
        there = LowVoltageNetwork.objects.filter(transformer__directorate_id=directorate_id)
        if not there.exists():
            on = timezone.localdate(now)
            for feeder in Feeder.objects.filter(directorate_id=directorate_id).order_by("code"):
                _sections(feeder)
            for number, chosen in enumerate(_one_of_each_size(directorate_id)):
                names = _PUBLISHED[chosen.rated_kva]
                published.hang_on(chosen, names[number % len(names)], on)
            solve_networks(directorate_id=directorate_id, now=now)
        return there.count()


def _sections(feeder: Feeder) -> None:
    """A feeder's sections: from the substation past its transformers, a switch before each third."""
    station = feeder.substation
    here = (station.lat, station.lon)
    hanging = sorted(
        feeder.transformers.all(),
        key=lambda each: (metres_between(*here, each.lat, each.lon), each.code),
    )
    upstream, begins = None, [station.lat, station.lon]
    for number, first in enumerate(range(0, len(hanging), 3), start=1):
        part = hanging[first : first + 3]
        path = [begins, *([each.lat, each.lon] for each in part)]
        upstream = FeederSection.objects.create(
            directorate_id=feeder.directorate_id,
            feeder=feeder,
            code=f"{feeder.code}-{number}",
            upstream=upstream,
            switch="BREAKER" if number == 1 else "ISOLATOR",
            path=path,
        )
        for each in part:
            each.section = upstream
        Transformer.objects.bulk_update(part, ["section"])
        begins = path[-1]


def _one_of_each_size(directorate_id: int) -> list[Transformer]:
    """In each district the first transformer of each size that a published network suits."""
    found: dict[tuple[int, int], Transformer] = {}
    rows = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    for each in rows.order_by("code"):
        district = int(each.code.removeprefix("T-")) // 100
        is_left_out = each.rated_kva == _LARGE and district % _LARGE_EVERY
        if each.rated_kva in _PUBLISHED and not is_left_out:
            found.setdefault((district, each.rated_kva), each)
    return list(found.values())


def _district(
    directorate_id: int, number: int, district: District, draw: random.Random, on: date
) -> None:
    substation = Substation.objects.create(
        directorate_id=directorate_id,
        code=f"SS-{number:02d}",
        name_ar=district.name_ar,
        lat=district.lat,
        lon=district.lon,
    )
    feeders = [
        Feeder.objects.create(
            directorate_id=directorate_id, substation=substation, code=f"F-{number:02d}{letter}"
        )
        for letter in "AB"
    ]
    Transformer.objects.bulk_create(
        _transformer(directorate_id, feeders[index % 2], number * 100 + index, district, draw, on)
        for index in range(1, _PER_DISTRICT + 1)
    )


def _transformer(
    directorate_id: int,
    feeder: Feeder,
    number: int,
    district: District,
    draw: random.Random,
    on: date,
) -> Transformer:
    ratings, weights = zip(*_RATINGS, strict=True)
    rated = draw.choices(ratings, weights)[0]
    lat, lon = _place(district, draw)
    # Most carry half to four fifths of what the rule permits; every tenth is full.
    share = draw.uniform(1.55, 1.75) if draw.random() < 0.1 else draw.uniform(0.7, 1.35)
    return Transformer(
        directorate_id=directorate_id,
        feeder=feeder,
        code=f"T-{number:04d}",
        kind=draw.choice(["POLE", "POLE", "POLE", "KIOSK", "ROOM"]),
        rated_kva=rated,
        connected_kw=Decimal(round(rated * share)),
        lat=lat,
        lon=lon,
        installed_date=date(draw.randint(1998, on.year - 1), draw.randint(1, 12), 1),
    )


def _place(district: District, draw: random.Random) -> tuple[float, float]:
    """A place inside the outline, near the middle of a large district."""
    for _attempt in range(40):
        lat = round(district.lat + draw.gauss(0, 0.006), 5)
        lon = round(district.lon + draw.gauss(0, 0.007), 5)
        if outlines.contains(district.outline, (lat, lon)):
            return lat, lon
    return district.lat, district.lon
