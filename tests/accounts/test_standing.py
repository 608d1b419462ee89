"""Roles, duty and declared relations."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import people
from tests.people import NOW
from wasl.accounts import selectors, services
from wasl.accounts.roles import Role

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def grant(user, role=Role.INSPECTOR, granted_by=None, directorate_id=1, **values):
    return services.grant_role(
        user=user,
        role=role,
        directorate_id=directorate_id,
        granted_by=granted_by,
        now=NOW,
        **{"valid_from": TODAY, **values},
    )


def test_role_is_held_from_its_day_until_before_its_end():
    user = people.staff()
    grant(user, valid_from=date(2026, 11, 23), valid_to=date(2026, 11, 25))

    held = [
        bool(selectors.roles_of(user, datetime(2026, 11, day, 9, tzinfo=UTC)))
        for day in (22, 23, 24, 25)
    ]

    assert held == [False, True, True, False]


def test_role_begins_with_the_day_in_baghdad():
    user = people.staff()
    grant(user, valid_from=date(2026, 11, 24))

    assert selectors.roles_of(user, datetime(2026, 11, 23, 20, 59, tzinfo=UTC)) == frozenset()
    assert selectors.roles_of(user, datetime(2026, 11, 23, 21, 0, tzinfo=UTC)) == {Role.INSPECTOR}


def test_role_is_not_held_twice_at_one_time():
    user = people.staff()
    grant(user)

    with pytest.raises(services.UnableToGrantRole):
        grant(user, valid_from=TODAY + timedelta(days=9))
    grant(user, directorate_id=2)


def test_nobody_grants_a_role_to_themselves():
    director = people.staff(Role.DIRECTOR)

    with pytest.raises(services.UnableToGrantRole):
        grant(director, Role.SUPERVISOR, granted_by=director)


@pytest.mark.parametrize(
    ("granter", "where", "allowed"),
    [
        (Role.DIRECTOR, 1, True),
        (Role.DIRECTOR, 2, False),
        (Role.QUALITY_MINISTRY, 2, True),
        (Role.SUPERVISOR, 1, False),
        (Role.AUDITOR, 1, False),
    ],
)
def test_role_is_granted_by_the_director_there_or_the_ministry(granter, where, allowed):
    other = people.staff(granter, directorate_id=where)
    user = people.staff()

    if allowed:
        assert grant(user, granted_by=other).granted_by == other
    else:
        with pytest.raises(services.UnableToGrantRole):
            grant(user, granted_by=other)


def test_citizens_hold_no_roles():
    with pytest.raises(services.UnableToGrantRole):
        grant(people.citizen())


def test_role_ended_today_is_held_no_more():
    user = people.staff()
    assignment = grant(user, valid_from=TODAY - timedelta(days=9))

    services.end_role(assignment=assignment, ended_by=None, now=NOW)

    assert selectors.roles_of(user, NOW) == frozenset()
    assert selectors.roles_of(user, NOW - timedelta(days=1)) == {Role.INSPECTOR}


def test_staff_with_role_are_those_on_duty_in_that_directorate():
    here = people.staff(Role.INSPECTOR)
    on_leave = people.staff(Role.INSPECTOR)
    people.staff(Role.INSPECTOR, directorate_id=2)
    people.staff(Role.ENGINEER)
    gone = people.staff(Role.INSPECTOR)
    services.deactivate(user=gone)
    services.enter_duty_period(
        user=on_leave,
        kind="LEAVE",
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=1),
        now=NOW,
    )

    assert list(selectors.staff_with_role(Role.INSPECTOR, 1, NOW)) == [here]
    later = NOW + timedelta(hours=1)
    assert set(selectors.staff_with_role(Role.INSPECTOR, 1, later)) == {here, on_leave}


def test_duty_periods_of_one_person_do_not_overlap():
    user = people.staff()
    services.enter_duty_period(user=user, kind="LEAVE", starts_at=NOW, ends_at=None, now=NOW)

    with pytest.raises(services.UnableToEnterDuty):
        services.enter_duty_period(
            user=user, kind="ABSENCE", starts_at=NOW + timedelta(days=1), ends_at=None, now=NOW
        )


def test_related_staff_are_found_by_phone_and_national_id():
    applicant = services.record_national_id(
        user=people.citizen("0770 123 4567"), national_id="198765432100"
    )
    brother, cousin, stranger = people.staff(), people.staff(), people.staff()
    services.declare_relation(staff=brother, nature="FAMILY", phone="٠٧٧٠١٢٣٤٥٦٧", now=NOW)
    services.declare_relation(staff=cousin, nature="FAMILY", national_id="198765432100", now=NOW)
    services.declare_relation(staff=stranger, nature="FAMILY", phone="0771 111 1111", now=NOW)

    everybody = [brother.pk, cousin.pk, stranger.pk]
    found = selectors.related_staff(applicant=applicant, staff_ids=everybody)

    assert set(found) == {brother.pk, cousin.pk}
    assert selectors.related_staff(applicant=applicant, staff_ids=[stranger.pk]) == []


def test_declaring_a_relation_twice_keeps_one():
    staff = people.staff()

    first = services.declare_relation(staff=staff, nature="FAMILY", phone="07701234567", now=NOW)
    again = services.declare_relation(staff=staff, nature="OTHER", phone="07701234567", now=NOW)

    assert first == again
