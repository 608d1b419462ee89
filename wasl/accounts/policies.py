"""
Who may open which page. Every view carries a policy; PolicyMiddleware refuses one without.

    @policy(roles(Role.INSPECTOR) | CITIZEN)
    def photograph(request, task_id): ...

A policy decides by person and role, and sets the row-level scope for what follows in the request's
transaction. Whether *this* row is theirs is decided by the query (`visible_to`): it answers 404.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from wasl.accounts import selectors
from wasl.accounts.actors import Actor
from wasl.accounts.adapters import has_second_factor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.core import scope

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Rule:
    """
    Who may: everyone, kinds of persons, holders of roles, visitors with a proof. Joined with `|`.

    A proof is that this session has given the reference and secret of something (PROOFS); of what,
    and whether that suffices, is for the view to say.
    """

    everyone: bool = False
    kinds: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    is_demo_only: bool = False
    # Pages where staff prove or set up their second factor: open before it is proven.
    before_second_factor: bool = False
    with_proof: bool = False

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            everyone=self.everyone or other.everyone,
            kinds=self.kinds | other.kinds,
            roles=self.roles | other.roles,
            is_demo_only=self.is_demo_only and other.is_demo_only,
            before_second_factor=self.before_second_factor or other.before_second_factor,
            with_proof=self.with_proof or other.with_proof,
        )

    def admits(self, standing: "Standing") -> bool:
        """Whether the person may, by kind, by a role held today, or by a proof."""
        if self.everyone or (self.with_proof and standing.has_proof):
            return True
        user = standing.user
        return user is not None and (user.kind in self.kinds or bool(self.roles & standing.roles))


PUBLIC = Rule(everyone=True)
CITIZEN = Rule(kinds=frozenset({User.Kind.CITIZEN.value}))
STAFF = Rule(kinds=frozenset({User.Kind.STAFF.value}))
SIGNED_IN = CITIZEN | STAFF
# Never staff: they do not act for citizens.
PROVEN = Rule(with_proof=True)
# Where a session keeps what it has proved.
PROOFS = "tracked_cases"
DEMO = Rule(everyone=True, is_demo_only=True)
SECOND_FACTOR = Rule(kinds=frozenset({User.Kind.STAFF.value}), before_second_factor=True)


def roles(*names: Role) -> Rule:
    """Staff who hold one of these roles today."""
    return Rule(roles=frozenset(names))


@dataclass(frozen=True)
class Standing:
    """Who asks: the person, what they hold today, and the role in which they came to this page."""

    user: User | None = None
    roles: frozenset[Role] = frozenset()
    directorates: frozenset[int] = frozenset()
    role: Role | None = None
    directorate_id: int | None = None
    is_proven: bool = field(default=True)
    has_proof: bool = False

    @property
    def sees_country(self) -> bool:
        """Whether one of the roles sees every directorate."""
        return any(role.sees_country for role in self.roles)


def actor_of(request: HttpRequest) -> Actor:
    """The actor for services: the citizen, or the member of staff in the role the page asks for."""
    standing: Standing = request.standing  # type: ignore[attr-defined]
    if standing.user is None:
        return Actor.public()
    return Actor.for_user(standing.user, standing.role, standing.directorate_id)


def office_of(request: HttpRequest) -> int:
    """The directorate in which the member of staff came to this page; who came in none finds no page."""
    directorate_id = actor_of(request).directorate_id
    if directorate_id is None:
        raise Http404
    return directorate_id


def user_of(request: HttpRequest) -> User:
    """The signed-in person, on a page whose policy lets nobody else in."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def standing_of(request: HttpRequest, rule: Rule) -> Standing:
    """Who asks, with the role that fits the rule, or else the first one held."""
    user = request.user
    has_proof = rule.with_proof and bool(request.session.get(PROOFS))
    if not isinstance(user, User):
        return Standing(has_proof=has_proof)
    if not user.is_staff:
        return Standing(user=user, has_proof=has_proof)
    held = list(selectors.held_roles(user, timezone.now()))  # noqa: TID251 (policies open requests)
    fitting = [each for each in held if each.role in rule.roles] or held
    return Standing(
        user=user,
        roles=frozenset(Role(each.role) for each in held),
        directorates=frozenset(each.directorate_id for each in held),
        role=Role(fitting[0].role) if fitting else None,
        directorate_id=fitting[0].directorate_id if fitting else None,
        is_proven=has_proven_second_factor(request),
    )


def has_proven_second_factor(request: HttpRequest) -> bool:
    """Whether this very session has given the second factor (or came from the demo page)."""
    user = request.user
    records = get_authentication_records(request, user if isinstance(user, User) else None)
    given = {record.get("type") for record in records if record.get("method") == "mfa"}
    return bool(given - {"demo"}) or (settings.WASL_DEMO and "demo" in given)


def policy(rule: Rule, *, atomic: bool = True) -> Callable[[View], View]:
    """
    Mark a view with who may open it, check it, and show it the rows of that person.

    `atomic=False` is for views that must not hold a transaction (a slow answer from outside); they
    have no row-level scope and open `core.scope.within_…` themselves.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if rule.is_demo_only and not settings.WASL_DEMO:
                raise Http404
            standing = standing_of(request, rule)
            refusal = _refusal(request, rule, standing)
            if refusal is not None:
                return refusal
            if not standing.is_proven and not rule.before_second_factor:
                standing = Standing()  # A public page, as for anybody.
            request.standing = standing  # type: ignore[attr-defined]
            if atomic:
                _apply_scope(standing)
            return view(request, *args, **kwargs)

        guarded.wasl_policy = rule  # type: ignore[attr-defined]
        return guarded if atomic else transaction.non_atomic_requests(guarded)

    return decorate


def guard(patterns: Sequence[URLPattern | URLResolver], rule: Rule) -> None:
    """Put a policy on every view of somebody else's URL patterns, in place, to any depth."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            guard(pattern.url_patterns, rule)
        elif not hasattr(pattern.callback, "wasl_policy"):
            pattern.callback = policy(rule)(pattern.callback)


def _apply_scope(standing: Standing) -> None:
    if standing.user is None or not standing.is_proven:
        scope.apply("NONE")
    elif not standing.user.is_staff:
        scope.apply_person(standing.user.pk)
    elif standing.sees_country:
        scope.apply_country()
    else:
        scope.apply_staff(standing.directorates)


def _refusal(request: HttpRequest, rule: Rule, standing: Standing) -> HttpResponse | None:
    if rule.everyone:
        return None
    if standing.user is None:
        if rule.admits(standing):
            return None
        for_staff = User.Kind.CITIZEN.value not in rule.kinds
        return redirect_and_back(
            request, "accounts:staff_sign_in" if for_staff else "accounts:sign_in"
        )
    if not rule.admits(standing):
        return _missing(request, rule, standing)
    if not standing.is_proven and not rule.before_second_factor:
        known = has_second_factor(standing.user.pk)
        return redirect_and_back(request, "mfa_reauthenticate" if known else "mfa_activate_totp")
    return None


def redirect_and_back(request: HttpRequest, name: str) -> HttpResponse:
    """To a page, such as that for signing in, that leads back here. htmx is told to load it as a whole page."""
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    address = reverse(name) + (f"?{urlencode({'next': back})}" if back else "")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _missing(request: HttpRequest, rule: Rule, standing: Standing) -> HttpResponse:
    request.standing = standing  # type: ignore[attr-defined]
    return render(
        request,
        "accounts/missing_role.html",
        {
            "needed": [role.label for role in Role if role in rule.roles],
            "held": [role.label for role in Role if role in standing.roles],
            "is_for_citizens": rule.kinds == CITIZEN.kinds and not rule.roles,
            "is_staff": standing.user is not None and standing.user.is_staff,
        },
        status=403,
    )


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go after signing in: an address of this site, or the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_here else default
