"""Who wants to be told of which place: their own number and browsers only, ended with one tap."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.core import crypto, identifiers, scope
from wasl.core.errors import Unable
from wasl.core.references import ALPHABET
from wasl.customers import selectors as customers
from wasl.directorates import selectors as directorates
from wasl.network import selectors as network
from wasl.outages import reach
from wasl.outages.models import CalendarLink, Subscription

Kind = Subscription.Kind
MOST = 20
KEY_LENGTH = 10


class UnableToSubscribe(Unable):
    """The place is unknown or not theirs, or they have too many subscriptions."""

    code = "NOT_SUBSCRIBED"
    message = _("We cannot tell you about this: %(cause)s")


@transaction.atomic
def subscribe(
    *,
    user: User,
    directorate_id: int,
    kind: str,
    place: str,
    by_sms: bool,
    by_push: bool,
    on: date,
    now: datetime,
) -> Subscription:
    """
    This function will tell a person of a place from now on; a second time changes over what.

    Messages go to the person's own number and browsers, and to no others: there is nothing to name
    somebody else's by. Whatever is chosen, the news stays in their list of messages too.
    :raises UnableToSubscribe: when the place is unknown, the account is not theirs, or beyond twenty.
    """
    with scope.within_system():
        if not _exists(user, directorate_id, kind, place, on):
            raise UnableToSubscribe(cause=_("we do not know this place, or it is not yours."))
        # Two at once are one: the second waits for the person's row.
        User.objects.select_for_update().get(pk=user.pk)
        mine = Subscription.objects.filter(user=user, ended_at=None)
        known = mine.filter(directorate_id=directorate_id, kind=kind, place_code=place).first()
        if known is not None:
            known.by_sms, known.by_push = by_sms, by_push
            known.save(update_fields=["by_sms", "by_push"])
            return known
        if mine.count() >= MOST:
            raise UnableToSubscribe(cause=_("you follow twenty places already."))
        return Subscription.objects.create(
            id=identifiers.new_id(now),
            user=user,
            directorate_id=directorate_id,
            kind=kind,
            place_code=place,
            by_sms=by_sms,
            by_push=by_push,
            stop_key="".join(secrets.choice(ALPHABET) for _number in range(KEY_LENGTH)),
            created_at=now,
        )


def _exists(user: User, directorate_id: int, kind: str, place: str, on: date) -> bool:
    if kind == Kind.ACCOUNT:
        return owns(user, directorate_id, place)
    if kind == Kind.TRANSFORMER:
        return network.transformer(directorate_id, place) is not None
    if kind == Kind.FEEDER:
        return reach.has_feeder(directorate_id, place)
    known = directorates.district_choices(directorate_id, on, "ar")
    return kind == Kind.DISTRICT and place in dict(known)


def owns(user: User, directorate_id: int, account_no: str) -> bool:
    """Whether an active account is in the person's name."""
    account = customers.account_by_no(directorate_id, account_no)
    return account is not None and account.holder_id == user.pk and account.status == "ACTIVE"


@transaction.atomic
def end_subscription(*, user: User, subscription_id: UUID, now: datetime) -> bool:
    """This function will tell a person no more of a place; whether there was such a subscription."""
    with scope.within_system():
        found = Subscription.objects.filter(user=user, id=subscription_id, ended_at=None)
        return bool(found.update(ended_at=now))


@transaction.atomic
def stop(*, key: str, now: datetime) -> bool:
    """This function will end the subscription whose messages carry the key; a second time changes nothing."""
    with scope.within_system():
        found = Subscription.objects.filter(stop_key=key.upper()[:16])
        found.filter(ended_at=None).update(ended_at=now)
        return found.exists()


@transaction.atomic
def decline_account(*, user: User, directorate_id: int, account_no: str, now: datetime) -> None:
    """
    This function will send no more SMS about an own account, not even of planned work.

    :raises UnableToSubscribe: when the account is not theirs.
    """
    made = subscribe(
        user=user, directorate_id=directorate_id, kind=Kind.ACCOUNT, place=account_no,
        by_sms=False, by_push=False, on=now.date(), now=now,
    )  # fmt: skip
    end_subscription(user=user, subscription_id=made.id, now=now)


@dataclass(frozen=True, kw_only=True)
class OpenedCalendar:
    """Whose calendar an address opens, and of which account."""

    directorate_id: int
    account_no: str
    language: str


@transaction.atomic
def calendar_link(
    *, user: User, directorate_id: int, account_no: str, now: datetime, renew: bool = False
) -> str:
    """
    This function will make the secret of an own account's calendar, or tell the one it has.

    With `renew` the earlier address opens nothing from now on.
    :raises UnableToSubscribe: when the account is not theirs.
    """
    with scope.within_system():
        if not owns(user, directorate_id, account_no):
            raise UnableToSubscribe(cause=_("we do not know this place, or it is not yours."))
        User.objects.select_for_update().get(pk=user.pk)
        found = CalendarLink.objects.filter(
            user=user, directorate_id=directorate_id, account_no=account_no
        )
        known = found.first()
        if known is not None and not renew:
            return str(known.token)
        found.delete()
        token = secrets.token_urlsafe(24)
        CalendarLink.objects.create(
            id=identifiers.new_id(now),
            user=user,
            directorate_id=directorate_id,
            account_no=account_no,
            token=token,
            token_index=_index(token),
            created_at=now,
        )
        return token


def open_calendar(token: str) -> OpenedCalendar | None:
    """What a secret address opens; None when it was renewed, or the account is no longer theirs."""
    found = CalendarLink.objects.select_related("user").filter(token_index=_index(token)).first()
    if found is None or not owns(found.user, found.directorate_id, found.account_no):
        return None
    return OpenedCalendar(
        directorate_id=found.directorate_id,
        account_no=found.account_no,
        language=found.user.language,
    )


def _index(token: str) -> bytes:
    return crypto.blind_index(token, "outages.calendar")
