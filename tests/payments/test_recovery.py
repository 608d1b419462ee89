"""Attempts whose first answer was lost, and those that the company knows nothing of."""

from datetime import timedelta

import pytest

from tests.payments.conftest import AMOUNT, LATER, start
from tests.people import NOW
from wasl.core import jobs
from wasl.payments import providers, selectors, services, states
from wasl.payments.models import PaymentIntent
from wasl.payments.providers import ProviderError, ProviderStatus, Status
from wasl.payments.providers.sandbox import SandboxProvider
from wasl.payments.services import schedule, settlement

pytestmark = pytest.mark.django_db


def answer(order, status=Status.SUCCEEDED, **values):
    given = {
        "status": status,
        "raw_status": "SAID",
        "provider_payment_id": "found-1",
        "key": order.key,
        "amount": order.amount,
        "currency": order.currency,
    }
    return ProviderStatus(**{**given, **values})


@pytest.fixture
def lost(company, asked):
    """An attempt that the company took, and whose answer never came."""
    company.traps.lose["init"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        start(asked)
    return PaymentIntent.objects.get()


def teach(monkeypatch, recover):
    """Let the company be asked by our key."""
    monkeypatch.setattr(SandboxProvider, "recover", recover, raising=False)


def test_a_company_that_cannot_be_asked_by_our_key_is_not(company):
    assert not isinstance(SandboxProvider(), providers.RecoversStart)


def test_a_lost_start_is_found_again_by_our_key(lost, asked, monkeypatch):
    orders = []

    def recover(_self, order):
        orders.append(order)
        return answer(order)

    teach(monkeypatch, recover)

    services.sweep(now=LATER)
    jobs.drain(LATER)

    found = PaymentIntent.objects.get()
    assert [(each.key, each.amount) for each in orders] == [(str(lost.key), AMOUNT)]
    assert orders[0].callback_url.endswith(f"/pay/callback/sandbox/{lost.key}/")
    assert (found.state, found.provider_payment_id) == (states.SUCCEEDED, "found-1")
    assert selectors.is_settled(asked.id)


def test_a_lost_start_that_is_still_open_is_followed_under_its_name(lost, monkeypatch):
    teach(monkeypatch, lambda _self, order: answer(order, Status.PENDING))

    found = services.confirm_intent(intent_id=lost.id, now=LATER)

    assert (found.state, found.provider_payment_id) == (states.PENDING, "found-1")
    assert found.ask_next_at > LATER


def test_a_lost_start_that_never_arrived_ends_with_its_time(lost, monkeypatch):
    teach(monkeypatch, lambda _self, _order: None)

    services.confirm_intent(intent_id=lost.id, now=LATER)
    waiting = PaymentIntent.objects.get().state
    services.confirm_intent(intent_id=lost.id, now=NOW + timedelta(minutes=16))

    assert waiting == states.INIT_UNKNOWN
    assert PaymentIntent.objects.get().state == states.EXPIRED


def test_a_company_that_names_another_key_is_not_believed(lost, monkeypatch):
    teach(
        monkeypatch, lambda _self, order: answer(order, key="11111111-1111-4111-8111-111111111111")
    )

    with pytest.raises(services.UnableToAskProvider):
        services.confirm_intent(intent_id=lost.id, now=LATER)

    assert PaymentIntent.objects.get().provider_payment_id is None


def test_a_company_that_does_not_answer_is_asked_again(lost, monkeypatch):
    def recover(_self, _order):
        raise ProviderError("PROVIDER_FAULT", permanent=False)

    teach(monkeypatch, recover)

    with pytest.raises(services.UnableToAskProvider):
        services.confirm_intent(intent_id=lost.id, now=LATER)

    assert PaymentIntent.objects.get().ask_next_at > LATER


def test_a_payment_that_the_company_never_hears_of_ends_after_a_week(company, asked, monkeypatch):
    start(asked)
    intent = PaymentIntent.objects.get()
    unheard = answer(
        providers.Order(
            key=str(intent.key), reference="", amount=AMOUNT, language="ar", description="",
            return_url="",
        ),
        Status.PENDING,
        is_known=False,
        amount=None,
    )  # fmt: skip

    def ask(now):
        return settlement.apply_answer(intent_id=intent.id, answer=unheard, now=now)

    early, late = ask(LATER), ask(NOW + schedule.UNHEARD)

    assert (early.state, early.closed_at) == (states.INITIATED, None)
    assert (late.state, late.failure) == (states.EXPIRED, "NEVER_PAID")
    assert late.closed_at == NOW + schedule.UNHEARD
