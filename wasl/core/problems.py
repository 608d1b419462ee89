"""What could not be done, said to programs: problem details as RFC 9457 has them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"
# `type` of a problem is this and its code: a name, not an address.
NAMES = "urn:wasl:problem:"
TITLES: dict[int, str | Promise] = {
    400: _("The request cannot be read."),
    401: _("Say who you are first."),
    403: _("This is not for you."),
    404: _("We found nothing here."),
    405: _("This address does not serve that method."),
    409: _("This does not fit with how things stand."),
    412: _("It has been changed in the meantime."),
    413: _("The request is too large."),
    415: _("The content has a type that is not served here."),
    416: _("The part that is asked for lies beyond the end."),
    422: _("Something in the request is not right."),
    429: _("Too many requests."),
    500: _("Something failed on our side. Nothing was changed."),
    503: _("The service is away for a moment. Nothing was changed."),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong: where (a JSON pointer, its first part names body, query …), and what."""

    pointer: str
    code: str
    detail: str


class Refusal(Exception):
    """A request of a program is not fulfilled. `status` is that of HTTP; `code` is for programs."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | Promise = "",
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, self.detail = status, code, detail
        self.faults, self.headers = tuple(faults), dict(headers or {})
        super().__init__(code)


def content(refusal: Refusal) -> dict[str, Any]:
    """The members of a problem."""
    return {
        "type": NAMES + refusal.code.lower().replace("_", "-"),
        "title": str(TITLES.get(refusal.status, TITLES[400])),
        "status": refusal.status,
        "code": refusal.code,
        "detail": str(refusal.detail),
        "errors": [
            {"pointer": each.pointer, "code": each.code, "detail": each.detail}
            for each in refusal.faults
        ],
    }


def answer(refusal: Refusal) -> HttpResponse:
    """A refusal as an answer, in the language that is active."""
    body = json.dumps(content(refusal), ensure_ascii=False).encode()
    response = HttpResponse(body, status=refusal.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    for name, value in refusal.headers.items():
        response[name] = value
    return response


def of_form(errors: Mapping[str, Sequence[Mapping[str, str]]], at: Mapping[str, str]) -> Refusal:
    """
    What a form found wrong (`form.errors.get_json_data()`), as a refusal.

    `at` gives the pointer for the names of fields; those without one are told of the body.
    """
    faults = [
        Fault(
            pointer=at.get(name, "/body"),
            code=(each["code"] or "WRONG").upper(),
            detail=each["message"],
        )
        for name, found in errors.items()
        for each in found
    ]
    return Refusal(422, "WRONG_FIELDS", faults=faults)
