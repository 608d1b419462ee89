"""Meters in store, and the values of an ordinary new connection."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from wasl.accounts.actors import Actor
from wasl.customers import services
from wasl.customers.models import Account, Meter
from wasl.directorates import seeding

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KARKH = 1
KEEPER = Actor(kind="STAFF", user_id=uuid4(), role="STORE_KEEPER", directorate_id=KARKH)
TECHNICIAN = Actor(kind="STAFF", user_id=uuid4(), role="TECHNICIAN", directorate_id=KARKH)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """The tests quote messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def store(db: None) -> list[str]:
    """Four meters on the shelf; their serial numbers."""
    seeding.load_directorates(NOW)
    seeding.load_settings(NOW)
    serials = [f"K26-{number:05d}" for number in range(1, 5)]
    services.receive_meters(
        directorate_id=KARKH,
        serials=serials,
        phases=1,
        delivery_no="D-1",
        actor=KEEPER,
        now=NOW,
    )
    return serials


def issue(serial: str, case_id: UUID, **others: object) -> Meter:
    values = {
        "directorate_id": KARKH,
        "technician_id": TECHNICIAN.user_id,
        "actor": KEEPER,
        "now": NOW,
    }
    return services.issue_meter(serial=serial, case_id=case_id, **values | others)


def install(serial: str, case_id: UUID, **others: object) -> Meter:
    values = {
        "directorate_id": KARKH,
        "seal_no": "S-77",
        "first_reading_kwh": 3,
        "photo_document_id": uuid4(),
        "actor": TECHNICIAN,
        "now": NOW,
    }
    return services.install_meter(serial=serial, case_id=case_id, **values | others)


def open_account(case_id: UUID, **others: object) -> Account:
    place = {
        "district_code": "KARKH-MANSOUR",
        "mahalla": "605",
        "zuqaq": "14",
        "dar": "22",
        "kind": "HOME",
        "lat": 33.312,
        "lon": 44.346,
    } | {name: others.pop(name) for name in ("dar", "kind", "lat", "lon") if name in others}
    values = {
        "directorate_id": KARKH,
        "holder_id": uuid4(),
        "premises": services.PremisesDetails(**place),
        "tariff_class": "RESIDENTIAL",
        "phases": 1,
        "load_kw": Decimal("7.5"),
        "actor": Actor.system(),
        "now": NOW,
    }
    return services.open_account(case_id=case_id, **values | others)


@pytest.fixture
def connected(store: list[str]) -> Callable[[], Account]:
    """An account with an installed meter, made by the real services."""

    def make() -> Account:
        case_id = uuid4()
        serial = store.pop(0)
        issue(serial, case_id)
        install(serial, case_id)
        return open_account(case_id, dar=str(uuid4())[:8])

    return make
