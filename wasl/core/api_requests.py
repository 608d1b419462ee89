"""
What every request of a program must be, and what every answer carries. Nothing here knows a domain.

Read strictly, so that what is accepted can be kept: no NUL, no half of a surrogate pair, no key twice,
no figure that JSON does not know, no nesting without end.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from wasl.core.problems import Refusal

LARGEST_JSON, LARGEST_FORM = 256 * 1024, 40 * 1024 * 1024
DEEPEST = 20
JSON, FORM = "application/json", "multipart/form-data"


def language_of(request: HttpRequest) -> str:
    """The language asked for (Accept-Language), else that of the site's cookie, else Arabic."""
    known = [code for code, _name in settings.LANGUAGES]
    asked = request.headers.get("Accept-Language", "")[:200]
    for wanted, weight in sorted(parse_accept_lang_header(asked), key=lambda pair: -pair[1]):
        code = wanted.split("-")[0]
        if code in known and weight > 0:
            return code
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in known else settings.LANGUAGE_CODE


def require_readable(request: HttpRequest) -> None:
    """:raises Refusal: when the address, its query, or the size or type of the body is not served."""
    texts = [request.path, *_flat(request.GET.lists())]
    if any("\x00" in text or _is_broken(text) for text in texts):
        raise Refusal(400, "UNREADABLE_TEXT", _CHARACTERS)
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isascii() and length.isdigit() and len(length) < 12 else 0
    if not size:
        return
    kind = (request.content_type or "").lower()
    if kind not in {JSON, FORM}:
        raise Refusal(415, "WRONG_CONTENT_TYPE", _("Send application/json."))
    if size > (LARGEST_FORM if kind == FORM else LARGEST_JSON):
        raise Refusal(413, "TOO_LARGE")


def _flat(pairs: Iterable[tuple[str, list[Any]]]) -> list[str]:
    return [text for name, values in pairs for text in (name, *map(str, values))]


def _is_broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


_CHARACTERS = _("The request holds characters that cannot be kept.")


def parse(body: bytes) -> Any:
    """
    The content of a JSON body.

    :raises Refusal: when it is none, or what it says could not be kept as it is.
    """
    try:
        found = json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
    except Refusal:
        raise
    except (ValueError, RecursionError):
        raise Refusal(400, "WRONG_JSON", _("The body is not JSON.")) from None
    _require_keepable(found, 0)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal(400, "KEY_TWICE", _("The same name stands twice in an object."))
    return found


def _no_constant(_text: str) -> Any:
    raise ValueError


def _require_keepable(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Refusal(400, "TOO_DEEP", _("The body is nested too deeply."))
    if isinstance(value, str) and ("\x00" in value or _is_broken(value)):
        raise Refusal(400, "UNREADABLE_TEXT", _CHARACTERS)
    if isinstance(value, dict):
        for name, each in value.items():
            _require_keepable(name, depth)
            _require_keepable(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _require_keepable(each, depth + 1)


def finish(
    request: HttpRequest, response: HttpResponse, *, language: str, is_open: bool, seconds: int
) -> HttpResponse:
    """
    The answer with what caches, browsers of other sites and readers need to know.

    `is_open`: it is the same for everybody, so that pages of others may ask for it. `seconds`: so long
    it may be kept; then it has a tag, and whoever knows the tag is told that nothing has changed.
    """
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language", "Cookie", "Authorization"])
    if is_open:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After, Link"
    if response.status_code != 200 or not seconds:
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
    response["Cache-Control"] = f"public, max-age={seconds}"
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    if tag in [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]:
        response.status_code = 304
        response.content = b""
        del response["Content-Type"]
    return response


def preflight(methods: Iterable[str], *, is_open: bool) -> HttpResponse:
    """The answer to OPTIONS: what is served here; and to browsers of other sites, what they may ask."""
    allowed = ", ".join(sorted({*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
    response = HttpResponse(status=204, headers={"Allow": allowed})
    del response["Content-Type"]
    if is_open:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, HEAD"
        response["Access-Control-Allow-Headers"] = "Accept-Language, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
    return response
