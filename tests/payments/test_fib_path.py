"""The whole path with FIB: the page that shows the code, unsigned messages, orphans, two attempts."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import translation

from tests import people
from tests.payments.conftest import AMOUNT, CASE, LATER, start
from tests.payments.stand_ins import POINTED, press, stand_in
from tests.people import NOW
from wasl.core import jobs
from wasl.payments import providers, selectors, services, shown, states
from wasl.payments.models import PaymentIntent, ProviderMessage, Settlement
from wasl.payments.providers import CallbackRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def fib(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {
        "fib": "wasl.payments.providers.fib.FibProvider",
        "sandbox": "wasl.payments.providers.sandbox.SandboxProvider",
    }
    with stand_in("fib", settings, tmp_path) as app:
        yield app


@pytest.fixture
def asked(fib, payer):
    return ask(payer)


def ask(payer, case=CASE):
    return services.request_payment(
        payer=payer,
        purpose="connections.fee",
        subject=("case", case),
        amount=AMOUNT,
        directorate_id=1,
        now=NOW,
    )


@pytest.fixture
def browser(client, payer):
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, payer)


def begin(asked, **values):
    start(asked, provider="fib", **values)
    return selectors.live_intent(asked.id)


def app_link(intent):
    return shown.read(intent.shown).links[0][1]


def hear(message, provider="fib"):
    """Hand a message of the bank over, at the address that it was sent to."""
    path = message.url.split("127.0.0.1:8000")[1]
    return Client(enforce_csrf_checks=True).post(
        path, message.body, content_type="application/json"
    )


def text(answer):
    return answer.content.decode()


def test_a_payment_goes_from_code_to_receipt_by_an_unsigned_message(fib, asked):
    intent = begin(asked)

    press(app_link(intent), action="pay")
    with time_machine.travel(LATER, tick=False):
        answer = hear(fib.callbacks.noted[-1])
    jobs.drain(LATER)

    message = ProviderMessage.objects.get(way="CALLBACK")
    assert (answer.status_code, text(answer)) == (200, "kept")
    assert (message.is_verified, message.content["status"]) == (False, "PAID")
    assert selectors.is_settled(asked.id)
    assert Settlement.objects.get().provider == "fib"


def test_a_message_alone_settles_nothing(fib, asked):
    intent = begin(asked)
    body = json.dumps({"id": intent.provider_payment_id, "status": "PAID"}).encode()

    services.receive_callback(
        provider="fib", request=CallbackRequest(body=body, key=str(intent.key)), now=LATER
    )
    jobs.drain(LATER)

    assert not selectors.is_settled(asked.id)
    assert selectors.live_intent(asked.id) is not None


@pytest.mark.parametrize("where", ["common", "another"])
def test_a_message_at_another_address_is_not_heard(fib, asked, payer, where):
    intent = begin(asked)
    other = begin(ask(payer, uuid.uuid4()))
    key = "" if where == "common" else str(other.key)
    body = json.dumps({"id": intent.provider_payment_id, "status": "PAID"}).encode()

    try:
        heard = services.receive_callback(
            provider="fib", request=CallbackRequest(body=body, key=key), now=LATER
        )
    except services.UnableToBelieveCallback:
        heard = False

    assert heard is False
    assert jobs.drain(LATER) == 0
    kept = ProviderMessage.objects.get()
    assert set(kept.content) == {"bytes", "sha256"}


def test_a_forger_does_not_use_up_the_name_of_the_real_message(fib, asked):
    intent = begin(asked)
    body = json.dumps({"id": intent.provider_payment_id, "status": "PAID"}).encode()
    request = CallbackRequest(body=body, key=str(intent.key))

    early = services.receive_callback(provider="fib", request=request, now=LATER)
    jobs.drain(LATER)
    press(app_link(intent), action="pay")
    real = services.receive_callback(provider="fib", request=request, now=LATER)
    jobs.drain(LATER)

    assert (early, real) == (True, False)
    assert selectors.is_settled(asked.id)


def test_messages_about_one_attempt_do_not_make_us_ask_without_end(fib, asked):
    intent = begin(asked)
    body = json.dumps({"id": intent.provider_payment_id, "status": "PAID"}).encode()
    request = CallbackRequest(body=body, key=str(intent.key))

    for _time in range(40):
        services.receive_callback(provider="fib", request=request, now=LATER)

    assert ProviderMessage.objects.count() == 30
    assert jobs.drain(LATER) == 1


@pytest.mark.parametrize("way", ["twice", "muddled", "changed", "forged", "lost"])
def test_whatever_becomes_of_the_messages_the_money_is_counted_once(fib, asked, way):
    intent = begin(asked)
    press(app_link(intent), action=f"pay-{way}")

    for message in fib.callbacks.noted:
        with time_machine.travel(LATER, tick=False):
            hear(message)
        jobs.drain(LATER)
    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert Settlement.objects.count() == 1
    assert selectors.is_settled(asked.id)


@pytest.fixture
def orphan(fib, asked):
    """An attempt whose answer was lost, and the payment that the bank made of it."""
    fib.traps.lose["create"] = 1
    with pytest.raises(services.UnableToTellWhetherStarted):
        start(asked, provider="fib")
    return PaymentIntent.objects.get(), next(iter(fib.payments.store.rows))


def test_an_orphan_is_tied_back_by_our_key_in_the_address(fib, asked, orphan):
    intent, payment_id = orphan
    fib.act(payment_id, "pay")
    with time_machine.travel(LATER, tick=False):
        answer = hear(fib.callbacks.noted[-1])
    jobs.drain(LATER)

    intent.refresh_from_db()
    assert text(answer) == "kept"
    assert (intent.state, intent.provider_payment_id) == (states.SUCCEEDED, payment_id)
    assert selectors.is_settled(asked.id)


def test_an_orphan_is_tied_back_although_the_bank_is_down_at_first(fib, orphan, asked):
    _intent, payment_id = orphan
    fib.act(payment_id, "pay")
    fib.traps.fail["status"] = [503]
    with time_machine.travel(LATER, tick=False):
        hear(fib.callbacks.noted[-1])
    jobs.drain(LATER)
    before = selectors.is_settled(asked.id)

    jobs.drain(LATER + timedelta(minutes=1))

    assert not before
    assert selectors.is_settled(asked.id)


def test_anothers_payment_is_not_claimed_for_an_orphan(fib, orphan, payer):
    intent, _payment_id = orphan
    other = begin(ask(payer, uuid.uuid4()))
    press(app_link(other), action="pay")
    cheap = fib.payments.open({"monetaryValue": {"amount": 250, "currency": "IQD"}})
    fib.payments.pay(cheap)

    for claimed in (other.provider_payment_id, cheap.payment_id, str(uuid.uuid4())):
        body = json.dumps({"id": claimed, "status": "PAID"}).encode()
        request = CallbackRequest(body=body, key=str(intent.key))
        services.receive_callback(provider="fib", request=request, now=LATER)
        jobs.drain(LATER)

    intent.refresh_from_db()
    assert intent.provider_payment_id is None
    assert not Settlement.objects.exists()


def test_an_orphan_that_nobody_hears_of_ends_with_its_time(orphan):
    intent, _payment_id = orphan
    late = NOW + timedelta(minutes=20)

    services.confirm_intent(intent_id=intent.id, now=late)

    intent.refresh_from_db()
    assert (intent.state, intent.ask_next_at) == (states.EXPIRED, None)


def test_a_refund_at_the_bank_is_for_a_person(fib, asked):
    intent = begin(asked)
    press(app_link(intent), action="pay")
    fib.act(intent.provider_payment_id, "refund")

    services.confirm_intent(intent_id=intent.id, now=LATER)

    intent.refresh_from_db()
    assert (intent.state, intent.failure) == (states.NEEDS_REVIEW, "REFUNDED_ELSEWHERE")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"amount": {"amount": AMOUNT - 1, "currency": "IQD"}}, "OTHER_AMOUNT"),
        ({"amount": {"amount": f"{AMOUNT}.5", "currency": "IQD"}}, "OTHER_AMOUNT"),
        ({"amount": {"amount": AMOUNT, "currency": "USD"}}, "OTHER_CURRENCY"),
        ({"paymentId": "11111111-1111-4111-8111-111111111111"}, "OTHER_PAYMENT"),
    ],
)
def test_what_does_not_match_goes_to_a_person(fib, asked, wrong, reason):
    intent = begin(asked)
    press(app_link(intent), action="pay")
    fib.traps.options["status"] = wrong

    services.confirm_intent(intent_id=intent.id, now=LATER)

    intent.refresh_from_db()
    assert (intent.state, intent.failure) == (states.NEEDS_REVIEW, reason)
    assert not Settlement.objects.exists()


def test_money_that_comes_after_our_expiry_counts(fib, asked):
    intent = begin(asked)
    press(app_link(intent), action="pay-lost")
    late = NOW + timedelta(days=1)

    services.sweep(now=late)
    jobs.drain(late)

    assert selectors.is_settled(asked.id)


def test_who_pays_another_way_cannot_pay_the_first_code_any_more(fib, asked, settings, tmp_path):
    first = begin(asked)
    with stand_in("sandbox", settings, tmp_path):
        POINTED["fib"](settings, fib)
        start(asked, provider="sandbox")
    jobs.drain(LATER)

    first.refresh_from_db()
    assert fib.payments.store.rows[first.provider_payment_id].status == "DECLINED"
    assert first.closed_at is not None
    assert press(app_link(first), action="pay").status_code == 200
    assert not Settlement.objects.exists()


def test_money_that_was_faster_than_the_withdrawal_is_counted(fib, asked, settings, tmp_path):
    first = begin(asked)
    press(app_link(first), action="pay-lost")
    with stand_in("sandbox", settings, tmp_path):
        POINTED["fib"](settings, fib)
        start(asked, provider="sandbox")
    jobs.drain(LATER)
    services.sweep(now=LATER)
    jobs.drain(LATER)

    assert selectors.is_settled(asked.id)
    assert Settlement.objects.get().intent_id == first.id


def test_the_sweep_is_not_worn_out_by_one_who_watches(fib, asked):
    intent = begin(asked)
    for second in range(10, 130, 5):
        services.confirm_intent(intent_id=intent.id, now=NOW + timedelta(seconds=second))

    intent.refresh_from_db()

    assert intent.asked_count == 24
    assert intent.ask_next_at <= NOW + timedelta(minutes=5)


# The pages


@pytest.fixture
def _clock(fib):
    with time_machine.travel(NOW, tick=False):
        fib.clock.offset = timedelta()
        yield


def pay(browser, asked):
    return browser.post(f"/pay/{asked.id}/", {"provider": "fib"})


@pytest.mark.usefixtures("_clock")
def test_the_page_shows_picture_code_and_links(browser, asked, fib):
    answer = pay(browser, asked)
    page = browser.get(answer["Location"])
    seen = shown.read(selectors.live_intent(asked.id).shown)

    assert (answer.status_code, answer["Location"]) == (302, f"/pay/{asked.id}/show/")
    assert f'src="{seen.qr_image}"' in text(page)
    assert seen.code in text(page)
    assert all(url.replace("&", "&amp;") in text(page) for _name, url in seen.links)
    assert "125,000" in text(page)
    assert "Open the FIB app" in text(page)
    assert 'href="?check=1"' in text(page)
    assert "payments/watch" in text(page)
    assert "Refresh" not in page


@pytest.mark.usefixtures("_clock")
def test_the_button_looks_and_goes_on_to_the_receipt(browser, asked, fib):
    pay(browser, asked)
    address = f"/pay/{asked.id}/show/?check=1"
    waiting = browser.get(address)
    press(app_link(selectors.live_intent(asked.id)), action="pay-lost")

    with time_machine.travel(NOW + timedelta(seconds=4), tick=False):
        done = browser.get(address, follow=True)

    assert "Not paid yet" in text(waiting)
    assert Settlement.objects.get().receipt_no in text(done)


@pytest.mark.usefixtures("_clock")
def test_the_script_learns_that_there_is_news(browser, asked, fib):
    pay(browser, asked)
    first = browser.get(f"/pay/{asked.id}/state/").json()
    press(app_link(selectors.live_intent(asked.id)), action="pay-lost")
    soon = browser.get(f"/pay/{asked.id}/state/").json()
    with time_machine.travel(NOW + timedelta(seconds=11), tick=False):
        later = browser.get(f"/pay/{asked.id}/state/").json()

    assert [first, soon, later] == [{"is_over": False}, {"is_over": False}, {"is_over": True}]


@pytest.mark.usefixtures("_clock")
def test_who_comes_back_sees_the_same_code_or_may_pay_another_way(browser, asked, fib):
    pay(browser, asked)
    again, other = browser.get(f"/pay/{asked.id}/"), browser.get(f"/pay/{asked.id}/?other=1")
    pay(browser, asked)

    assert f'href="/pay/{asked.id}/show/"' in text(again)
    assert 'name="provider"' not in text(again)
    assert 'name="provider"' in text(other)
    assert len(fib.payments.store.rows) == 1


@pytest.mark.usefixtures("_clock")
def test_a_code_whose_time_is_over_is_not_shown(browser, asked):
    pay(browser, asked)

    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        page = browser.get(f"/pay/{asked.id}/show/")

    assert "ran out" in text(page)
    assert "data:image" not in text(page)


@pytest.mark.usefixtures("_clock")
def test_the_code_is_for_the_payer_alone_and_encrypted(browser, asked, fib, client):
    pay(browser, asked)
    stranger = people.sign_in(Client(), people.citizen())
    code = selectors.live_intent(asked.id)
    seen = shown.read(code.shown)

    assert stranger.get(f"/pay/{asked.id}/show/").status_code == 404
    assert stranger.get(f"/pay/{asked.id}/state/").status_code == 404
    assert Client().get(f"/pay/{asked.id}/show/").status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT row(i.*)::text FROM payments_paymentintent i")
        assert seen.code.encode().hex() not in cursor.fetchone()[0]


@pytest.mark.usefixtures("_clock")
def test_without_an_attempt_there_is_nothing_to_show(browser, asked):
    answer = browser.get(f"/pay/{asked.id}/show/")

    assert answer["Location"] == f"/pay/{asked.id}/return/"
    assert browser.get(f"/pay/{asked.id}/state/").json() == {"is_over": True}


def test_the_ways_to_pay_say_what_one_needs_and_what_it_costs(browser, asked, settings, tmp_path):
    with stand_in("sandbox", settings, tmp_path):
        page = browser.get(f"/pay/{asked.id}/")

    for name in ("fib", "sandbox"):
        provider = providers.get(name)
        with translation.override("en"):
            told = [str(provider.title), str(provider.hint), str(provider.fee_note)]
        assert all(words in text(page) for words in told)


def test_what_is_shown_survives_being_kept():
    one = providers.Shown(qr_image="data:x", code="A-B", links=(("personal", "https://x/?a=1&b"),))

    assert shown.read(shown.write(one)) == one
    assert shown.read(shown.write(replace(one, links=()))).links == ()
