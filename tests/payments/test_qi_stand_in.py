"""Qi's stand-in: what it sends, its pages, its memory, its file of the day."""

from dataclasses import replace

import pytest
import requests

from tests.payments.qi_payer import hand_over, paid, pay
from tests.payments.stand_ins import SEED, press, stand_in
from tests.payments.test_providers import ORDER
from tests.people import NOW
from wasl.payments.providers import CallbackRefusedError, CallbackRequest
from wasl.payments.providers.qi import QiProvider
from wasl.payments.sandbox.qi import keys


def test_messages_are_repeated_until_they_are_taken(settings, tmp_path):
    from tests.payments.test_sandbox import Corner, running
    from wasl.payments.sandbox.web import Answer, route

    class Shop(Corner):
        taken = ()

        def routes(self):
            return [route("POST", r"/callback", self.take)]

        def take(self, visit):
            self.taken = (*self.taken, (visit.header("X-Signature"), visit.body))
            return Answer(200 if len(self.taken) == 3 else 500, {})

    shop = Shop(seed=SEED)
    with running(shop) as address, stand_in("qi", settings, tmp_path, is_sending=True) as app:
        page = QiProvider().start(replace(ORDER, callback_url=f"{address}/callback"))
        pay(page.url)
        app.callbacks.wait()

        assert len(shop.taken) == 3
        assert len(set(shop.taken)) == 1
        signed_by, body = shop.taken[0]
        read = QiProvider().read_callback(
            CallbackRequest(body=body, headers={"x-signature": signed_by})
        )
    assert (read.provider_payment_id, read.claimed_status) == (page.provider_payment_id, "SUCCESS")
    assert read.is_signed
    assert read.key == ""


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_the_decimals_of_adapter_and_company_have_to_agree(qi, settings, decimals):
    qi.traps.options["decimals"] = str(decimals)
    page = QiProvider().start(ORDER)
    pay(page.url)
    message = hand_over(qi.callbacks.noted[0])

    for setting in (0, 2, 3):
        settings.WASL_QI_SIGNATURE_DECIMALS = setting
        if setting == decimals:
            assert QiProvider().read_callback(message).claimed_status == "SUCCESS"
        else:
            with pytest.raises(CallbackRefusedError):
                QiProvider().read_callback(message)


def test_a_message_with_a_field_missing_is_signed_with_a_dash(qi):
    qi.traps.options["dropped"] = ("currency", "creationDate")
    page = QiProvider().start(ORDER)
    pay(page.url)

    read = QiProvider().read_callback(hand_over(qi.callbacks.noted[0]))

    assert read.content["currency"] is None
    assert read.claimed_status == "SUCCESS"


def test_without_the_companys_key_no_message_is_believed(qi, settings, tmp_path):
    page = QiProvider().start(ORDER)
    pay(page.url)
    settings.WASL_QI_PUBLIC_KEY_FILE = str(tmp_path / "none.pem")

    with pytest.raises(CallbackRefusedError, match="NO_PUBLIC_KEY"):
        QiProvider().read_callback(hand_over(qi.callbacks.noted[0]))


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ckb", "rtl"), ("en", "ltr")])
def test_the_page_never_asks_for_a_real_card(qi, language, direction):
    page = QiProvider().start(replace(ORDER, language=language, description="<script>x</script>"))

    form = requests.get(page.url, timeout=5)
    press(page.url, action="card", card="good")
    bank = requests.get(page.url, timeout=5)
    unknown = requests.get(page.url[:-3] + "000", timeout=5)

    for shown in (form, bank):
        assert f'dir="{direction}"' in shown.text
        assert "<script>" not in shown.text
        assert "125,000" in shown.text
    play = "أموال تجريبية" if direction == "rtl" else "Play money"
    assert play in form.text
    assert ("بطاقة حقيقية" if direction == "rtl" else "real card") in form.text
    assert 'type="text"' not in form.text
    assert "inputmode" not in form.text
    assert form.text.count('type="radio"') == 4
    assert "cc-number" not in form.text + bank.text
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "form",
    [{}, {"action": "pay"}, {"action": "card"}, {"action": "card", "card": "4111111111111111"}],
)
def test_the_page_takes_nothing_but_its_own_choices(qi, form):
    page = QiProvider().start(ORDER)

    answer = press(page.url, **form)

    assert answer.status_code == 400
    assert "4111" not in answer.text
    assert qi.store.rows[page.provider_payment_id].card == ""


def test_who_leaves_the_page_has_paid_nothing(qi):
    page = QiProvider().start(ORDER)
    requests.get(page.url, timeout=5)

    answer = press(page.url, action="leave")

    assert answer.headers["Location"] == ORDER.return_url
    assert qi.callbacks.noted == []


def test_the_file_of_the_day_lists_what_came_and_what_went_back(qi):
    provider, payment_id = paid(ORDER)
    provider.refund(payment_id, reason="x", amount=25_000)
    provider.start(replace(ORDER, key="11111111-1111-4111-8111-111111111111"))

    day = NOW.date().isoformat()
    text = requests.get(f"{qi.base_url}/settlement/{day}.csv", timeout=5).text
    other = requests.get(f"{qi.base_url}/settlement/2020-01-01.csv", timeout=5).text

    rows = [line.split(",") for line in text.splitlines()]
    assert rows[1][:5] == [payment_id, ORDER.key, "125000", "1250", "IQD"]
    assert rows[2][:5] == [payment_id, ORDER.key, "-25000", "0", "IQD"]
    assert [row[6] for row in rows] == ["status", "SUCCESS", "REFUND"]
    assert rows[1][5].endswith("+03:00")
    assert len(rows) == 3
    assert len(other.splitlines()) == 1


def test_the_companys_keys_are_made_once_and_kept_apart(tmp_path):
    first, second = keys.load(tmp_path / "qi"), keys.load(tmp_path / "qi")
    private, public = tmp_path / "qi" / "key.pem", tmp_path / "qi" / "public.pem"

    assert keys.public_pem(first) == keys.public_pem(second) == public.read_text()
    assert private.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in public.read_text()


def test_at_the_operators_desk_a_payment_is_paid_and_given_back(qi):
    page = QiProvider().start(ORDER)

    for action in ("pay", "pay", "refund", "refund"):
        press(f"{qi.base_url}/operator", do=action, id=page.provider_payment_id)

    row = qi.store.rows[page.provider_payment_id]
    assert (row.status, row.refunded, len(qi.callbacks.noted)) == ("SUCCESS", 125_000, 1)
    listed = requests.get(f"{qi.base_url}/operator?id={page.provider_payment_id}", timeout=5)
    assert "أُعيد المبلغ" in listed.text
