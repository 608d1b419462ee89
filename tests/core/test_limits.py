"""Counting attempts."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.people import NOW
from wasl.core import limits

pytestmark = pytest.mark.django_db


def test_hit_is_refused_beyond_the_limit_of_its_period():
    answers = [limits.hit("k", limit=3, per_seconds=60, now=NOW) for _ in range(5)]

    assert answers == [True, True, True, False, False]


def test_hit_counts_anew_when_the_period_has_ended():
    for _ in range(4):
        limits.hit("k", limit=3, per_seconds=60, now=NOW)

    assert not limits.hit("k", limit=3, per_seconds=60, now=NOW + timedelta(seconds=59))
    assert limits.hit("k", limit=3, per_seconds=60, now=NOW + timedelta(seconds=60))


def test_hit_keeps_keys_apart():
    assert limits.hit("a", limit=1, per_seconds=60, now=NOW)
    assert limits.hit("b", limit=1, per_seconds=60, now=NOW)


def test_require_says_how_long_to_wait():
    limits.require("k", limit=1, per_seconds=600, now=NOW)

    with pytest.raises(limits.UnableToTryAgainYet) as caught:
        limits.require("k", limit=1, per_seconds=600, now=NOW + timedelta(minutes=4))

    assert caught.value.values == {"minutes": 6}


def test_sweep_forgets_only_what_has_ended():
    limits.hit("old", limit=1, per_seconds=60, now=NOW)
    limits.hit("new", limit=1, per_seconds=600, now=NOW)

    assert limits.sweep(NOW + timedelta(minutes=5)) == 1
    assert not limits.hit("new", limit=1, per_seconds=600, now=NOW + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [("en", 1, "1 minute,"), ("en", 6, "6 minutes,"), ("ar", 2, "دقيقتين"), ("ar", 6, "6 دقائق")],
)
def test_require_counts_minutes_in_words(language, minutes, words):
    with translation.override(language):
        assert words in str(limits.UnableToTryAgainYet(minutes=minutes))
