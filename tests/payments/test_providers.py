"""One contract for every provider; tokens; the sandbox's own refusals and its memory."""

import base64
import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from django.conf import settings as installed
from django.core.management import CommandError, call_command

from tests.payments.conftest import SEED
from tests.payments.stand_ins import stand_in
from wasl.payments import providers
from wasl.payments.providers import CallbackRefusedError, CallbackRequest, ProviderError, tokens
from wasl.payments.providers.sandbox import SandboxProvider, secrets
from wasl.payments.providers.sandbox import client as sandbox_client
from wasl.payments.sandbox.trial_wallet.callbacks import return_url
from wasl.payments.sandbox.trial_wallet.company import API
from wasl.payments.sandbox.trial_wallet.store import Store

ORDER = providers.Order(
    key="0190c2f0-0000-7000-8000-000000000001",
    reference="K7MN-4XPD-2",
    amount=125_000,
    language="ar",
    description="أجور توصيل",
    return_url="http://127.0.0.1:8000/pay/x/return/",
    callback_url="http://127.0.0.1:8000/pay/callback/x/0190c2f0-0000-7000-8000-000000000001/",
)


@pytest.mark.parametrize("name", sorted(installed.WASL_PAYMENT_PROVIDERS))
def test_every_provider_meets_the_contract(name, settings, tmp_path):
    with stand_in(name, settings, tmp_path):
        _meets_the_contract(name)


def _meets_the_contract(name):
    provider = providers.get(name)

    page = provider.start(ORDER)
    status = provider.confirm(page.provider_payment_id)

    assert provider.name == name
    assert str(provider.title)
    assert str(provider.hint)
    assert provider.check_config() == []
    assert page.url.startswith("http") if page.shown is None else page.shown.code
    assert page.provider_payment_id
    assert str(provider.fee_note)
    assert isinstance(status, providers.ProviderStatus)
    assert status.status == providers.Status.PENDING
    # A company that has nothing under our key until somebody pays knows no amount either.
    expected = ORDER.amount if status.is_known else None
    assert (status.amount, status.currency) == (expected, "IQD")
    assert status.key in {ORDER.key, None}
    assert status.provider_payment_id == page.provider_payment_id
    json.dumps(dict(status.content))
    for request in (
        CallbackRequest(),
        CallbackRequest(body=b"\xff\xfe"),
        CallbackRequest(body=b"[]"),
        CallbackRequest(body=b"[" * 50_000),
        CallbackRequest(body=b'{"webhook_token": 7}'),
        CallbackRequest(body=b'{"webhook_token": "a.b.c"}'),
        CallbackRequest(query={"token": "x" * 20_000}),
        CallbackRequest(body=b"[" * 50_000, key=ORDER.key),
        CallbackRequest(body=b'{"id": "../x", "status": "PAID"}', key=ORDER.key),
    ):
        with pytest.raises(CallbackRefusedError):
            provider.read_callback(request)
    for unknown in ("00000000-0000-4000-8000-000000000000", "../../x"):
        with pytest.raises(ProviderError):
            provider.confirm(unknown)
    with pytest.raises(ProviderError):
        provider.refund(page.provider_payment_id, reason="nobody paid")
    if isinstance(provider, providers.RecoversStart):
        found = provider.recover(ORDER)
        assert found is None or (found.key, found.status) == (ORDER.key, status.status)
        assert provider.recover(replace(ORDER, key=str(uuid4()))) is None


@pytest.mark.parametrize("name", sorted(installed.WASL_PAYMENT_PROVIDERS))
def test_every_provider_has_its_folder_with_a_readme(name):
    folder = Path(providers.__file__).parent / name

    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")


def test_a_provider_writes_nothing():
    folder = Path(providers.__file__).parent

    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "payments.models" not in text, path
        assert "django.db" not in text, path


def test_a_payment_is_confirmed_and_given_back(company):
    provider = SandboxProvider()
    page = provider.start(ORDER)
    company.press(page.url)

    paid = provider.confirm(page.provider_payment_id)
    back = provider.refund(page.provider_payment_id, reason="withdrawn")
    after = provider.confirm(page.provider_payment_id)

    assert (paid.status, paid.fee_amount) == (providers.Status.SUCCEEDED, 625)
    assert (back.amount, bool(back.reference)) == (125_000, True)
    assert after.status == providers.Status.REFUNDED


def test_a_refund_is_never_asked_for_twice(company):
    provider = SandboxProvider()
    page = provider.start(ORDER)
    company.press(page.url)
    company.traps.fail["reverse"] = [503]

    with pytest.raises(ProviderError) as caught:
        provider.refund(page.provider_payment_id, reason="withdrawn")

    assert caught.value.may_have_happened
    assert company.app.store.payments[page.provider_payment_id].reversals == []


def test_callback_and_return_tell_the_same_payment(company):
    provider = SandboxProvider()
    page = provider.start(ORDER)
    answer = company.press(page.url)
    token = answer.headers["Location"].split("token=")[1]
    company.traps.webhook_body_key = "token"
    body = json.dumps({"token": company.token(company.sent[0])}).encode()

    returned = provider.read_callback(CallbackRequest(query={"token": token}))
    called = provider.read_callback(CallbackRequest(body=body))

    assert answer.status_code == 303
    assert returned.provider_payment_id == called.provider_payment_id == page.provider_payment_id
    assert returned.key == called.key == ORDER.key
    assert called.claimed_status == "SUCCESS"
    assert "customerMsisdn" not in called.content


def test_an_access_token_is_renewed_once_when_it_was_ended(company):
    provider = SandboxProvider()
    provider.start(ORDER)
    url = company.app.base_url
    sandbox_client._TOKENS[url] = ("ended.by.company", sandbox_client._TOKENS[url][1])

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert caught.value.code == "PAYMENT_GATEWAY_DUPLICATE_REFERENCE_USE_INQUIRY"
    assert caught.value.is_permanent


def test_the_three_secrets_are_not_interchangeable(company, settings):
    assert len({secrets.client_secret(SEED), secrets.api_key(SEED), secrets.token_key(SEED)}) == 3
    settings.WASL_SANDBOX_SECRET = "another"
    sandbox_client._TOKENS.clear()

    with pytest.raises(ProviderError, match="invalid_client"):
        SandboxProvider().start(ORDER)


@pytest.mark.parametrize(
    ("call", "status", "may_have_happened"),
    [("init", 500, True), ("init", 503, True), ("init", 429, False), ("token", 503, False)],
)
def test_faults_say_whether_something_may_have_happened(company, call, status, may_have_happened):
    company.traps.fail[call] = [status]

    with pytest.raises(ProviderError) as caught:
        SandboxProvider().start(ORDER)

    assert caught.value.may_have_happened is may_have_happened
    assert not caught.value.is_permanent


@pytest.mark.parametrize(
    ("error", "may_have_happened"),
    [(requests.ConnectTimeout(), False), (requests.ReadTimeout(), True)],
)
def test_only_an_answer_that_was_lost_may_have_had_effect(
    company, monkeypatch, error, may_have_happened
):
    SandboxProvider().start(ORDER)

    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(requests, "request", fail)

    with pytest.raises(ProviderError) as caught:
        SandboxProvider().start(ORDER)

    assert caught.value.may_have_happened is may_have_happened


def test_no_secret_is_logged(company, caplog):
    caplog.set_level(logging.DEBUG)
    provider = SandboxProvider()
    page = provider.start(ORDER)
    company.press(page.url)
    provider.confirm(page.provider_payment_id)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("wasl."))

    assert "sandbox init 200" in ours
    for secret in (secrets.client_secret(SEED), secrets.api_key(SEED), page.url.split("token=")[1]):
        assert secret not in ours


def test_the_sandbox_refuses_a_real_system(settings):
    settings.WASL_DEMO = settings.DEBUG = False
    settings.WASL_SANDBOX_SECRET = SEED

    assert "real system" in SandboxProvider().check_config()[0]
    settings.WASL_SANDBOX_SECRET = ""
    settings.WASL_PAYMENT_PROVIDERS = {"sandbox": "wasl.payments.providers.sandbox.SandboxProvider"}
    assert providers.offered() == []


def unsigned(payload, algorithm):
    def encode(data):
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()

    return f"{encode({'alg': algorithm})}.{encode(payload)}."


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (unsigned({"eventId": "1"}, "none"), "WRONG_ALGORITHM"),
        (unsigned({"eventId": "1"}, "RS256"), "WRONG_ALGORITHM"),
        (unsigned({"eventId": "1"}, "HS256"), "WRONG_SIGNATURE"),
        (tokens.sign({"eventId": "1"}, "other"), "WRONG_SIGNATURE"),
        (tokens.sign({"eventId": "1"}, "key")[:-2] + "AA", "WRONG_SIGNATURE"),
        ("", "WRONG_SHAPE"),
        ("a.b", "WRONG_SHAPE"),
        ("é.é.é", "WRONG_SHAPE"),
        ("....", "WRONG_SHAPE"),
        (f"{'W1tb' * 3000}.e30.AA", "WRONG_SHAPE"),
    ],
)
def test_a_token_is_believed_only_under_our_algorithm_and_key(token, code):
    with pytest.raises(CallbackRefusedError) as caught:
        tokens.read(token, "key")

    assert caught.value.code == code


def test_a_signed_token_is_read():
    assert tokens.read(tokens.sign({"a": "ب"}, "key"), "key") == {"a": "ب"}


def test_init_needs_every_field(company):
    headers = sandbox_client._bearer()
    url = company.app.base_url + API

    for data in ({}, [], {"amount": {"value": "1"}}, {"amount": {"value": "0", "currency": "IQD"}}):
        assert (
            requests.post(f"{url}/init", json=data, headers=headers, timeout=5).status_code == 400
        )
    assert requests.post(f"{url}/init", data=b"{", headers=headers, timeout=5).status_code == 400
    assert requests.post(f"{url}/init", json={}, timeout=5).status_code == 401
    assert requests.get(f"{url}/init", timeout=5).status_code == 405
    assert requests.get(f"{company.app.base_url}/nothing", timeout=5).status_code == 404
    assert requests.get(f"{company.app.base_url}/health", timeout=5).json()["status"] == "UP"


def test_the_hosted_page_speaks_the_payers_language_and_hides_from_others(company):
    page = SandboxProvider().start(ORDER)

    shown = requests.get(page.url, timeout=5)
    foreign = requests.get(page.url[:-3] + "000", timeout=5)
    wrong = company.press(page.url, otp="654321")
    eastern = company.press(page.url, otp="١٢٣٤٥٦")

    assert '<html lang="ckb"' not in shown.text
    assert 'dir="rtl"' in shown.text
    assert "125,000" in shown.text
    assert shown.headers["X-Frame-Options"] == "DENY"
    assert foreign.status_code == 404
    assert "غير صحيح" in wrong.text
    assert eastern.status_code == 303
    assert "تم الدفع" in requests.get(page.url, timeout=5).text


def test_the_page_shows_what_the_shop_wrote_as_text(company):
    page = SandboxProvider().start(replace(ORDER, description="<script>x</script>"))

    assert "<script>" not in requests.get(page.url, timeout=5).text


@pytest.mark.parametrize("action", ["decline", "expire"])
def test_a_payment_that_ended_is_not_paid_any_more(company, action):
    page = SandboxProvider().start(ORDER)
    company.press(page.url, action)

    again = company.press(page.url, "pay")

    assert again.status_code == 303
    assert company.app.store.payments[page.provider_payment_id].status != "SUCCESS"


def test_the_sandbox_remembers_over_a_restart(tmp_path):
    file = tmp_path / "deep" / "payments.jsonl"
    data = {
        "language": "ar",
        "externalReferenceId": "r",
        "orderId": "o",
        "serviceType": "s",
        "amount": {"value": "250", "currency": "IQD"},
        "redirectUrls": {"successUrl": "http://x/?a=1", "failureUrl": "http://x/f"},
    }
    first = Store(file)
    payment = first.open(data)
    first.move(payment, "SUCCESS")

    again = Store(file)
    found = again.get(payment.transaction_id)

    assert found == payment
    assert return_url(again, found, "PENDING", "key").startswith("http://x/?a=1&token=")
    file.write_text("{broken")
    assert Store(file).payments == {}


def test_an_open_payment_expires_by_the_sandboxs_clock(tmp_path):
    store = Store()
    payment = store.open(
        {
            "externalReferenceId": "r",
            "orderId": "o",
            "serviceType": "s",
            "amount": {"value": "250", "currency": "IQD"},
            "redirectUrls": {"successUrl": "x", "failureUrl": "y"},
        }
    )

    store.offset += timedelta(minutes=15)

    assert store.get(payment.transaction_id).status == "EXPIRED"


@pytest.mark.parametrize(
    ("is_demo", "secret", "words"),
    [(False, SEED, "real system"), (True, "", "WASL_SANDBOX_SECRET")],
)
def test_the_sandbox_does_not_start_without_a_demo_and_a_secret(settings, is_demo, secret, words):
    settings.WASL_DEMO, settings.DEBUG, settings.WASL_SANDBOX_SECRET = is_demo, False, secret

    with pytest.raises(CommandError, match=words):
        call_command("sandbox", "--port", "0")
