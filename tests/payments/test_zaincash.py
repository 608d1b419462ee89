"""ZainCash v2: the adapter against its stand-in, over real HTTP, with every known trap."""

import csv
import json
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.payments.stand_ins import stand_in
from wasl.payments import providers
from wasl.payments.providers import (
    CallbackRefusedError,
    CallbackRequest,
    ProviderError,
    Status,
    tokens,
)
from wasl.payments.providers.access_tokens import AccessTokens
from wasl.payments.providers.zaincash import ZainCashProvider, client
from wasl.payments.sandbox import settlement
from wasl.payments.sandbox.zaincash.company import API, OTP

SHOP = "http://127.0.0.1:8000/pay/x/return/"
ORDER = providers.Order(
    key="0190c2f0-0000-4000-8000-000000000001",
    reference="K7MN-4XPD-2",
    amount=125_000,
    language="ckb",
    description="أجور توصيل",
    return_url=SHOP,
)


@pytest.fixture
def zaincash(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {
        "zaincash": "wasl.payments.providers.zaincash.ZainCashProvider"
    }
    with stand_in("zaincash", settings, tmp_path, webhook="http://127.0.0.1:9/hook") as app:
        yield app


@pytest.fixture
def provider(zaincash):
    return ZainCashProvider()


def press(url, action, **fields):
    return requests.post(url, data={"action": action, **fields}, timeout=5, allow_redirects=False)


def pay(url, action="pay", phone="0770 123 4567", otp=OTP):
    """What the company answers when the payer has typed phone and code."""
    requests.get(url, timeout=5)
    press(url, "phone", phone=phone)
    return press(url, action, otp=otp)


def kept(zaincash, page):
    return zaincash.transactions.store.rows[page.provider_payment_id]


def status(provider, page):
    return provider.confirm(page.provider_payment_id)


def posted(zaincash):
    """The payloads of all webhooks so far."""
    key = zaincash.api_key
    bodies = [json.loads(each.body) for each in zaincash.callbacks.noted]
    return [tokens.read(body["webhook_token"], key) for body in bodies]


def read(provider, message):
    return provider.read_callback(CallbackRequest(body=message.body))


def bearer(zaincash, scope=client.SCOPE):
    form = {
        "grant_type": "client_credentials",
        "client_id": "wasl",
        "client_secret": zaincash.client_secret,
        "scope": scope,
    }
    answer = requests.post(f"{zaincash.base_url}/oauth2/token", data=form, timeout=5).json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


def init_data(**changes):
    data = {
        "language": "ar",
        "externalReferenceId": "0190c2f0-0000-4000-8000-000000000099",
        "orderId": "o",
        "serviceType": "s",
        "amount": {"value": "250", "currency": "IQD"},
        "redirectUrls": {"successUrl": SHOP, "failureUrl": SHOP},
    }
    return {**data, **changes}


def test_accepted_is_not_paid(provider):
    page = provider.start(ORDER)

    found = status(provider, page)

    assert page.url.startswith("http://127.0.0.1:")
    assert page.expires_at is not None
    assert (found.status, found.key, found.amount) == (Status.PENDING, ORDER.key, 125_000)


def test_the_payer_goes_through_phone_and_code_to_paid(provider, zaincash):
    page = provider.start(ORDER)
    seen = [status(provider, page).raw_status]

    shown = requests.get(page.url, timeout=5)
    seen.append(status(provider, page).raw_status)
    asked = press(page.url, "phone", phone="٠٧٧٠١٢٣٤٥٦٧")
    seen.append(status(provider, page).raw_status)
    answer = press(page.url, "pay", otp="١٢٣٤٥٦")
    paid = status(provider, page)

    assert seen == ["PENDING", "CUSTOMER_AUTHENTICATION_REQUIRED", "OTP_SENT"]
    assert '<html lang="ckb" dir="rtl">' in shown.text
    assert 'name="otp"' not in shown.text
    assert 'name="otp"' in asked.text
    assert answer.headers["Location"].startswith(f"{SHOP}?token=")
    assert (paid.status, paid.amount, paid.fee_amount) == (Status.SUCCEEDED, 125_000, 625)
    assert kept(zaincash, page).phone == "9647701234567"


def test_amounts_are_text_on_the_way_in_and_numbers_on_the_way_out(zaincash):
    headers, url = bearer(zaincash), zaincash.base_url + API

    refused = requests.post(
        f"{url}/init",
        json=init_data(amount={"value": 250, "currency": "IQD"}),
        headers=headers,
        timeout=5,
    )
    taken = requests.post(f"{url}/init", json=init_data(), headers=headers, timeout=5).json()
    found = requests.get(
        f"{url}/inquiry/{taken['transactionDetails']['transactionId']}", headers=headers, timeout=5
    ).json()

    assert refused.status_code == 400
    assert taken["transactionDetails"]["amount"] == {"currency": "IQD", "value": 250}
    assert found["transactionDetails"]["amount"] == {"currency": "IQD", "value": 250, "feeValue": 1}
    assert set(found["timeStamps"]) == {"expiryTime", "createdAt", "updatedAt", "completedAt"}
    assert found["transactionDetails"]["operationId"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "fr"},
        {"externalReferenceId": "not a uuid"},
        {"orderId": ""},
        {"amount": {"value": "0", "currency": "IQD"}},
        {"amount": {"value": "1.5", "currency": "IQD"}},
        {"amount": {"value": "250", "currency": "USD"}},
        {"customer": {"phone": "0770"}},
        {"redirectUrls": {"successUrl": SHOP}},
        {"redirectUrls": {"successUrl": "http://127.0.0.1:9/hook", "failureUrl": SHOP}},
    ],
)
def test_the_company_refuses_what_its_documents_refuse(zaincash, changes):
    url = f"{zaincash.base_url}{API}/init"

    answer = requests.post(url, json=init_data(**changes), headers=bearer(zaincash), timeout=5)

    assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_the_company_writes_language_in_two_ways_and_takes_a_known_phone(zaincash):
    url = f"{zaincash.base_url}{API}/init"
    data = init_data(language="En", customer={"phone": "9647701234567"})

    answer = requests.post(url, json=data, headers=bearer(zaincash), timeout=5)

    assert answer.status_code == 200


def test_tokens_are_rs256_last_a_day_and_belong_to_the_client(zaincash):
    url = f"{zaincash.base_url}/oauth2/token"
    form = {"grant_type": "client_credentials", "client_id": "wasl", "scope": client.SCOPE}

    good = requests.post(url, data={**form, "client_secret": zaincash.client_secret}, timeout=5)
    bad = requests.post(url, data={**form, "client_secret": zaincash.api_key}, timeout=5)

    assert (good.json()["token_type"], good.json()["expires_in"]) == ("Bearer", 86_399)
    assert good.json()["access_token"].startswith("eyJhbGciOiAiUlMyNTYi")
    assert (bad.status_code, bad.json()) == (401, {"error": "invalid_client"})


def test_a_token_is_held_and_renewed_once_when_the_company_ends_it(provider, zaincash):
    page = provider.start(ORDER)
    first = client.TOKENS.get(client._key(), lambda: ("", 0))
    zaincash.clock.move(timedelta(hours=25))

    found = status(provider, page)
    second = client.TOKENS.get(client._key(), lambda: ("", 0))

    assert found.raw_status == "EXPIRED"
    assert first != second


def test_a_token_that_is_refused_twice_is_an_error_and_nothing_happened(provider, zaincash):
    zaincash.traps.fail["init"] = [401, 401]

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert (caught.value.is_permanent, caught.value.may_have_happened) == (False, False)
    assert zaincash.transactions.store.rows == {}


def test_threads_share_one_token(provider, zaincash):
    asked = []
    real = zaincash.access.sign
    zaincash.access.sign = lambda payload: (asked.append(1), real(payload))[1]
    page = provider.start(ORDER)
    client.TOKENS.clear()
    asked.clear()
    zaincash.traps.delay["token"] = 0.2

    threads = [threading.Thread(target=status, args=(provider, page)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(asked) == 1


def test_a_token_is_renewed_before_it_ends(monkeypatch):
    now, given = [1000.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    held = AccessTokens()

    def ask():
        given.append(1)
        return f"token {len(given)}", 86_399

    before = held.get(("a",), ask)
    now[0] += 86_399 - 301
    still = held.get(("a",), ask)
    now[0] += 2
    renewed = held.get(("a",), ask)
    held.refuse(("a",), "an older one")
    kept_one = held.get(("a",), ask)

    assert (before, still, renewed, kept_one) == ("token 1", "token 1", "token 2", "token 2")


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("WASL_ZAINCASH_CLIENT_SECRET", "api key", "invalid_client"),
        ("WASL_ZAINCASH_CLIENT_ID", "other", "invalid_client"),
    ],
)
def test_a_wrong_client_is_told_so(provider, zaincash, settings, setting, value, code):
    setattr(settings, setting, zaincash.api_key if value == "api key" else value)

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert (caught.value.code, caught.value.is_permanent) == (code, True)
    assert not caught.value.may_have_happened


def test_the_api_key_and_the_client_secret_are_never_taken_for_each_other(
    provider, zaincash, settings
):
    page = provider.start(ORDER)
    pay(page.url)
    message = zaincash.callbacks.noted[0]
    read(provider, message)
    settings.WASL_ZAINCASH_API_KEY = settings.WASL_ZAINCASH_CLIENT_SECRET

    with pytest.raises(CallbackRefusedError, match="WRONG_SIGNATURE"):
        read(provider, message)

    assert "two different" in provider.check_config()[0]


@pytest.mark.parametrize(
    "name",
    [
        "WASL_ZAINCASH_URL",
        "WASL_ZAINCASH_CLIENT_ID",
        "WASL_ZAINCASH_CLIENT_SECRET",
        "WASL_ZAINCASH_API_KEY",
    ],
)
def test_without_a_setting_it_is_not_offered(provider, settings, name):
    assert [each.name for each in providers.offered()] == ["zaincash"]
    setattr(settings, name, "")

    assert name in provider.check_config()[0]
    assert providers.offered() == []


def test_a_real_system_speaks_to_it_in_secret_only(provider, settings):
    settings.WASL_DEMO = settings.DEBUG = False

    assert "https://" in provider.check_config()[0]


def test_a_repeated_reference_is_refused_and_may_have_been_taken(provider):
    provider.start(ORDER)

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert "DUPLICATE" in caught.value.code
    assert (caught.value.is_permanent, caught.value.may_have_happened) == (True, True)


@pytest.mark.parametrize(
    ("trap", "value", "may_have_happened"),
    [
        ("lose", 1, True),
        ("malform", 1, True),
        ("fail", [500], True),
        ("fail", [503], True),
        ("fail", [429], False),
    ],
)
def test_a_start_that_goes_wrong_says_whether_it_may_have_happened(
    provider, zaincash, trap, value, may_have_happened
):
    getattr(zaincash.traps, trap)["init"] = value

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert caught.value.may_have_happened is may_have_happened
    assert not caught.value.is_permanent
    assert len(zaincash.transactions.store.rows) == (trap != "fail")


def test_unknown_and_missing_scopes_have_codes_of_their_own(provider, zaincash):
    url = zaincash.base_url + API
    nobody = "00000000-0000-4000-8000-000000000000"

    narrow = requests.post(
        f"{url}/reverse", json={}, headers=bearer(zaincash, "payment:read"), timeout=5
    )
    unknown = requests.get(f"{url}/inquiry/{nobody}", headers=bearer(zaincash), timeout=5)
    naked = requests.get(f"{url}/inquiry/{nobody}", timeout=5)

    assert narrow.json() == {"error": {"code": "PAYMENT_GATEWAY_UNAUTHORIZED"}}
    assert (narrow.status_code, unknown.status_code, naked.status_code) == (403, 404, 401)
    assert unknown.json() == {"error": {"code": "PAYMENT_GATEWAY_TRANSACTION_NOT_FOUND"}}
    with pytest.raises(ProviderError, match="TRANSACTION_NOT_FOUND"):
        provider.confirm(nobody)
    with pytest.raises(ProviderError, match="WRONG_ID"):
        provider.confirm("../../oauth2/token")


def test_init_works_under_either_scope_that_the_documents_name(provider, zaincash):
    zaincash.traps.options["init_scope"] = "payment:read"

    assert provider.start(ORDER).provider_payment_id


def test_a_page_lasts_a_quarter_of_an_hour(provider, zaincash):
    page = provider.start(ORDER)
    lasts = page.expires_at - datetime.fromisoformat(kept(zaincash, page).created_at)
    zaincash.clock.move(timedelta(minutes=15))

    over = pay(page.url)

    assert lasts == timedelta(minutes=15)
    assert status(provider, page).status == Status.EXPIRED
    assert over.headers["Location"].startswith(SHOP)


def test_the_page_refuses_a_frame_and_strangers(provider):
    page = provider.start(ORDER)

    shown = requests.get(page.url, timeout=5)

    assert shown.headers["X-Frame-Options"] == "DENY"
    assert requests.get(page.url[:-3] + "000", timeout=5).status_code == 404
    assert requests.get(page.url.split("?")[0], timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda url: press(url, "decline"), "DECLINED_BY_CUSTOMER"),
        (lambda url: pay(url, phone="07700000001"), "INSUFFICIENT_BALANCE"),
        (lambda url: [pay(url, otp="000000") for _ in range(3)][-1], "TOO_MANY_WRONG_CODES"),
    ],
)
def test_payments_fail_in_several_ways(provider, zaincash, act, error):
    page = provider.start(ORDER)

    answer = act(page.url)

    assert status(provider, page).status == Status.FAILED
    assert posted(zaincash)[-1]["data"]["errorMessage"] == error
    assert answer.headers["Location"].startswith(SHOP)


def test_a_phone_that_is_none_is_asked_for_again(provider):
    page = provider.start(ORDER)

    answer = press(page.url, "phone", phone="123")

    assert "07701234567" in answer.text
    assert status(provider, page).status == Status.PENDING


def test_return_and_webhook_tell_the_same_and_are_signed_alike(provider, zaincash):
    page = provider.start(ORDER)
    answer = pay(page.url)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)

    returned = provider.read_callback(CallbackRequest(query={"token": query["token"][0]}))
    called = read(provider, zaincash.callbacks.noted[0])

    assert returned.provider_payment_id == called.provider_payment_id == page.provider_payment_id
    assert returned.key == called.key == ORDER.key
    assert (called.claimed_status, called.is_signed) == ("SUCCESS", True)
    assert returned.event_id != called.event_id
    assert "customerMsisdn" not in json.dumps(dict(called.content))


@pytest.mark.parametrize("body_key", ["webhook_token", "token"])
def test_the_webhook_is_read_under_either_key(provider, zaincash, body_key):
    zaincash.traps.options["body_key"] = body_key
    pay(provider.start(ORDER).url)
    message = zaincash.callbacks.noted[0]

    assert list(json.loads(message.body)) == [body_key]
    assert read(provider, message).claimed_status == "SUCCESS"


def test_without_a_webhook_the_inquiry_is_enough(provider, zaincash):
    zaincash.traps.options["webhook"] = "off"
    page = provider.start(ORDER)

    pay(page.url)

    assert zaincash.callbacks.noted == []
    assert status(provider, page).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("way", "claims"),
    [
        ("twice", ["SUCCESS", "SUCCESS"]),
        ("muddled", ["SUCCESS", "OTP_SENT"]),
        ("lost", []),
        ("once", ["SUCCESS"]),
    ],
)
def test_webhooks_go_the_way_that_the_operator_wants(provider, zaincash, way, claims):
    zaincash.traps.callback = way
    page = provider.start(ORDER)
    zaincash.act(page.provider_payment_id, "pay")

    events = posted(zaincash)

    assert [each["data"]["currentStatus"] for each in events] == claims
    if way == "twice":
        assert events[0]["eventId"] == events[1]["eventId"]


def test_a_forged_webhook_is_refused_and_a_changed_amount_convinces_nobody(provider, zaincash):
    forged = provider.start(ORDER)
    pay(forged.url, "pay-forged")
    with pytest.raises(CallbackRefusedError, match="WRONG_SIGNATURE"):
        read(provider, zaincash.callbacks.noted[-1])

    changed = provider.start(replace(ORDER, key="0190c2f0-0000-4000-8000-000000000002"))
    pay(changed.url, "pay-changed")
    claim = read(provider, zaincash.callbacks.noted[-1])

    assert claim.content["amount"]["value"] == 126_000
    assert status(provider, changed).amount == 125_000


def test_other_algorithms_and_events_without_a_name_are_refused(provider, zaincash):
    def body(payload, key=zaincash.api_key):
        token = tokens.sign(payload, key)
        return CallbackRequest(body=json.dumps({"webhook_token": token}).encode())

    event = {"eventId": "1", "eventType": "STATUS_CHANGED", "data": {}}
    for payload in (
        {**event, "eventId": ""},
        {**event, "data": "x"},
        {**event, "eventType": "INVENTED"},
        {"eventType": "STATUS_CHANGED"},
    ):
        with pytest.raises(CallbackRefusedError):
            provider.read_callback(body(payload))
    signed = tokens.sign(event, zaincash.api_key)
    for head in ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJSUzI1NiJ9"):
        token = ".".join([head, *signed.split(".")[1:]])
        with pytest.raises(CallbackRefusedError, match="WRONG_ALGORITHM"):
            provider.read_callback(CallbackRequest(query={"token": token}))


@pytest.mark.parametrize(
    ("amount", "wanted"),
    [
        ({"value": 125_000.0}, 125_000),
        ({"value": "125000.000"}, 125_000),
        ({"value": 125_000.5}, None),
        ({"value": "1e400"}, None),
        ({"value": None}, None),
        ({"feeValue": None}, 125_000),
    ],
)
def test_amounts_in_any_notation_are_read_exactly(provider, zaincash, amount, wanted):
    page = provider.start(ORDER)
    zaincash.traps.options["inquiry"] = {"amount": amount}

    assert status(provider, page).amount == wanted


def test_an_unknown_status_is_never_a_success(provider, zaincash):
    page = provider.start(ORDER)
    for raw in ("COMPLETED", "success", "PAID", ""):
        zaincash.traps.options["inquiry"] = {"status": raw}
        assert status(provider, page).status == Status.PENDING


def test_reverse_is_not_idempotent_so_it_is_asked_once(provider, zaincash):
    page = provider.start(ORDER)
    pay(page.url)

    first = provider.refund(page.provider_payment_id, reason="withdrawn")
    provider.refund(page.provider_payment_id, reason="by another hand")

    assert (first.amount, first.is_complete, bool(first.reference)) == (125_000, True, True)
    assert [each["amount"] for each in kept(zaincash, page).reversals] == [125_000, 125_000]
    assert status(provider, page).status == Status.REFUNDED
    assert provider.is_refunded(page.provider_payment_id)
    assert posted(zaincash)[-1]["eventType"] == "REFUND_COMPLETED"


@pytest.mark.parametrize(
    ("trap", "value", "times", "may_have_happened"),
    [
        ("fail", [503], 0, True),
        ("fail", [401], 0, False),
        ("fail", [429], 0, False),
        ("lose", 1, 1, True),
        ("malform", 1, 1, True),
    ],
)
def test_a_reverse_that_goes_wrong_is_never_repeated(
    provider, zaincash, trap, value, times, may_have_happened
):
    page = provider.start(ORDER)
    pay(page.url)
    getattr(zaincash.traps, trap)["reverse"] = value

    with pytest.raises(ProviderError) as caught:
        provider.refund(page.provider_payment_id, reason="withdrawn")

    assert caught.value.may_have_happened is may_have_happened
    assert len(kept(zaincash, page).reversals) == times


def test_a_part_is_given_back_and_the_rest_stands(provider, zaincash):
    page = provider.start(ORDER)
    pay(page.url)
    paid_at = kept(zaincash, page).completed_at

    part = provider.refund(page.provider_payment_id, reason="too much", amount=25_000)

    assert (part.amount, status(provider, page).status) == (25_000, Status.SUCCEEDED)
    assert kept(zaincash, page).completed_at == paid_at
    with pytest.raises(ProviderError, match="REVERSE_NOT_SEEN"):
        provider.is_refunded(page.provider_payment_id)
    with pytest.raises(ProviderError):
        provider.refund(page.provider_payment_id, reason="too much", amount=125_001)
    provider.refund(page.provider_payment_id, reason="the rest", amount=100_000)
    assert provider.is_refunded(page.provider_payment_id)


def test_what_nobody_paid_is_not_given_back(provider):
    page = provider.start(ORDER)

    with pytest.raises(ProviderError) as caught:
        provider.refund(page.provider_payment_id, reason="withdrawn")

    assert (caught.value.is_permanent, caught.value.may_have_happened) == (True, False)


def test_transactions_outlive_a_restart_and_old_tokens_do_not(settings, tmp_path):
    with stand_in("zaincash", settings, tmp_path) as first:
        page = ZainCashProvider().start(ORDER)
        pay(page.url)
        held = dict(client.TOKENS._held)
    with stand_in("zaincash", settings, tmp_path) as second:
        client.TOKENS._held = {client._key(): next(iter(held.values()))}
        again = ZainCashProvider().confirm(page.provider_payment_id)
        with pytest.raises(ProviderError, match="DUPLICATE"):
            ZainCashProvider().start(ORDER)

    assert first is not second
    assert again.status == Status.SUCCEEDED


def test_the_day_file_has_what_came_and_what_went(provider, zaincash):
    page = provider.start(ORDER)
    pay(page.url)
    provider.refund(page.provider_payment_id, reason="too much", amount=25_000)

    today = settlement.today(zaincash.clock.now())
    text = requests.get(f"{zaincash.base_url}/settlement/{today}.csv", timeout=5).text
    paid, back = csv.DictReader(text.splitlines())

    assert (paid["payment_id"], paid["merchant_reference"]) == (page.provider_payment_id, ORDER.key)
    assert (paid["amount"], paid["fee"], paid["status"]) == ("125000", "625", "SUCCESS")
    assert (back["amount"], back["fee"], back["status"]) == ("-25000", "0", "REFUND")


@pytest.mark.parametrize(
    ("action", "wanted"),
    [("pay", "SUCCESS"), ("decline", "FAILED"), ("expire", "EXPIRED")],
)
def test_the_operator_decides_at_the_desk(provider, zaincash, action, wanted):
    page = provider.start(ORDER)
    desk = f"{zaincash.base_url}/operator?lang=en"
    one = requests.get(f"{desk}&id={page.provider_payment_id}", timeout=5)

    requests.post(desk, data={"do": action, "id": page.provider_payment_id}, timeout=5)
    done = status(provider, page).raw_status
    requests.post(desk, data={"do": "refund", "id": page.provider_payment_id}, timeout=5)

    assert f'value="{action}"' in one.text
    assert 'value="refund"' not in one.text
    assert done == wanted
    assert status(provider, page).raw_status == ("REFUNDED" if action == "pay" else wanted)
