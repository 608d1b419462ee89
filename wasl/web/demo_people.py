"""The people of the demonstration, for its first page."""

from dataclasses import dataclass
from datetime import datetime

from wasl.accounts import selectors as accounts
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing import selectors as billing
from wasl.casework import selectors as casework
from wasl.directorates import selectors as directorates

SHOWN_CITIZENS = 6
SHOWN_BILLED = 3
SHOWN_PER_ROLE = 2


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the visitor may become."""

    user: User
    role: str
    waiting: int


def citizens() -> list[Person]:
    """Invented citizens: those who have something to do, the newest, and some with bills."""
    busy = casework.applicants_with_tasks(limit=SHOWN_CITIZENS)
    # Who reported something without signing in cannot be become.
    known = User.objects.filter(kind=User.Kind.CITIZEN, phone_index__isnull=False)
    newest = known.order_by("-created_at", "id")
    billed = User.objects.filter(id__in=billing.holders_who_owe(limit=SHOWN_BILLED))
    found = list(dict.fromkeys([*busy, *newest[:SHOWN_CITIZENS]]))[:SHOWN_CITIZENS]
    found += [user for user in billed if user not in found]
    return [
        Person(user=user, role="", waiting=casework.waiting_for_citizen(user)) for user in found
    ]


def staff(now: datetime) -> list[Person]:
    """Two of each role in the directorates that are open; those with the fuller desk first."""
    found = []
    offices = [*directorates.served(now.date()), *directorates.ministries()]
    for directorate in offices:
        for role in Role:
            holders = accounts.staff_with_role(role, directorate.id, on=now)
            people = [
                Person(user=user, role=str(role.label), waiting=len(casework.inbox(user)))
                for user in holders
            ]
            people.sort(key=lambda person: -person.waiting)
            found += people[:SHOWN_PER_ROLE]
    return found


def person(user_id: str) -> User:
    """The person of an id. :raises User.DoesNotExist: when there is none."""
    return User.objects.get(id=user_id)
