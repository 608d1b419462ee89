"""Wasl does not start when it would be unsafe."""

import pytest

from wasl.core import checks


@pytest.mark.parametrize(
    ("demo", "debug", "embedded", "refused"),
    [
        (True, False, False, True),
        (True, True, False, False),
        (True, False, True, False),
        (False, False, False, False),
    ],
)
def test_demo_mode_is_refused_on_a_real_database(settings, demo, debug, embedded, refused):
    settings.WASL_DEMO = demo
    settings.DEBUG = debug
    settings.WASL_EMBEDDED_DATABASE = embedded

    assert [found.id for found in checks.demo_mode_stays_at_home()] == ["wasl.E001"] * refused


def test_keys_that_cannot_be_read_are_found(settings):
    settings.WASL_FIELD_KEYS = "1:short"

    assert [found.id for found in checks.keys_can_be_read()] == ["wasl.E002"]


@pytest.mark.django_db
def test_database_of_the_tests_knows_arabic_letters():
    assert checks.database_knows_letters(databases=["default"]) == []
