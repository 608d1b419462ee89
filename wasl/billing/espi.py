"""
Green Button: readings and bills as an ESPI feed (NAESB REQ.21, schema 4.0), and back.

Values by the standard: energy in Wh times ten to `powerOfTenMultiplier`, times as UTC seconds with a
duration, money in 1/100,000 of the currency (ISO 4217 number: 368 is the Iraqi dinar). The elements
stand in the order of the schema. Days are those of Baghdad, three hours ahead, without summer time.
Real readings and estimates are two series, because an estimate lies inside the days of the real one
that came after it. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext_lazy as _
from lxml import etree

from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable

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
LARGEST_FEED = 20_000_000


class UnableToReadFeed(Unable):
    """The file is not an ESPI feed, or holds no energy."""

    code = "NOT_ESPI"
    message = _("This file is not a Green Button (ESPI) file with readings of energy.")


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


def read(content: bytes) -> list[Interval]:
    """
    The uses of energy in an ESPI feed, ours or another's, in order.

    Intervals that do not begin at midnight in Baghdad count for the day they begin on.

    :raises UnableToReadFeed: when it is no such feed, or its unit is not energy.
    """
    if len(content) > LARGEST_FEED:
        raise UnableToReadFeed
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
        found = [each for series in _read_series(root) for each in series]
    except (etree.XMLSyntaxError, ValueError, OverflowError, TypeError) as error:
        raise UnableToReadFeed from error
    if not found:
        raise UnableToReadFeed
    return sorted(found, key=lambda each: (each.from_on, each.is_estimate))


def _read_series(root: etree._Element) -> Iterator[list[Interval]]:
    types = {_self(kind): kind for kind in root.iter(f"{{{ESPI}}}ReadingType")}
    for reading in root.iter(f"{{{ESPI}}}MeterReading"):
        kind = next((types[href] for href in _related(reading) if href in types), None)
        if kind is None or _int(kind, "uom") != WH:
            continue
        factor = 10 ** _int(kind, "powerOfTenMultiplier", 0)
        here = _self(reading)
        for block in root.iter(f"{{{ESPI}}}IntervalBlock"):
            if _self(block).startswith(f"{here}/"):
                yield [
                    _interval(each, factor, _int(kind, "defaultQuality", REAL))
                    for each in block.iter(f"{{{ESPI}}}IntervalReading")
                ]


def _interval(reading: etree._Element, factor: float, default_quality: int) -> Interval:
    begins = datetime.fromtimestamp(_int(reading, "timePeriod/start"), BAGHDAD)
    ends = begins + timedelta(seconds=_int(reading, "timePeriod/duration"))
    return Interval(
        from_on=begins.date(),
        to_on=ends.date(),
        kwh=round(_int(reading, "value") * factor / 1000),
        is_estimate=_int(reading, "ReadingQuality/quality", default_quality) == ESTIMATED,
    )


def _int(parent: etree._Element, path: str, default: int | None = None) -> int:
    steps = "/".join(f"{{{ESPI}}}{step}" for step in path.split("/"))
    text = parent.findtext(steps)
    if text is None and default is not None:
        return default
    return int(text or "")


def _entry_of(resource: etree._Element) -> etree._Element:
    content = resource.getparent()
    return content.getparent()


def _self(resource: etree._Element) -> str:
    return next(iter(_links(resource, "self")), "")


def _related(resource: etree._Element) -> list[str]:
    return _links(resource, "related")


def _links(resource: etree._Element, rel: str) -> list[str]:
    found = _entry_of(resource).iterfind(f"{{{ATOM}}}link")
    return [link.get("href") for link in found if link.get("rel") == rel]
