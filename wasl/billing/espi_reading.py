"""
Reading Green Button (ESPI) feeds, ours or another's: what was used, or what a register showed.

Hostile until proven: no entities, no document type, no network, a limit on the size. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from lxml import etree

from wasl.billing.espi import ATOM, DAY, ESPI, ESTIMATED, REAL, WH, Interval
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable

LARGEST_FEED = 20_000_000
# AccumulationBehaviour: the register itself, at a moment.
BULK, CUMULATIVE = 1, 3
WIDEST_POWER = 12
_PLACE = re.compile(r"RetailCustomer/([^/]+)/UsagePoint/([^/]+)")


class UnableToReadFeed(Unable):
    """The file is not an ESPI feed, or holds no energy."""

    code = "NOT_ESPI"
    message = _("This file is not a Green Button (ESPI) file with readings of energy.")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """
    Wh from a day up to, and without, another; of a register, what it showed on the last of them.

    `is_whole` tells that parts of a day cover all of it.
    """

    from_on: date
    to_on: date
    wh: Fraction
    is_estimate: bool = False
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Series:
    """The measurements of one usage point, in order; `account` and `meter` as the feed names them."""

    account: str
    meter: str
    is_register: bool
    measured: list[Measured]


def series(content: bytes) -> list[Series]:
    """
    The series of energy in a feed.

    Days are those of Baghdad. Intervals shorter than a day are summed into their day.

    :raises UnableToReadFeed: when it is no such feed, or its unit is not energy.
    """
    if len(content) > LARGEST_FEED:
        raise UnableToReadFeed
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
        if root.getroottree().docinfo.doctype:
            raise UnableToReadFeed
        found = list(_all_series(root))
    except (etree.XMLSyntaxError, ValueError, OverflowError, TypeError, OSError) as error:
        raise UnableToReadFeed from error
    if not any(each.measured for each in found):
        raise UnableToReadFeed
    return found


def read(content: bytes) -> list[Interval]:
    """
    The uses of energy in a feed, in kWh, in order. :raises UnableToReadFeed: see `series`.
    """
    found = [
        Interval(
            from_on=each.from_on,
            to_on=each.to_on,
            kwh=round(each.wh / 1000),
            is_estimate=each.is_estimate,
        )
        for one in series(content)
        if not one.is_register
        for each in one.measured
    ]
    if not found:
        raise UnableToReadFeed
    return sorted(found, key=lambda each: (each.from_on, each.is_estimate))


def _all_series(root: etree._Element) -> Iterator[Series]:
    types = {_self(kind): kind for kind in root.iter(f"{{{ESPI}}}ReadingType")}
    blocks = [(_self(block), block) for block in root.iter(f"{{{ESPI}}}IntervalBlock")]
    for reading in root.iter(f"{{{ESPI}}}MeterReading"):
        kind = next((types[href] for href in _related(reading) if href in types), None)
        if kind is None or _int(kind, "uom") != WH:
            continue
        power = _int(kind, "powerOfTenMultiplier", 0)
        if abs(power) > WIDEST_POWER:
            raise ValueError(power)
        here, factor = _self(reading), Fraction(10) ** power
        is_register = _int(kind, "accumulationBehaviour", 4) in {BULK, CUMULATIVE}
        parts = [
            _part(each, factor, _int(kind, "defaultQuality", REAL))
            for name, block in blocks
            if name.startswith(f"{here}/")
            for each in block.iter(f"{{{ESPI}}}IntervalReading")
        ]
        account, meter = _names(here)
        measured = [each for _seconds, each in parts] if is_register else list(_by_day(parts))
        yield Series(
            account=account,
            meter=meter,
            is_register=is_register,
            measured=sorted(measured, key=lambda each: (each.to_on, each.from_on)),
        )


def _names(here: str) -> tuple[str, str]:
    found = _PLACE.search(here)
    return found.groups() if found else ("", "")  # type: ignore[return-value]


def _part(reading: etree._Element, factor: Fraction, default_quality: int) -> tuple[int, Measured]:
    begins = datetime.fromtimestamp(_int(reading, "timePeriod/start"), BAGHDAD)
    seconds = _int(reading, "timePeriod/duration", 0)
    if not 0 <= seconds <= 1000 * DAY:
        raise ValueError(seconds)
    return seconds, Measured(
        from_on=begins.date(),
        to_on=(begins + timedelta(seconds=seconds)).date(),
        wh=_int(reading, "value") * factor,
        is_estimate=_int(reading, "ReadingQuality/quality", default_quality) == ESTIMATED,
    )


def _by_day(parts: Iterable[tuple[int, Measured]]) -> Iterator[Measured]:
    """Whole days as they are; parts of a day summed, estimated if one of them is."""
    days: dict[date, list[tuple[int, Measured]]] = defaultdict(list)
    for seconds, each in parts:
        if seconds < DAY:
            days[each.from_on].append((seconds, each))
        else:
            yield each
    for on, found in days.items():
        yield Measured(
            from_on=on,
            to_on=on + timedelta(days=1),
            wh=sum((each.wh for _seconds, each in found), Fraction(0)),
            is_estimate=any(each.is_estimate for _seconds, each in found),
            is_whole=sum(seconds for seconds, _each in found) == DAY,
        )


def _int(parent: etree._Element, path: str, default: int | None = None) -> int:
    steps = "/".join(f"{{{ESPI}}}{step}" for step in path.split("/"))
    text = parent.findtext(steps)
    if text is None and default is not None:
        return default
    return int(text or "")


def _entry_of(resource: etree._Element) -> etree._Element:
    content = resource.getparent()
    if content is None or content.getparent() is None:
        raise ValueError("a resource outside of an entry")
    return content.getparent()


def _self(resource: etree._Element) -> str:
    return next(iter(_links(resource, "self")), "")


def _related(resource: etree._Element) -> list[str]:
    return _links(resource, "related")


def _links(resource: etree._Element, rel: str) -> list[str]:
    found = _entry_of(resource).iterfind(f"{{{ATOM}}}link")
    return [link.get("href") or "" for link in found if link.get("rel") == rel]
