"""FastPay's stand-in: the QR calls, its page, what it tells, its file of the day."""

from dataclasses import replace

import pytest
import requests

from tests.payments.stand_ins import SEED, press
from tests.payments.test_providers import ORDER
from tests.people import NOW
from wasl.payments.providers.fastpay import FastPayProvider
from wasl.payments.sandbox import companies
from wasl.payments.sandbox.fastpay.company import STORE_ID


def vend(app, path, **data):
    password = companies.secret(SEED, "fastpay", "store password")
    body = {"storeId": STORE_ID, "storePassword": password, **data}
    answer = requests.post(f"{app.base_url}/api/v1/public/vending/{path}", json=body, timeout=5)
    assert answer.status_code == 200
    return answer.json()


QR = {"orderId": "VENDOR0012", "billAmount": 1000, "currency": "IQD"}


def test_a_qr_order_is_paid_with_the_app(fastpay):
    made = vend(fastpay, "qr", **QR)
    picture = requests.get(made["data"]["qrUrl"], timeout=5)
    token = made["data"]["qrText"]
    before = vend(fastpay, "status", orderId="VENDOR0012")
    unknown = vend(fastpay, "validate", orderId="VENDOR0012")
    press(f"{fastpay.base_url}/pay?token={token}", action="pay-stay")
    after = vend(fastpay, "status", orderId="VENDOR0012")["data"]
    truth = vend(fastpay, "validate", orderId="VENDOR0012")["data"]

    assert (made["code"], made["errors"], type(made["messages"])) == (200, [], str)
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    assert before["data"]["payment_status"] == "UNPAID"
    assert before["data"]["received_amount"] == "0.00"
    assert (unknown["code"], unknown["data"]) == (404, None)
    assert (after["payment_status"], after["received_amount"]) == ("PAID", "1000.00")
    # On this family of calls the amount is a number, and the status in small letters.
    assert (truth["received_amount"], truth["status"]) == (1000.0, "success")


def test_a_qr_order_can_be_declined(fastpay):
    token = vend(fastpay, "qr", **QR)["data"]["qrText"]

    press(f"{fastpay.base_url}/pay?token={token}", action="fail")

    state = vend(fastpay, "status", orderId="VENDOR0012")["data"]["payment_status"]
    assert state == "DECLINED"
    assert fastpay.callbacks.noted == []


@pytest.mark.parametrize(
    "changed",
    [{"billAmount": 999}, {"billAmount": "1000"}, {"orderId": "x"}, {"storePassword": "x"}],
)
def test_a_qr_order_below_a_thousand_or_wrong_is_refused_inside_200(fastpay, changed):
    refused = vend(fastpay, "qr", **{**QR, **changed})

    assert (refused["code"], refused["data"], refused["errors"]) == (422, None, [])
    assert fastpay.store.rows == {}


def test_the_two_families_of_calls_do_not_read_each_others_fields(fastpay):
    password = companies.secret(SEED, "fastpay", "store password")
    snake = {"store_id": STORE_ID, "store_password": password, "order_id": "VENDOR0012"}
    camel = {"storeId": STORE_ID, "storePassword": password, "orderId": "ORDER0012"}
    base = f"{fastpay.base_url}/api/v1/public"

    for path, body in (("vending/status", snake), ("pgw/payment/validate", camel)):
        answer = requests.post(f"{base}/{path}", json=body, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (200, 422)


def test_the_page_speaks_two_languages_and_asks_for_no_secret(fastpay):
    page = FastPayProvider().start(replace(ORDER, description="<script>x</script>"))

    arabic = requests.get(page.url, timeout=5)
    english = requests.get(f"{page.url}&lang=en", timeout=5)
    unknown = requests.get(f"{fastpay.base_url}/pay?token=", timeout=5)

    assert ('dir="rtl"' in arabic.text, "أموال تجريبية" in arabic.text) == (True, True)
    assert ('dir="ltr"' in english.text, "Play money" in english.text) == (True, True)
    for shown in (arabic, english):
        assert "<script>" not in shown.text
        assert "<input" not in shown.text
        assert "<svg" in shown.text
        assert "125,000" in shown.text
        assert "appFpp://fast-pay.cash/qrpay?qrdata=" in shown.text
    assert unknown.status_code == 404


@pytest.mark.parametrize("action", ["cancel", "fail", "expire"])
def test_an_order_that_ended_is_not_paid_any_more(fastpay, action):
    page = FastPayProvider().start(ORDER)

    first, again = press(page.url, action=action), press(page.url, action="pay")
    shown = requests.get(page.url, timeout=5)

    assert first.headers["Location"] == again.headers["Location"] == ORDER.return_url
    assert fastpay.store.rows[page.provider_payment_id].status != "Success"
    assert fastpay.callbacks.noted == []
    assert ORDER.return_url in shown.text


def test_only_a_success_is_told_to_who_the_order_names(fastpay):
    provider = FastPayProvider()
    told = replace(ORDER, callback_url="http://127.0.0.1:9/told/")
    press(provider.start(told).url, action="pay")

    (message,) = fastpay.callbacks.noted

    assert message.url == "http://127.0.0.1:9/told/"
    assert set(message.headers) == {"Content-Type"}
    read = provider.read_callback(providers_request(message))
    assert (read.claimed_status, read.content["received_amount"]) == ("Success", "125000.00")


def providers_request(message):
    from wasl.payments.providers import CallbackRequest

    return CallbackRequest(body=message.body)


def test_the_file_of_the_day_lists_what_came_and_what_went_back(fastpay):
    provider = FastPayProvider()
    page = provider.start(ORDER)
    press(page.url, action="pay")
    provider.refund(page.provider_payment_id, reason="x", amount=25_000)
    gateway_id = fastpay.store.rows[page.provider_payment_id].transaction_id

    day = NOW.date().isoformat()
    text = requests.get(f"{fastpay.base_url}/settlement/{day}.csv", timeout=5).text

    rows = [line.split(",") for line in text.splitlines()]
    assert rows[1][:5] == [gateway_id, page.provider_payment_id, "125000", "625", "IQD"]
    assert rows[2][:5] == [gateway_id, page.provider_payment_id, "-25000", "0", "IQD"]
    assert [row[6] for row in rows] == ["status", "SUCCESS", "REFUND"]


def test_at_the_operators_desk_an_order_is_paid_and_given_back(fastpay):
    page = FastPayProvider().start(ORDER)

    for action in ("pay", "pay", "refund", "refund"):
        press(f"{fastpay.base_url}/operator", do=action, id=page.provider_payment_id)

    row = fastpay.store.rows[page.provider_payment_id]
    assert (row.status, row.refunded, len(fastpay.callbacks.noted)) == ("Success", 125_000, 1)


def test_it_remembers_over_a_restart(fastpay):
    page = FastPayProvider().start(ORDER)
    press(page.url, action="pay")

    again = companies.load("fastpay")(seed=SEED, file=fastpay.file)

    assert again.store.rows == fastpay.store.rows
