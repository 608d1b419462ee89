"""Two workers, two clicks, at the same moment: one effect."""

import os
import socket
import threading

import pytest
from django.db import DatabaseError, connection

from tests.payments.conftest import LATER, start
from wasl.billing.models import Transfer
from wasl.core import scope
from wasl.events.models import Event
from wasl.payments import selectors, services
from wasl.payments.models import PaymentIntent, Settlement
from wasl.payments.services import settlement

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


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_database_dies_in_the_middle_of_a_settlement(company, asked, monkeypatch, when):
    """Between receipt and books, or after them: nothing is half done, and the next question settles."""
    company.press(start(asked))
    intent_id = PaymentIntent.objects.get().id
    post = settlement.books.post_settlement

    def dies(*given):
        if when == "after":
            post(*given)
        with socket.socket(fileno=os.dup(connection.connection.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)
        if when == "before":
            post(*given)

    monkeypatch.setattr(settlement.books, "post_settlement", dies)
    with pytest.raises(DatabaseError):
        services.confirm_intent(intent_id=intent_id, now=LATER)
    connection.close()
    with scope.within_system():
        assert Settlement.objects.count() == 0
        assert Transfer.objects.filter(entry__startswith="payment:").count() == 0
        assert not Event.objects.filter(kind="payments.payment.settled").exists()
    monkeypatch.undo()

    intent = services.confirm_intent(intent_id=intent_id, now=LATER)

    assert intent.state == "SUCCEEDED"
    with scope.within_system():
        assert Settlement.objects.count() == 1
        entries = Transfer.objects.filter(entry__startswith="payment:").values_list("entry")
        assert len(set(entries)) == 1
        assert Event.objects.filter(kind="payments.payment.settled").count() == 1
