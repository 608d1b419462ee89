"""The payer's pages, and the company's door."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import people
from tests.payments.conftest import AMOUNT, CASE
from tests.people import NOW
from wasl.core import jobs
from wasl.payments import selectors, services, states
from wasl.payments.models import PaymentIntent, Settlement

pytestmark = pytest.mark.django_db
CALLBACK = "/pay/callback/sandbox/"


@pytest.fixture(autouse=True)
def _clock(company):
    with time_machine.travel(NOW, tick=False) as clock:
        # The sandbox's own clock shall not be moved twice.
        company.app.store.offset = timedelta()
        yield clock


@pytest.fixture
def browser(client, payer):
    client.cookies["wasl_lang"] = "en"
    return people.sign_in(client, payer)


def pay(browser, asked):
    return browser.post(f"/pay/{asked.id}/", {"provider": "sandbox"})


def back(asked, token=""):
    return f"/pay/{asked.id}/return/" + (f"?token={token}" if token else "")


def text(answer):
    return answer.content.decode()


def test_the_payer_sees_the_amount_and_goes_to_the_company(browser, asked, company):
    page = browser.get(f"/pay/{asked.id}/")
    answer = pay(browser, asked)

    assert "125,000" in text(page)
    assert asked.reference in text(page)
    assert (answer.status_code, answer["Location"][: len(company.app.base_url)]) == (
        302,
        company.app.base_url,
    )


def test_the_payer_comes_back_to_a_receipt_that_reloads_without_effect(browser, asked, company):
    answer = company.press(pay(browser, asked)["Location"])
    address = answer.headers["Location"].replace("http://127.0.0.1:8000", "")

    first, second = browser.get(address), browser.get(address)
    clean = browser.get(f"/pay/{asked.id}/", follow=True)

    settlement = Settlement.objects.get()
    for page in (first, second, clean):
        assert settlement.receipt_no in text(page)
        assert "Refresh" not in page
    assert address.startswith(f"/pay/{asked.id}/return/?token=")


def test_a_declined_payment_says_that_nothing_was_charged(browser, asked, company):
    company.press(pay(browser, asked)["Location"], "decline")

    page = browser.get(back(asked))

    assert "You were not charged" in text(page)
    assert f'href="/pay/{asked.id}/"' in text(page)


def test_who_has_not_finished_can_go_on(browser, asked):
    started = pay(browser, asked)["Location"]

    page, waiting = browser.get(f"/pay/{asked.id}/"), browser.get(back(asked))

    assert started.split("token=")[1] in text(page)
    assert "Checking your payment" in text(waiting)
    assert "Do not pay a second time" in text(waiting)
    assert waiting["Refresh"] == "5"


def test_an_answer_that_does_not_come_is_awaited(browser, asked, company):
    company.press(pay(browser, asked)["Location"], "pay-lost")
    company.traps.fail["inquiry"] = [503]

    waiting = browser.get(back(asked))
    reloaded = browser.get(back(asked))
    with time_machine.travel(NOW + timedelta(seconds=4), tick=False):
        later = browser.get(back(asked))

    assert "Checking your payment" in text(waiting)
    assert "Checking your payment" in text(reloaded), "asked again within three seconds"
    assert Settlement.objects.get().receipt_no in text(later)


def test_a_mismatch_is_said_plainly(browser, asked, company):
    company.press(pay(browser, asked)["Location"], "pay-lost")
    company.traps.amount_offset = 500

    page = browser.get(back(asked))

    assert "Your money is not lost" in text(page)
    assert "Do not pay a second time" in text(page)


def test_a_company_that_is_down_is_said_plainly(browser, asked, settings):
    settings.WASL_SANDBOX_URL = "http://127.0.0.1:9"

    page = pay(browser, asked)

    assert page.status_code == 503
    assert "You were not charged" in text(page)
    assert PaymentIntent.objects.get().state == states.FAILED


def test_a_second_click_on_its_way_waits_and_looks_again(browser, asked, monkeypatch):
    def busy(**_values):
        raise services.UnableToStartAgain

    monkeypatch.setattr(services, "start_payment", busy)

    page = pay(browser, asked)

    assert page.status_code == 409
    assert page["Refresh"] == f"2; url=/pay/{asked.id}/"


@pytest.mark.parametrize("data", [{}, {"provider": "zaincash"}, {"provider": "x" * 5000}])
def test_a_way_to_pay_that_is_not_offered_is_refused(browser, asked, data):
    page = browser.post(f"/pay/{asked.id}/", data)

    assert page.status_code == 200
    assert not PaymentIntent.objects.exists()


def test_pages_are_for_the_payer_alone(client, asked, company, payer):
    stranger = people.sign_in(Client(), people.citizen())
    clerk = people.sign_in(Client(), people.staff("DOCUMENTS_OFFICER"))

    assert stranger.get(f"/pay/{asked.id}/").status_code == 404
    assert pay(stranger, asked).status_code == 404
    assert stranger.get(back(asked)).status_code == 404
    assert clerk.get(f"/pay/{asked.id}/").status_code == 403
    assert client.get(f"/pay/{asked.id}/").status_code == 302
    assert client.get(back(asked))["Location"] == f"/account/sign-in/?next=/pay/{asked.id}/return/"
    assert client.get(f"/pay/{uuid.uuid4()}/return/").status_code == 404


def test_the_companys_token_opens_the_result_in_another_browser(browser, asked, company):
    answer = company.press(pay(browser, asked)["Location"])
    token = answer.headers["Location"].split("token=")[1]
    another = Client()

    assert Settlement.objects.count() == 0
    assert another.get(back(asked, token)).status_code == 200
    assert selectors.is_settled(asked.id)
    assert another.get(back(asked, token[:-3] + "abc")).status_code == 404
    assert another.get(back(asked, "x")).status_code == 404


def test_a_token_of_another_payment_opens_nothing(browser, asked, company, payer):
    other = services.request_payment(
        payer=payer,
        purpose="connections.fee",
        subject=("case", uuid.uuid4()),
        amount=AMOUNT,
        directorate_id=1,
        now=NOW,
    )
    pay(browser, asked)
    token = company.press(pay(browser, other)["Location"]).headers["Location"].split("token=")[1]

    assert Client().get(back(asked, token)).status_code == 404


def post(body, **headers):
    # The company has no cookie and no CSRF token.
    return Client(enforce_csrf_checks=True).post(
        CALLBACK, body, content_type="application/json", headers=headers
    )


def test_the_companys_message_is_kept_answered_and_acted_on(browser, asked, company):
    company.press(pay(browser, asked)["Location"], "pay-twice")
    body = json.dumps({"webhook_token": company.token(company.sent[0])})

    answers = [post(body), post(body)]
    jobs.drain(NOW)

    assert [(answer.status_code, text(answer)) for answer in answers] == [
        (200, "kept"),
        (200, "known"),
    ]
    assert selectors.is_settled(asked.id)
    assert selectors.request_for("case", CASE).is_settled


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 403),
        ("{", 403),
        ('{"webhook_token": "a.b.c"}', 403),
        (json.dumps({"webhook_token": "a" * 70_000}), 413),
    ],
)
def test_other_messages_are_turned_away(company, body, status):
    assert post(body).status_code == status


def test_only_posts_and_known_companies_are_answered(client, company):
    assert client.get(CALLBACK).status_code == 405
    assert client.post("/pay/callback/zaincash/", {}).status_code == 403
