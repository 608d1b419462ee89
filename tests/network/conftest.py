"""A directorate with one substation and transformers where a test wants them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from wasl.directorates import seeding
from wasl.network.models import Feeder, Substation, Transformer

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KARKH = 1


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The tests quote messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def seeded(db: None) -> datetime:
    """The real seed; the moment."""
    for load in (
        seeding.load_directorates,
        seeding.load_districts,
        seeding.load_calendar,
        seeding.load_settings,
    ):
        load(NOW)
    return NOW


@pytest.fixture
def transformer(seeded: datetime) -> Callable[..., Transformer]:
    """Makes a transformer: transformer(code, lat, lon, rated_kva=250, connected_kw=200)."""
    substation = Substation.objects.create(
        directorate_id=KARKH, code="SS-T", name_ar="اختبار", lat=33.3, lon=44.3
    )
    feeder = Feeder.objects.create(directorate_id=KARKH, substation=substation, code="F-T")

    def make(
        code: str,
        lat: float = 33.312,
        lon: float = 44.346,
        *,
        rated_kva: int = 250,
        connected_kw: str = "200",
        **others: object,
    ) -> Transformer:
        values = {"directorate_id": KARKH, "feeder": feeder, "kind": "POLE"} | others
        return Transformer.objects.create(
            code=code,
            lat=lat,
            lon=lon,
            rated_kva=rated_kva,
            connected_kw=Decimal(connected_kw),
            installed_date=date(2015, 1, 1),
            **values,
        )

    return make
