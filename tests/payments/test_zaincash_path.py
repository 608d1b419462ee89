"""The whole path with ZainCash: webhook, return, sweep, mismatch, late money, lost starts."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.test import Client

from tests import people
from tests.payments.conftest import AMOUNT, LATER, start
from tests.payments.stand_ins import POINTED, press, stand_in
from tests.people import NOW
from wasl.core import jobs
from wasl.payments import selectors, services, states
from wasl.payments.models import PaymentIntent, ProviderMessage, Settlement
from wasl.payments.providers import CallbackRequest, tokens
from wasl.payments.sandbox.zaincash import messages
from wasl.payments.sandbox.zaincash.company import OTP

pytestmark = pytest.mark.django_db
HOOK = "http://127.0.0.1:8000/pay/callback/zaincash/"


@pytest.fixture
def zaincash(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {
        "zaincash": "wasl.payments.providers.zaincash.ZainCashProvider",
        "sandbox": "wasl.payments.providers.sandbox.SandboxProvider",
    }
    with stand_in("zaincash", settings, tmp_path, webhook=HOOK) as app:
        yield app


@pytest.fixture
def started(zaincash, asked_of):
    """A payment that was begun, and its page."""
    return asked_of("zaincash")


def pay(page, action="pay"):
    requests.get(page, timeout=5)
    press(page, action="phone", phone="07701234567")
    return press(page, action=action, otp=OTP)


def hear(message):
    with time_machine.travel(LATER, tick=False):
        return Client(enforce_csrf_checks=True).post(
            urlsplit(message.url).path, message.body, content_type="application/json"
        )


def sweep(now=LATER):
    services.sweep(now=now)
    jobs.drain(now)


def test_a_webhook_settles_after_the_inquiry_with_the_fee_apart(zaincash, started):
    asked, page = started
    pay(page)

    answer = hear(zaincash.callbacks.noted[0])
    jobs.drain(LATER)

    settled = Settlement.objects.get()
    assert (answer.status_code, answer.content) == (200, b"kept")
    assert (settled.provider, settled.amount, settled.fee_amount) == ("zaincash", AMOUNT, 625)
    assert selectors.is_settled(asked.id)


def test_an_event_that_comes_again_is_known_and_answered_200(zaincash, started):
    _asked, page = started
    pay(page, "pay-twice")

    answers = [hear(each) for each in [*zaincash.callbacks.noted, zaincash.callbacks.noted[0]]]
    jobs.drain(LATER)

    assert [(each.status_code, each.content) for each in answers] == [
        (200, b"kept"),
        (200, b"known"),
        (200, b"known"),
    ]
    assert Settlement.objects.count() == 1


@pytest.mark.parametrize("way", ["pay-muddled", "pay-changed", "pay-late"])
def test_muddled_changed_and_late_webhooks_settle_once_over_what_was_paid(zaincash, started, way):
    asked, page = started
    pay(page, way)

    for message in zaincash.callbacks.noted:
        hear(message)
        jobs.drain(LATER)

    assert PaymentIntent.objects.get().state == states.SUCCEEDED
    assert Settlement.objects.get().amount == AMOUNT
    assert selectors.is_settled(asked.id)


def test_without_a_webhook_the_sweep_settles(zaincash, started):
    asked, page = started
    zaincash.traps.options["webhook"] = "off"
    pay(page)
    assert zaincash.callbacks.noted == []

    sweep()

    assert selectors.is_settled(asked.id)


def test_a_forged_webhook_is_refused_and_the_money_is_found_all_the_same(zaincash, started):
    asked, page = started
    pay(page, "pay-forged")

    answer = hear(zaincash.callbacks.noted[0])
    before = jobs.drain(LATER)
    sweep()

    assert (answer.status_code, before) == (403, 0)
    assert ProviderMessage.objects.get(is_verified=False).problem == "WRONG_SIGNATURE"
    assert selectors.is_settled(asked.id)


def test_a_signed_event_that_claims_too_much_settles_nothing(zaincash, started):
    asked, _page = started
    transaction = next(iter(zaincash.transactions.store.rows.values()))
    claim = messages.event(transaction, zaincash.clock, before="PENDING", status="SUCCESS")
    body = json.dumps({"webhook_token": tokens.sign(claim, zaincash.api_key)}).encode()

    kept = services.receive_callback(
        provider="zaincash", request=CallbackRequest(body=body), now=LATER
    )
    jobs.drain(LATER)

    assert kept
    assert not selectors.is_settled(asked.id)


def test_a_return_with_a_good_token_still_asks(zaincash, started, client, payer):
    asked, page = started
    pay(page, "pay-lost")
    token = tokens.sign(
        messages.event(
            next(iter(zaincash.transactions.store.rows.values())), zaincash.clock, before="PENDING"
        ),
        zaincash.api_key,
    )
    zaincash.traps.fail["inquiry"] = [503]
    browser = people.sign_in(client, payer)
    address = f"/pay/{asked.id}/return/?token={token}"

    with time_machine.travel(LATER, tick=False):
        checking = browser.get(address)
        before = Settlement.objects.count()
    with time_machine.travel(LATER + timedelta(seconds=5), tick=False):
        receipt = browser.get(address)

    assert before == 0
    assert checking["Refresh"] == "5"
    assert Settlement.objects.get().receipt_no in receipt.content.decode()


def test_the_companys_own_way_back_leads_to_the_receipt(zaincash, started):
    _asked, page = started
    location = urlsplit(pay(page).headers["Location"])

    with time_machine.travel(LATER, tick=False):
        receipt = Client().get(f"{location.path}?{location.query}")

    assert parse_qs(location.query)["token"]
    assert Settlement.objects.get().receipt_no in receipt.content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"amount": {"value": AMOUNT - 1}}, "OTHER_AMOUNT"),
        ({"amount": {"value": AMOUNT + 0.5}}, "OTHER_AMOUNT"),
        ({"amount": {"currency": "USD"}}, "OTHER_CURRENCY"),
        ({"externalReferenceId": "11111111-1111-4111-8111-111111111111"}, "OTHER_REFERENCE"),
        ({"transactionId": "11111111-1111-4111-8111-111111111111"}, "OTHER_PAYMENT"),
        ({"status": "REFUNDED"}, "REFUNDED_ELSEWHERE"),
    ],
)
def test_what_does_not_match_goes_to_a_person(zaincash, started, wrong, reason):
    _asked, page = started
    pay(page)
    zaincash.traps.options["inquiry"] = wrong

    sweep()

    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.NEEDS_REVIEW, reason)
    assert not Settlement.objects.exists()


@pytest.mark.parametrize("fault", [("fail", [503]), ("fail", [429]), ("lose", 1), ("malform", 1)])
def test_a_company_that_does_not_answer_is_asked_again(zaincash, started, fault):
    asked, page = started
    pay(page, "pay-lost")
    table, value = fault
    getattr(zaincash.traps, table)["inquiry"] = value

    sweep()
    before = selectors.is_settled(asked.id)
    sweep(LATER + timedelta(minutes=2))

    assert not before
    assert selectors.is_settled(asked.id)


@pytest.fixture
def lost(zaincash, asked_of):
    """An attempt that the company took down, and whose answer never came; and its transaction."""
    zaincash.traps.lose["init"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        asked_of("zaincash")
    return PaymentIntent.objects.get(), next(iter(zaincash.transactions.store.rows.values()))


def test_a_lost_start_is_tied_back_by_the_signed_webhook(zaincash, lost):
    intent, transaction = lost
    zaincash.act(transaction.transaction_id, "pay")

    hear(zaincash.callbacks.noted[-1])
    jobs.drain(LATER)

    intent.refresh_from_db()
    assert intent.provider_payment_id == transaction.transaction_id
    assert intent.state == states.SUCCEEDED


def test_a_lost_start_without_a_webhook_ends_and_a_new_one_has_a_new_reference(zaincash, lost):
    first, transaction = lost
    late = NOW + timedelta(minutes=16)

    start(first.request, provider="zaincash", now=late)

    second = PaymentIntent.objects.exclude(id=first.id).get()
    rows = zaincash.transactions.store.rows.values()
    first.refresh_from_db()
    assert first.state == states.EXPIRED
    assert {row.external_reference_id for row in rows} == {str(first.key), str(second.key)}
    assert transaction.transaction_id != second.provider_payment_id


def test_money_that_comes_after_our_expiry_counts(zaincash, started):
    asked, page = started
    pay(page, "pay-lost")
    late = NOW + timedelta(days=1)

    sweep(late)

    assert selectors.is_settled(asked.id)


def test_two_companies_paid_for_one_bill_make_a_credit(zaincash, started, settings, tmp_path):
    asked, first_page = started
    with stand_in("sandbox", settings, tmp_path) as other:
        POINTED["zaincash"](settings, zaincash)
        second_page = start(asked, provider="sandbox")
        press(second_page, action="pay-lost", otp=OTP)
        pay(first_page, "pay-lost")
        sweep()
        assert other.store.payments

    assert sorted(Settlement.objects.values_list("is_credit", "provider")) in (
        [(False, "sandbox"), (True, "zaincash")],
        [(False, "zaincash"), (True, "sandbox")],
    )


def test_an_expired_page_closes_the_attempt(zaincash, started):
    asked, _page = started
    zaincash.clock.move(timedelta(minutes=16))

    sweep(NOW + timedelta(minutes=16))

    intent = PaymentIntent.objects.get()
    assert (intent.state, bool(intent.closed_at)) == (states.EXPIRED, True)
    assert not selectors.is_settled(asked.id)
