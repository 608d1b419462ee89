"""Open311 GeoReport v2, with paging, extensions and updates. Every answer is in the format asked for."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from wasl.accounts.policies import PUBLIC, policy
from wasl.complaints import open311, open311_format, places, selectors, services
from wasl.complaints.forms import MOST_PHOTOS, DetailsForm
from wasl.complaints.models import ApiClient, CategoryVersion, Report
from wasl.complaints.open311 import stamp
from wasl.core import limits, references, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.directorates import selectors as directorates

Fault = tuple[int, str]
LONGEST = 4_000
WINDOW = timedelta(days=90)
MOST, MOST_A_PAGE = 1_000, 500
POSTS = 3_000, 60
ASKS = 600, 60
# When what the endpoint offers last changed in kind; categories are newer when one was published.
BORN = "2026-11-24T00:00:00Z"


class Refused(Exception):
    """What is wrong with a call: an HTTP status and words, all faults at once."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(faults)


def endpoint(*methods: str) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """
    A view of the endpoint: it returns the name and content of its answer, or raises Refused.

    Wrong methods, unknown suffixes and too many calls are answered in the same format, never as a page.
    """

    def wrap(view: Callable[..., tuple[str, Any]]) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @policy(PUBLIC, atomic=False)
        @wraps(view)
        def answer(request: HttpRequest, suffix: str = "xml", **named: str) -> HttpResponse:
            kind = suffix if suffix in open311_format.TYPES else "xml"
            try:
                if suffix not in open311_format.TYPES:
                    raise Refused((404, "unknown format: use .xml or .json"))
                if request.method not in {*methods, *({"HEAD"} if "GET" in methods else set())}:
                    raise Refused((400, f"method {request.method} is not served here"))
                _require_patience(request)
                with translation.override(open311.LANGUAGE):
                    root, content = view(request, **named)
            except Refused as refused:
                return _faults(refused.faults, kind)
            except (SuspiciousOperation, BadRequest, RequestDataTooBig, UnicodeDecodeError):
                return _faults([(400, "the call cannot be read")], kind)
            return _answer(root, content, kind, 200)

        return answer

    return wrap


def _require_patience(request: HttpRequest) -> None:
    limit, seconds = POSTS if request.method == "POST" else ASKS
    key = f"open311:{request.method}:{request.META.get('REMOTE_ADDR', '')}"
    if not limits.hit(key, limit=limit, per_seconds=seconds, now=timezone.now()):
        raise Refused((400, "too many calls: wait a minute"))


def _answer(root: str, content: Any, suffix: str, status: int) -> HttpResponse:
    response = HttpResponse(
        open311_format.body(root, content, suffix),
        status=status,
        content_type=open311_format.TYPES[suffix],
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _faults(faults: Any, suffix: str) -> HttpResponse:
    # The status is that of the gravest; each fault has its own code.
    status = min((code for code, _text in faults), key=[403, 404, 400].index)
    content = [{"code": str(code), "description": str(text)} for code, text in faults]
    return _answer("errors", content, suffix, status)


@policy(PUBLIC)
def about(request: HttpRequest) -> HttpResponse:
    """For people: what this is, and how to get a key."""
    return render(request, "complaints/open311.html")


@endpoint("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
def unknown(request: HttpRequest, rest: str) -> tuple[str, Any]:
    """Whatever else is asked for."""
    raise Refused((404, "there is no such call"))


@endpoint("GET")
def discovery(request: HttpRequest) -> tuple[str, Any]:
    """Where the endpoints are, and since when they are as they are."""
    base = settings.WASL_PUBLIC_URL.rstrip("/") + reverse("open311:about")
    with scope.within_system():
        newest = max(
            (each.published_at for each in selectors.categories(_today()) if each.published_at),
            default=None,
        )
    changed = max(stamp(newest), BORN) if newest else BORN
    formats = ["text/xml", "application/json"]
    kinds = ["test"] if settings.WASL_DEMO else ["production"]
    return "discovery", {
        "changeset": changed,
        "contact": settings.WASL_PUBLIC_URL.rstrip("/") + reverse("web:help"),
        "key_service": base,
        "endpoints": [
            {
                "specification": open311.SPECIFICATION,
                "url": f"{base}v2/",
                "changeset": changed,
                "type": kind,
                "formats": formats,
            }
            for kind in kinds
        ],
    }


def _today() -> date:
    return timezone.now().astimezone(BAGHDAD).date()


def _offices(given: Mapping[str, str]) -> list[int]:
    """The directorates that a call is about: the one named, or all."""
    known = open311.jurisdictions(_today())
    name = given.get("jurisdiction_id", "").strip().lower()
    if name and name not in known:
        raise Refused((404, "jurisdiction_id is unknown"))
    return [known[name].id] if name else [each.id for each in known.values()]


def _categories() -> list[CategoryVersion]:
    return open311.offered(selectors.categories(_today()))


@endpoint("GET")
def services_list(request: HttpRequest) -> tuple[str, Any]:
    """What can be reported."""
    with scope.within_system():
        _offices(request.GET.dict())
        return "services", [open311.service(each) for each in _categories()]


@endpoint("GET")
def definition(request: HttpRequest, code: str) -> tuple[str, Any]:
    """The questions of one."""
    with scope.within_system():
        _offices(request.GET.dict())
        found = _category(code)
    if found is None:
        raise Refused((404, "service_code is unknown"))
    return "service_definition", open311.definition(found)


def _category(code: str) -> CategoryVersion | None:
    return next((each for each in _categories() if each.code == code), None)


@endpoint("GET", "POST")
def requests(request: HttpRequest) -> tuple[str, Any]:
    """Reports: the list by filters, or a new one."""
    if request.method == "POST":
        return _create(request)
    given = request.GET.dict()
    page, size = _paging(given)
    with scope.within_system():
        found = open311.listed(_offices(given), _wanted(given), page=page, size=size)
        shown = open311.requests(found, _today(), extensions=_is_true(given.get("extensions", "")))
    return "service_requests", shown


def _wanted(given: Mapping[str, str]) -> open311.Wanted:
    ids = tuple(_canonical(each) for each in _listed(given, "service_request_id"))
    if ids:
        return open311.Wanted(since=timezone.now(), until=timezone.now(), references=ids)
    statuses = set(_listed(given, "status"))
    if not statuses <= {"open", "closed"}:
        raise Refused((400, "status is open or closed"))
    since, until = _window(given)
    return open311.Wanted(
        since=since,
        until=until,
        codes=tuple(_listed(given, "service_code")),
        is_closed=statuses == {"closed"} if len(statuses) == 1 else None,
        updated_after=_moment(given["updated_after"], "updated_after")
        if given.get("updated_after")
        else None,
        updated_before=_moment(given["updated_before"], "updated_before")
        if given.get("updated_before")
        else None,
    )


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in given.get(name, "").split(",") if each.strip()][:MOST]


def _canonical(text: str) -> str:
    try:
        return references.normalise(text)
    except references.UnableToReadReference:
        return ""


def _is_true(text: str) -> bool:
    return text.strip().lower() in {"true", "1", "t"}


def _paging(given: Mapping[str, str]) -> tuple[int, int]:
    page, size = given.get("page", "").strip(), given.get("page_size", "").strip()
    if not page and not size:
        return 1, MOST
    for name, text in (("page", page), ("page_size", size)):
        if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
            raise Refused((400, f"{name} is a number from 1"))
    return int(page or 1), min(int(size or 50), MOST_A_PAGE)


def _moment(text: str, name: str) -> datetime:
    # An unescaped + of a zone arrives as a space.
    cleaned = text.strip()
    if len(cleaned) > 6 and cleaned[-6] == " ":
        cleaned = f"{cleaned[:-6]}+{cleaned[-5:]}"
    try:
        found = parse_datetime(cleaned)
        if found is None or found.tzinfo is None or not 1990 < found.year < 2200:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise Refused((400, f"{name} is a time with a zone, as 2026-11-24T09:00:00Z")) from None
    return found


def _window(given: Mapping[str, str]) -> tuple[datetime, datetime]:
    now = timezone.now()
    begins, ends = given.get("start_date", "").strip(), given.get("end_date", "").strip()
    since = _moment(begins, "start_date") if begins else None
    until = _moment(ends, "end_date") if ends else None
    if since is None:
        since = (until or now) - WINDOW
    if until is None:
        until = min(now, since + WINDOW)
    if until - since > WINDOW:
        raise Refused((400, "start_date and end_date are at most 90 days apart"))
    return since, until


@endpoint("GET")
def single(request: HttpRequest, reference: str) -> tuple[str, Any]:
    """One report."""
    given = request.GET.dict()
    with scope.within_system():
        report = _public(reference, given)
        shown = open311.requests(
            [report], _today(), extensions=_is_true(given.get("extensions", ""))
        )
    return "service_requests", shown


def _public(reference: str, given: Mapping[str, str]) -> Report:
    found = open311.public_report(_offices(given), _canonical(reference))
    if found is None:
        raise Refused((404, "service_request_id is unknown"))
    return found


@endpoint("GET")
def token(request: HttpRequest, token: str) -> tuple[str, Any]:
    """The report of a token: every service is realtime, so a token is the report's own number."""
    with scope.within_system():
        found = _public(token, request.GET.dict())
    return "service_requests", [{"service_request_id": found.reference, "token": token}]


def _client(given: Mapping[str, str]) -> ApiClient:
    try:
        return services.admit_client(key=given.get("api_key", "").strip())
    except Unable as error:
        raise Refused((403, str(error))) from None


def _create(request: HttpRequest) -> tuple[str, Any]:
    """A new report: all faults in one answer."""
    given = request.POST.dict()
    client = _client(given)
    with scope.within_system():
        offices = _offices(given)
        faults: list[Fault] = []
        category = _category(given.get("service_code", "").strip())
        if not given.get("service_code", "").strip():
            faults.append((400, "service_code is missing"))
        elif category is None:
            faults.append((404, "service_code is unknown"))
        place = _place_of(given, offices, faults)
        words = given.get("description", "").strip()
        if len(words) > LONGEST:
            faults.append((400, f"description has more than {LONGEST} characters"))
        form = _details(request, category, faults) if category else None
    if faults or category is None or place is None or form is None:
        raise Refused(*faults)
    if client.jurisdictions and place.directorate_id not in client.jurisdictions:
        raise Refused((403, "this api_key is not for that jurisdiction"))
    sent = services.report(
        said=services.Said(
            category=category,
            place=place,
            place_words=_clean(given.get("address_string", ""))[:200],
            words=_clean(words),
            contact=_contact(given),
            answers=form.answers() | _media(request),
            is_urgent=category.group == CategoryVersion.Group.DANGER,
            photos=form.cleaned_data.get("photos") or [],
        ),
        reporter=None,
        client=client,
        now=timezone.now(),
    )
    notice = str(category.hint)
    return "service_requests", [
        {"service_request_id": sent.report.reference, "service_notice": notice, "account_id": ""}
    ]


def _clean(text: str) -> str:
    return open311_format.without_controls(text).strip()


def _contact(given: Mapping[str, str]) -> str:
    names = ("first_name", "last_name", "email", "phone", "device_id", "account_id")
    found = [f"{name}: {_clean(given[name])[:100]}" for name in names if given.get(name)]
    return "\n".join(found)


def _media(request: HttpRequest) -> dict[str, Any]:
    """Addresses of pictures: kept as texts for who looks into it; nothing is ever fetched."""
    found = [_clean(each)[:500] for each in request.POST.getlist("media_url") if each.strip()]
    web = [each for each in found if each.startswith(("https://", "http://"))]
    return {"media_url": web[:10]} if web else {}


def _place_of(
    given: Mapping[str, str], offices: list[int], faults: list[Fault]
) -> places.Place | None:
    texts = given.get("lat", "").strip(), given.get("long", "").strip()
    address_id = given.get("address_id", "").strip()
    if not any(texts) and not address_id and not given.get("address_string", "").strip():
        faults.append((400, "give lat and long, address_string or address_id"))
        return None
    lat = lon = None
    if any(texts):
        try:
            lat, lon = float(texts[0]), float(texts[1])
            if not places.is_in_country(lat, lon):
                raise ValueError(texts)
        except ValueError:
            faults.append((400, "lat and long are both needed, in degrees, within Iraq"))
            return None
    found = places.resolve(on=_today(), lat=lat, lon=lon, district_code=address_id)
    if found is None and not any(texts) and len(offices) == 1:
        # Only words: the middle of the directorate's first area stands for it, a person looks.
        found = _somewhere(offices[0])
    if found is None or found.directorate_id not in offices:
        faults.append((400, "no jurisdiction that is served lies there"))
        return None
    return found


def _somewhere(office: int) -> places.Place | None:
    areas = directorates.districts(office, _today())
    if not areas:
        return None
    return places.Place(directorate_id=office, lat=areas[0].lat, lon=areas[0].lon, district_code="")


def _details(
    request: HttpRequest, category: CategoryVersion, faults: list[Fault]
) -> DetailsForm | None:
    """The attributes through the same form that the website's visitors fill in."""
    data: MultiValueDict[str, str] = MultiValueDict()
    for question in category.questions:
        code = question["code"]
        values = [
            each
            for name in (f"attribute[{code}]", f"attribute[{code}][]")
            for each in request.POST.getlist(name)
            if each.strip()
        ]
        if question["datatype"] == "multivaluelist":
            values = [part.strip() for each in values for part in each.split(",")]
        data.setlist(f"q_{code}", values)
    data["is_urgent"] = "yes"
    data["words"] = _clean(request.POST.get("description", ""))[:2000] or "-"
    media = request.FILES.getlist("media")[:MOST_PHOTOS]
    form = DetailsForm(data, MultiValueDict({"photos": media}), category=category)
    if form.is_valid():
        return form
    for name, errors in form.errors.get_json_data().items():
        what = f"attribute[{name[2:]}]" if name.startswith("q_") else name
        faults += [(400, f"{what}: {each['message']}") for each in errors]
    return None


@endpoint("GET", "POST")
def updates(request: HttpRequest) -> tuple[str, Any]:
    """News of reports: ours since a time; or a partner's about one."""
    if request.method == "POST":
        return _update(request.POST.dict())
    given = request.GET.dict()
    with scope.within_system():
        offices = _offices(given)
        since, until = _window(given)
        found = open311.recent_updates(offices, since, until)
    return "service_request_updates", found[:MOST]


def _update(given: Mapping[str, str]) -> tuple[str, Any]:
    client = _client(given)
    needed = ("service_request_id", "update_id", "status", "updated_datetime", "description")
    faults: list[Fault] = [(400, f"{name} is missing") for name in needed if not given.get(name)]
    if faults:
        raise Refused(*faults)
    status = given["status"].strip().lower()
    if status not in open311.STATUSES:
        faults.append((400, "status is unknown"))
    if len(given["update_id"]) > 64 or len(given["description"]) > LONGEST:
        faults.append((400, "update_id or description is too long"))
    if faults:
        raise Refused(*faults)
    moment = _moment(given["updated_datetime"], "updated_datetime")
    with scope.within_system():
        report = _public(given["service_request_id"], given)
    made = services.receive_update(
        client=client,
        report=report,
        update_id=_clean(given["update_id"]),
        status=status,
        words=_clean(given["description"]),
        updated_at=moment,
        now=timezone.now(),
    )
    return "service_request_updates", [{"update_id": str(made.id)}]
