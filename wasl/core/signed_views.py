"""Answering machines over HTTPS: what cannot be done is an answer with a code, in JSON."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation

from wasl.core.signed_requests import UnableToServeMachine

Answer = Callable[[datetime], HttpResponse]


def serve(request: HttpRequest, answer: Answer, *, largest: int, now: datetime) -> HttpResponse:
    """
    This function will answer a request of at most `largest` bytes, or say by a code why not.

    Words for programs' logs are in one language, whoever runs them.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > largest:
        return _refused("TOO_LARGE", 413)
    with translation.override("en"):
        try:
            return answer(now)
        except UnableToServeMachine as unable:
            return _refused(unable.reason, unable.status)


def _refused(code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": code}, status=status)
