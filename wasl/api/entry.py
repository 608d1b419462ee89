"""How a request of a program comes in and goes out: limits, language, one transaction, one way to refuse."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from wasl.accounts.api_access import Admit
from wasl.accounts.policies import Rule
from wasl.core import addresses, api_requests, limits, problems
from wasl.core.errors import Unable
from wasl.core.problems import Refusal
from wasl.core.references import UnableToReadReference
from wasl.core.uploads import UnableToAcceptFile

# From one address, behind which a whole street may sit, or a partner's server.
POSTS, ASKS = (3_000, 60), (600, 60)
View = Callable[..., HttpResponse]


def refusal_of(error: Exception) -> Refusal:
    """What is said of an error that a service, or reading the request, has raised."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, limits.UnableToTryAgainYet):
        wait = {"Retry-After": str(int(str(error.values["minutes"])) * 60)}
        return Refusal(429, error.code, str(error), headers=wait)
    if isinstance(error, UnableToReadReference):
        return Refusal(404, "NOT_FOUND")
    if isinstance(error, UnableToAcceptFile):
        return Refusal(422, error.code, str(error))
    if isinstance(error, Unable):
        return Refusal(409, error.code, str(error))
    if isinstance(error, Http404):
        return Refusal(404, "NOT_FOUND")
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "TOO_LARGE")
    return Refusal(400, "UNREADABLE", _("The request cannot be read."))


REFUSED = (
    Refusal, Unable, Http404, RequestDataTooBig, SuspiciousOperation, BadRequest,
    UnreadablePostError, UnicodeDecodeError,
)  # fmt: skip


def entry(view: View, rules: Mapping[str, Admit]) -> View:
    """
    A view of the API out of what serves a path; `rules` gives the policy of each method.

    What is counted against a limit is kept whatever becomes of the request, and the counter is not
    held while it runs: so the request's transaction begins behind it.
    """

    @csrf_exempt
    @transaction.non_atomic_requests
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.wasl_now = now = timezone.now()  # type: ignore[attr-defined]  # noqa: TID251 (the edge of the system)
        language = api_requests.language_of(request)
        is_head = request.method == "HEAD"
        method = "GET" if is_head else request.method or ""
        is_open = "GET" in rules and rules["GET"].rule.everyone
        with translation.override(language):
            if method == "OPTIONS":
                return api_requests.preflight(rules, is_open=is_open)
            try:
                _require_patience(request, method, now)
                api_requests.require_readable(request)
                if method not in rules:
                    allowed = {"Allow": api_requests.preflight(rules, is_open=False)["Allow"]}
                    raise Refusal(405, "WRONG_METHOD", headers=allowed)
                request.method = method
                with transaction.atomic():
                    response = view(request, *args, **kwargs)
            except REFUSED as error:
                response = problems.answer(refusal_of(error))
            admit = rules.get(method)
            response = api_requests.finish(
                request,
                response,
                language=language,
                is_open=is_open and method == "GET",
                seconds=admit.seconds if admit else 0,
            )
        if is_head:
            response.content = b""
        return response

    # For the walk over all addresses and for PolicyMiddleware: what opening the address asks for. Each
    # operation is checked by its own rule (Admit), before it runs.
    answer.wasl_policy = _of_address(rules)  # type: ignore[attr-defined]
    return answer


def _of_address(rules: Mapping[str, Admit]) -> Rule:
    if "GET" in rules:
        return rules["GET"].rule
    found = Rule()
    for each in rules.values():
        found |= each.rule
    return found


def _require_patience(request: HttpRequest, method: str, now: Any) -> None:
    limit, seconds = ASKS if method == "GET" else POSTS
    address = addresses.of(request)
    if not limits.hit(f"api:{method}:{address}", limit=limit, per_seconds=seconds, now=now):
        wait = {"Retry-After": str(seconds)}
        raise Refusal(429, "TOO_MANY_REQUESTS", _("Wait a minute."), headers=wait)
