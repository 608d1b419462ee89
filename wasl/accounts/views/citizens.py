"""A citizen signs in: the phone on one page, the code on the next."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wasl.accounts import selectors, services
from wasl.accounts.forms import CodeForm, SignInForm
from wasl.accounts.policies import PUBLIC, policy, safe_next
from wasl.core.errors import Unable

_PENDING = "sign_in_code"
_NEXT = "sign_in_next"


def _language() -> str:
    return get_language() or "ar"


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("phone")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone, send the code."""
    if request.user.is_authenticated:
        return redirect(safe_next(request, "/"))
    form = SignInForm(request.POST or None)
    if form.is_valid() and _send_code(request, form):
        return redirect("accounts:sign_in_code")
    context = {"form": form, "next": safe_next(request, "")}
    return render(request, "accounts/sign_in.html", context)


def _send_code(request: HttpRequest, form: forms.Form) -> bool:
    try:
        code_id = services.request_code(
            phone=form.cleaned_data["phone"],
            language=_language(),
            address=get_adapter().get_client_ip(request),
            now=timezone.now(),
        )
    except Unable as unable:
        form.add_error("phone", str(unable))
        return False
    request.session[_PENDING] = str(code_id)
    request.session[_NEXT] = safe_next(request, "/")
    return True


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, sign in."""
    pending = request.session.get(_PENDING)
    if pending is None:
        return redirect("accounts:sign_in")
    if request.method == "POST" and "again" in request.POST:
        return _send_again(request, UUID(pending))
    form = CodeForm(request.POST or None)
    if form.is_valid() and _use_code(request, UUID(pending), form):
        return redirect(request.session.pop(_NEXT, "/"))
    return _code_page(request, UUID(pending), form)


def _code_page(request: HttpRequest, code_id: UUID, form: CodeForm) -> HttpResponse:
    context = {
        "form": form,
        "phone": selectors.masked_phone_of_code(code_id),
        "is_sent_again": "again" in request.GET,
    }
    return render(request, "accounts/sign_in_code.html", context)


def _use_code(request: HttpRequest, code_id: UUID, form: forms.Form) -> bool:
    try:
        user = services.use_code(
            code_id=code_id,
            digits=form.cleaned_data["code"],
            language=_language(),
            now=timezone.now(),
        )
    except Unable as unable:
        form.add_error("code", str(unable))
        return False
    request.session.pop(_PENDING, None)
    services.sign_in(request, user)
    return True


def _send_again(request: HttpRequest, code_id: UUID) -> HttpResponse:
    try:
        fresh = services.request_code_again(
            code_id=code_id,
            language=_language(),
            address=get_adapter().get_client_ip(request),
            now=timezone.now(),
        )
    except Unable as unable:
        form = CodeForm({"code": "0"})
        form.is_valid()
        form.add_error("code", str(unable))
        return _code_page(request, code_id, form)
    request.session[_PENDING] = str(fresh)
    response = redirect("accounts:sign_in_code")
    response["Location"] += "?again=1"
    return response
