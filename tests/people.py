"""People for tests, made by the real services, and a quick way to sign them in."""

from datetime import UTC, date, datetime
from itertools import count

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from wasl.accounts import services
from wasl.accounts.backends import CITIZEN_BACKEND, STAFF_BACKEND
from wasl.accounts.models import User

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "the meter hums at night"
_numbers = count(1)


def citizen(phone: str | None = None, now: datetime = NOW, **values: str) -> User:
    """A citizen with a phone of their own."""
    return services.register_citizen(phone=phone or f"0770 {next(_numbers):07d}", now=now, **values)


def staff(
    *roles: str, directorate_id: int = 1, username: str | None = None, now: datetime = NOW
) -> User:
    """A member of staff who holds the roles in one directorate, since the year began."""
    number = next(_numbers)
    user = services.register_staff(
        username=username or f"staff{number}",
        password=PASSWORD,
        staff_no=f"S{number:05d}",
        full_name=f"Staff Person {number}",
        now=now,
    )
    for role in roles:
        services.grant_role(
            user=user,
            role=role,
            directorate_id=directorate_id,
            valid_from=date(now.year, 1, 1),
            granted_by=None,
            now=now,
        )
    return user


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """The client, signed in as the person; staff with the second factor given."""
    client.force_login(user, backend=STAFF_BACKEND if user.is_staff else CITIZEN_BACKEND)
    if user.is_staff and second_factor:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0.0}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        session.save()
    return client
