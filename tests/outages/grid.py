"""A small network with known customers, for tests of outages."""

from datetime import UTC, date, datetime
from uuid import uuid4

from wasl.customers import account_numbers
from wasl.directorates import seeding
from wasl.network.models import Feeder, FeederSection, ServicePoint, Substation, Transformer
from wasl.outages import services
from wasl.outages.models import Outage, Signal

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
CUSTOMERS = 20


def build(feeders: int = 2, behind: int = 3) -> None:
    """A substation S, feeders F0 …, each with sections F0-0 and F0-1 behind it, transformers F0-0-0 …"""
    seeding.load_directorates(NOW)
    seeding.load_settings(NOW)
    substation = Substation.objects.create(
        directorate_id=1, code="S", name_ar="محطة", lat=33.3, lon=44.3
    )
    for f in range(feeders):
        feeder = Feeder.objects.create(directorate_id=1, substation=substation, code=f"F{f}")
        upper = None
        for section in range(2):
            upper = FeederSection.objects.create(
                directorate_id=1, feeder=feeder, code=f"F{f}-{section}", upstream=upper
            )
            for t in range(behind):
                _transformer(feeder, upper, f"F{f}-{section}-{t}", f, section, t)


def _transformer(feeder, section, code: str, f: int, s: int, t: int) -> None:
    made = Transformer.objects.create(
        directorate_id=1, feeder=feeder, section=section, code=code, kind="POLE", rated_kva=400,
        lat=33.3 + 0.01 * f + 0.005 * s, lon=44.3 + 0.005 * t, installed_date=date(2020, 1, 1),
    )  # fmt: skip
    ServicePoint.objects.bulk_create(
        ServicePoint(
            directorate_id=1, transformer=made, account_no=account(code, n), load_kw=3, phases=1,
            connected_at=datetime(2020, 1, 1, tzinfo=UTC),
        )
        for n in range(CUSTOMERS)
    )  # fmt: skip


def account(code: str, number: int) -> str:
    """The number of a customer of a transformer."""
    feeder, section, transformer = (int(part.lstrip("F")) for part in code.split("-"))
    return account_numbers.number(
        1, ((feeder * 10 + section) * 10 + transformer) * 100 + number + 1
    )


def report(
    code: str, count: int = 1, *, at: datetime = NOW, begin: int = 0, says: str = "OFF"
) -> None:
    """So many customers of a transformer say it."""
    for number in range(begin, begin + count):
        services.signal(
            directorate_id=1, source=Signal.Source.REPORT, source_id=uuid4(), says=says,
            account_no=account(code, number), at=at, now=at,
        )  # fmt: skip


def infer(now: datetime = NOW) -> int:
    """As the job does."""
    return services.infer(directorate_id=1, now=now)


def open_ones() -> set[tuple[str, str]]:
    """Kind and code of every element without supply."""
    found = Outage.objects.filter(state="OPEN")
    return set(found.values_list("element_kind", "element_code"))
