"""What is without supply: for somebody's own place, for everybody, and for the duty desk."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from wasl.core import crypto
from wasl.directorates import selectors as directorates
from wasl.directorates.models import DatedQuerySet, Directorate
from wasl.network import selectors as network
from wasl.network import topology
from wasl.network.models import Transformer
from wasl.outages.models import Outage, OutageStep, Signal
from wasl.outages.reliability import Interruption

# Fewer customers than these are told as "fewer than": they are somebody's home.
FEWEST = 10


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place on the network and the outage it lies in, if any; `reports` of the last hours nearby."""

    transformer_code: str
    is_certain: bool
    outage: Outage | None
    since: datetime | None
    reports: int


@dataclass(frozen=True, kw_only=True)
class Area:
    """A district with its outages of a cause: how many customers, since when, until about when."""

    district: str
    cause: str
    customers: int
    since: datetime
    expected_at: datetime | None
    code: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def is_few(self) -> bool:
        """Whether the figure would point at single homes."""
        return self.customers < FEWEST


def at_place(
    directorate_id: int,
    *,
    account_no: str = "",
    lat: float | None = None,
    lon: float | None = None,
    now: datetime,
) -> Place | None:
    """What is known about a place; None where nobody can tell on what it hangs."""
    found = topology.locate(directorate_id, account_no=account_no, lat=lat, lon=lon)
    if found is None:
        return None
    groups = [found.transformer_code, *([f"S:{account_no}"] if account_no else [])]
    steps = OutageStep.objects.filter(
        directorate_id=directorate_id, ended_at=None, outage__state=Outage.State.OPEN
    )
    step = steps.filter(group__in=groups).select_related("outage").order_by("began_at").first()
    reports = Signal.objects.filter(
        directorate_id=directorate_id,
        transformer_code=found.transformer_code,
        says=Signal.Says.OFF,
        closed_at=None,
        at__gte=now - timedelta(hours=6),
    )
    return Place(
        transformer_code=found.transformer_code,
        is_certain=found.is_certain,
        outage=step.outage if step else None,
        since=step.began_at if step else None,
        reports=reports.count(),
    )


def open_outages(directorate_id: int) -> QuerySet[Outage]:
    """What is without supply now, the largest first."""
    found = Outage.objects.filter(directorate_id=directorate_id, state=Outage.State.OPEN)
    return found.order_by("-customers", "began_at", "id")


def areas(directorate_id: int, on: date, language: str) -> list[Area]:
    """Where customers are without supply, by district and cause; single connections are not told."""
    steps = list(
        OutageStep.objects.filter(
            directorate_id=directorate_id, ended_at=None, outage__state=Outage.State.OPEN
        )
        .exclude(outage__element_kind=Outage.Element.SERVICE)
        .select_related("outage")
    )
    places = {
        each.code: network.district_at(directorate_id, each.lat, each.lon, on)
        for each in Transformer.objects.filter(
            directorate_id=directorate_id, code__in={step.group for step in steps}
        )
    }
    known_places = {each.name(language): each for each in places.values() if each is not None}
    customers: Counter[tuple[str, str]] = Counter()
    since: dict[tuple[str, str], datetime] = {}
    expected: dict[tuple[str, str], datetime | None] = {}
    for step in steps:
        district = places.get(step.group)
        key = (district.name(language) if district else "", step.outage.cause)
        customers[key] += step.customers
        since[key] = min(since.get(key, step.began_at), step.began_at)
        known = expected.get(key)
        told = step.outage.expected_at
        expected[key] = max(known, told) if known and told else known or told
    return [
        Area(
            district=district,
            cause=cause,
            customers=count,
            since=since[district, cause],
            expected_at=expected[district, cause],
            code=known_places[district].code if district in known_places else "",
            lat=known_places[district].lat if district in known_places else None,
            lon=known_places[district].lon if district in known_places else None,
        )
        for (district, cause), count in customers.most_common()
    ]


def loose_signals(directorate_id: int) -> QuerySet[Signal]:
    """Signs of places that hang on nothing known: a person looks."""
    found = Signal.objects.filter(directorate_id=directorate_id, closed_at=None, outage=None)
    return found.filter(transformer_code="").order_by("at", "id")


def customers_served(directorate_id: int) -> int:
    """How many hang on the network now."""
    codes = Transformer.objects.filter(directorate_id=directorate_id, removed_date=None)
    counts = topology.customers_of(directorate_id, set(codes.values_list("code", flat=True)))
    return sum(counts.values())


@dataclass(frozen=True, kw_only=True)
class Told:
    """An interruption as it is published: its feeder, and whose group nobody can tell."""

    interruption: Interruption
    feeder: str


def interruptions(directorate_id: int, begins: datetime, ends: datetime) -> list[Told]:
    """
    The steps that began in a period and are over, oldest first, as the indices take them.

    A group is named by a code that leads back to no transformer or account: who was interrupted
    together can be told, not where they live.
    """
    steps = OutageStep.objects.filter(
        directorate_id=directorate_id, began_at__gte=begins, began_at__lt=ends
    ).exclude(ended_at=None)
    rows = steps.order_by("began_at", "id").values_list(
        "began_at", "ended_at", "customers", "outage__reference", "group", "outage__cause",
        "feeder_code",
    )  # fmt: skip
    names: dict[str, str] = {}
    for row in rows:
        if row[4] not in names:
            names[row[4]] = _pseudonym(directorate_id, row[4])
    return [
        Told(
            interruption=Interruption(
                start=a, end=b, customers=n, outage=outage, cause=cause, group=names[group],
            ),
            feeder=feeder,
        )
        for a, b, n, outage, group, cause, feeder in rows
        if b is not None
    ]  # fmt: skip


def districts_of_transformers(directorate_id: int, on: date) -> dict[str, str]:
    """In which district each transformer stands, by their codes; those in no outline are left out."""
    found = {}
    places = Transformer.objects.filter(directorate_id=directorate_id)
    for code, lat, lon in places.values_list("code", "lat", "lon"):
        district = network.district_at(directorate_id, lat, lon, on)
        if district is not None:
            found[code] = district.code
    return found


def _pseudonym(directorate_id: int, group: str) -> str:
    return crypto.blind_index(f"{directorate_id}:{group}", "outages.group").hex()[:12]


def served() -> list[int]:
    """The directorates that have a network."""
    return list(_with_network().order_by("id").values_list("id", flat=True))


def served_offices(on: date) -> list[Directorate]:
    """The distribution directorates of a day that have a network."""
    known = _with_network().on(on).filter(kind=Directorate.Kind.DISTRIBUTION)
    return list(known.order_by("id"))


def _with_network() -> DatedQuerySet[Directorate]:
    transformers = Transformer.objects.filter(directorate_id=OuterRef("id"))
    return Directorate.objects.filter(Exists(transformers))


@dataclass(frozen=True, kw_only=True)
class OfficeNear:
    """The directorate whose network is nearest to a place, and how far its next transformer is."""

    directorate_id: int
    metres: int


def office_near(lat: float, lon: float) -> OfficeNear | None:
    """The directorate nearest to a place, among those that have a network."""
    found = network.metres_to_each(lat, lon)
    near = [OfficeNear(directorate_id=each, metres=metres) for each, metres in found.items()]
    return min(near, key=lambda each: (each.metres, each.directorate_id), default=None)


def office_name(directorate_id: int, language: str) -> str:
    """What the directorate is called."""
    return directorates.by_id(directorate_id).name(language)


def reports_of(outage_id: UUID) -> list[UUID]:
    """The reports that were taken for signs of an outage, by the number that their app gave them."""
    said = Signal.objects.filter(outage_id=outage_id, says=Signal.Says.OFF)
    first = said.filter(source=Signal.Source.REPORT).values_list("source_id", flat=True)
    further = said.exclude(about=None).values_list("about", flat=True)
    return list({*first, *(each for each in further if each is not None)})
