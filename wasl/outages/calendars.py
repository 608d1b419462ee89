"""
Planned work and programmed cuts as iCalendar (RFC 5545), published for phones to subscribe to.

Times are in UTC, which every program understands. An event keeps its UID for ever, and its SEQUENCE
grows with each change; what was cancelled stays, with STATUS:CANCELLED, so that it vanishes there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Calendar, Event

REFRESH = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One time without supply, ahead or behind. `key` names it for ever."""

    key: str
    sequence: int
    begins: datetime
    ends: datetime
    changed: datetime
    summary: str
    description: str
    place: str
    category: str
    is_cancelled: bool = False
    is_tentative: bool = False


def uid(key: str, host: str) -> str:
    """The name of an event: the same for the same thing, whoever asks and whenever."""
    return f"{uuid5(NAMESPACE_URL, f'https://{host}/outages/{key}')}@{host}"


def work_key(work_id: UUID) -> str:
    """The key of a planned work."""
    return f"work/{work_id}"


def cut_key(office: str, feeder: str, begins: datetime) -> str:
    """The key of one promised cut of a feeder."""
    return f"cut/{office}/{feeder}/{begins.astimezone(UTC):%Y%m%dT%H%M}"


def write(entries: Iterable[Entry], *, name: str, url: str, host: str, now: datetime) -> bytes:
    """A calendar that programs fetch anew every hour."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//Wasl outages//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Baghdad")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in sorted(entries, key=lambda each: (each.begins, each.key)):
        calendar.add_component(_event(entry, url, host, now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, url: str, host: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid(entry.key, host))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", entry.changed.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.begins.astimezone(UTC))
    event.add("dtend", entry.ends.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("location", entry.place)
    event.add("categories", [entry.category])
    event.add("status", _status(entry))
    # It says nothing of whether the person is busy.
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    return event


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_tentative else "CONFIRMED"


def without_doubles(entries: Sequence[Entry]) -> list[Entry]:
    """One entry for each key."""
    return list({entry.key: entry for entry in entries}.values())
