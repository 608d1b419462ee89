"""Open311 GeoReport v2, with paging, extensions and updates. Every answer is in the format asked for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from wasl.accounts.policies import PUBLIC, policy
from wasl.complaints import open311, open311_calls, open311_format, selectors, services
from wasl.complaints.models import ApiClient, CategoryVersion, Report
from wasl.complaints.open311_calls import Fault, Refused
from wasl.core import addresses, limits, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable

POSTS = 3_000, 60
ASKS = 600, 60
# When what the endpoint offers last changed in kind; categories are newer when one was published.
BORN = "2026-11-24T00:00:00Z"


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
            except Unable as error:
                return _faults([(400, str(error))], kind)
            except (SuspiciousOperation, BadRequest, RequestDataTooBig, UnicodeDecodeError):
                return _faults([(400, "the call cannot be read")], kind)
            return _answer(root, content, kind, 200)

        return answer

    return wrap


def _require_patience(request: HttpRequest) -> None:
    limit, seconds = POSTS if request.method == "POST" else ASKS
    key = f"open311:{request.method}:{addresses.of(request)}"
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


def _faults(faults: Iterable[Fault], suffix: str) -> HttpResponse:
    # The status is that of the gravest; each fault has its own code.
    told = list(faults)
    status = min((code for code, _text in told), key=[403, 404, 400].index)
    content = [{"code": str(code), "description": str(text)} for code, text in told]
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
    """Where the endpoint is, and since when it is as it is."""
    site = settings.WASL_PUBLIC_URL.rstrip("/")
    base = site + reverse("open311:about")
    with scope.within_system():
        published = [each.published_at for each in selectors.categories(_today())]
    changed = max([BORN, *(open311.stamp(each) for each in published if each)])
    return "discovery", {
        "changeset": changed,
        "contact": site + reverse("web:help"),
        "key_service": base,
        "endpoints": [
            {
                "specification": open311.SPECIFICATION,
                "url": f"{base}v2/",
                "changeset": changed,
                "type": "test" if settings.WASL_DEMO else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def _today() -> date:
    return timezone.now().astimezone(BAGHDAD).date()


def _offices(given: Mapping[str, str]) -> list[int]:
    return open311_calls.offices(given, _today())


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
    page, size = open311_calls.paging(given)
    wanted = open311_calls.wanted(given, timezone.now())
    with scope.within_system():
        found = open311.listed(_offices(given), wanted, page=page, size=size)
        return "service_requests", _shown(found, given)


def _shown(found: list[Report], given: Mapping[str, str]) -> list[dict[str, Any]]:
    extensions = open311_calls.is_true(given, "extensions")
    return open311.requests(found, _today(), extensions=extensions)


@endpoint("GET")
def single(request: HttpRequest, reference: str) -> tuple[str, Any]:
    """One report."""
    given = request.GET.dict()
    with scope.within_system():
        return "service_requests", _shown([_public(reference, given)], given)


def _public(reference: str, given: Mapping[str, str]) -> Report:
    found = open311.public_report(_offices(given), open311_calls.canonical(reference))
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


def _require_jurisdiction(client: ApiClient, directorate_id: int) -> None:
    if client.jurisdictions and directorate_id not in client.jurisdictions:
        raise Refused((403, "this api_key is not for that jurisdiction"))


def _create(request: HttpRequest) -> tuple[str, Any]:
    """A new report: all faults in one answer."""
    given = request.POST.dict()
    client = _client(given)
    with scope.within_system():
        faults: list[Fault] = []
        code = given.get("service_code", "").strip()
        category = _category(code)
        if category is None:
            faults.append(
                (404, "service_code is unknown") if code else (400, "service_code is missing")
            )
        place = open311_calls.place(given, _offices(given), _today(), faults)
        form = (
            open311_calls.details(request.POST, request.FILES, category, faults)
            if category
            else None
        )
    if faults or category is None or place is None or form is None:
        raise Refused(*faults)
    _require_jurisdiction(client, place.directorate_id)
    said = services.Said(
        category=category,
        place=place,
        place_words=open311_calls.clean(given.get("address_string", ""))[:200],
        words=open311_calls.clean(given.get("description", "")),
        sender=open311_calls.sender(given),
        answers=form.answers() | open311_calls.media(request.POST),
        files=form.cleaned_data.get("photos") or [],
    )
    sent = services.report(said=said, reporter=None, client=client, now=timezone.now())
    reference, notice = sent.report.reference, category.hints[open311.LANGUAGE]
    return "service_requests", [
        {"service_request_id": reference, "service_notice": notice, "account_id": ""}
    ]


@endpoint("GET", "POST")
def updates(request: HttpRequest) -> tuple[str, Any]:
    """News of reports: ours since a time; or a partner's about one."""
    if request.method == "POST":
        return _update(request.POST.dict())
    given = request.GET.dict()
    since, until = open311_calls.window(given, timezone.now())
    with scope.within_system():
        found = open311.recent_updates(_offices(given), since, until)
    return "service_request_updates", found


def _update(given: Mapping[str, str]) -> tuple[str, Any]:
    client = _client(given)
    update = open311_calls.update(given)
    with scope.within_system():
        report = _public(given["service_request_id"], given)
    _require_jurisdiction(client, report.directorate_id)
    made = services.receive_update(client=client, report=report, update=update, now=timezone.now())
    return "service_request_updates", [{"update_id": str(made.id)}]
