"""The map, drawn here: no tile is fetched from anybody."""

import hashlib
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import get_language

from wasl.accounts.policies import PUBLIC, policy
from wasl.network import pictures
from wasl.network.forms import MapForm

# As an image it may style itself, and nothing else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@policy(PUBLIC)
def map_picture(request: HttpRequest) -> HttpResponse:
    """The map of a directorate as SVG, around a district or a pin."""
    form = MapForm(request.GET.dict())
    if not form.is_valid():
        return HttpResponseBadRequest(form.errors.as_json(), content_type="application/json")
    today: date = timezone.localdate(timezone.now())
    asked = form.cleaned_data
    svg = pictures.map_svg(
        asked["directorate"],
        on=today,
        language=get_language() or "ar",
        district=asked["district"],
        lat=asked["lat"],
        lon=asked["lon"],
        zoom=asked["zoom"] or 0,
        size=asked["size"] or 288,
        theme=asked["theme"] or "auto",
    ).encode()
    mark = f'"{hashlib.sha256(svg).hexdigest()[:24]}"'
    is_known = request.headers.get("If-None-Match") == mark
    response: HttpResponse = (
        HttpResponseNotModified() if is_known else HttpResponse(svg, content_type="image/svg+xml")
    )
    response["ETag"] = mark
    # With a pin the address tells where somebody lives: no shared cache keeps it.
    response["Cache-Control"] = "private, max-age=3600"
    response["Vary"] = "Cookie"
    response["Content-Security-Policy"] = _POLICY
    return response
