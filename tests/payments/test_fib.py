"""FIB: the adapter against its stand-in, over real HTTP, with every known trap."""

import base64
import csv
import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from uuid import UUID

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from tests.payments.stand_ins import press, stand_in
from wasl.payments import providers
from wasl.payments.providers import (
    CallbackRefusedError,
    CallbackRequest,
    ProviderError,
    Status,
    http,
)
from wasl.payments.providers.fib import FibProvider, client
from wasl.payments.sandbox import settlement
from wasl.payments.sandbox.fib import durations
from wasl.payments.sandbox.fib.company import API, REALM

KEY = "0190c2f0-0000-4000-8000-000000000001"
ORDER = providers.Order(
    key=KEY,
    reference="K7MN-4XPD-2",
    amount=125_000,
    language="ckb",
    description="أجور توصيل",
    return_url="http://127.0.0.1:8000/pay/x/return/",
    callback_url=f"http://127.0.0.1:9/pay/callback/fib/{KEY}/",
)
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def fib(settings, tmp_path):
    settings.WASL_PAYMENT_PROVIDERS = {"fib": "wasl.payments.providers.fib.FibProvider"}
    with stand_in("fib", settings, tmp_path) as app:
        yield app


@pytest.fixture
def provider(fib):
    return FibProvider()


def kept(fib, page):
    return fib.payments.store.rows[page.provider_payment_id]


def status(provider, page):
    return provider.confirm(page.provider_payment_id)


def link(page):
    return page.shown.links[0][1]


def bearer(fib):
    form = {
        "grant_type": "client_credentials",
        "client_id": "wasl",
        "client_secret": fib.client_secret,
    }
    token = requests.post(fib.base_url + REALM, data=form, timeout=5).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def create(fib, **changes):
    data = {"monetaryValue": {"amount": 250, "currency": "IQD"}, **changes}
    return requests.post(fib.base_url + API, json=data, headers=bearer(fib), timeout=5)


def test_the_payer_is_shown_a_picture_a_code_and_links(provider, fib):
    page = provider.start(ORDER)

    kind, _comma, coded = page.shown.qr_image.partition(",")
    picture = Image.open(BytesIO(base64.b64decode(coded)))

    assert page.url == ""
    assert kind == "data:image/png;base64"
    assert (picture.format, picture.width > 100) == ("PNG", True)
    assert page.shown.code == kept(fib, page).readable_code
    assert [name for name, _url in page.shown.links] == ["personal", "business", "corporate"]
    assert set(provider.link_titles) == {"personal", "business", "corporate"}
    assert all(url.startswith(fib.base_url) for _name, url in page.shown.links)


def test_the_order_carries_what_the_bank_wants(provider, fib):
    page = provider.start(ORDER)

    found = kept(fib, page)
    lasts = page.expires_at - fib.clock.now()

    assert (found.amount, found.category) == ("125000", "UTILITY")
    assert (found.callback_url, found.redirect_uri) == (ORDER.callback_url, ORDER.return_url)
    assert KEY in found.callback_url
    assert ORDER.reference in found.description
    assert timedelta(minutes=14) < lasts <= timedelta(minutes=15)
    assert found.refundable_seconds == 7 * 86_400


def test_created_is_201_and_a_repeat_makes_a_second_payment(provider, fib):
    first, second = create(fib), create(fib)

    assert first.status_code == 201
    assert set(first.json()) == {
        "paymentId",
        "readableCode",
        "qrCode",
        "validUntil",
        "personalAppLink",
        "businessAppLink",
        "corporateAppLink",
    }
    assert first.json()["paymentId"] != second.json()["paymentId"]


@pytest.mark.parametrize(
    "changes",
    [
        {"monetaryValue": {"amount": 0, "currency": "IQD"}},
        {"monetaryValue": {"amount": "x", "currency": "IQD"}},
        {"monetaryValue": {"amount": True, "currency": "IQD"}},
        {"monetaryValue": {"amount": 5, "currency": "USD"}},
        {"monetaryValue": {"amount": 5}},
        {"expiresIn": "15 minutes"},
        {"expiresIn": "P1Y"},
        {"refundableFor": "PT"},
        {"category": "ELECTRICITY"},
        {"statusCallbackUrl": "no address"},
    ],
)
def test_the_bank_refuses_what_it_cannot_use(fib, changes):
    answer = create(fib, **changes)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("amount", [250, "250", 250.0])
def test_the_bank_takes_amounts_as_number_and_as_text(fib, amount):
    answer = create(fib, monetaryValue={"amount": amount, "currency": "IQD"})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1H", 3600), ("P7D", 604_800), ("PT15M", 900), ("P1DT2H3M4S", 93_784), ("P2W", 1_209_600)],
)
def test_durations_are_iso_8601(text, seconds):
    assert durations.parse(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1H", "PT1D", "P1M", "P1Y", "-PT1H"])
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        durations.parse(text)


def test_a_token_is_granted_by_body_and_by_basic(fib):
    url, form = fib.base_url + REALM, {"grant_type": "client_credentials"}
    named = {**form, "client_id": "wasl", "client_secret": fib.client_secret}

    by_body = requests.post(url, data=named, timeout=5)
    by_basic = requests.post(url, data=form, auth=("wasl", fib.client_secret), timeout=5)
    wrong = requests.post(url, data=form, auth=("wasl", "x"), timeout=5)
    other = requests.post(url, data={**named, "grant_type": "password"}, timeout=5)

    assert by_body.status_code == by_basic.status_code == 200
    assert set(by_body.json()) == {
        "access_token",
        "expires_in",
        "refresh_expires_in",
        "token_type",
        "not-before-policy",
        "scope",
    }
    assert (wrong.status_code, wrong.json()["error"]) == (401, "unauthorized_client")
    assert other.status_code == 400


def test_a_short_token_is_renewed_when_it_ends(provider, fib):
    page = provider.start(ORDER)
    fib.clock.move(timedelta(seconds=61))

    assert status(provider, page).status == Status.PENDING


def test_a_token_that_is_refused_twice_is_an_error_and_nothing_happened(provider, fib):
    fib.traps.fail["create"] = [401, 401]

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert (caught.value.is_permanent, caught.value.may_have_happened) == (False, False)
    assert fib.payments.store.rows == {}


def test_a_wrong_secret_is_told_so(provider, settings):
    settings.WASL_FIB_CLIENT_SECRET = "another"

    with pytest.raises(ProviderError, match="unauthorized_client") as caught:
        provider.start(ORDER)

    assert (caught.value.is_permanent, caught.value.may_have_happened) == (True, False)


@pytest.mark.parametrize("name", ["WASL_FIB_URL", "WASL_FIB_CLIENT_ID", "WASL_FIB_CLIENT_SECRET"])
def test_without_a_setting_it_is_not_offered(provider, settings, name):
    assert [each.name for each in providers.offered()] == ["fib"]
    setattr(settings, name, "")

    assert name in provider.check_config()[0]
    assert providers.offered() == []


def test_a_real_system_speaks_to_it_in_secret_only(provider, settings):
    settings.WASL_DEMO = settings.DEBUG = False

    assert "https://" in provider.check_config()[0]


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
    provider, fib, trap, value, may_have_happened
):
    getattr(fib.traps, trap)["create"] = value

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert caught.value.may_have_happened is may_have_happened
    assert len(fib.payments.store.rows) == (trap != "fail")


def test_the_payer_agrees_in_the_app_and_comes_back(provider, fib):
    page = provider.start(ORDER)

    shown = requests.get(link(page), headers={"Accept-Language": "en-GB"}, timeout=5)
    answer = press(link(page), action="pay")
    paid = status(provider, page)
    after = requests.get(link(page), timeout=5)

    assert "125,000" in shown.text
    assert 'type="password"' not in shown.text
    assert (answer.status_code, answer.headers["Location"]) == (303, ORDER.return_url)
    assert (paid.status, paid.amount, paid.currency) == (Status.SUCCEEDED, 125_000, "IQD")
    assert paid.key is None
    assert "تم الدفع" in after.text
    assert json.loads(fib.callbacks.noted[-1].body) == {
        "id": page.provider_payment_id,
        "status": "PAID",
    }


def test_who_paid_and_from_where_is_not_kept(provider):
    page = provider.start(ORDER)
    press(link(page), action="pay")

    text = json.dumps(dict(status(provider, page).content), ensure_ascii=False)

    assert "iban" not in text.lower()
    assert "علي" not in text


def test_the_code_opens_the_app_too(provider, fib):
    page = provider.start(ORDER)
    typed = page.shown.code.replace("-", "").lower()

    found = requests.get(f"{fib.base_url}/code?code={typed}", timeout=5, allow_redirects=False)
    unknown = requests.get(f"{fib.base_url}/code?code=", timeout=5)

    assert found.headers["Location"] in link(page)
    assert unknown.status_code == 404
    assert requests.get(link(page)[:-3], timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("action", "wanted", "reason"),
    [
        ("decline", Status.FAILED, "PAYMENT_CANCELLATION"),
        ("expire", Status.EXPIRED, "PAYMENT_EXPIRATION"),
    ],
)
def test_a_payment_is_declined_for_a_reason(provider, fib, action, wanted, reason):
    page = provider.start(ORDER)

    press(link(page), action=action)
    press(link(page), action="pay")
    found = status(provider, page)

    assert (found.status, found.raw_status, found.failure) == (wanted, "DECLINED", reason)


def test_an_unpaid_payment_expires_by_its_own_time(provider, fib, settings):
    settings.WASL_FIB_EXPIRES_IN = "PT5M"
    page = provider.start(ORDER)

    fib.clock.move(timedelta(minutes=4, seconds=59))
    before = status(provider, page).status
    fib.clock.move(timedelta(seconds=1))

    assert before == Status.PENDING
    assert status(provider, page).status == Status.EXPIRED


def test_an_unpaid_payment_is_cancelled_and_a_paid_one_is_not(provider, fib):
    open_one, paid_one = provider.start(ORDER), provider.start(ORDER)
    press(link(paid_one), action="pay")

    answer = requests.post(
        f"{fib.base_url}{API}/{provider.start(ORDER).provider_payment_id}/cancel",
        headers=bearer(fib),
        timeout=5,
    )
    cancelled = provider.cancel(open_one.provider_payment_id)
    with pytest.raises(ProviderError, match="PAYMENT_NOT_CANCELLABLE") as caught:
        provider.cancel(paid_one.provider_payment_id)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (cancelled.status, cancelled.failure) == (Status.FAILED, "PAYMENT_CANCELLATION")
    assert isinstance(provider, providers.CancelsPayment)
    assert caught.value.is_permanent
    assert status(provider, paid_one).status == Status.SUCCEEDED


def test_a_refund_is_taken_down_now_and_done_later(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay")

    asked = provider.refund(page.provider_payment_id, reason="withdrawn")
    with pytest.raises(ProviderError, match="REFUND_UNDER_WAY"):
        provider.is_refunded(page.provider_payment_id)
    during = status(provider, page)
    fib.clock.move(timedelta(seconds=6))

    assert (asked.amount, asked.is_complete) == (125_000, False)
    assert during.raw_status == "REFUND_REQUESTED"
    assert status(provider, page).raw_status == "REFUNDED"
    assert provider.is_refunded(page.provider_payment_id)
    with pytest.raises(ProviderError, match="NOT_PAID"):
        provider.refund(page.provider_payment_id, reason="again")


def test_the_bank_answers_202_and_refuses_what_is_over(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay")
    url = f"{fib.base_url}{API}/{page.provider_payment_id}/refund"

    first = requests.post(url, headers=bearer(fib), timeout=5)
    second = requests.post(url, headers=bearer(fib), timeout=5)

    assert (first.status_code, first.content) == (202, b"")
    assert second.status_code == 406


def test_after_its_time_there_is_no_refund(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay")
    fib.clock.move(timedelta(days=7))

    with pytest.raises(ProviderError, match="REFUND_PERIOD_OVER") as caught:
        provider.refund(page.provider_payment_id, reason="withdrawn")

    assert (caught.value.is_permanent, caught.value.may_have_happened) == (True, False)
    assert not provider.is_refunded(page.provider_payment_id)


def test_only_the_whole_is_given_back(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay")

    with pytest.raises(ProviderError, match="NO_PARTIAL_REFUND"):
        provider.refund(page.provider_payment_id, reason="too much", amount=1)
    with pytest.raises(ProviderError, match="NOT_PAID"):
        provider.refund(provider.start(ORDER).provider_payment_id, reason="x")
    assert status(provider, page).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("trap", "value", "wanted", "may_have_happened"),
    [
        ("fail", [503], "PAID", True),
        ("fail", [401], "PAID", False),
        ("lose", 1, "REFUND_REQUESTED", True),
    ],
)
def test_a_refund_that_goes_wrong_is_never_repeated(
    provider, fib, trap, value, wanted, may_have_happened
):
    page = provider.start(ORDER)
    press(link(page), action="pay")
    getattr(fib.traps, trap)["refund"] = value

    with pytest.raises(ProviderError) as caught:
        provider.refund(page.provider_payment_id, reason="withdrawn")

    assert caught.value.may_have_happened is may_have_happened
    assert kept(fib, page).status == wanted


@pytest.mark.parametrize("form", ["number", "text", "decimals"])
def test_the_amount_comes_back_in_three_forms(provider, fib, form):
    page = provider.start(ORDER)
    fib.traps.options["amount"] = form

    assert status(provider, page).amount == 125_000


def test_a_fraction_of_a_dinar_is_no_amount(provider, fib):
    page = provider.start(ORDER)
    fib.traps.options["status"] = {"amount": {"amount": 125_000.5, "currency": "IQD"}}

    assert status(provider, page).amount is None


def test_an_unknown_status_is_never_a_success(provider, fib):
    page = provider.start(ORDER)
    for raw in ("SUCCESS", "paid", "SETTLED", ""):
        fib.traps.options["status"] = {"status": raw}
        assert status(provider, page).status == Status.PENDING


def test_what_cannot_be_read_is_no_status(provider, fib):
    page = provider.start(ORDER)
    for answer in ({"amount": None}, {"amount": {}}, {"amount": "125000"}):
        fib.traps.options["status"] = answer
        with pytest.raises(ProviderError, match="UNREADABLE"):
            status(provider, page)
    with pytest.raises(ProviderError, match="WRONG_ID"):
        provider.confirm("../payments")
    with pytest.raises(ProviderError, match="PAYMENT_NOT_FOUND"):
        provider.confirm(NOBODY)


def test_a_message_is_heard_at_its_own_address_only_and_proves_nothing(provider):
    body = json.dumps({"id": NOBODY, "status": "PAID"}).encode()

    heard = provider.read_callback(CallbackRequest(body=body, key=KEY))
    odd = provider.read_callback(
        CallbackRequest(body=b'{"id": "%s", "status": 7}' % NOBODY.encode(), key=KEY)
    )

    assert (heard.is_signed, heard.key, heard.claimed_status) == (False, KEY, "PAID")
    assert odd.claimed_status == ""
    for request in (
        CallbackRequest(body=body),
        CallbackRequest(body=b"", key=KEY),
        CallbackRequest(body=b"[]", key=KEY),
        CallbackRequest(body=b'{"id": 7}', key=KEY),
        CallbackRequest(body=b'{"id": "../x"}', key=KEY),
        CallbackRequest(body=b"[" * 100_000, key=KEY),
        CallbackRequest(body=b"\xff", key=KEY),
    ):
        with pytest.raises(CallbackRefusedError):
            provider.read_callback(request)


@pytest.mark.parametrize(
    ("way", "claims"),
    [
        ("once", ["PAID"]),
        ("twice", ["PAID", "PAID"]),
        ("muddled", ["PAID", "UNPAID"]),
        ("lost", []),
        ("changed", ["DECLINED"]),
    ],
)
def test_messages_go_the_way_that_the_operator_wants(provider, fib, way, claims):
    page = provider.start(ORDER)
    fib.traps.callback = way
    fib.act(page.provider_payment_id, "pay")

    assert [json.loads(each.body)["status"] for each in fib.callbacks.noted] == claims
    assert {each.url for each in fib.callbacks.noted} <= {ORDER.callback_url}


def test_a_forged_message_names_a_payment_that_does_not_exist(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay-forged")

    forged = json.loads(fib.callbacks.noted[-1].body)

    assert forged["id"] != page.provider_payment_id
    assert UUID(forged["id"])


@pytest.mark.parametrize("qr", ["javascript:alert(1)", "data:text/html;base64,AA", "", None, 7])
def test_a_picture_that_is_none_is_left_out(provider, monkeypatch, qr):
    real = client.create
    monkeypatch.setattr(
        client,
        "create",
        lambda data: {**real(data), "qrCode": qr, "businessAppLink": "javascript:x"},
    )

    page = provider.start(ORDER)

    assert page.shown.qr_image == ""
    assert page.shown.code
    assert [name for name, _url in page.shown.links] == ["personal", "corporate"]


def test_a_real_system_opens_no_link_in_the_clear(provider, settings):
    settings.WASL_DEMO = settings.DEBUG = False

    assert provider.start(ORDER).shown.links == ()


@pytest.mark.parametrize("field", ["paymentId", "readableCode", "validUntil"])
def test_an_answer_without_its_fields_may_have_happened(provider, monkeypatch, field):
    real = client.create
    monkeypatch.setattr(client, "create", lambda data: {**real(data), field: None} | {})
    if field == "readableCode":
        monkeypatch.setattr(
            client, "create", lambda data: {k: v for k, v in real(data).items() if k != field}
        )

    with pytest.raises(ProviderError) as caught:
        provider.start(ORDER)

    assert caught.value.may_have_happened


def test_a_bad_certificate_is_refused(provider, settings, tmp_path):
    """The bank's own PHP library switches this check off."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "own.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.WASL_FIB_URL = f"https://127.0.0.1:{server.server_port}"
    try:
        with pytest.raises(ProviderError, match="UNREACHABLE"):
            provider.start(ORDER)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_operator_decides_at_the_desk(provider, fib):
    desk = f"{fib.base_url}/operator?lang=en"
    found = {}
    for action in ("pay", "decline", "expire"):
        page = provider.start(ORDER)
        requests.post(desk, data={"do": action, "id": page.provider_payment_id}, timeout=5)
        found[action] = status(provider, page).raw_status, kept(fib, page).declining_reason
        requests.post(desk, data={"do": "refund", "id": page.provider_payment_id}, timeout=5)
        found[action] += (status(provider, page).raw_status,)

    assert found == {
        "pay": ("PAID", None, "REFUND_REQUESTED"),
        "decline": ("DECLINED", "PAYMENT_CANCELLATION", "DECLINED"),
        "expire": ("DECLINED", "PAYMENT_EXPIRATION", "DECLINED"),
    }


def test_the_settlement_file_has_what_came_and_what_went(provider, fib):
    page = provider.start(ORDER)
    press(link(page), action="pay")
    provider.refund(page.provider_payment_id, reason="withdrawn")
    fib.clock.move(timedelta(seconds=6))

    today = settlement.today(fib.clock.now())
    text = requests.get(f"{fib.base_url}/settlement/{today}.csv", timeout=5).text
    paid, back = csv.DictReader(text.splitlines())

    assert {paid["payment_id"], back["payment_id"]} == {page.provider_payment_id}
    assert (paid["amount"], paid["fee"], back["amount"]) == ("125000", "625", "-125000")


def test_payments_outlive_a_restart(settings, tmp_path):
    with stand_in("fib", settings, tmp_path):
        page = FibProvider().start(ORDER)
        press(link(page), action="pay")
    with stand_in("fib", settings, tmp_path):
        assert FibProvider().confirm(page.provider_payment_id).status == Status.SUCCEEDED


def test_an_answer_that_takes_too_long_may_have_had_effect(provider, fib, monkeypatch):
    monkeypatch.setattr(http, "TIMEOUTS", (3, 0.15))
    client.TOKENS.get(client._key(), client._new_token)
    fib.traps.delay["create"] = 0.6

    with pytest.raises(ProviderError, match="UNREACHABLE") as caught:
        provider.start(ORDER)

    assert caught.value.may_have_happened
