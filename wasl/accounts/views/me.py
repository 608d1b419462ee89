"""One's own account: profile, devices that are signed in, signing out."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wasl.accounts import selectors, services
from wasl.accounts.forms import ProfileForm, RelationForm
from wasl.accounts.policies import PUBLIC, SIGNED_IN, STAFF, policy
from wasl.accounts.roles import Role
from wasl.core.errors import Unable


def _cleared(response: HttpResponse) -> HttpResponse:
    """Leave nothing on a borrowed phone: not the pages kept for offline use either."""
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@policy(PUBLIC)
@never_cache
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """
    Ask, then sign out on this device; somebody whose session has ended may clear the device too.

    The page first sends field work that waits on the phone: what it keeps is erased with the rest.
    """
    if request.method == "POST":
        services.sign_out(request)
        return _cleared(redirect("/"))
    return render(request, "accounts/sign_out.html")


@policy(SIGNED_IN)
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out on every device."""
    services.sign_out_everywhere(user=request.standing.user)  # type: ignore[attr-defined]
    services.sign_out(request)
    return _cleared(redirect("accounts:sign_in"))


@policy(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The devices that are signed in; POST ends one of them."""
    user = request.standing.user  # type: ignore[attr-defined]
    problem = ""
    if request.method == "POST":
        try:
            services.end_session(user=user, session_id=UUID(request.POST.get("session", "")))
            return redirect("accounts:sessions")
        except (ValueError, Unable):
            problem = str(services.UnableToEndSession())
    listed = selectors.sessions_of(user, timezone.now())
    context = {"sessions": listed, "current": request.session.session_key, "problem": problem}
    return render(request, "accounts/sessions.html", context)


@policy(SIGNED_IN)
@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name and language; the phone is shown masked."""
    user = request.standing.user  # type: ignore[attr-defined]
    initial = {"full_name": user.full_name or "", "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if user.is_staff:
        del form.fields["full_name"]  # the office gives it
    if form.is_valid():
        services.change_profile(
            user=user,
            full_name=form.cleaned_data.get("full_name", initial["full_name"]),
            language=form.cleaned_data["language"],
        )
        response = redirect("accounts:profile")
        response["Location"] += "?saved=1"
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], max_age=31_536_000
        )
        return response
    context = {
        "form": form,
        "person": user,
        "phone": selectors.masked_phone_of(user),
        "roles": selectors.role_labels_of(user, timezone.now()),
        "oversees": bool({Role.DIRECTOR, Role.SUPERVISOR} & request.standing.roles),  # type: ignore[attr-defined]
        "is_saved": "saved" in request.GET,
    }
    return render(request, "accounts/profile.html", context)


@policy(STAFF)
@never_cache
@require_http_methods(["GET", "POST"])
def relations(request: HttpRequest) -> HttpResponse:
    """Staff declare whose matters they must not handle: the draw then passes them over."""
    user = request.standing.user  # type: ignore[attr-defined]
    form = RelationForm(request.POST or None)
    if form.is_valid():
        services.declare_relation(staff=user, now=timezone.now(), **form.cleaned_data)
        response = redirect("accounts:relations")
        response["Location"] += "?saved=1"
        return response
    context = {
        "form": form,
        "relations": selectors.relations_of(user),
        "is_saved": "saved" in request.GET,
    }
    return render(request, "accounts/relations.html", context)
