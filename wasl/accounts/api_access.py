"""
Who may call which operation of the API, and with which rows in sight: the same rules as the pages.

    @router.get("/my/reports", auth=Admit(CITIZEN), ...)
    def my_reports(request): ...

Each operation carries an Admit with the rule of a policy; one without is refused when the API is put
together (wasl/api). A caller is one of three: a citizen by the session of the website (what writes
needs the CSRF token), whoever gives a tracking number with a reference, a partner's program by its key.
The last two never borrow the session that a browser may send along.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.accounts.policies import CITIZEN, PROVEN, PUBLIC, Rule, standing_of
from wasl.core import addresses, scope
from wasl.core.problems import Refusal

__all__ = ["CITIZEN", "PARTNER", "PROVEN", "PUBLIC", "Admit", "Caller", "Partner"]

PARTNER = Rule(kinds=frozenset({"PARTNER"}))
TRACKING_HEADER = "Wasl-Tracking-Number"
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A program of others that has shown its key. Without directorates it is for all of them."""

    id: int
    code: str
    name: str
    directorates: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who calls, from where. `tracking_number` is what they gave, proved by nobody yet."""

    address: str
    person: User | None = None
    partner: Partner | None = None
    tracking_number: str = ""
    is_staff: bool = False

    def is_admitted(self, rule: Rule) -> bool:
        """Whether the rule lets them in; a tracking number suffices for the proof that a rule asks."""
        if rule.everyone or (rule.with_proof and self.tracking_number and not self.is_staff):
            return True
        if self.partner is not None:
            return bool(PARTNER.kinds & rule.kinds)
        return self.person is not None and self.person.kind in rule.kinds


# Who knows the keys of partners; the app that keeps them says so when it starts.
_KEYS: list[Callable[[str], Partner | None]] = []


def register_keys(find: Callable[[str], Partner | None]) -> None:
    """Have keys looked up there. The function gives None for a key that is nobody's."""
    if find not in _KEYS:
        _KEYS.append(find)


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _no_view(_request: HttpRequest) -> HttpResponseBase:
    raise NotImplementedError


def _require_csrf(request: HttpRequest) -> None:
    """A page of others makes a reader's browser send their session, but cannot read the token."""
    check = _Csrf(_no_view)
    check.process_request(request)
    if check.process_view(request, _no_view, (), {}) is not None:
        raise Refusal(403, "CSRF", _("Send the CSRF token of the session as X-CSRFToken."))


def caller_of(request: HttpRequest) -> Caller:
    """
    Who calls.

    :raises Refusal: when the key is nobody's, or a session writes without its CSRF token.
    """
    here = Caller(address=addresses.of(request))
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        found = [partner for find in _KEYS if (partner := find(key.strip())) is not None]
        if not found:
            raise Refusal(
                401, "WRONG_KEY", _("The key is not known."), headers={"WWW-Authenticate": _BEARER}
            )
        here = replace(here, partner=found[0])
    here = replace(here, tracking_number=request.headers.get(TRACKING_HEADER, "")[:32].strip())
    user = request.user
    if here.partner is not None or not isinstance(user, User):
        return here
    if user.is_staff:
        # Staff act on their pages, in a role; here they are told what anybody is told.
        return replace(here, is_staff=True, tracking_number="")
    if here.tracking_number:
        return here
    if request.method not in _SAFE:
        _require_csrf(request)
    return replace(here, person=user)


_BEARER = 'Bearer realm="wasl"'


class Admit:
    """
    The policy of an operation. `seconds`: so long the answer may be kept, by caches of anybody.

    Called by the API before the operation; it refuses, or sets the row-level scope and gives the caller.
    """

    def __init__(self, rule: Rule, *, seconds: int = 0) -> None:
        self.rule, self.seconds = rule, seconds

    def __call__(self, request: HttpRequest) -> Caller:
        caller = caller_of(request)
        request.wasl_admitted = self  # type: ignore[attr-defined]
        if not caller.is_admitted(self.rule):
            raise self._refusal(caller)
        request.standing = standing_of(request, PUBLIC)  # type: ignore[attr-defined]
        if caller.person is not None:
            scope.apply_person(caller.person.pk)
        else:
            scope.apply("NONE")
        return caller

    def _refusal(self, caller: Caller) -> Refusal:
        if caller.is_staff or caller.person is not None or caller.partner is not None:
            return Refusal(403, "NOT_FOR_YOU")
        challenge = _BEARER if PARTNER.kinds & self.rule.kinds else 'Session realm="wasl"'
        detail = (
            _("Give the key of the program as Authorization: Bearer.")
            if PARTNER.kinds & self.rule.kinds
            else _("Sign in, or give the tracking number as Wasl-Tracking-Number.")
            if self.rule.with_proof
            else _("Sign in on the website first.")
        )
        return Refusal(401, "SIGN_IN", detail, headers={"WWW-Authenticate": challenge})


def caller(request: HttpRequest) -> Caller:
    """Who was admitted to the operation that runs."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


def person(request: HttpRequest) -> User:
    """The citizen, in an operation that lets nobody else in."""
    found = caller(request).person
    if found is None:
        raise Refusal(401, "SIGN_IN")
    return found


def moment(request: HttpRequest) -> datetime:
    """When the request came: the clock was read once, at the edge."""
    found: datetime = request.wasl_now  # type: ignore[attr-defined]
    return found
