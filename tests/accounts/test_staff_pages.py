"""Staff sign in with password and second factor; without it they reach nothing."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client

from tests import people
from tests.people import PASSWORD
from wasl.accounts import selectors, services
from wasl.accounts.roles import Role
from wasl.core import crypto

pytestmark = pytest.mark.django_db
SIGN_IN, SET_UP = "/account/staff/sign-in/", "/account/staff/second-factor/set-up/"
CODE, RECOVERY = "/account/staff/code/", "/account/staff/recovery-codes/"
DEVICES = "/account/devices/"


@pytest.fixture(autouse=True)
def _no_earlier_attempts():
    cache.clear()


@pytest.fixture
def inspector():
    return people.staff(Role.INSPECTOR, username="inspector")


def password(client, username="inspector", secret=PASSWORD, **values):
    return client.post(SIGN_IN, {"login": username, "password": secret, **values})


def totp(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def set_up(client) -> str:
    """Go through the set-up page; the secret."""
    client.get(SET_UP)
    secret = client.session["mfa.totp.secret"]
    assert client.post(SET_UP, {"code": totp(secret)}).status_code == 302
    return secret


def test_first_sign_in_leads_to_the_set_up_and_nowhere_else(client, inspector):
    signed = password(client, next="/account/devices/")

    assert signed.status_code == 302
    for page in (DEVICES, "/account/profile/", RECOVERY, "/account/staff/password/"):
        assert client.get(page)["Location"].startswith(SET_UP)
    assert client.get(SET_UP).status_code == 200


def test_set_up_opens_the_desk_and_shows_recovery_codes(client, inspector):
    password(client)
    set_up(client)

    assert client.get(DEVICES).status_code == 200
    page = client.get(RECOVERY)
    assert page.status_code == 200
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert codes[0] in page.content.decode()


def test_set_up_draws_the_secret_without_inline_style(client, inspector):
    password(client)

    page = client.get(SET_UP).content.decode()

    assert "<svg" in page
    assert "style=" not in page[page.index("<svg") : page.index("</svg>")]
    assert client.session["mfa.totp.secret"] in page


def test_set_up_refuses_a_wrong_code(client, inspector):
    password(client)
    client.get(SET_UP)

    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_later_sign_in_asks_for_the_second_factor(client, inspector):
    password(client)
    secret = set_up(client)
    other = Client()

    asked = password(other)
    assert asked["Location"].startswith(CODE)
    assert other.get(DEVICES).status_code == 302
    arabic = totp(secret, later=1).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert other.post(CODE, {"code": arabic}).status_code == 302
    assert other.get(DEVICES).status_code == 200


def test_a_code_of_the_app_works_once(client, inspector):
    password(client)
    secret = set_up(client)
    code = totp(secret, later=1)
    first, second = Client(), Client()
    password(first)
    password(second)

    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 200
    assert second.get(DEVICES).status_code == 302


def test_a_recovery_code_signs_in_once(client, inspector):
    password(client)
    set_up(client)
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = Client(), Client()
    password(first)
    password(second)

    assert first.post(CODE, {"code": code}).status_code == 302
    assert first.get(DEVICES).status_code == 200
    assert second.post(CODE, {"code": code}).status_code == 200


def test_a_password_session_from_before_the_set_up_must_prove_it_too(client, inspector):
    thief = Client()
    password(thief)
    password(client)
    set_up(client)

    assert thief.get(DEVICES)["Location"].startswith("/account/staff/confirm-code/")
    assert thief.get(SET_UP).status_code == 302
    assert thief.get(RECOVERY)["Location"].startswith("/account/staff/confirm-code/")


def test_secrets_of_second_factors_are_encrypted_and_move_to_a_new_key(client, inspector, settings):
    password(client)
    secret = set_up(client)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored

    newest = "9:" + settings.WASL_INDEX_KEY
    settings.WASL_FIELD_KEYS += "," + newest
    call_command("keys_rotate", verbosity=0)
    settings.WASL_FIELD_KEYS = newest

    moved = Authenticator.objects.get(type="totp").data["secret"]
    assert crypto.decrypt_text(moved, "mfa_authenticator") == secret


def test_the_second_factor_cannot_be_switched_off(client, inspector):
    password(client)
    set_up(client)

    client.post("/account/staff/second-factor/keep/")

    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    ("username", "secret"),
    [("inspector", "wrong"), ("nobody", PASSWORD), ("inspector", ""), ("", PASSWORD)],
)
def test_wrong_name_and_wrong_password_are_not_told_apart(client, inspector, username, secret):
    response = password(client, username, secret)

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_unknown_name_and_wrong_password_get_one_answer(client, inspector):
    def problem(username):
        return password(client, username, "wrong").context["form"].errors.as_text()

    assert problem("inspector") == problem("nobody")


def test_a_closed_account_does_not_sign_in(client, inspector):
    services.deactivate(user=inspector)

    assert password(client).status_code == 200


def test_citizens_have_no_password_to_guess(client):
    people.citizen("0770 123 4567")

    assert password(client, "+9647701234567", "").status_code == 200
    assert password(client, "", "").status_code == 200


def test_too_many_wrong_passwords_lock_out(client, inspector):
    for _ in range(5):
        password(client, secret="wrong")

    assert password(client).status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client):
    assert client.get("/account/staff/signup/").status_code == 404
    assert client.get("/account/signup/").status_code == 404


def test_staff_sessions_last_a_working_day(client, inspector):
    password(client)

    assert client.session.get_expiry_age() <= 12 * 60 * 60


def _request(client) -> HttpRequest:
    request = HttpRequest()
    request.session = client.session
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    return request


@pytest.mark.parametrize("demo", [True, False])
def test_become_exists_in_demo_mode_only(client, inspector, settings, demo):
    settings.WASL_DEMO = demo
    client.get(SIGN_IN)
    request = _request(client)

    if not demo:
        with pytest.raises(services.UnableToBecome):
            services.become(request, inspector)
        return
    services.become(request, inspector)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    assert client.get(DEVICES).status_code == 200
    settings.WASL_DEMO = False
    assert client.get(DEVICES)["Location"].startswith(SET_UP)


def test_reset_ends_sessions_and_asks_for_a_new_second_factor(client, inspector):
    password(client)
    set_up(client)

    services.reset_sign_in(user=inspector, password="another long sentence")

    assert client.get(DEVICES).status_code == 302
    assert password(client).status_code == 200
    assert password(client, secret="another long sentence").status_code == 302
    assert client.get(DEVICES)["Location"].startswith(SET_UP)


def test_relations_are_declared_and_shown_without_the_person(client, inspector):
    people.sign_in(client, inspector)
    applicant = people.citizen("0770 123 4567")

    saved = client.post("/account/relations/", {"phone": "٠٧٧٠ ١٢٣ ٤٥٦٧", "nature": "FAMILY"})
    page = client.get("/account/relations/").content.decode()

    assert saved.status_code == 302
    assert selectors.related_staff(applicant=applicant, staff_ids=[inspector.pk]) == [inspector.pk]
    assert "4567" not in page.split("w-card")[1].split("</ul>")[0]


@pytest.mark.parametrize("forged", [{"nature": "FAMILY"}, {"phone": "07701234567", "nature": "X"}])
def test_relations_refuse_what_is_incomplete(client, inspector, forged):
    people.sign_in(client, inspector)

    assert client.post("/account/relations/", forged).status_code == 200
    assert not selectors.relations_of(inspector).exists()


def test_relations_are_for_staff(client):
    people.sign_in(client, people.citizen())

    assert client.get("/account/relations/").status_code == 403


def test_staff_change_their_language_and_not_their_name(client, inspector):
    people.sign_in(client, inspector)

    client.post("/account/profile/", {"full_name": "Somebody Else", "language": "en"})

    inspector.refresh_from_db()
    assert (inspector.language, inspector.full_name.startswith("Staff Person")) == ("en", True)
