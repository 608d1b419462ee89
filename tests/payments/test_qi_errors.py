"""Qi: errors by their number, cancelling, giving back."""

from dataclasses import replace

import pytest

from tests.payments.qi_payer import ask, order, paid, pay
from tests.payments.stand_ins import press
from tests.payments.test_providers import ORDER
from wasl.payments import providers
from wasl.payments.providers import ProviderError, Status
from wasl.payments.providers.qi import QiProvider, codes
from wasl.payments.sandbox.qi.payment import BROWSER_FIELDS


@pytest.mark.parametrize("silent", ["no", "yes"])
def test_errors_are_told_by_their_number(qi, settings, silent):
    qi.traps.options["silent"] = silent
    provider = QiProvider()
    provider.start(ORDER)

    with pytest.raises(ProviderError) as again:
        provider.start(ORDER)
    with pytest.raises(ProviderError) as unknown:
        provider.confirm("00000000-0000-4000-8000-000000000000")
    settings.WASL_QI_TERMINAL_ID = "OTHER"
    with pytest.raises(ProviderError) as terminal:
        provider.confirm("00000000-0000-4000-8000-000000000000")
    settings.WASL_QI_PASSWORD = "wrong"
    with pytest.raises(ProviderError) as credentials:
        provider.start(replace(ORDER, key="11111111-1111-4111-8111-111111111111"))

    assert (again.value.code, again.value.may_have_happened) == ("PAYMENT_ALREADY_EXISTS", True)
    assert (unknown.value.code, unknown.value.is_permanent) == ("PAYMENT_NOT_FOUND", True)
    assert terminal.value.code == "TERMINAL_NOT_FOUND"
    assert credentials.value.code == "BAD_CREDENTIALS"
    assert not credentials.value.may_have_happened


@pytest.mark.parametrize(
    ("status", "code", "may_have_happened"),
    [(500, "INTERNAL", True), (503, "EXTERNAL", True), (429, "PROVIDER_BUSY", False)],
)
def test_the_companys_own_faults_are_not_answers(qi, status, code, may_have_happened):
    qi.traps.fail["create"] = [status]

    with pytest.raises(ProviderError) as caught:
        QiProvider().start(ORDER)

    assert caught.value.code == code
    assert caught.value.may_have_happened is may_have_happened
    assert not caught.value.is_permanent
    assert QiProvider().start(ORDER).url


@pytest.mark.parametrize("code", [7, 25, 99, "x", None, True, [], 10**30])
def test_an_unknown_number_is_an_error(code):
    assert codes.error_name(code) not in {*codes.TRY_AGAIN, "SUCCESS", codes.NOT_FOUND}


def test_an_answer_that_cannot_be_read_is_none(qi):
    provider = QiProvider()
    page = provider.start(ORDER)
    for call in ("create", "status"):
        qi.traps.malform[call] = 1

    for ask_again in (
        lambda: provider.confirm(page.provider_payment_id),
        lambda: provider.start(replace(ORDER, key="11111111-1111-4111-8111-111111111111")),
    ):
        with pytest.raises(ProviderError) as caught:
            ask_again()
        assert caught.value.may_have_happened


@pytest.mark.parametrize(
    "changed",
    [
        {"requestId": "x" * 37},
        {"requestId": ""},
        {"amount": 0},
        {"amount": -5},
        {"amount": "x"},
        {"amount": 1.23456},
        {"currency": "USD"},
        {"finishPaymentUrl": None},
        {"browserInfo": {}},
        {"browserInfo": dict.fromkeys(sorted(BROWSER_FIELDS)[:8], "x")},
        {"additionalInfo": {str(number): "x" for number in range(11)}},
        {"additionalInfo": {"a": 1}},
    ],
)
@pytest.mark.parametrize("silent", ["no", "yes"])
def test_the_stand_in_refuses_a_wrong_order_with_code_21(qi, changed, silent):
    qi.traps.options["silent"] = silent

    answer = ask(qi, "POST", "", json=order(**changed))

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 21
    assert ("message" in answer.json()["error"]) == (silent == "no")


def test_the_stand_in_takes_all_nine_fields_of_the_browser_and_extras(qi):
    more = {"browserInfo": dict.fromkeys(BROWSER_FIELDS, "x"), "additionalInfo": {"a": "b"}}

    answer = ask(qi, "POST", "", json=order(**more)).json()

    assert (answer["status"], answer["canceled"], answer["amount"]) == ("CREATED", False, 15000.0)
    assert answer["additionalInfo"] == {"a": "b"}
    assert answer["creationDate"].endswith("Z")
    assert answer["formUrl"] == f"{qi.base_url}/api/v1/payment/{answer['paymentId']}"


# Cancelling and giving back


def test_a_payment_that_nobody_began_is_cancelled(qi):
    provider = QiProvider()
    page = provider.start(ORDER)

    taken_back = provider.cancel(page.provider_payment_id)
    later = provider.confirm(page.provider_payment_id)

    assert isinstance(provider, providers.CancelsPayment)
    assert (taken_back.status, taken_back.failure) == (Status.FAILED, "CANCELED")
    assert later.status == Status.FAILED
    assert press(page.url, action="card", card="good").headers["Location"] == ORDER.return_url
    assert qi.store.rows[page.provider_payment_id].status == "CREATED"


def test_a_paid_payment_is_not_cancelled(qi):
    provider = QiProvider()
    page = provider.start(ORDER)
    pay(page.url)

    with pytest.raises(ProviderError, match="CAN_NOT_CANCEL_PAYMENT"):
        provider.cancel(page.provider_payment_id)


def test_a_payment_that_waits_for_its_confirmation_can_be_cancelled(qi):
    qi.traps.options["steps"] = "two"
    provider = QiProvider()
    page = provider.start(ORDER)
    pay(page.url)

    assert provider.cancel(page.provider_payment_id).failure == "CANCELED"


def test_money_goes_back_in_parts_and_never_more_than_came(qi):
    provider, payment_id = paid(ORDER)

    part = provider.refund(payment_id, reason="moved away", amount=25_000)
    rest = provider.refund(payment_id, reason="moved away")
    with pytest.raises(ProviderError, match="REFUND_ERROR"):
        provider.refund(payment_id, reason="moved away", amount=1)

    assert (part.amount, rest.amount, part.is_complete) == (25_000, 100_000, True)
    assert part.reference != rest.reference
    assert qi.store.rows[payment_id].refunded == 125_000


def test_the_same_refund_is_not_done_twice(qi):
    provider, payment_id = paid(ORDER)

    provider.refund(payment_id, reason="x", amount=1000, key="refund-1")
    with pytest.raises(ProviderError) as caught:
        provider.refund(payment_id, reason="x", amount=1000, key="refund-1")

    assert (caught.value.code, caught.value.may_have_happened) == ("PAYMENT_ALREADY_EXISTS", True)
    assert qi.store.rows[payment_id].refunded == 1000


@pytest.mark.parametrize(
    ("answer", "code"), [("FAILED", "REFUND_FAILED"), ("off", "REFUNDS_NOT_ALLOWED")]
)
def test_a_refund_that_is_not_done_says_so(qi, answer, code):
    provider, payment_id = paid(ORDER)
    qi.traps.options["refunds"] = answer

    with pytest.raises(ProviderError) as caught:
        provider.refund(payment_id, reason="x")

    assert (caught.value.code, caught.value.may_have_happened) == (code, False)
    assert qi.store.rows[payment_id].refunded == 0


def test_a_refund_under_way_is_not_complete(qi):
    provider, payment_id = paid(ORDER)
    qi.traps.options["refunds"] = "PROCESSING"

    assert not provider.refund(payment_id, reason="x").is_complete


def test_a_refund_whose_answer_is_lost_is_for_a_person(qi):
    provider, payment_id = paid(ORDER)
    qi.traps.lose["refund"] = 1

    with pytest.raises(ProviderError) as caught:
        provider.refund(payment_id, reason="x")

    assert caught.value.may_have_happened
    assert qi.store.rows[payment_id].refunded == 125_000


@pytest.mark.parametrize("http", [200, 201, 400, 404, 500])
def test_an_error_is_one_under_any_http_status(qi, http):
    qi.traps.options["errors_in"] = http

    with pytest.raises(ProviderError) as unknown:
        QiProvider().confirm("00000000-0000-4000-8000-000000000000")

    assert unknown.value.code == "PAYMENT_NOT_FOUND"
    assert QiProvider().recover(ORDER) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 24_999},
        {"amount": 25_000.5},
        {"amount": None},
        {"requestId": "another"},
        {"currency": "USD"},
        {"status": "DONE"},
        {"status": None},
    ],
)
def test_an_answer_to_a_refund_that_does_not_fit_is_for_a_person(qi, changed):
    provider, payment_id = paid(ORDER)
    qi.traps.options["refund_answer"] = changed

    with pytest.raises(ProviderError) as caught:
        provider.refund(payment_id, reason="x", amount=25_000)

    assert (caught.value.code, caught.value.may_have_happened) == ("REFUND_UNCLEAR", True)
