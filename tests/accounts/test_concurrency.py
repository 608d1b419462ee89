"""Two at once: one effect. With real transactions, each thread on its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.accounts.test_codes import ask, sent, use
from tests.people import NOW
from wasl.accounts import services
from wasl.accounts.models import SignInCode, User
from wasl.core import limits
from wasl.core.errors import Unable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 4


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each thread got: its value, or the error it was refused with."""
    barrier = Barrier(THREADS)

    def run(number: int) -> object:
        barrier.wait(10)
        try:
            return act(number)
        except Unable as unable:
            return unable
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_a_code_used_by_all_at_once_signs_in_once():
    code_id = ask()
    digits = sent()[0]["code"]

    results = at_once(lambda _number: use(code_id, digits))

    assert sum(isinstance(result, User) for result in results) == 1
    assert User.objects.count() == 1


def test_wrong_tries_at_once_are_all_counted():
    code_id = ask()
    wrong = "000000" if sent()[0]["code"] != "000000" else "111111"

    at_once(lambda _number: use(code_id, wrong))

    assert SignInCode.objects.get(pk=code_id).tries_left == 1


def test_a_number_registered_by_all_at_once_is_one_person():
    results = at_once(lambda _number: services.register_citizen(phone="0770 123 4567", now=NOW))

    assert len({result.pk for result in results}) == 1
    assert User.objects.count() == 1


def test_limits_are_exact_among_many():
    results = at_once(
        lambda _number: [limits.hit("k", limit=37, per_seconds=60, now=NOW) for _ in range(25)]
    )

    assert sum(sum(result) for result in results) == 37
