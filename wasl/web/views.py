"""The shell's own pages: home, help, errors, language, installation, offline."""

import hashlib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wasl.accounts.policies import PUBLIC, policy
from wasl.core import catalogue, problems
from wasl.core.calendars import BAGHDAD
from wasl.core.problems import Refusal
from wasl.directorates import selectors as directorates
from wasl.web import texts

A_YEAR = 60 * 60 * 24 * 365


def _today() -> Any:
    return timezone.now().astimezone(BAGHDAD).date()


@policy(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """What people can do here."""
    context = {"services": catalogue.services(), "phases": directorates.phases(_today())}
    return render(request, "web/home.html", context)


@policy(PUBLIC)
def areas(request: HttpRequest) -> HttpResponse:
    """Every directorate, with what is open there and how people are served today."""
    rows = [
        (directorate, phase, phase.today(request.LANGUAGE_CODE))
        for directorate, phase in directorates.phases(_today())
    ]
    return render(request, "web/areas.html", {"rows": rows})


def _text(request: HttpRequest, page: texts.Page) -> HttpResponse:
    return render(request, "web/text.html", {"title": page.title, "sections": page.sections})


@policy(PUBLIC)
def help_page(request: HttpRequest) -> HttpResponse:
    """How to get help."""
    return _text(request, texts.help_page())


@policy(PUBLIC)
def about(request: HttpRequest) -> HttpResponse:
    """What Wasl is, and what it cannot do."""
    return _text(request, texts.about())


@policy(PUBLIC)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people."""
    return _text(request, texts.privacy())


@policy(PUBLIC)
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the pages are made to be used by everybody."""
    return _text(request, texts.accessibility())


@policy(PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language, and go back to where the reader was."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=A_YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


@policy(PUBLIC)
def offline(request: HttpRequest) -> HttpResponse:
    """What the phone shows without a connection. The same for everybody."""
    return render(request, "web/offline.html")


@policy(PUBLIC)
def manifest(request: HttpRequest) -> JsonResponse:
    """What the phone needs to install Wasl as an app."""
    icons = [
        {
            "src": static(f"web/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    content = {
        "name": _("Wasl – electricity services from home"),
        "short_name": _("Wasl"),
        "lang": request.LANGUAGE_CODE,
        "dir": "ltr" if request.LANGUAGE_CODE == "en" else "rtl",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#07393f",
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")


@policy(PUBLIC)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, named by what it keeps, so that a change replaces it."""
    files = [
        "/offline/",
        static("web/wasl.css"),
        static("web/vazirmatn.woff2"),
        static("web/app.js"),
        static("web/icons.svg"),
        static("billing/billing.css"),
        static("casework/offline.js"),
    ]
    source = Path(__file__).with_name("static") / "web"
    content = b"".join((source / name).read_bytes() for name in ("wasl.css", "app.js", "icons.svg"))
    version = hashlib.sha256(content).hexdigest()[:12]
    icon = static("web/icon-192.png")
    script = render_to_string("web/sw.js", {"files": files, "version": version, "icon": icon})
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


# What programs are told of what did not even reach the API.
_CODES = {400: "UNREADABLE", 403: "NOT_FOR_YOU", 404: "NOT_FOUND"}


def _is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(f"{reverse('api:about')}v")


def _error(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if _is_for_programs(request):
        return problems.answer(Refusal(status, _CODES[status]))
    context = {"title": title, "text": text}
    return render(request, "web/errors/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be understood."""
    return _error(
        request,
        400,
        _("We could not understand this request"),
        _("Go back and try again. Nothing was changed."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not for this."""
    return _error(
        request,
        403,
        _("This page is not for your account"),
        _("If you need it for your work, ask your supervisor for the role."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing of yours: the same answer."""
    return _error(
        request,
        404,
        _("We found nothing here"),
        _("The address may be mistyped, or what it shows is not yours to see."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """
    500, or 503 while the database is gone: no database, session or user is touched here.

    What was sent is not half done: each request is one transaction.
    """
    is_gone = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    language = str(getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE))
    if _is_for_programs(request):
        with translation.override(language):
            return problems.answer(_fault(is_gone=is_gone))
    context = {"is_gone": is_gone, "language": language, "is_post": request.method == "POST"}
    with translation.override(language):
        page = render_to_string("web/errors/500.html", context)
    response = HttpResponse(page, status=503 if is_gone else 500)
    if is_gone:
        response["Retry-After"] = "15"
    response["Cache-Control"] = "no-store"
    return response


def _fault(*, is_gone: bool) -> Refusal:
    if is_gone:
        return Refusal(503, "AWAY", headers={"Retry-After": "15"})
    return Refusal(500, "FAILED")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page had grown old, or cookies are off."""
    return _error(
        request,
        403,
        _("This page has grown old"),
        _(
            "Go back, load the page again and send it once more. Your phone must allow cookies for this."
        ),
    )
