"""The two persons that whatever is announced needs: who prepares it, and who lets it go out."""

import pytest

from tests import people
from wasl.accounts.actors import Actor
from wasl.accounts.roles import Role


@pytest.fixture
def engineer() -> Actor:
    """Who prepares."""
    return Actor.for_user(people.staff(Role.ENGINEER), Role.ENGINEER, 1)


@pytest.fixture
def supervisor() -> Actor:
    """Who lets it go out."""
    return Actor.for_user(people.staff(Role.SUPERVISOR), Role.SUPERVISOR, 1)
