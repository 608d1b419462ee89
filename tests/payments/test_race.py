"""Two workers, two clicks, at the same moment: one effect."""

import threading

import pytest
from django.db import connection

from tests.payments.conftest import LATER, start
from wasl.payments import selectors, services
from wasl.payments.models import PaymentIntent, Settlement

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number, function):
    """What each of the threads got: a result, or the error."""
    barrier, results = threading.Barrier(number), []

    def run():
        barrier.wait()
        try:
            results.append(function())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_workers_who_hear_of_the_same_money_settle_once(company, asked):
    company.press(start(asked))
    intent_id = PaymentIntent.objects.get().id

    results = at_once(4, lambda: services.confirm_intent(intent_id=intent_id, now=LATER))

    assert {result.state for result in results} == {"SUCCEEDED"}
    assert Settlement.objects.count() == 1
    assert selectors.is_settled(asked.id)


def test_clicks_at_the_same_moment_make_one_attempt(company, asked):
    results = at_once(4, lambda: start(asked))

    pages = {result for result in results if isinstance(result, str)}
    others = [result for result in results if not isinstance(result, str)]
    assert len(pages) == 1
    assert all(isinstance(other, services.UnableToStartAgain) for other in others)
    assert PaymentIntent.objects.count() == 1
    assert len(company.app.store.payments) == 1
