"""Headers that protect the reader, and the language of the page."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Next = Callable[[HttpRequest], HttpResponse]


class SecurityHeadersMiddleware:
    """
    A strict content security policy with a nonce per request, and its companions.

    A response that brings its own policy keeps it (the stand-alone verification page does).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self._policy(request))
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
        )
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        # After a fault of ours nobody is asked who the reader is: that may be what failed.
        is_known = response.status_code < 500 and getattr(request, "user", None) is not None
        if is_known and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _policy(request: HttpRequest) -> str:
        nonce = request.csp_nonce  # type: ignore[attr-defined]
        actions = " ".join(["'self'", *settings.WASL_FORM_ACTIONS])
        return "; ".join(
            [
                "default-src 'none'",
                f"script-src 'nonce-{nonce}'",
                f"style-src 'self' 'nonce-{nonce}'",
                "img-src 'self' data: blob:",
                "media-src 'self' blob:",
                "font-src 'self'",
                "connect-src 'self'",
                "manifest-src 'self'",
                "worker-src 'self'",
                f"form-action {actions}",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ]
        )


class LanguageMiddleware:
    """
    The language is the cookie's choice, else Arabic.

    The browser's own languages are not asked: a cheap phone sold with English menus would show a
    citizen of Baghdad an English page.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
