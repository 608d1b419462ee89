"""Supervisors enter who is away; directors grant and end roles, in their own directorate."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import people
from wasl.accounts import selectors
from wasl.accounts.models import RoleAssignment
from wasl.accounts.roles import Role

pytestmark = pytest.mark.django_db
TEAM = "/account/team/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def inspector(now):
    return people.staff(Role.INSPECTOR, now=now)


def as_(role, now, directorate_id=1) -> Client:
    return people.sign_in(Client(), people.staff(role, directorate_id=directorate_id, now=now))


def page(user) -> str:
    return f"{TEAM}{user.pk}/"


def test_team_lists_those_of_the_own_directorate_only(inspector, now):
    other = people.staff(Role.INSPECTOR, directorate_id=2, now=now)

    listed = as_(Role.SUPERVISOR, now).get(TEAM).content.decode()

    assert page(inspector) in listed
    assert page(other) not in listed


def test_supervisor_enters_who_is_away(inspector, now):
    today = timezone.localdate(now).isoformat()

    saved = as_(Role.SUPERVISOR, now).post(
        page(inspector), {"kind": "LEAVE", "first_day": today, "last_day": today}
    )

    assert saved.status_code == 302
    assert not selectors.is_on_duty(inspector, now)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-12-02", "2026-12-01"), ("", "2026-12-01"), ("yesterday", "x")]
)
def test_a_time_that_is_none_is_refused(inspector, now, first, last):
    answer = as_(Role.SUPERVISOR, now).post(
        page(inspector), {"kind": "LEAVE", "first_day": first, "last_day": last}
    )

    assert answer.status_code == 200
    assert not inspector.duty_periods.exists()


def test_a_time_that_overlaps_is_explained(inspector, now):
    client = as_(Role.SUPERVISOR, now)
    values = {"kind": "LEAVE", "first_day": "2026-12-01", "last_day": "2026-12-03"}
    client.post(page(inspector), values)

    assert client.post(page(inspector), values).status_code == 200
    assert inspector.duty_periods.count() == 1


def test_director_grants_and_ends_a_role(inspector, now):
    director = as_(Role.DIRECTOR, now)

    director.post(page(inspector) + "grant/", {"role": "ENGINEER"})
    assert selectors.roles_of(inspector, now) == {Role.INSPECTOR, Role.ENGINEER}

    held = RoleAssignment.objects.get(user=inspector, role="ENGINEER")
    director.post(page(inspector) + "end/", {"assignment": held.pk})
    assert selectors.roles_of(inspector, now) == {Role.INSPECTOR}


def test_director_cannot_end_or_extend_their_own_roles(now):
    director = people.staff(Role.DIRECTOR, now=now)
    client = people.sign_in(Client(), director)
    held = RoleAssignment.objects.get(user=director)

    assert client.post(page(director) + "grant/", {"role": "ENGINEER"}).status_code == 200
    assert client.post(page(director) + "end/", {"assignment": held.pk}).status_code == 200
    assert selectors.roles_of(director, now) == {Role.DIRECTOR}


def test_supervisor_grants_nothing(inspector, now):
    client = as_(Role.SUPERVISOR, now)

    assert client.post(page(inspector) + "grant/", {"role": "ENGINEER"}).status_code == 403
    assert "/grant/" not in client.get(page(inspector)).content.decode()


@pytest.mark.parametrize("action", ["", "grant/", "end/"])
def test_staff_of_another_directorate_are_not_found(inspector, now, action):
    client = as_(Role.DIRECTOR, now, directorate_id=2)

    assert client.post(page(inspector) + action, {"role": "ENGINEER"}).status_code == 404


def test_a_forged_assignment_is_not_found(inspector, now):
    other = RoleAssignment.objects.get(user=people.staff(Role.ENGINEER, now=now))

    answer = as_(Role.DIRECTOR, now).post(page(inspector) + "end/", {"assignment": other.pk})

    assert answer.status_code == 404
    assert RoleAssignment.objects.get(pk=other.pk).valid_to is None
