"""Signing in with a code: sent to known and new alike, once, for ten minutes, in five tries."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from tests import people
from tests.people import NOW
from wasl.accounts import services
from wasl.accounts.models import SignInCode, User
from wasl.core import crypto

pytestmark = pytest.mark.django_db
PHONE = "0770 123 4567"


def ask(phone=PHONE, address="10.1.2.3", now=NOW):
    return services.request_code(phone=phone, language="ar", address=address, now=now)


def sent() -> list[dict[str, str]]:
    """What the waiting jobs will send, decrypted as their worker does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id",
            ["notifications.send_code"],
        )
        rows = [row[0] for row in cursor.fetchall()]
    jobs = [json.loads(row) if isinstance(row, str) else row for row in rows]
    return [
        {
            "phone": crypto.decrypt_text(job["phone"], "notifications.send_code:phone"),
            "code": crypto.decrypt_text(job["code"], "notifications.send_code:code"),
            "language": job["language"],
            "raw": json.dumps(job),
        }
        for job in jobs
    ]


def use(code_id, digits, now=NOW):
    return services.use_code(code_id=code_id, digits=digits, now=now)


def test_code_is_six_digits_sent_by_a_job_that_shows_nothing():
    ask()

    (message,) = sent()
    assert message["phone"] == "+9647701234567"
    assert len(message["code"]) == 6
    assert message["code"].isdigit()
    assert message["code"] not in message["raw"]
    assert "7701234567" not in message["raw"]


def test_code_registers_a_new_number_and_finds_it_again():
    first = use(ask(), sent()[0]["code"])
    later = NOW + timedelta(hours=1)
    second = use(ask("٠٧٧٠١٢٣٤٥٦٧", now=later), sent()[1]["code"], now=later)

    assert first == second
    assert (first.kind, first.phone, first.username) == ("CITIZEN", "+9647701234567", None)
    assert User.objects.count() == 1


def test_code_is_welcome_in_arabic_digits_and_with_spaces():
    code_id = ask()
    digits = sent()[0]["code"].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert use(code_id, f" {digits[:3]} {digits[3:]} ")


def test_code_works_once():
    code_id = ask()
    use(code_id, sent()[0]["code"])

    with pytest.raises(services.UnableToSignIn):
        use(code_id, sent()[0]["code"])


@pytest.mark.parametrize(("minutes", "works"), [(9.9, True), (10, False)])
def test_code_lasts_ten_minutes(minutes, works):
    code_id = ask()
    later = NOW + timedelta(minutes=minutes)

    if works:
        assert use(code_id, sent()[0]["code"], now=later)
    else:
        with pytest.raises(services.UnableToSignIn):
            use(code_id, sent()[0]["code"], now=later)


def test_code_is_closed_after_five_wrong_tries():
    code_id = ask()
    right = sent()[0]["code"]
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(services.UnableToSignIn):
            use(code_id, wrong)

    with pytest.raises(services.UnableToSignIn):
        use(code_id, right)


def test_code_still_works_after_four_wrong_tries():
    code_id = ask()
    right = sent()[0]["code"]
    for _ in range(4):
        with pytest.raises(services.UnableToSignIn):
            use(code_id, "000000" if right != "000000" else "111111")

    assert use(code_id, right)


@pytest.mark.parametrize("digits", ["", "abc", "12345", "1234567", "٠" * 500, "½²³"])
def test_code_refuses_anything_else(digits):
    with pytest.raises(services.UnableToSignIn):
        use(ask(), digits)


def test_a_new_code_ends_the_earlier_one():
    first = ask()
    ask()

    with pytest.raises(services.UnableToSignIn):
        use(first, sent()[0]["code"])


def test_code_of_one_request_does_not_open_another():
    mine = ask("0770 999 8888")
    ask(PHONE)

    with pytest.raises(services.UnableToSignIn):
        use(mine, sent()[1]["code"])


def test_codes_are_limited_by_phone():
    for _ in range(3):
        ask(address="10.0.0.1")

    with pytest.raises(services.UnableToSendCode):
        ask(address="10.99.0.1")
    assert len(sent()) == 3
    ask(now=NOW + timedelta(minutes=10))


def test_codes_are_limited_by_address():
    for number in range(60):
        ask(f"0770 {number:07d}")

    with pytest.raises(services.UnableToSendCode):
        ask("0771 000 0000")


def test_limits_are_the_same_for_known_and_unknown():
    people.citizen(PHONE)
    answers = []
    for phone in (PHONE, "0771 555 6666"):
        asked = 0
        try:
            for _ in range(10):
                ask(phone)
                asked += 1
        except services.UnableToSendCode as unable:
            answers.append((asked, str(unable)))

    assert len(answers) == 2
    assert answers[0] == answers[1]


def test_a_closed_account_is_refused_like_a_wrong_code():
    services.deactivate(user=people.citizen(PHONE))
    code_id = ask()

    with pytest.raises(services.UnableToSignIn):
        use(code_id, sent()[0]["code"])


def test_neither_code_nor_phone_stands_in_the_table():
    ask()
    code = sent()[0]["code"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_signincode::text FROM accounts_signincode")
        row = cursor.fetchone()[0]

    assert code.encode().hex() not in row
    assert b"7701234567".hex() not in row


def test_forget_codes_keeps_those_of_today():
    ask()
    ask("0771 555 6666", now=NOW + timedelta(days=2))

    assert services.forget_codes(now=NOW + timedelta(days=2)) == 1
    assert SignInCode.objects.count() == 1
