"""What all tests share. The database comes from wasl/launcher/pytest_plugin.py."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.database_role", "tests.browser", "tests.no_skip"]

# A busy machine is no fault of the code: what is drawn counts, not how long the drawing took.
settings.register_profile("wasl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wasl")


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Every test has staff, and a password's slow hash is a fifth of a second for each of them."""
    from django.conf import settings as django

    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[quick, *django.PASSWORD_HASHERS]):
        yield
