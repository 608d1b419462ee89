"""Sessions: begun, seen in a list, and ended, one or all of them."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wasl.accounts import devices
from wasl.accounts.backends import CITIZEN_BACKEND, STAFF_BACKEND
from wasl.accounts.models import SignedInSession, User
from wasl.core.errors import Unable

# The list of sessions need not be exact to the second, and each note costs a write.
NOTED_EVERY = timedelta(minutes=10)
_NOTED = "noted"


class UnableToEndSession(Unable):
    """The session is not in the person's list, or has ended already."""

    code = "NO_SUCH_SESSION"
    message = _("This device is signed out already.")


class UnableToBecome(Unable):
    """Becoming somebody else exists in demo mode only."""

    code = "NOT_A_DEMO"
    message = _("This exists only in the demonstration.")


def sign_in(request: HttpRequest, user: User) -> None:
    """This function will sign a citizen in: a fresh session key, what the session held is kept."""
    login(request, user, backend=CITIZEN_BACKEND)


def become(request: HttpRequest, user: User) -> None:
    """
    This function will sign in as any person, without code or password: for the demo page.

    :raises UnableToBecome: outside demo mode.
    """
    if not settings.WASL_DEMO:
        raise UnableToBecome
    logout(request)
    login(request, user, backend=STAFF_BACKEND if user.is_staff else CITIZEN_BACKEND)
    if user.is_staff:
        record_authentication(request, user, method="mfa", type="demo")


def sign_out(request: HttpRequest) -> None:
    """This function will end the session of this device, and whatever it held."""
    SignedInSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


@transaction.atomic
def end_session(*, user: User, session_id: UUID) -> None:
    """
    This function will sign a person out on one of their devices.

    :raises UnableToEndSession: when it is not theirs.
    """
    found = SignedInSession.objects.filter(user=user, pk=session_id).first()
    if found is None:
        raise UnableToEndSession
    SessionStore(found.session_key).delete()
    found.delete()


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """This function will end every session of a person, on every device, this one included."""
    keys = list(SignedInSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignedInSession.objects.filter(user=user).delete()
    # Sessions that no list knows carry the old number, and end with it.
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


def note_session(request: HttpRequest, *, address: str, now: datetime) -> None:
    """This function will keep when and from what a session was last used, every ten minutes."""
    key = request.session.session_key
    noted = request.session.get(_NOTED, ["", 0])
    if key is None or not isinstance(request.user, User):
        return
    if noted[0] == key and noted[1] > (now - NOTED_EVERY).timestamp():
        return
    agent = request.headers.get("User-Agent", "")[:400]
    seen = {
        "user": request.user,
        "device": devices.device_of(agent),
        "browser": devices.browser_of(agent),
        "network": devices.network_of(address),
        "last_seen_at": now,
    }
    SignedInSession.objects.update_or_create(
        session_key=key, defaults=seen, create_defaults=seen | {"created_at": now}
    )
    request.session[_NOTED] = [key, now.timestamp()]


def forget_sessions(*, now: datetime) -> int:
    """This function will delete sessions that have expired, and their places in the lists."""
    Session.objects.filter(expire_date__lte=now).delete()
    alive = Session.objects.values("session_key")
    number, _by_model = SignedInSession.objects.exclude(session_key__in=alive).delete()
    return number
