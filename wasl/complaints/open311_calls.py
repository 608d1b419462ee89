"""What a call of Open311 says, read and judged: every fault of it at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime

from wasl.complaints import open311, open311_format, places
from wasl.complaints.forms import MOST_WORDS, DetailsForm
from wasl.complaints.models import CategoryVersion
from wasl.complaints.services import Update
from wasl.core import references
from wasl.directorates import selectors as directorates

Fault = tuple[int, str]
LONGEST, LONGEST_ID = 4_000, 64
WINDOW = timedelta(days=90)
MOST, MOST_A_PAGE = 1_000, 500
# What a program may say of its reporter: it tells two reports apart, and is not kept.
SENDER = ("first_name", "last_name", "email", "phone", "device_id", "account_id")


class Refused(Exception):
    """What is wrong with a call: an HTTP status and words, all faults at once."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(faults)


def offices(given: Mapping[str, str], today: date) -> list[int]:
    """The directorates that a call is about: the one named, or all. :raises Refused: an unknown one."""
    known = open311.jurisdictions(today)
    name = given.get("jurisdiction_id", "").strip().lower()
    if name and name not in known:
        raise Refused((404, "jurisdiction_id is unknown"))
    return [known[name].id] if name else [each.id for each in known.values()]


def wanted(given: Mapping[str, str], now: datetime) -> open311.Wanted:
    """Which reports a list call asks for. :raises Refused: for a filter that is none."""
    statuses = set(_listed(given, "status"))
    if not statuses <= {"open", "closed"}:
        raise Refused((400, "status is open or closed"))
    since, until = window(given, now)
    return open311.Wanted(
        since=since,
        until=until,
        references=tuple(canonical(each) for each in _listed(given, "service_request_id")),
        codes=tuple(_listed(given, "service_code")),
        is_closed=statuses == {"closed"} if len(statuses) == 1 else None,
        updated_after=_moment(given, "updated_after"),
        updated_before=_moment(given, "updated_before"),
    )


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in clean(given.get(name, "")).split(",") if each.strip()][:MOST]


def canonical(text: str) -> str:
    """A reference as the books have it; nothing where it is none."""
    try:
        return references.normalise(text)
    except references.UnableToReadReference:
        return ""


def is_true(given: Mapping[str, str], name: str) -> bool:
    """Whether a parameter asks for an extension."""
    return given.get(name, "").strip().lower() in {"true", "1", "t"}


def paging(given: Mapping[str, str]) -> tuple[int, int]:
    """Page and its size; without either, the first thousand. :raises Refused: for what is no number."""
    page, size = given.get("page", "").strip(), given.get("page_size", "").strip()
    if not page and not size:
        return 1, MOST
    for name, text in (("page", page), ("page_size", size)):
        if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
            raise Refused((400, f"{name} is a number from 1"))
    return int(page or 1), min(int(size or 50), MOST_A_PAGE)


def _moment(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name, "").strip()
    # An unescaped + of a zone arrives as a space.
    if len(text) > 6 and text[-6] == " ":
        text = f"{text[:-6]}+{text[-5:]}"
    if not text:
        return None
    try:
        found = parse_datetime(text)
        if found is None or found.tzinfo is None or not 1990 < found.year < 2200:
            raise ValueError(text)
        # PostgreSQL knows fewer zones than a text can name.
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused((400, f"{name} is a time with a zone, as 2026-11-24T09:00:00Z")) from None


def window(given: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From when to when, both inclusive, 90 days at most. :raises Refused: for more."""
    since, until = _moment(given, "start_date"), _moment(given, "end_date")
    if since is None:
        since = (until or now) - WINDOW
    if until is None:
        until = min(now, since + WINDOW)
    if until - since > WINDOW:
        raise Refused((400, "start_date and end_date are at most 90 days apart"))
    return since, until


def place(
    given: Mapping[str, str], offices: Sequence[int], today: date, faults: list[Fault]
) -> places.Place | None:
    """The place that a report names, in one of the directorates; None with its fault added."""
    texts = given.get("lat", "").strip(), given.get("long", "").strip()
    address_id = given.get("address_id", "").strip()
    if not any(texts) and not address_id and not given.get("address_string", "").strip():
        faults.append((400, "give lat and long, address_string or address_id"))
        return None
    lat = lon = None
    if any(texts):
        try:
            lat, lon = float(texts[0]), float(texts[1])
        except ValueError:
            lat = lon = 0.0
        if not places.is_in_country(lat, lon):
            faults.append((400, "lat and long are both needed, in degrees, within Iraq"))
            return None
    found = places.resolve(on=today, lat=lat, lon=lon, district_code=address_id)
    if found is None and not any(texts) and len(offices) == 1:
        found = _somewhere(offices[0], today)
    if found is None or found.directorate_id not in offices:
        faults.append((400, "no jurisdiction that is served lies there"))
        return None
    return found


def _somewhere(office: int, today: date) -> places.Place | None:
    """For a place in words alone: the middle of the directorate's first area, and a person looks."""
    first = next(iter(directorates.districts(office, today)), None)
    if first is None:
        return None
    return places.Place(directorate_id=office, lat=first.lat, lon=first.lon, district_code="")


def details(
    posted: QueryDict,
    files: MultiValueDict[str, Any],
    category: CategoryVersion,
    faults: list[Fault],
) -> DetailsForm | None:
    """The attributes through the same form that visitors fill in; None with its faults added."""
    words = clean(posted.get("description", ""))
    if len(words) > LONGEST:
        faults.append((400, f"description has more than {LONGEST} characters"))
    data: MultiValueDict[str, str] = MultiValueDict()
    for question in category.questions:
        code = question["code"]
        values = [
            each
            for name in (f"attribute[{code}]", f"attribute[{code}][]")
            for each in posted.getlist(name)
            if each.strip()
        ]
        if question["datatype"] == "multivaluelist":
            values = [part.strip() for each in values for part in each.split(",")]
        data.setlist(f"q_{code}", values)
    # The standard does not ask how urgent it is, and allows more words than the form.
    data["is_urgent"] = "yes"
    data["words"] = words[:MOST_WORDS]
    form = DetailsForm(data, MultiValueDict({"photos": files.getlist("media")}), category=category)
    if form.is_valid():
        return form
    names = {"words": "description", "photos": "media"}
    for name, errors in form.errors.get_json_data().items():
        what = f"attribute[{name[2:]}]" if name.startswith("q_") else names.get(name, name)
        faults += [(400, f"{what}: {each['message']}") for each in errors]
    return None


def sender(given: Mapping[str, str]) -> str:
    """Whatever tells the program's reporters apart."""
    return "\n".join(f"{name}: {given[name]}" for name in SENDER if given.get(name))


def media(posted: QueryDict) -> dict[str, Any]:
    """Addresses of pictures: kept as texts for who looks into it; nothing is ever fetched."""
    found = [clean(each)[:500] for each in posted.getlist("media_url") if each.strip()]
    web = [each for each in found if each.startswith(("https://", "http://"))]
    return {"media_url": web[:10]} if web else {}


def clean(text: str) -> str:
    """A text without what XML cannot carry."""
    return open311_format.without_controls(text).strip()


def update(given: Mapping[str, str]) -> Update:
    """What a partner says of a report. :raises Refused: with every fault of it."""
    needed = ("service_request_id", "update_id", "status", "updated_datetime", "description")
    faults: list[Fault] = [(400, f"{name} is missing") for name in needed if not given.get(name)]
    status = given.get("status", "").strip().lower()
    if status and status not in open311.STATUSES:
        faults.append((400, "status is unknown"))
    if len(given.get("update_id", "")) > LONGEST_ID or len(given.get("description", "")) > LONGEST:
        faults.append((400, "update_id or description is too long"))
    if faults:
        raise Refused(*faults)
    updated_at = _moment(given, "updated_datetime")
    if updated_at is None:
        raise Refused((400, "updated_datetime is missing"))
    return Update(
        update_id=clean(given["update_id"]),
        status=status,
        words=clean(given["description"]),
        updated_at=updated_at,
    )
