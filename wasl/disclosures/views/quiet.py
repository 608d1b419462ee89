"""What every answer to a reporter has in common: nothing kept, nothing asked of anybody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from wasl.accounts.policies import PUBLIC, policy
from wasl.disclosures.uploading import MOST_BYTES, InMemoryOnly

View = Callable[..., HttpResponse]
Answered = Callable[..., HttpResponseBase]
RIGHT_TO_LEFT = {"ar", "ckb"}


def quiet(view: View) -> Answered:
    """
    A page for reporters: for anybody, without cookie, session or sign-in.

    Django's own guard against forged requests needs a cookie. Here there is nothing to forge a
    request with: no cookie stands for anybody, a request is worth what is typed into it (a receipt)
    or what only we could have written (a ticket). What a browser says came from another site is
    refused all the same.
    """

    @csrf_exempt
    @sensitive_post_parameters()
    @policy(PUBLIC)
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before anything reads the body.
        request.upload_handlers = [InMemoryOnly(request)]
        refusal = _refusal(request)
        if refusal:
            response = show(request, "disclosures/refused.html", {"text": refusal}, status=400)
        else:
            asked = request.POST.get("language") or request.GET.get("language") or ""
            known = asked in dict(settings.LANGUAGES)
            request.LANGUAGE_CODE = asked if known else request.LANGUAGE_CODE
            with translation.override(request.LANGUAGE_CODE):
                response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = _policy(request)
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        return response

    return answered


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A quiet page, in the language that was asked for."""
    language = request.LANGUAGE_CODE
    shell = {"direction": "rtl" if language in RIGHT_TO_LEFT else "ltr", "language": language}
    return render(request, template, {**context, **shell}, status=status)


def _refusal(request: HttpRequest) -> str:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} and (
        request.method == "POST"
    ):
        return _("This came from another site. Open the page itself, and write there.")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = MOST_BYTES + 1
    if length > MOST_BYTES:
        return _("Too much at once: send at most four files of 8 MB. Nothing was kept.")
    return ""


def _policy(request: HttpRequest) -> str:
    nonce = request.csp_nonce  # type: ignore[attr-defined]
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
