"""FastPay: the way of a payment through adapter and stand-in, over real HTTP, with its traps."""

import json
import logging
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import requests
from django.test import Client

from tests.payments.conftest import AMOUNT, LATER
from tests.payments.stand_ins import press
from tests.payments.test_providers import ORDER
from tests.people import NOW
from wasl.core import jobs
from wasl.payments import providers, selectors, services, states
from wasl.payments.models import PaymentIntent, ProviderMessage, Settlement
from wasl.payments.providers import CallbackRefusedError, CallbackRequest, ProviderError, Status
from wasl.payments.providers.fastpay import FastPayProvider, client
from wasl.payments.services import schedule

ORDER_ID = UUID(ORDER.key).hex


@pytest.fixture
def started(fastpay, asked_of):
    """A payment that was begun, and its page."""
    return asked_of("fastpay")


def received(message, now=LATER):
    key = message.url.rstrip("/").rpartition("/")[2]
    return services.receive_callback(
        provider="fastpay", request=CallbackRequest(body=message.body, key=key), now=now
    )


@pytest.mark.django_db
def test_a_payment_goes_from_request_to_receipt(fastpay, started):
    asked, page = started
    intent = PaymentIntent.objects.get()
    back = press(page, action="pay")
    message = fastpay.callbacks.noted[0]

    answer = Client(enforce_csrf_checks=True).post(
        urlsplit(message.url).path, message.body, content_type="application/json"
    )
    jobs.drain(LATER)

    settled = Settlement.objects.get()
    assert message.url.endswith(f"/pay/callback/fastpay/{intent.key}/")
    assert "X-Signature" not in message.headers
    assert intent.provider_payment_id == intent.key.hex
    assert back.headers["Location"].endswith(f"/pay/{asked.id}/return/")
    assert (answer.status_code, answer.content) == (200, b"kept")
    assert (settled.provider, settled.amount) == ("fastpay", AMOUNT)
    assert selectors.is_settled(asked.id)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["pay-twice", "pay-late", "pay-changed"])
def test_doubled_late_and_changed_messages_settle_once_over_what_was_paid(fastpay, started, way):
    asked, page = started
    press(page, action=way)

    kept = [received(each) for each in fastpay.callbacks.noted * 2]
    jobs.drain(LATER)

    assert kept == [True, *[False] * (len(kept) - 1)]
    assert Settlement.objects.get().amount == AMOUNT
    assert selectors.is_settled(asked.id)


@pytest.mark.django_db
def test_a_forged_message_pays_nothing(fastpay, started):
    asked, page = started
    press(page, action="pay-forged")

    received(fastpay.callbacks.noted[0])
    jobs.drain(LATER)

    assert not selectors.is_settled(asked.id)
    assert PaymentIntent.objects.get().state == states.INITIATED
    press(page, action="pay-lost")
    services.sweep(now=NOW + timedelta(minutes=5))
    jobs.drain(NOW + timedelta(minutes=5))
    assert selectors.is_settled(asked.id)


@pytest.mark.django_db
def test_messages_about_strangers_do_not_fill_the_table(fastpay, started):
    body = {"merchant_order_id": "0" * 32, "status": "Success", "received_amount": "1.00"}

    for number in range(70):
        services.receive_callback(
            provider="fastpay",
            request=CallbackRequest(body=json.dumps({**body, "n": number}).encode()),
            now=LATER,
        )

    kept = ProviderMessage.objects.all()
    assert {(each.problem, each.is_verified) for each in kept} == {("UNKNOWN_PAYMENT", False)}
    assert len(kept) == 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "failure"), [("cancel", "CANCEL"), ("fail", "FAILED"), ("leave", None)]
)
def test_of_failure_nobody_tells_and_the_sweep_asks(fastpay, started, action, failure):
    asked, page = started
    press(page, action=action)

    services.sweep(now=LATER)
    jobs.drain(LATER)

    intent = PaymentIntent.objects.get()
    assert fastpay.callbacks.noted == []
    assert not selectors.is_settled(asked.id)
    if failure is None:
        assert (intent.state, intent.closed_at) == (states.INITIATED, None)
    else:
        assert (intent.state, intent.failure) == (states.FAILED, failure)


@pytest.mark.django_db
def test_who_never_pays_is_asked_about_for_a_week(fastpay, started):
    moment = NOW

    while moment < NOW + schedule.UNHEARD + timedelta(hours=13):
        services.sweep(now=moment)
        jobs.drain(moment)
        moment += timedelta(hours=6)

    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.EXPIRED, "NEVER_PAID")
    assert intent.closed_at >= NOW + schedule.UNHEARD


@pytest.mark.django_db
def test_a_lost_answer_to_the_start_is_asked_about_by_our_key(fastpay, asked_of):
    fastpay.traps.lose["initiation"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        asked_of("fastpay")
    lost, order = PaymentIntent.objects.get(), next(iter(fastpay.store.rows.values()))
    press(f"{fastpay.base_url}/pay?token={order.token}", action="pay-lost")

    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert (lost.state, lost.provider_payment_id) == (states.INIT_UNKNOWN, None)
    assert PaymentIntent.objects.get().state == states.SUCCEEDED
    assert Settlement.objects.get().provider_payment_id == lost.key.hex


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("amount_offset", "-1000", "OTHER_AMOUNT"),
        ("amount_offset", "0.50", "OTHER_AMOUNT"),
        ("currency", "USD", "OTHER_CURRENCY"),
        ("reference", "0" * 31 + "1", "OTHER_PAYMENT"),
    ],
)
def test_money_that_does_not_match_goes_to_a_person(fastpay, started, option, value, reason):
    press(started[1], action="pay")
    fastpay.traps.options[option] = value

    services.confirm_intent(intent_id=PaymentIntent.objects.get().id, now=LATER)

    intent = PaymentIntent.objects.get()
    assert (intent.state, intent.failure) == (states.NEEDS_REVIEW, reason)
    assert not Settlement.objects.exists()


# HTTP 200 is no success


@pytest.mark.parametrize("code", [401, 404, 422, 500, 0, -200, 201, "200", True, None, [], "ok"])
@pytest.mark.parametrize("call", ["start", "confirm", "refund", "is_refunded"])
def test_200_with_an_error_inside_is_never_a_success(fastpay, code, call):
    provider = FastPayProvider()
    page = provider.start(ORDER)
    press(page.url, action="pay")
    fastpay.traps.options["code"] = code
    calls = {
        "start": lambda: provider.start(replace(ORDER, key="11111111-1111-4111-8111-111111111111")),
        "confirm": lambda: provider.confirm(page.provider_payment_id),
        "refund": lambda: provider.refund(page.provider_payment_id, reason="x"),
        "is_refunded": lambda: provider.is_refunded(page.provider_payment_id),
    }

    if call == "confirm" and code == 404:
        told = calls[call]()
        assert (told.status, told.is_known, told.amount) == (Status.PENDING, False, None)
        return
    with pytest.raises(ProviderError) as caught:
        calls[call]()

    is_unclear = not (isinstance(code, int) and 400 <= code < 500)
    assert caught.value.may_have_happened is is_unclear


def test_a_wrong_password_is_said_inside_200(fastpay, settings):
    settings.WASL_FASTPAY_STORE_PASSWORD = "wrong"

    with pytest.raises(ProviderError) as caught:
        FastPayProvider().start(ORDER)

    assert (caught.value.code, caught.value.is_permanent) == ("FASTPAY_422", True)
    assert not caught.value.may_have_happened


@pytest.mark.parametrize(
    ("status", "code", "may_have_happened"),
    [(503, "PROVIDER_FAULT", True), (429, "PROVIDER_BUSY", False), (500, "FASTPAY_500", True)],
)
def test_the_companys_own_faults_are_not_answers(fastpay, status, code, may_have_happened):
    fastpay.traps.fail["initiation"] = [status]

    with pytest.raises(ProviderError) as caught:
        FastPayProvider().start(ORDER)

    assert (caught.value.code, caught.value.may_have_happened) == (code, may_have_happened)
    assert not caught.value.is_permanent


def test_an_answer_that_cannot_be_read_is_none(fastpay):
    provider = FastPayProvider()
    provider.start(ORDER)
    fastpay.traps.malform["validate"] = 1

    with pytest.raises(ProviderError, match="UNREADABLE"):
        provider.confirm(ORDER_ID)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Success", Status.SUCCEEDED),
        ("Failed", Status.FAILED),
        ("Cancel", Status.FAILED),
        ("Processing", Status.PENDING),
        ("", Status.PENDING),
    ],
)
def test_an_unknown_status_is_no_end(fastpay, status, expected):
    provider = FastPayProvider()
    press(provider.start(ORDER).url, action="pay")
    fastpay.traps.options["status"] = status

    assert provider.confirm(ORDER_ID).status == expected


def test_the_amount_comes_as_a_text_with_two_decimals(fastpay):
    provider = FastPayProvider()
    press(provider.start(ORDER).url, action="pay")

    told = provider.confirm(ORDER_ID)
    fastpay.traps.options["amount_offset"] = "0.01"
    fraction = provider.confirm(ORDER_ID)

    assert (told.content["received_amount"], told.amount) == ("125000.00", 125_000)
    assert fraction.amount is None


# What the company wants


def ask(app, path, **data):
    from wasl.payments.sandbox import companies
    from wasl.payments.sandbox.fastpay.company import STORE_ID

    password = companies.secret("a seed for tests", "fastpay", "store password")
    body = {"store_id": STORE_ID, "store_password": password, **data}
    answer = requests.post(f"{app.base_url}/api/v1/public/pgw/payment/{path}", json=body, timeout=5)
    assert answer.status_code == 200
    return answer.json()


CART = json.dumps([{"name": "x", "qty": 1, "unit_price": 5, "sub_total": 5}])
GOOD = {"order_id": "ORDER0012", "bill_amount": 5, "currency": "IQD", "cart": CART}


@pytest.mark.parametrize(
    "changed",
    [
        {"order_id": "short12"},
        {"order_id": "x" * 33},
        {"order_id": "0190c2f0-0000-7000-8000-00000000"},
        {"order_id": 12345678},
        {"bill_amount": "5"},
        {"bill_amount": 5.0},
        {"bill_amount": 0},
        {"bill_amount": True},
        {"currency": "USD"},
        {"cart": [{"name": "x"}]},
        {"cart": "x"},
        {"cart": None},
        {"success_url": "javascript:alert(1)"},
    ],
)
def test_the_stand_in_refuses_a_wrong_order(fastpay, changed):
    refused = ask(fastpay, "initiation", **{**GOOD, **changed})

    assert (refused["code"], refused["data"]) == (422, None)
    assert isinstance(refused["messages"][0], str)
    assert fastpay.store.rows == {}


def test_an_order_id_is_taken_once(fastpay):
    first, second = ask(fastpay, "initiation", **GOOD), ask(fastpay, "initiation", **GOOD)

    assert first["code"] == 200
    assert first["data"]["redirect_uri"].startswith(f"{fastpay.base_url}/pay?token=")
    assert second["code"] == 422


def test_our_key_is_an_order_id_of_32_letters_and_digits(fastpay):
    page = FastPayProvider().start(ORDER)

    assert re.fullmatch(r"[0-9a-f]{32}", page.provider_payment_id)
    assert fastpay.store.rows[page.provider_payment_id].description == ORDER.description
    assert FastPayProvider().confirm(page.provider_payment_id).key == ORDER.key


@pytest.mark.parametrize("body", ["merchant_order_id={}&status=Success", '{{"order_id": "{}"}}'])
def test_a_message_is_read_as_json_or_as_a_form(body):
    told = FastPayProvider().read_callback(CallbackRequest(body=body.format(ORDER_ID).encode()))

    assert (told.key, told.provider_payment_id, told.is_signed) == (ORDER.key, ORDER_ID, False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"order_id": "short"}',
        b'{"order_id": ["x"]}',
        b"order_id=" + b"A" * 32,
        b"&".join(b"a%d=1" % number for number in range(100)),
    ],
)
def test_other_messages_are_refused(body):
    with pytest.raises(CallbackRefusedError):
        FastPayProvider().read_callback(CallbackRequest(body=body))


@pytest.mark.django_db
def test_the_stores_secrets_are_nowhere_but_in_the_calls(fastpay, started, settings, caplog):
    caplog.set_level(logging.DEBUG)
    provider, page = FastPayProvider(), started[1]
    press(page, action="pay")
    received(fastpay.callbacks.noted[0])
    jobs.drain(LATER)
    order_id = PaymentIntent.objects.get().provider_payment_id
    provider.refund(order_id, reason="x", amount=1)
    faults = []
    for trap in (fastpay.traps.lose, fastpay.traps.malform):
        trap["refund"] = 1
        with pytest.raises(ProviderError) as caught:
            provider.refund(order_id, reason="x", amount=1)
        faults.append(repr(caught.value) + repr(caught.value.__dict__))

    logged = "\n".join(f"{each.getMessage()} {each.args}" for each in caplog.records)
    kept = json.dumps(list(ProviderMessage.objects.values_list("content", flat=True)))
    sent = " ".join(each.body.decode() for each in fastpay.callbacks.noted)
    assert "fastpay refund 200" in logged
    for secret in (
        settings.WASL_FASTPAY_STORE_PASSWORD,
        settings.WASL_FASTPAY_REFUND_SECRET_KEY,
    ):
        for text in (logged, kept, sent, *faults):
            assert secret not in text
    assert "+964" not in kept


# Giving back


def paid():
    provider = FastPayProvider()
    press(provider.start(ORDER).url, action="pay")
    return provider


def test_money_goes_back_in_parts_to_who_paid_and_never_more_than_came(fastpay):
    provider = paid()

    before = provider.is_refunded(ORDER_ID)
    part = provider.refund(ORDER_ID, reason="x", amount=25_000)
    rest = provider.refund(ORDER_ID, reason="x", amount=100_000)
    for amount in (0, -5, 125_001):
        with pytest.raises(ProviderError, match="MORE_THAN_PAID"):
            provider.refund(ORDER_ID, reason="x", amount=amount)
    with pytest.raises(ProviderError, match="FASTPAY_422"):
        provider.refund(ORDER_ID, reason="x", amount=1)

    assert isinstance(provider, providers.TellsOfRefund)
    assert (before, provider.is_refunded(ORDER_ID)) == (False, True)
    assert (part.amount, rest.amount) == (25_000, 100_000)
    assert part.reference != rest.reference
    assert fastpay.store.rows[ORDER_ID].refunded == 125_000


def test_a_repeated_refund_pays_twice_so_that_none_is_repeated(fastpay):
    provider = paid()
    fastpay.traps.lose["refund"] = 1

    with pytest.raises(ProviderError) as caught:
        provider.refund(ORDER_ID, reason="x", amount=1000, key="refund-1")

    assert caught.value.may_have_happened
    assert provider.is_refunded(ORDER_ID)
    assert fastpay.store.rows[ORDER_ID].refunded == 1000
    provider.refund(ORDER_ID, reason="x", amount=1000, key="refund-1")
    assert fastpay.store.rows[ORDER_ID].refunded == 2000


def test_without_the_second_secret_nothing_goes_back(fastpay, settings):
    provider = paid()
    settings.WASL_FASTPAY_REFUND_SECRET_KEY = settings.WASL_FASTPAY_STORE_PASSWORD
    with pytest.raises(ProviderError, match="FASTPAY_422"):
        provider.refund(ORDER_ID, reason="x")
    settings.WASL_FASTPAY_REFUND_SECRET_KEY = ""
    with pytest.raises(ProviderError, match="NO_REFUND_SECRET_KEY"):
        provider.refund(ORDER_ID, reason="x")

    assert not provider.is_refunded(ORDER_ID)


def test_what_was_not_paid_is_not_given_back(fastpay):
    provider = FastPayProvider()
    page = provider.start(ORDER)
    press(page.url, action="cancel")

    with pytest.raises(ProviderError, match="NOT_PAID"):
        provider.refund(ORDER_ID, reason="x")


def test_a_store_without_refunds_says_so(fastpay):
    provider = paid()
    fastpay.traps.options["refunds"] = "no"

    with pytest.raises(ProviderError, match="FASTPAY_422"):
        provider.refund(ORDER_ID, reason="x")


# Settings


def test_without_its_settings_it_is_not_offered(settings):
    settings.WASL_DEMO = settings.DEBUG = False
    for name in ("URL", "STORE_ID", "STORE_PASSWORD"):
        setattr(settings, f"WASL_FASTPAY_{name}", "")

    nothing = FastPayProvider().check_config()
    for name in ("STORE_ID", "STORE_PASSWORD"):
        setattr(settings, f"WASL_FASTPAY_{name}", "x")
    settings.WASL_FASTPAY_URL = "http://gate.example"
    insecure = FastPayProvider().check_config()
    settings.WASL_FASTPAY_URL = "https://gate.example"

    assert "WASL_FASTPAY_URL, WASL_FASTPAY_STORE_ID" in nothing[0]
    assert "https://" in insecure[0]
    assert FastPayProvider().check_config() == []
    assert client.PATH.startswith("/api/v1/public/")
