"""The pages for reporters forget who is asking before anything else runs."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PREFIX = "/protected"  # without a slash too: it is led on to the address with one
# The page's own nonce is added by its view; no other address is ever asked for anything.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, noarchive",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class QuietPagesMiddleware:
    """
    Takes every cookie but the language's off a request for these pages, and every cookie off the answer.

    It stands before sessions and sign-in: whoever is signed in is nobody here, their session is not
    noted as in use, and what they write is not theirs in any row.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language} if language else {}
        for name in ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"):
            request.META.pop(name, None)
        response = self.get_response(request)
        response.cookies.clear()
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response
