"""Registering people, and what the database refuses."""

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tests.people import NOW
from wasl.accounts import services
from wasl.accounts.models import User

pytestmark = pytest.mark.django_db


def test_register_citizen_finds_the_known_number_in_another_form():
    assert people.citizen("0770 123 4567") == people.citizen("+964 770 123 4567")


def test_a_phone_belongs_to_one_citizen_by_the_database():
    known = people.citizen()

    with pytest.raises(IntegrityError, match="accounts_citizen_phone_once"):
        User.objects.create(
            kind="CITIZEN", phone="x", phone_index=known.phone_index, created_at=NOW
        )


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "CITIZEN", "staff_no": "S1"},
        {"kind": "CITIZEN", "phone": "x", "phone_index": b"i", "username": "name"},
        {"kind": "CITIZEN", "phone": "x"},
        {"kind": "STAFF", "username": "name"},
        {"kind": "STAFF", "staff_no": "S1"},
        {"kind": "STAFF", "username": "name", "staff_no": "S1", "national_id": "1"},
    ],
)
def test_half_a_person_is_refused_by_the_database(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(created_at=NOW, **values)


def test_register_staff_hashes_with_argon2(settings):
    # Tests have a quicker one before those of the installation.
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    assert people.staff().password.startswith("argon2$")


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012"])
def test_register_staff_refuses_a_weak_password(password):
    with pytest.raises(services.UnableToRegisterStaff):
        services.register_staff(
            username="zaid", password=password, staff_no="S1", full_name="Zaid", now=NOW
        )


def test_register_staff_refuses_a_taken_name_in_other_letters():
    people.staff(username="zaid")

    with pytest.raises(services.UnableToRegisterStaff):
        people.staff(username=" ZAID ")


def test_national_id_is_found_by_its_index_whatever_the_digits():
    user = services.record_national_id(user=people.citizen(), national_id="١٩٨٧ 6543 2100")

    assert user.national_id == "198765432100"
    assert bytes(user.national_id_index) == services.people.national_id_index("198765432100")


def test_a_person_is_not_printed_with_personal_details():
    user = people.citizen("0770 123 4567", full_name="Zainab Kadhim")

    # Not "770" alone: three digits may well stand in the random name that is printed.
    assert str(user) == f"citizen {user.pk}"
    assert "7701234567" not in repr(user)
    assert "Zainab" not in repr(user)
