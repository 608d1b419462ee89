"""What a person follows, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from wasl.accounts.models import User
from wasl.directorates import selectors as directorates
from wasl.outages.models import Subscription

Kind = Subscription.Kind


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A subscription, and what people call its place."""

    subscription: Subscription
    label: str


def of(user: User, language: str) -> list[Followed]:
    """What a person follows, the newest first."""
    found = Subscription.objects.filter(user=user, ended_at=None).order_by("-created_at", "id")
    return [
        Followed(subscription=each, label=label(each.kind, each.place_code, language))
        for each in found
    ]


def label(kind: str, place: str, language: str) -> str:
    """What people call a place."""
    if kind == Kind.DISTRICT:
        district = directorates.district(place)
        return district.name(language) if district else place
    isolated = f"\u2066{place}\u2069"
    if kind == Kind.ACCOUNT:
        return _("Account %(code)s") % {"code": isolated}
    if kind == Kind.FEEDER:
        return _("Feeder %(feeder)s") % {"feeder": isolated}
    return _("Transformer %(code)s") % {"code": isolated}
