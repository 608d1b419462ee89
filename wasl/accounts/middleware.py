"""Deny by default, and the list of a person's sessions kept current."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wasl.accounts import services

Respond = Callable[[HttpRequest], HttpResponse]


class PolicyMiddleware:
    """Refuses every view that carries no policy: a page forgotten is a page closed."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        if hasattr(view, "wasl_policy"):
            return
        if settings.DEBUG:
            raise ImproperlyConfigured(
                f"{view.__module__}.{getattr(view, '__name__', view)} has no policy. "
                "Decorate it with @policy(...) of wasl.accounts.policies."
            )
        raise PermissionDenied


class SignedInSessionMiddleware:
    """Notes, at most every ten minutes, that a signed-in session is in use."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session cookie there is nobody to note, and no query to make.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            address = get_adapter().get_client_ip(request)
            now = timezone.now()  # noqa: TID251 (the edge of the system)
            services.note_session(request, address=address, now=now)
        return self.get_response(request)
