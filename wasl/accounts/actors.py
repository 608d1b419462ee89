"""Who does something, as services and events know it: kind, person, role and office."""

from dataclasses import dataclass
from typing import Protocol, Self
from uuid import UUID

from wasl.accounts.roles import Role

CITIZEN = "CITIZEN"
HELPER = "HELPER"
STAFF = "STAFF"
SYSTEM = "SYSTEM"
PUBLIC = "PUBLIC"


class _Person(Protocol):
    @property
    def pk(self) -> UUID: ...

    @property
    def is_staff(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The one who acts. `role` and `directorate_id` are set for staff: the office, never the name.

    A HELPER is a trusted person who acts for a citizen, with the citizen's consent recorded.
    """

    kind: str
    user_id: UUID | None = None
    role: str | None = None
    directorate_id: int | None = None

    @classmethod
    def system(cls) -> Self:
        """Wasl itself: a job, a clock, an automatic step."""
        return cls(kind=SYSTEM)

    @classmethod
    def public(cls) -> Self:
        """Somebody who has not signed in, for example with reference and secret."""
        return cls(kind=PUBLIC)

    @classmethod
    def for_user(
        cls, user: _Person, role: str | None = None, directorate_id: int | None = None
    ) -> Self:
        """The signed-in person: staff in a role, or a citizen in their own matter."""
        if user.is_staff:
            return cls(
                kind=STAFF,
                user_id=user.pk,
                role=Role(role).value if role else None,
                directorate_id=directorate_id,
            )
        return cls(kind=CITIZEN, user_id=user.pk)

    @classmethod
    def helper(cls, user: _Person) -> Self:
        """The signed-in person, acting for another with consent."""
        return cls(kind=HELPER, user_id=user.pk)
