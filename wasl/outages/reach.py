"""Whom an element of the network concerns: its transformers, feeders, districts and customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wasl.directorates import outlines
from wasl.directorates import selectors as directorates
from wasl.network import topology
from wasl.network.models import Feeder, Transformer
from wasl.network.topology import Element


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Codes of what hangs on an element, in order, and how many customers."""

    transformers: tuple[str, ...]
    feeders: tuple[str, ...]
    districts: tuple[str, ...]
    customers: int


def of_element(directorate_id: int, element: Element, on: date) -> Reach:
    """Whom it concerns when the element is switched off; nobody where nothing hangs on it."""
    rows = topology.transformers_under(directorate_id, element)
    feeders = {each.code for row in rows.values() for each in row if each.kind == "FEEDER"}
    counts = topology.customers_of(directorate_id, rows.keys())
    return Reach(
        transformers=tuple(sorted(rows)),
        feeders=tuple(sorted(feeders)),
        districts=tuple(districts_of(directorate_id, rows.keys(), on)),
        customers=sum(counts.values()),
    )


def districts_of(directorate_id: int, codes: Iterable[str], on: date) -> list[str]:
    """The districts in which some transformers stand, by code."""
    found = Transformer.objects.filter(directorate_id=directorate_id, code__in=list(codes))
    return sorted(set(_district_of_each(directorate_id, list(found), on).values()))


def feeders_in(directorate_id: int, district_code: str, on: date) -> list[str]:
    """The feeders of which a transformer stands in a district."""
    rows = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    found = list(rows.select_related("feeder"))
    at = _district_of_each(directorate_id, found, on)
    return sorted({each.feeder.code for each in found if at.get(each.code) == district_code})


def _district_of_each(directorate_id: int, found: list[Transformer], on: date) -> dict[str, str]:
    shapes = [(each.code, each.outline) for each in directorates.districts(directorate_id, on)]
    inside: dict[str, str] = {}
    for each in found:
        place = (each.lat, each.lon)
        code = next((code for code, shape in shapes if outlines.contains(shape, place)), None)
        if code is not None:
            inside[each.code] = code
    return inside


def has_feeder(directorate_id: int, code: str) -> bool:
    """Whether the directorate has the feeder."""
    return Feeder.objects.filter(directorate_id=directorate_id, code=code).exists()


def feeder_codes(directorate_id: int) -> list[str]:
    """Every feeder of the directorate, in order."""
    found = Feeder.objects.filter(directorate_id=directorate_id).order_by("code")
    return list(found.values_list("code", flat=True))
