"""The browsers in which a person wants a sign when a message has come."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.core import crypto, identifiers, scope
from wasl.core.errors import Unable
from wasl.notifications.channels import PushAddress
from wasl.notifications.channels.web_push import encryption, endpoints
from wasl.notifications.models import PushSubscription

MOST = 10


class UnableToKeepBrowser(Unable):
    """What the browser told is not usable."""

    code = "BROWSER_NOT_KEPT"
    message = _("This browser cannot get signs from us. Messages stay in your list.")


def _index(endpoint: str) -> bytes:
    return crypto.blind_index(endpoint, "notifications.push")


@transaction.atomic
def keep(*, user: User, endpoint: str, p256dh: str, auth: str, now: datetime) -> None:
    """
    This function will give signs to a browser from now on; the eleventh pushes out the oldest.

    A browser belongs to whoever signed in there last.
    :raises UnableToKeepBrowser: when its address is not public, or its keys are none.
    """
    try:
        endpoints.require_public(endpoint)
        encryption.require_keys(p256dh, auth)
    except ValueError:
        raise UnableToKeepBrowser from None
    with scope.within_system():
        PushSubscription.objects.filter(endpoint_index=_index(endpoint)).delete()
        PushSubscription.objects.create(
            id=identifiers.new_id(now),
            user=user,
            endpoint=endpoint,
            endpoint_index=_index(endpoint),
            p256dh=p256dh,
            auth=auth,
            created_at=now,
        )
        mine = PushSubscription.objects.filter(user=user).order_by("-created_at", "-id")
        old = list(mine.values_list("id", flat=True)[MOST:])
        PushSubscription.objects.filter(id__in=old).delete()


@transaction.atomic
def forget(*, user: User, endpoint: str = "") -> int:
    """This function will give no more signs to a browser of a person, or to any; how many."""
    with scope.within_system():
        found = PushSubscription.objects.filter(user=user)
        if endpoint:
            found = found.filter(endpoint_index=_index(endpoint))
        number, _by_model = found.delete()
    return number


def forget_gone(endpoints_gone: Collection[str]) -> None:
    """This function will forget browsers whose push service knows them no more."""
    indexes = [_index(each) for each in endpoints_gone]
    PushSubscription.objects.filter(endpoint_index__in=indexes).delete()


def addresses_of(user: User) -> tuple[PushAddress, ...]:
    """Where a person gets signs."""
    found = PushSubscription.objects.filter(user=user).order_by("created_at", "id")
    return tuple(
        PushAddress(endpoint=each.endpoint, p256dh=each.p256dh, auth=each.auth) for each in found
    )


def count_of(user: User) -> int:
    """In how many browsers a person gets signs."""
    return PushSubscription.objects.filter(user=user).count()
