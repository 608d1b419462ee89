"""Green Button feeds through the import: the same trial, the same verdicts, nothing half imported."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from wasl.accounts.actors import Actor
from wasl.billing import espi, export, services
from wasl.billing.espi_reading import UnableToReadFeed
from wasl.billing.models import Reading, ReadingImport, ReadingImportLine
from wasl.core.calendars import BAGHDAD
from wasl.customers.models import Account, Meter

from . import town
from .conftest import NOW

TODAY = date(2026, 11, 2)
OFFICER = Actor(kind="STAFF", user_id=uuid4(), role="CASHIER_CONTROLLER", directorate_id=1)
MONTHS = [date(2026, month, 1) for month in range(1, 11)]


def audit(content: bytes, name: str = "feed.xml") -> ReadingImport:
    return services.audit_file(
        directorate_id=1, name=name, content=content, actor=OFFICER, now=NOW, today=TODAY
    )


def apply(made: ReadingImport) -> ReadingImport:
    return services.apply_file(
        directorate_id=1, import_id=made.id, actor=OFFICER, now=NOW, today=TODAY
    )


def verdicts(made: ReadingImport) -> list[str]:
    lines = ReadingImportLine.objects.filter(import_id=made.id).order_by("line")
    return [line.problem or f"{line.status} {line.code}" for line in lines]


def register(number: str) -> list[tuple[date, int, int | None]]:
    found = Reading.objects.filter(account_no=number).exclude(source="ESTIMATE").order_by("read_on")
    return list(found.values_list("read_on", "register_kwh", "consumption_kwh"))


def feed(number: str, *uses: tuple[date, date, int], **more) -> bytes:
    intervals = [espi.Interval(from_on=a, to_on=b, kwh=kwh, **more) for a, b, kwh in uses]
    return espi.feed(account_no=number, title="x", intervals=intervals, summaries=[], now=NOW)


@pytest.fixture
def number(tariffs) -> str:
    return town.build(1)[0]


class _Undone(Exception):
    pass


@pytest.mark.parametrize(("digits", "multiplier"), [(6, 1), (4, 1), (6, 40)])
def test_our_own_export_comes_back_as_the_same_readings(tariffs, digits, multiplier) -> None:
    uses = [310, 0, 450, 900, 777, 1200]
    before: list[tuple[date, int, int | None]] = []
    content = b""
    with pytest.raises(_Undone), transaction.atomic():
        (number,) = town.build(1)
        Meter.objects.update(digits=digits, multiplier=multiplier)
        shown = 0
        for month, use in enumerate(uses, start=1):
            shown = (shown + use // (20 if multiplier > 1 else 1)) % 10**digits
            services.record_reading(
                directorate_id=1, account_no=number, read_on=MONTHS[month], register_kwh=shown,
                source=Reading.Source.READER, actor=OFFICER, now=NOW, today=TODAY,
            )  # fmt: skip
        before = register(number)
        content = export.green_button(Account.objects.get(account_no=number), now=NOW)
        raise _Undone
    (number,) = town.build(1)
    Meter.objects.update(digits=digits, multiplier=multiplier)
    made = audit(content)

    assert not Reading.objects.filter(source="IMPORT").exists()
    apply(made)

    assert len(before) >= 5
    assert register(number) == before


def test_a_register_that_goes_round(number) -> None:
    Meter.objects.update(digits=4)
    town.read(number, MONTHS[1], 9_900)
    apply(audit(feed(number, (MONTHS[1], MONTHS[2], 300))))
    assert register(number)[-1] == (MONTHS[2], 200, 300)


def test_what_does_not_join_up_is_named(number) -> None:
    content = feed(
        number, (date(2025, 12, 1), MONTHS[0], 90), (MONTHS[0], MONTHS[1], 300),
        (MONTHS[2], MONTHS[3], 300), (MONTHS[3], MONTHS[4], 300),
    )  # fmt: skip
    made = audit(content)
    assert verdicts(made) == ["GAP", "ACCEPTED 0", "GAP", "GAP"]
    assert (made.accepted, made.refused) == (1, 3)
    apply(made)
    assert register(number)[1:] == [(MONTHS[1], 300, 300)]
    with pytest.raises(services.UnableToImport):
        audit(content)


def test_estimates_and_strangers_are_no_readings(number) -> None:
    assert verdicts(audit(feed(number, (MONTHS[0], MONTHS[1], 5), is_estimate=True))) == [
        "ESTIMATE"
    ]
    (other,) = town.build(1, directorate_id=2)
    assert verdicts(audit(feed(other, (MONTHS[0], MONTHS[1], 5)))) == ["GAP"]
    assert verdicts(audit(feed("nobody", (MONTHS[0], MONTHS[1], 5)))) == ["GAP"]


def test_the_audit_judges_a_feed_like_any_file(number) -> None:
    made = audit(feed(number, (MONTHS[0], MONTHS[1], 31 * 200), (MONTHS[1], date(2027, 1, 1), 5)))
    assert verdicts(made) == ["HELD 7", "REJECTED 13"]


def quarters(number: str, wh: int, count: int, begins: date, behaviour: int = 4) -> bytes:
    """A foreign feed in steps of fifteen minutes, in Wh."""
    at = datetime(begins.year, begins.month, begins.day, tzinfo=BAGHDAD)
    starts = [int((at + timedelta(minutes=15 * n)).timestamp()) for n in range(count)]
    readings = "".join(
        "<IntervalReading><timePeriod><duration>900</duration>"
        f"<start>{start}</start></timePeriod><value>{wh}</value></IntervalReading>"
        for start in starts
    )
    here = f"/v1/RetailCustomer/{number}/UsagePoint/7"
    return f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
    <entry><link rel="self" href="{here}/MeterReading/1"/><link rel="related" href="/v1/ReadingType/1"/><content><MeterReading xmlns="http://naesb.org/espi"/></content></entry>
    <entry><link rel="self" href="/v1/ReadingType/1"/><content><ReadingType xmlns="http://naesb.org/espi"><accumulationBehaviour>{behaviour}</accumulationBehaviour><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>
    <entry><link rel="self" href="{here}/MeterReading/1/IntervalBlock/1"/><content><IntervalBlock xmlns="http://naesb.org/espi">{readings}</IntervalBlock></content></entry>
    </feed>""".encode()  # noqa: E501


def test_quarters_of_an_hour_are_summed_into_days(number) -> None:
    """104.2 Wh a quarter is 10.0032 kWh a day: what is left over is not lost at midnight."""
    apply(audit(quarters(number, 1042, 96 * 3, MONTHS[0])))
    assert [each[1] for each in register(number)] == [0, 100, 200, 300]
    assert register(number)[-1][0] == date(2026, 1, 4)


def test_half_a_day_is_no_day(number) -> None:
    assert verdicts(audit(quarters(number, 1000, 96 + 40, MONTHS[0]))) == ["ACCEPTED 0", "GAP"]


def test_a_feed_of_registers_is_taken_as_it_is(number) -> None:
    made = audit(quarters(number, 512_000, 1, date(2026, 2, 1), behaviour=1))
    assert verdicts(made) == ["ACCEPTED 0"]
    apply(made)
    assert register(number)[-1] == (date(2026, 2, 1), 512, 512)


def test_a_point_may_be_named_by_its_meter(number) -> None:
    content = quarters("x", 512_000, 1, date(2026, 2, 1), behaviour=1)
    assert verdicts(audit(content.replace(b"UsagePoint/7", f"UsagePoint/T{number}".encode()))) == [
        "ACCEPTED 0"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"<a/>",
        b"<",
        b'<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><f>&b;</f>',
        b'<!DOCTYPE f SYSTEM "file:///etc/passwd"><f/>',
        b'<?xml version="1.0"?><MeterReading xmlns="http://naesb.org/espi"/>',
        quarters("1", 1, 1, MONTHS[0]).replace(b"<value>1<", b"<value>x<"),
        quarters("1", 1, 1, MONTHS[0]).replace(b"<value>1<", b"<value>" + b"9" * 5000 + b"<"),
        quarters("1", 1, 1, MONTHS[0]).replace(b"900", b"-900"),
        quarters("1", 1, 1, MONTHS[0]).replace(b"Multiplier>0", b"Multiplier>9999999"),
        quarters("1", 1, 1, MONTHS[0]).replace(b"<start>", b"<start>9999999999999999"),
    ],
)
def test_what_is_no_feed_leaves_nothing(number, content) -> None:
    with pytest.raises(UnableToReadFeed):
        audit(content)
    assert not ReadingImport.objects.exists()


def test_a_feed_that_is_believed_large_is_only_large(number) -> None:
    assert verdicts(audit(quarters(number, 10**14, 96, MONTHS[0])))[0].startswith(
        ("HELD", "GAP", "ACC", "NO_")
    )
    assert datetime(2026, 1, 1, tzinfo=UTC)
