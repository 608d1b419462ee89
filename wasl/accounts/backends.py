"""How Django learns who a session belongs to, and how staff prove who they are."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from wasl.accounts import selectors
from wasl.accounts.models import User

CITIZEN_BACKEND = "wasl.accounts.backends.CitizenBackend"
STAFF_BACKEND = "wasl.accounts.backends.StaffBackend"


class CitizenBackend:
    """Citizens sign in with a code (accounts.services), never through `authenticate`."""

    kind = User.Kind.CITIZEN

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        return None

    def get_user(self, user_id: UUID) -> User | None:
        """The person of the session, while the account is active."""
        return User.objects.filter(pk=user_id, kind=self.kind, is_active=True).first()


class StaffBackend(CitizenBackend):
    """User name and password; the second factor follows in allauth's stages."""

    kind = User.Kind.STAFF

    def authenticate(
        self,
        request: HttpRequest | None,
        *,
        username: str = "",
        password: str = "",
        **credentials: Any,
    ) -> User | None:
        user = selectors.staff_by_username(username)
        if user is None:
            # The same work as for a known name, so that time tells nothing.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None
