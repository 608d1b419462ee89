"""
Green Button: readings and bills as an ESPI feed (NAESB REQ.21, schema 4.0); back: espi_reading.

Values by the standard: energy in Wh times ten to `powerOfTenMultiplier`, times as UTC seconds with a
duration, money in 1/100,000 of the currency (ISO 4217 number: 368 is the Iraqi dinar). The elements
stand in the order of the schema. Days are those of Baghdad, three hours ahead, without summer time.
Real readings and estimates are two series, because an estimate lies inside the days of the real one
that came after it. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from wasl.core.calendars import BAGHDAD

ATOM = "http://www.w3.org/2005/Atom"
ESPI = "http://naesb.org/espi"
BASE = "/espi/1_1/resource"
DINAR = 368
WH = 72
KILO = 3
COST_PARTS = 100_000
# Signed 48 bits: the schema's widest number. A larger sum is left out.
LARGEST = 2**47 - 1
REAL, ESTIMATED = 17, 8  # QualityOfReading: validated, estimated
DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A use of energy from a day up to, and without, another."""

    from_on: date
    to_on: date
    kwh: int
    is_estimate: bool = False


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A bill: its days, what was used, and what it came to in dinars."""

    from_on: date
    to_on: date
    kwh: int
    amount: int
    is_estimate: bool
    tariff: str
    issued_at: datetime


def feed(
    *,
    account_no: str,
    title: str,
    intervals: Sequence[Interval],
    summaries: Sequence[Summary],
    now: datetime,
) -> bytes:
    """The account as an Atom feed of ESPI resources."""
    point = f"{BASE}/RetailCustomer/{account_no}/UsagePoint/1"
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _atom(root, "id", _urn(point))
    _atom(root, "title", title)
    _atom(root, "updated", _stamp(now))
    _link(root, "self", f"{BASE}/Subscription/{account_no}")
    _entry(
        root, now, point, _up(point), title, _usage_point(),
        related=[f"{point}/MeterReading", f"{point}/UsageSummary", f"{BASE}/LocalTimeParameters/1"],
    )  # fmt: skip
    local = f"{BASE}/LocalTimeParameters/1"
    _entry(root, now, local, _up(local), "Asia/Baghdad", _local_time())
    for number, (is_estimate, name) in enumerate(((False, "Readings"), (True, "Estimates")), 1):
        found = [each for each in intervals if each.is_estimate == is_estimate]
        if found:
            _series(root, now, point, number, name, found)
    for summary in summaries:
        here = f"{point}/UsageSummary/{summary.from_on:%Y%m%d}"
        _entry(root, now, here, _up(here), summary.tariff, _summary(summary))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _series(
    root: etree._Element,
    now: datetime,
    point: str,
    number: int,
    name: str,
    found: Sequence[Interval],
) -> None:
    reading, kind = f"{point}/MeterReading/{number}", f"{BASE}/ReadingType/{number}"
    block = f"{reading}/IntervalBlock/1"
    quality = ESTIMATED if found[0].is_estimate else REAL
    _entry(
        root, now, reading, _up(reading), name, _espi("MeterReading"),
        related=[f"{reading}/IntervalBlock", kind],
    )  # fmt: skip
    _entry(root, now, kind, _up(kind), "Wh x 1000", _reading_type(quality))
    _entry(root, now, block, _up(block), name, _interval_block(found, quality))


def _usage_point() -> etree._Element:
    point = _espi("UsagePoint")
    _add(_add(point, "ServiceCategory"), "kind", 0)  # electricity
    _add(point, "status", 1)
    return point


def _local_time() -> etree._Element:
    local = _espi("LocalTimeParameters")
    _add(local, "dstEndRule", "00000000")
    _add(local, "dstOffset", 0)
    _add(local, "dstStartRule", "00000000")
    _add(local, "tzOffset", 3 * 3600)
    return local


def _reading_type(quality: int) -> etree._Element:
    kind = _espi("ReadingType")
    for name, value in (
        ("accumulationBehaviour", 4),  # what was used in the interval
        ("commodity", 1),  # electricity, at low voltage
        ("currency", DINAR),
        ("dataQualifier", 12),  # normal
        ("defaultQuality", quality),
        ("flowDirection", 1),  # delivered to the customer
        ("kind", 12),  # energy
        ("powerOfTenMultiplier", KILO),
        ("timeAttribute", 0),
        ("uom", WH),
    ):
        _add(kind, name, value)
    return kind


def _interval_block(found: Sequence[Interval], quality: int) -> etree._Element:
    ordered = sorted(found, key=lambda each: each.from_on)
    block = _espi("IntervalBlock")
    _period(block, "interval", ordered[0].from_on, max(each.to_on for each in ordered))
    for each in ordered:
        reading = _add(block, "IntervalReading")
        _add(_add(reading, "ReadingQuality"), "quality", quality)
        _period(reading, "timePeriod", each.from_on, each.to_on)
        _add(reading, "value", each.kwh)
    return block


def _summary(found: Summary) -> etree._Element:
    summary = _espi("UsageSummary")
    _period(summary, "billingPeriod", found.from_on, found.to_on)
    cost = found.amount * COST_PARTS
    if abs(cost) <= LARGEST:
        _add(summary, "billLastPeriod", cost)
    _add(summary, "currency", DINAR)
    overall = _add(summary, "overallConsumptionLastPeriod")
    _add(overall, "powerOfTenMultiplier", KILO)
    _add(overall, "uom", WH)
    _add(overall, "value", found.kwh)
    _add(summary, "qualityOfReading", ESTIMATED if found.is_estimate else REAL)
    _add(summary, "statusTimeStamp", int(found.issued_at.timestamp()))
    _add(summary, "commodity", 1)
    _add(summary, "tariffProfile", found.tariff)
    return summary


def _period(parent: etree._Element, name: str, from_on: date, to_on: date) -> None:
    period = _add(parent, name)
    _add(period, "duration", (to_on - from_on).days * DAY)
    _add(period, "start", _epoch(from_on))


def _epoch(on: date) -> int:
    return int(datetime.combine(on, time(), tzinfo=BAGHDAD).timestamp())


def _entry(
    root: etree._Element,
    now: datetime,
    here: str,
    up: str,
    title: str,
    resource: etree._Element,
    related: Iterable[str] = (),
) -> None:
    entry = etree.SubElement(root, f"{{{ATOM}}}entry")
    _atom(entry, "id", _urn(here))
    _link(entry, "self", here)
    _link(entry, "up", up)
    for address in related:
        _link(entry, "related", address)
    _atom(entry, "title", title)
    etree.SubElement(entry, f"{{{ATOM}}}content").append(resource)
    _atom(entry, "published", _stamp(now))
    _atom(entry, "updated", _stamp(now))


def _espi(name: str) -> etree._Element:
    return etree.Element(f"{{{ESPI}}}{name}", nsmap={None: ESPI})


def _add(parent: etree._Element, name: str, value: object = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{ESPI}}}{name}")
    if value is not None:
        child.text = str(value)
    return child


def _atom(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: etree._Element, rel: str, href: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=href)


def _up(address: str) -> str:
    return address.rpartition("/")[0]


def _urn(address: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://wasl.example{address}')}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
