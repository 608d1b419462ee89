"""Encryption at rest: bound to its place, movable to a new key, searchable by blind index only."""

import base64

import pytest
from django.core.management import call_command
from django.db import connection

from tests import people
from wasl.accounts.models import User
from wasl.core import crypto

OLD = "1:" + base64.b64encode(bytes(range(32))).decode()
NEW = OLD + ",2:" + base64.b64encode(bytes(range(32, 64))).decode()


@pytest.fixture
def one_key(settings):
    settings.WASL_FIELD_KEYS = OLD
    return settings


def test_encrypt_opens_only_at_its_own_place(one_key):
    sealed = crypto.encrypt(b"0770", "accounts_user:phone:1")

    assert crypto.decrypt(sealed, "accounts_user:phone:1") == b"0770"
    with pytest.raises(crypto.UnableToDecrypt):
        crypto.decrypt(sealed, "accounts_user:phone:2")


@pytest.mark.parametrize("position", [0, 1, 2, 3, 14, 15, -1])
def test_encrypt_notices_any_changed_byte(one_key, position):
    sealed = bytearray(crypto.encrypt(b"0770", "place"))
    sealed[position] ^= 1

    with pytest.raises(crypto.UnableToDecrypt):
        crypto.decrypt(bytes(sealed), "place")


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x00\x01short"])
def test_decrypt_refuses_what_is_no_ciphertext(one_key, data):
    with pytest.raises(crypto.UnableToDecrypt):
        crypto.decrypt(data, "place")


def test_encrypt_twice_gives_two_ciphertexts(one_key):
    assert crypto.encrypt(b"same", "place") != crypto.encrypt(b"same", "place")


def test_the_highest_key_encrypts_and_older_ones_still_open(one_key):
    before = crypto.encrypt(b"text", "place")

    one_key.WASL_FIELD_KEYS = NEW

    assert crypto.key_id(crypto.encrypt(b"text", "place")) == 2
    assert crypto.decrypt(before, "place") == b"text"


@pytest.mark.parametrize("keys", ["", "1", "1:AAAA", "x:AAAA", "0:" + OLD[2:], "1:!!!"])
def test_unreadable_keys_are_named(settings, keys):
    settings.WASL_FIELD_KEYS = keys

    with pytest.raises(crypto.UnableToUseKeys):
        crypto.current_key_id()


def test_blind_index_separates_purposes_and_hides_values():
    index = crypto.blind_index("7701234567", "phone")

    assert index == crypto.blind_index("7701234567", "phone")
    assert index != crypto.blind_index("7701234567", "national_id")
    assert index != crypto.blind_index("7701234568", "phone")
    assert len(index) == 32


def test_file_does_not_open_under_another_name(one_key):
    sealed = crypto.encrypt_file(b"%PDF", name="a.pdf")

    assert crypto.decrypt_file(sealed, name="a.pdf") == b"%PDF"
    with pytest.raises(crypto.UnableToDecrypt):
        crypto.decrypt_file(sealed, name="b.pdf")


def _stored(user: User) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db
def test_field_keeps_no_plain_text_in_the_database(one_key):
    user = people.citizen("0770 111 2222")

    assert b"7701112222" not in _stored(user)
    assert User.objects.get(pk=user.pk).phone == "+9647701112222"


@pytest.mark.django_db
def test_field_does_not_open_when_copied_to_another_row(one_key):
    victim, thief = people.citizen(), people.citizen()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET phone = %s WHERE id = %s", [_stored(victim), thief.pk]
        )

    with pytest.raises(crypto.UnableToDecrypt):
        User.objects.get(pk=thief.pk).phone  # noqa: B018


@pytest.mark.django_db
def test_field_refuses_what_would_store_or_seek_plain_text(one_key):
    people.citizen()

    with pytest.raises(TypeError):
        User.objects.update(phone="+9647701112222")
    with pytest.raises(TypeError):
        list(User.objects.filter(phone="+9647701112222"))
    with pytest.raises(TypeError):
        list(User.objects.filter(phone__contains="770"))


@pytest.mark.django_db
def test_field_untouched_is_saved_as_it_was(one_key):
    user = User.objects.get(pk=people.citizen().pk)
    before = _stored(user)

    user.language = "en"
    user.save()

    assert _stored(user) == before


@pytest.mark.django_db
def test_keys_rotate_moves_every_value_to_the_newest_key(one_key):
    user = people.citizen("0770 333 4444", full_name="Zainab")
    assert crypto.key_id(_stored(user)) == 1

    one_key.WASL_FIELD_KEYS = NEW
    call_command("keys_rotate", verbosity=0)

    assert crypto.key_id(_stored(user)) == 2
    one_key.WASL_FIELD_KEYS = NEW.split(",")[1]
    again = User.objects.get(pk=user.pk)
    assert (again.phone, again.full_name) == ("+9647703334444", "Zainab")
