"""Qi: the way of a payment through adapter and stand-in, over real HTTP, and its statuses."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from tests.payments.conftest import AMOUNT, LATER
from tests.payments.qi_payer import hand_over, pay
from tests.payments.stand_ins import press
from tests.payments.test_providers import ORDER
from wasl.core import jobs
from wasl.payments import selectors, services, states
from wasl.payments.models import PaymentIntent, ProviderMessage, Settlement
from wasl.payments.providers import ProviderError, Status
from wasl.payments.providers.qi import QiProvider, codes
from wasl.payments.sandbox.qi.company import OTP


@pytest.fixture
def started(qi, asked_of):
    """A payment that was begun, and its page."""
    return asked_of("qi")


@pytest.mark.django_db
def test_a_payment_goes_from_request_to_receipt(qi, started):
    asked, page = started
    back = pay(page)
    message = qi.callbacks.noted[0]

    answer = Client(enforce_csrf_checks=True).post(
        urlsplit(message.url).path,
        message.body,
        content_type="application/json",
        headers=dict(message.headers),
    )
    jobs.drain(LATER)

    settled = Settlement.objects.get()
    assert "/pay/callback/qi/" in message.url
    assert back.headers["Location"].endswith(f"/pay/{asked.id}/return/")
    assert (answer.status_code, answer.content) == (200, b"kept")
    assert (settled.provider, settled.amount, settled.is_credit) == ("qi", AMOUNT, False)
    assert selectors.is_settled(asked.id)
    kept = json.dumps(list(ProviderMessage.objects.values_list("content", flat=True)))
    assert "maskedPan" not in kept
    assert "000000******0000" not in kept


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["pay-twice", "pay-muddled", "pay-late"])
def test_doubled_late_and_muddled_messages_settle_once(qi, started, way):
    asked, page = started
    pay(page, way)

    for message in [*qi.callbacks.noted, *qi.callbacks.noted]:
        services.receive_callback(provider="qi", request=hand_over(message), now=LATER)
        jobs.drain(LATER)

    assert PaymentIntent.objects.get().state == states.SUCCEEDED
    assert Settlement.objects.count() == 1
    assert selectors.is_settled(asked.id)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["pay-forged", "pay-changed"])
def test_forged_and_changed_messages_are_refused_and_the_sweep_finds_the_truth(qi, started, way):
    asked, page = started
    pay(page, way)

    with pytest.raises(services.UnableToBelieveCallback):
        services.receive_callback(
            provider="qi", request=hand_over(qi.callbacks.noted[0]), now=LATER
        )
    before = selectors.is_settled(asked.id)
    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert not before
    assert ProviderMessage.objects.get(is_verified=False).problem == "WRONG_SIGNATURE"
    assert Settlement.objects.get().amount == AMOUNT


@pytest.mark.django_db
def test_a_lost_message_is_made_good_by_the_sweep(qi, started):
    asked, page = started
    stranded = pay(page, "pay-lost")

    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert (stranded.status_code, qi.callbacks.noted) == (200, [])
    assert selectors.is_settled(asked.id)


@pytest.mark.django_db
def test_success_that_was_cancelled_is_not_paid(qi, started):
    asked, page = started
    pay(page, "cancel-after")
    message = qi.callbacks.noted[0]

    services.receive_callback(provider="qi", request=hand_over(message), now=LATER)
    jobs.drain(LATER)

    assert json.loads(message.body)["status"] == "SUCCESS"
    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.FAILED, "CANCELED")
    assert not selectors.is_settled(asked.id)


@pytest.mark.django_db
def test_a_lost_answer_to_the_creation_is_found_by_our_own_id(qi, asked_of):
    qi.traps.lose["create"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        asked_of("qi")
    intent, payment = PaymentIntent.objects.get(), next(iter(qi.store.rows.values()))

    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert (intent.state, intent.provider_payment_id) == (states.INIT_UNKNOWN, None)
    intent.refresh_from_db()
    assert payment.request_id == str(intent.key)
    assert (intent.state, intent.provider_payment_id) == (states.PENDING, payment.payment_id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("amount_offset", -1000, "OTHER_AMOUNT"),
        ("amount_offset", 0.5, "OTHER_AMOUNT"),
        ("currency", "USD", "OTHER_CURRENCY"),
        ("reference", "11111111-1111-4111-8111-111111111111", "OTHER_REFERENCE"),
    ],
)
def test_money_that_does_not_match_goes_to_a_person(qi, started, option, value, reason):
    pay(started[1])
    qi.traps.options[option] = value

    services.confirm_intent(intent_id=PaymentIntent.objects.get().id, now=LATER)

    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.NEEDS_REVIEW, reason)
    assert not Settlement.objects.exists()


@pytest.mark.django_db
def test_a_payer_who_does_nothing_runs_out_of_time(qi, started):
    asked, _page = started
    qi.clock.move(timedelta(minutes=16))

    services.confirm_intent(intent_id=PaymentIntent.objects.get().id, now=LATER)

    assert PaymentIntent.objects.get().state == states.EXPIRED
    assert not selectors.is_settled(asked.id)


# Statuses


@pytest.mark.parametrize("status", [*codes.RUNNING, *codes.TERMINAL, "SOMETHING_NEW", "success"])
@pytest.mark.parametrize("canceled", [False, True])
def test_only_success_that_is_not_cancelled_is_paid(qi, status, canceled):
    provider = QiProvider()
    page = provider.start(ORDER)
    qi.traps.options.update(status=status, canceled=canceled)

    told = provider.confirm(page.provider_payment_id)

    assert (told.status == Status.SUCCEEDED) == (status == "SUCCESS" and not canceled)
    if canceled:
        assert (told.status, told.failure) == (Status.FAILED, "CANCELED")
    elif status not in codes.TERMINAL:
        assert told.status == Status.PENDING


def test_there_are_thirteen_statuses():
    assert len({*codes.RUNNING, *codes.TERMINAL}) == 13


@pytest.mark.parametrize("value", ["false", 0, "", []])
def test_a_flag_that_is_none_is_not_read_as_not_cancelled(qi, value):
    provider = QiProvider()
    page = provider.start(ORDER)
    pay(page.url)
    qi.traps.options["canceled"] = value

    with pytest.raises(ProviderError, match="UNREADABLE"):
        provider.confirm(page.provider_payment_id)


@pytest.mark.parametrize(
    ("card", "action", "expected"),
    [
        ("good", "pay", "SUCCESS"),
        ("good-2", "pay", "SUCCESS"),
        ("refused", "pay", "FAILED"),
        ("unproved", "pay", "AUTHENTICATION_FAILED"),
        ("good", "decline", "AUTHENTICATION_FAILED"),
        ("good", "error", "ERROR"),
        ("good", "expire", "EXPIRED"),
    ],
)
def test_every_end_is_told_once_and_only_then(qi, card, action, expected):
    page = QiProvider().start(ORDER)

    requests.get(page.url, timeout=5)
    press(page.url, action="card", card=card)
    requests.get(page.url, timeout=5)
    before = len(qi.callbacks.noted)
    press(page.url, action=action, otp=OTP)

    told = [json.loads(each.body)["status"] for each in qi.callbacks.noted]
    assert (before, told) == (0, [expected])
    history = qi.store.rows[page.provider_payment_id].history
    assert history[:2] == ["CREATED", "FORM_SHOWED"]
    assert set(history) <= {*codes.RUNNING, *codes.TERMINAL}
    if card == "good" and action == "pay":
        assert set(codes.RUNNING) < set(history)


def test_three_wrong_codes_end_the_payment(qi):
    page = QiProvider().start(ORDER)

    answers = [pay(page.url, otp="000000") for _try in range(1)]
    answers += [press(page.url, action="pay", otp="١٢٣٤٥") for _try in range(2)]

    assert [each.status_code for each in answers] == [200, 200, 303]
    assert qi.store.rows[page.provider_payment_id].status == "AUTHENTICATION_FAILED"


@pytest.mark.parametrize(
    ("confirmed", "amount"),
    [
        (None, 125_000),
        (120_000, 120_000),
        (120_000.0, 120_000),
        ("125000.000", 125_000),
        (0.5, None),
    ],
)
def test_the_amount_that_was_taken_counts(qi, confirmed, amount):
    provider = QiProvider()
    page = provider.start(ORDER)
    pay(page.url)
    qi.traps.options["confirmed"] = confirmed

    assert provider.confirm(page.provider_payment_id).amount == amount
