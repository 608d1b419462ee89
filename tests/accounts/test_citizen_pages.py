"""A citizen's way in and out, page by page."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests import people
from tests.accounts.test_codes import sent
from tests.people import NOW
from wasl.accounts import services
from wasl.accounts.models import SignedInSession, User

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, DEVICES = "/account/sign-in/", "/account/sign-in/code/", "/account/devices/"
ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 Chrome/126.0 Mobile"


def ask(client, phone="0770 123 4567", **values):
    return client.post(SIGN_IN, {"phone": phone, **values})


def sign_in(client, phone="0770 123 4567", **values):
    ask(client, phone, **values)
    return client.post(CODE, {"code": sent()[-1]["code"]})


def test_a_citizen_signs_in_with_phone_and_code(client):
    asked = ask(client)
    answered = client.post(CODE, {"code": sent()[0]["code"]})

    assert (asked.status_code, asked["Location"]) == (302, CODE)
    assert (answered.status_code, answered["Location"]) == (302, "/")
    assert client.get(DEVICES).status_code == 200


def test_pages_ask_for_the_keyboards_that_fit(client):
    phone = client.get(SIGN_IN).content.decode()
    ask(client)
    code = client.get(CODE).content.decode()

    assert 'inputmode="tel"' in phone
    assert 'autocomplete="one-time-code"' in code
    assert 'inputmode="numeric"' in code


def test_the_code_page_shows_the_phone_masked(client):
    ask(client)

    page = client.get(CODE).content.decode()

    assert "••67" in page
    assert "4567" not in page


def test_a_wrong_phone_is_explained_and_kept(client):
    response = ask(client, "12345 <b>")

    assert response.status_code == 200
    page = response.content.decode()
    assert "0770\u00a0123\u00a04567" in page
    assert "12345 &lt;b&gt;" in page
    assert sent() == []


def test_a_wrong_code_stays_on_the_page(client):
    ask(client)

    response = client.post(CODE, {"code": "٠٠٠"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_known_and_new_numbers_get_the_same_pages():
    people.citizen("0770 123 4567")
    answers = []
    for phone in ("0770 123 4567", "0771 123 4567"):
        client = Client()
        asked = ask(client, phone)
        page = client.get(CODE).content.decode()
        masked = page.replace("0770\u00a0•", "N•").replace("0771\u00a0•", "N•")
        token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
        answers.append((asked.status_code, asked["Location"], len(masked), bool(token)))

    assert answers[0] == answers[1]


def test_the_session_key_changes_at_sign_in(client):
    ask(client)
    before = client.session.session_key

    client.post(CODE, {"code": sent()[0]["code"]})

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_code_of_another_browser_is_no_use(client):
    ask(client)
    thief = Client()
    ask(thief, "0771 999 9999")

    response = thief.post(CODE, {"code": sent()[0]["code"]})

    assert response.status_code == 200
    assert "_auth_user_id" not in thief.session


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/track/?a=1", "/track/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_next_leads_only_within_the_site(client, wanted, reached):
    assert sign_in(client, next=wanted)["Location"] == reached


def test_who_is_signed_in_is_led_on(client):
    people.sign_in(client, people.citizen())

    assert client.get(SIGN_IN + "?next=/track/")["Location"] == "/track/"


def test_a_new_code_may_be_asked_for_and_is_limited(client):
    ask(client)
    first = client.post(CODE, {"again": "1"})
    client.post(CODE, {"again": "1"})
    refused = client.post(CODE, {"again": "1"})

    assert first.status_code == 302
    assert refused.status_code == 200
    assert len(sent()) == 3
    assert client.post(CODE, {"code": sent()[2]["code"]}).status_code == 302


def test_the_code_page_without_a_phone_leads_back(client):
    assert client.get(CODE)["Location"] == SIGN_IN


def test_csrf_is_asked_for():
    client = Client(enforce_csrf_checks=True)

    assert ask(client).status_code == 403


def test_pages_of_sign_in_are_never_kept_by_the_browser(client):
    assert "no-store" in client.get(SIGN_IN)["Cache-Control"]


def test_devices_are_listed_coarsely(client):
    sign_in(client)

    page = client.get(DEVICES, HTTP_USER_AGENT=ANDROID, REMOTE_ADDR="37.236.91.7")

    assert page.status_code == 200
    (row,) = SignedInSession.objects.all()
    assert (row.device, row.browser, row.network) == ("ANDROID", "CHROME", "37.236.0.0")


def test_a_device_is_noted_every_ten_minutes_only(client, django_assert_max_num_queries):
    user = people.citizen()
    with time_machine.travel(NOW, tick=False):
        people.sign_in(client, user).get(DEVICES)
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        client.get(DEVICES)
    assert SignedInSession.objects.get().last_seen_at == NOW

    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        client.get(DEVICES)
    assert SignedInSession.objects.get().last_seen_at == NOW + timedelta(minutes=11)


def test_another_device_is_signed_out_from_the_list(client):
    user = people.citizen()
    other = people.sign_in(Client(), user)
    other.get(DEVICES)
    people.sign_in(client, user).get(DEVICES)
    row = SignedInSession.objects.get(session_key=other.session.session_key)

    response = client.post(DEVICES, {"session": row.pk})

    assert response.status_code == 302
    assert other.get(DEVICES).status_code == 302
    assert client.get(DEVICES).status_code == 200


def test_a_device_of_somebody_else_is_not_signed_out(client):
    other = people.sign_in(Client(), people.citizen())
    other.get(DEVICES)
    people.sign_in(client, people.citizen())

    response = client.post(DEVICES, {"session": SignedInSession.objects.get().pk})

    assert response.status_code == 200
    assert other.get(DEVICES).status_code == 200


@pytest.mark.parametrize("forged", ["", "1", "' OR 1=1"])
def test_a_forged_device_is_refused(client, forged):
    people.sign_in(client, people.citizen())

    assert client.post(DEVICES, {"session": forged}).status_code == 200


def test_sign_out_clears_what_the_browser_keeps(client):
    people.sign_in(client, people.citizen()).get(DEVICES)

    asked = client.get("/account/sign-out/")
    assert asked.status_code == 200
    response = client.post("/account/sign-out/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(DEVICES).status_code == 302
    assert SignedInSession.objects.count() == 0


def test_who_is_signed_out_already_may_clear_the_device_but_no_link_can(client):
    asked = client.get("/account/sign-out/")

    assert asked.status_code == 200
    assert "Clear-Site-Data" not in asked
    assert client.post("/account/sign-out/")["Clear-Site-Data"] == '"cache", "storage"'


def test_sign_out_everywhere_ends_every_session_listed_or_not(client):
    user = people.citizen()
    listed, unlisted = people.sign_in(Client(), user), people.sign_in(Client(), user)
    listed.get(DEVICES)
    people.sign_in(client, user)

    response = client.post("/account/sign-out/everywhere/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    for each in (client, listed, unlisted):
        assert each.get(DEVICES).status_code == 302


def test_signing_out_needs_a_post(client):
    people.sign_in(client, people.citizen())

    client.get("/account/sign-out/")
    assert client.get("/account/sign-out/everywhere/").status_code == 405
    assert client.get(DEVICES).status_code == 200


def test_profile_keeps_name_and_language(client):
    user = people.citizen("0770 123 4567")
    people.sign_in(client, user)

    page = client.get("/account/profile/").content.decode()
    saved = client.post("/account/profile/", {"full_name": "  زينب   كاظم ", "language": "ckb"})

    assert "0770\u00a0•••\u00a0••67" in page
    assert saved.cookies["wasl_lang"].value == "ckb"
    again = User.objects.get(pk=user.pk)
    assert (again.full_name, again.language) == ("زينب كاظم", "ckb")


def test_profile_refuses_an_unknown_language(client):
    people.sign_in(client, people.citizen())

    response = client.post("/account/profile/", {"full_name": "", "language": "xx"})

    assert response.status_code == 200


def test_a_closed_account_is_signed_out_at_once(client):
    user = people.citizen()
    people.sign_in(client, user)
    services.deactivate(user=user)

    assert client.get(DEVICES)["Location"].startswith(reverse("accounts:sign_in"))
