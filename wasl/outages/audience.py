"""Who is to be told of what happens at some places, many at a time, and over what."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from wasl.accounts.models import User
from wasl.customers.models import Account
from wasl.network.models import ServicePoint
from wasl.notifications.channels import PUSH, SMS
from wasl.outages.models import Subscription

Kind = Subscription.Kind
# So many people in one transaction; the next job goes on behind the last of them.
BATCH = 300


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """The places that something happens at. `accounts` are single homes."""

    directorate_id: int
    transformers: Collection[str] = ()
    feeders: Collection[str] = ()
    districts: Collection[str] = ()
    accounts: Collection[str] = ()


@dataclass
class Listener:
    """A person to be told: over what, and the key that ends it (empty for who never subscribed)."""

    user: User
    over: set[str] = field(default_factory=set)
    stop_key: str = ""


def _accounts_on(where: Concerned) -> QuerySet[ServicePoint]:
    return ServicePoint.objects.filter(
        directorate_id=where.directorate_id,
        transformer__code__in=list(where.transformers),
        disconnected_at=None,
    )


def _subscribed(where: Concerned) -> QuerySet[Subscription]:
    at = Q(kind=Kind.TRANSFORMER, place_code__in=list(where.transformers))
    at |= Q(kind=Kind.FEEDER, place_code__in=list(where.feeders))
    at |= Q(kind=Kind.DISTRICT, place_code__in=list(where.districts))
    at |= Q(kind=Kind.ACCOUNT, place_code__in=list(where.accounts))
    at |= Q(kind=Kind.ACCOUNT, place_code__in=_accounts_on(where).values("account_no"))
    return Subscription.objects.filter(at, directorate_id=where.directorate_id, ended_at=None)


def _holders(where: Concerned) -> QuerySet[Account]:
    return Account.objects.filter(
        directorate_id=where.directorate_id,
        status=Account.Status.ACTIVE,
        account_no__in=_accounts_on(where).values("account_no"),
    )


def next_ones(
    where: Concerned, after: UUID | None, *, with_holders: bool = False
) -> list[Listener]:
    """
    The next people to be told, in the order of their ids behind `after`; none when all were.

    Subscribers over what they chose; with holders also who has an account there: by SMS, unless
    they have ended the subscription to it.
    """
    subscribed = _subscribed(where)
    ids = set(_ids(subscribed, "user_id", after))
    if with_holders:
        ids |= set(_ids(_holders(where), "holder_id", after))
    chosen = sorted(ids)[:BATCH]
    found = {each.pk: Listener(user=each) for each in User.objects.filter(pk__in=chosen)}
    for each in subscribed.filter(user_id__in=chosen).order_by("created_at"):
        listener = found[each.user_id]
        listener.over |= {SMS} if each.by_sms else set()
        listener.over |= {PUSH} if each.by_push else set()
        listener.stop_key = listener.stop_key or each.stop_key
    if with_holders:
        _add_holders(where, found)
    return [found[each] for each in chosen if each in found and found[each].user.is_active]


def _ids(rows: "QuerySet[Subscription] | QuerySet[Account]", name: str, after: UUID | None) -> list[UUID]:  # fmt: skip
    found = rows if after is None else rows.filter(**{f"{name}__gt": after})
    return list(found.order_by(name).values_list(name, flat=True).distinct()[:BATCH])


def _add_holders(where: Concerned, found: dict[UUID, Listener]) -> None:
    mine: dict[UUID, set[str]] = defaultdict(set)
    rows = _holders(where).filter(holder_id__in=list(found))
    for holder, account_no in rows.values_list("holder_id", "account_no"):
        mine[holder].add(account_no)
    declined = set(
        Subscription.objects.filter(
            directorate_id=where.directorate_id, kind=Kind.ACCOUNT, user_id__in=list(mine)
        )
        .exclude(ended_at=None)
        .values_list("user_id", "place_code")
    )
    for holder, accounts in mine.items():
        if any((holder, account_no) not in declined for account_no in accounts):
            found[holder].over.add(SMS)
