"""The public log over HTTP (c2sp.org/tlog-tiles), and the pages that explain and verify it."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wasl.accounts.policies import PUBLIC, policy
from wasl.transparency import installed_policy, published, tiles, verification_page
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.storage import LogFiles

TEXT = "text/plain; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
SECONDS = "public, max-age=2"


@require_safe
@policy(PUBLIC, atomic=False)
def about(request: HttpRequest) -> HttpResponse:
    """What the log is, how far it goes, and what it cannot do."""
    return render(request, "transparency/about.html", {"log": published.overview()})


@require_safe
@policy(PUBLIC, atomic=False)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint."""
    raw = _files().checkpoint()
    if raw is None:
        raise Http404
    return _open(HttpResponse(raw, content_type=TEXT), SECONDS)


@require_safe
@policy(PUBLIC, atomic=False)
def tile(request: HttpRequest, address: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries."""
    try:
        level, number, width = tiles.parse_path(address)
        if not published.holds(level, number, width):
            raise Http404
        data = _files().read_tile(level, number, width)
    except (NotAccepted, FileNotFoundError) as error:
        raise Http404 from error
    return _open(HttpResponse(data, content_type="application/octet-stream"), FOREVER)


@require_safe
@policy(PUBLIC, atomic=False)
def vkey(request: HttpRequest) -> HttpResponse:
    """The log's verifier key; behind it the former one while it is being replaced."""
    path = Path(settings.WASL_LOG_DIR) / "vkey"
    if not path.is_file():
        raise Http404
    return _open(HttpResponse(path.read_bytes(), content_type=TEXT), "public, max-age=300")


@require_safe
@policy(PUBLIC, atomic=False)
def policy_file(request: HttpRequest) -> HttpResponse:
    """The log, its witnesses and their quorum, as a tlog-policy file."""
    text = installed_policy.text()
    if not text:
        raise Http404
    content = text.encode("utf-8", errors="surrogateescape")
    return _open(HttpResponse(content, content_type=TEXT), "public, max-age=300")


@require_safe
@policy(PUBLIC, atomic=False)
def verify(request: HttpRequest) -> HttpResponse:
    """The verification page: one file that also works when it is saved."""
    page = verification_page.with_policy(installed_policy.text(), request.LANGUAGE_CODE)
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = verification_page.CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-cache"
    if "save" in request.GET:
        response.headers["Content-Disposition"] = 'attachment; filename="wasl-verify.html"'
    return response


@require_safe
@policy(PUBLIC, atomic=False)
def verify_script(request: HttpRequest) -> HttpResponse:
    """The verifier that needs openssl only."""
    response = HttpResponse(verification_page.SCRIPT.read_bytes(), content_type=TEXT)
    response.headers["Content-Disposition"] = 'attachment; filename="verify-receipt.sh"'
    return response


def _files() -> LogFiles:
    return LogFiles(Path(settings.WASL_LOG_DIR))


def _open(response: HttpResponse, caching: str) -> HttpResponse:
    """Anybody may read it, from anywhere: pages of monitors included."""
    response.headers["Cache-Control"] = caching
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
