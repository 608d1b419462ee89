"""
Outages and planned work as alerts of the Common Alerting Protocol, CAP 1.2 (OASIS). Pure.

Elements stand in the standard's order. An alert about planned work is told in every language; when
it changes, an Update or a Cancel names all that went before, so that programs replace them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from wasl.outages.feeds import Office, child, text
from wasl.outages.selectors import Area

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
# From so many customers on an alert is called severe; below a tenth of it, minor.
SEVERE = 1_000


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of a series: what it is called, and when it was sent."""

    identifier: str
    sent: datetime


@dataclass(frozen=True, kw_only=True)
class Place:
    """A district by name, with the middle of it where that is known."""

    name: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an alert says in one language."""

    event: str
    headline: str
    description: str
    instruction: str
    sender_name: str
    places: Sequence[Place]


@dataclass(frozen=True, kw_only=True)
class WorkAlert:
    """A planned work as an alert: `message` is the newest, `earlier` those that it replaces."""

    sender: str
    message: Message
    earlier: Sequence[Message]
    is_cancelled: bool
    is_running: bool
    is_over: bool
    begins: datetime
    ends: datetime
    customers: int
    words: Mapping[str, Words]
    web: str


def of_office(
    office: Office, *, sender: str, headline: str, words: dict[str, str], language: str, now: datetime
) -> str:  # fmt: skip
    """What is off now in a directorate: an info block for each of its areas."""
    root = ET.Element("alert", {"xmlns": CAP})
    _head(root, f"wasl-{office.code}-{now:%Y%m%dT%H%M%S}", sender, now, "Alert")
    for area in office.areas:
        info = child(root, "info")
        child(info, "language", language)
        child(info, "category", "Infra")
        child(info, "event", words[area.cause])
        child(info, "urgency", "Immediate" if area.cause == "FAULT" else "Expected")
        child(info, "severity", _severity(area.customers))
        child(info, "certainty", "Observed")
        child(info, "onset", time_of(area.since))
        if area.expected_at:
            child(info, "expires", time_of(area.expected_at))
        child(info, "senderName", office.name)
        child(info, "headline", f"{headline}: {area.district or office.name}")
        _place(info, _of_area(area, office))
    return text(root)


def of_work(alert: WorkAlert) -> str:
    """A planned work: announced (Alert), changed (Update) or cancelled (Cancel), in each language."""
    kind = "Cancel" if alert.is_cancelled else "Update" if alert.earlier else "Alert"
    root = ET.Element("alert", {"xmlns": CAP})
    _head(root, alert.message.identifier, alert.sender, alert.message.sent, kind)
    if alert.earlier:
        told = (f"{alert.sender},{each.identifier},{time_of(each.sent)}" for each in alert.earlier)
        child(root, "references", " ".join(told))
    for language, words in alert.words.items():
        _info(child(root, "info"), alert, language, words)
    return text(root)


def _info(info: ET.Element, alert: WorkAlert, language: str, words: Words) -> None:
    child(info, "language", language)
    child(info, "category", "Infra")
    child(info, "event", words.event)
    child(info, "responseType", "AllClear" if alert.is_cancelled or alert.is_over else "Prepare")
    child(info, "urgency", _urgency(alert))
    child(info, "severity", _severity(alert.customers))
    child(info, "certainty", _certainty(alert))
    child(info, "effective", time_of(alert.message.sent))
    child(info, "onset", time_of(alert.begins))
    child(info, "expires", time_of(alert.ends))
    child(info, "senderName", words.sender_name)
    child(info, "headline", words.headline)
    child(info, "description", words.description)
    child(info, "instruction", words.instruction)
    child(info, "web", alert.web)
    for place in words.places:
        _place(info, place)


def _urgency(alert: WorkAlert) -> str:
    if alert.is_cancelled or alert.is_over:
        return "Past"
    if alert.is_running:
        return "Immediate"
    # Expected is within the hour; what is announced for a later day is for the future.
    is_soon = (alert.begins - alert.message.sent).total_seconds() <= 3600
    return "Expected" if is_soon else "Future"


def _certainty(alert: WorkAlert) -> str:
    if alert.is_cancelled:
        return "Unlikely"
    return "Observed" if alert.is_running or alert.is_over else "Likely"


def _head(root: ET.Element, identifier: str, sender: str, sent: datetime, kind: str) -> None:
    child(root, "identifier", identifier)
    child(root, "sender", sender)
    child(root, "sent", time_of(sent))
    child(root, "status", "Actual")
    child(root, "msgType", kind)
    child(root, "scope", "Public")


def _of_area(area: Area, office: Office) -> Place:
    return Place(name=area.district or office.name, lat=area.lat, lon=area.lon)


def _place(info: ET.Element, place: Place) -> None:
    area = child(info, "area")
    child(area, "areaDesc", place.name)
    if place.lat is not None:
        child(area, "circle", f"{place.lat:.4f},{place.lon:.4f} 2")


def _severity(customers: int) -> str:
    if customers >= SEVERE:
        return "Severe"
    return "Moderate" if customers >= SEVERE // 10 else "Minor"


def time_of(moment: datetime) -> str:
    """A moment as CAP wants it: no fractions, and UTC as -00:00."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
