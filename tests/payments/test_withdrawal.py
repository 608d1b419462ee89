"""An attempt that another one, or nobody, replaces is taken back at the company."""

from datetime import timedelta

import pytest

from tests.payments.conftest import LATER, start
from tests.payments.qi_payer import pay
from tests.payments.stand_ins import press
from tests.people import NOW
from wasl.accounts.actors import Actor
from wasl.core import jobs
from wasl.payments import selectors, services, states
from wasl.payments.models import PaymentIntent, Settlement

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(qi, fastpay, settings):
    """Two companies to choose from."""
    settings.WASL_PAYMENT_PROVIDERS = {
        "qi": "wasl.payments.providers.qi.QiProvider",
        "fastpay": "wasl.payments.providers.fastpay.FastPayProvider",
    }
    return qi, fastpay


def test_who_chooses_another_company_cannot_pay_the_first_any_more(both, asked_of):
    qi, _fastpay = both
    asked, old_page = asked_of("qi")
    new_page = start(asked, provider="fastpay", now=LATER)

    jobs.drain(LATER)
    press(old_page, action="card", card="good")
    press(new_page, action="pay-lost")
    services.sweep(now=NOW + timedelta(minutes=5))
    jobs.drain(NOW + timedelta(minutes=5))

    first, second = PaymentIntent.objects.order_by("created_at")
    (row,) = qi.store.rows.values()
    assert (row.canceled, row.card) == (True, "")
    assert (first.state, first.failure) == (states.EXPIRED, "CANCELED")
    assert first.closed_at is not None
    assert second.state == states.SUCCEEDED
    assert Settlement.objects.get().provider == "fastpay"


def test_who_paid_in_the_meantime_gets_credit_for_the_second(both, asked_of):
    asked, old_page = asked_of("qi")
    pay(old_page, "pay-lost")
    new_page = start(asked, provider="fastpay", now=LATER)
    press(new_page, action="pay-lost")

    jobs.drain(LATER)
    services.sweep(now=NOW + timedelta(minutes=5))
    jobs.drain(NOW + timedelta(minutes=5))

    assert sorted(Settlement.objects.values_list("is_credit", flat=True)) == [False, True]
    assert selectors.is_settled(asked.id)


def test_a_request_that_is_taken_back_cannot_be_paid_by_an_old_page(both, asked_of):
    asked, old_page = asked_of("qi")

    services.cancel_request(request_id=asked.id, actor=Actor.system(), now=LATER)
    jobs.drain(LATER)

    assert press(old_page, action="card", card="good").status_code == 303
    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.FAILED, "CANCELED")
    assert not Settlement.objects.exists()


def test_a_company_that_does_not_answer_or_cannot_is_left_to_the_sweep(both, asked_of):
    qi, fastpay = both
    qi.traps.fail["cancel"] = [503]
    asked, old_page = asked_of("qi")
    start(asked, provider="fastpay", now=LATER)
    start(asked, provider="qi", now=LATER)

    jobs.drain(LATER)

    first = PaymentIntent.objects.order_by("created_at")[0]
    assert (first.state, first.closed_at) == (states.EXPIRED, None)
    pay(old_page, "pay-lost")
    services.confirm_intent(intent_id=first.id, now=NOW + timedelta(minutes=5))
    assert selectors.is_settled(asked.id)
    assert next(iter(fastpay.store.rows.values())).status == ""


def test_taking_back_twice_or_what_has_its_end_changes_nothing(both, asked_of):
    qi, _fastpay = both
    asked_of("qi")
    intent = PaymentIntent.objects.get()

    first = services.withdraw_intent(intent_id=intent.id, now=LATER)
    again = services.withdraw_intent(intent_id=intent.id, now=LATER)

    (row,) = qi.store.rows.values()
    assert len(row.cancels) == 1
    assert first.closed_at == again.closed_at == LATER
