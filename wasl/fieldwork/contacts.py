"""
Whom to call about a sign: apps above that know the reporters register here.

Field work knows reports only by their ids; it asks for a number when somebody is about to call, and
keeps none.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from wasl.accounts.models import User
from wasl.customers.models import Account

# Given ids of reports: the persons who made those that this app knows and who have a telephone.
Finder = Callable[[Collection[UUID]], dict[UUID, User]]
_FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Have a finder asked about every sample."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def reachable(directorate_id: int, signs: Collection[tuple[UUID, str]]) -> dict[UUID, User]:
    """
    Who can be called about signs (source id and account number): who reported, or else holds the account.

    Each person once, about their first sign.
    """
    found: dict[UUID, User] = {}
    for finder in _FINDERS:
        found |= finder([source for source, _account in signs])
    holders = dict(
        Account.objects.filter(
            directorate_id=directorate_id,
            account_no__in={account for _source, account in signs if account},
        ).values_list("account_no", "holder_id")
    )
    users = User.objects.in_bulk(set(holders.values()))
    people: dict[UUID, User] = {}
    known: set[UUID] = set()
    for source, account in signs:
        person = found.get(source) or users.get(holders.get(account))
        if person is None or not person.phone or person.id in known:
            continue
        known.add(person.id)
        people[source] = person
    return people
