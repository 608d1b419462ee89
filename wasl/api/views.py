"""The document of the API, the page that people read of it, and whatever else is asked for below it."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wasl.accounts.api_access import Admit
from wasl.accounts.policies import PUBLIC, policy
from wasl.api import assembly, document_page
from wasl.api.entry import entry
from wasl.core.problems import Refusal

_OPEN = Admit(PUBLIC, seconds=3600)
_EVERY = dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), Admit(PUBLIC))


def _document(request: HttpRequest) -> HttpResponse:
    body = json.dumps(assembly.document(), ensure_ascii=False, indent=1).encode()
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    raise Refusal(404, "NOT_FOUND")


document = entry(_document, {"GET": _OPEN})
unknown = entry(_unknown, _EVERY)


@policy(PUBLIC)
def about(request: HttpRequest) -> HttpResponse:
    """Every operation with what it takes and gives, out of the document; nothing from elsewhere."""
    context = {"page": document_page.page(assembly.document())}
    return render(request, "api/about.html", context)
