"""Dated settings: typed, versioned by day, two persons, never changed."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from wasl.directorates import dated, seeding, selectors, services
from wasl.directorates.models import DatedSetting

KEY = "tests.fee"


@pytest.fixture(autouse=True)
def _declared(monkeypatch):
    monkeypatch.setattr(dated, "_DECLARED", dict(dated._DECLARED))
    dated.register(KEY, type=int, unit="IQD", label="Fee", minimum=0, maximum=1_000_000)


def enter(now, value, valid_from, directorate_id=None, **others):
    return services.enter_setting(
        key=KEY,
        value=value,
        valid_from=valid_from,
        directorate_id=directorate_id,
        proposed_by=others.get("proposed_by"),
        approved_by=others.get("approved_by"),
        source="sample",
        now=now,
    )


def test_a_value_holds_from_its_day(seeded):
    enter(seeded, 100, date(2026, 1, 1))
    enter(seeded, 200, date(2026, 7, 1))

    assert dated.value(KEY, directorate_id=None, on=date(2026, 6, 30)) == 100
    assert dated.value(KEY, directorate_id=None, on=date(2026, 7, 1)) == 200


def test_a_directorates_own_value_comes_first(seeded):
    karkh = selectors.by_code("KARKH").id
    enter(seeded, 100, date(2026, 1, 1), karkh)
    enter(seeded, 200, date(2026, 7, 1))

    assert dated.value(KEY, directorate_id=karkh, on=date(2026, 8, 1)) == 100
    assert dated.value(KEY, directorate_id=karkh + 1, on=date(2026, 8, 1)) == 200
    assert dated.all_in_force("tests.", directorate_id=karkh, on=date(2026, 8, 1))[KEY].value == 100


def test_a_second_version_of_a_day_replaces_the_first(seeded):
    enter(seeded, 100, date(2026, 1, 1))
    enter(seeded, 150, date(2026, 1, 1))

    assert dated.row(KEY, directorate_id=None, on=date(2026, 1, 1)).version == 2
    assert dated.value(KEY, directorate_id=None, on=date(2026, 1, 1)) == 150


def test_without_a_value_in_force_it_says_which(seeded):
    with pytest.raises(dated.UnableToFindSetting, match=r"tests\.fee has no value on 2026-01-01"):
        dated.value(KEY, directorate_id=None, on=date(2026, 1, 1))
    with pytest.raises(KeyError):
        dated.value("tests.unknown", directorate_id=None, on=date(2026, 1, 1))


@pytest.mark.parametrize("value", ["100", 1.5, True, None, -1, 1_000_001, [1]])
def test_what_is_not_of_the_declared_type_is_refused(seeded, value):
    with pytest.raises(dated.UnableToUseSetting):
        enter(seeded, value, date(2026, 1, 1))


def test_two_persons_are_needed(seeded):
    person = uuid4()

    with pytest.raises(services.UnableToEnterSetting):
        enter(seeded, 100, date(2026, 1, 1), proposed_by=person, approved_by=person)
    with pytest.raises(services.UnableToEnterSetting):
        enter(seeded, 100, date(2026, 1, 1), proposed_by=person)
    assert enter(seeded, 100, date(2026, 1, 1), proposed_by=person, approved_by=uuid4()).pk


def test_the_database_itself_asks_for_two_persons(seeded):
    person = uuid4()

    with pytest.raises(IntegrityError, match="by_two_people"), transaction.atomic():
        DatedSetting.objects.create(
            key=KEY,
            value=1,
            valid_from=date(2026, 1, 1),
            proposed_by=person,
            approved_by=person,
            source="sample",
            recorded_at=seeded,
        )


@pytest.mark.owner
def test_even_the_owner_cannot_change_a_value(db):
    row = enter(seeding_now(), 100, date(2026, 1, 1))

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        DatedSetting.objects.filter(pk=row.pk).update(value=1)


def seeding_now():
    from tests.directorates.conftest import NOW

    return NOW


def test_a_key_is_declared_once():
    with pytest.raises(ValueError, match="two settings"):
        dated.register(KEY, type=int, label="Fee")


def test_a_seed_with_an_undeclared_setting_names_file_and_key(seeded, tmp_path):
    entry = {"key": "tests.nobody", "value": 1, "valid_from": date(2026, 1, 1)}

    with pytest.raises(seeding.UnusableSeedError, match=r"settings\.toml: .* tests\.nobody"):
        seeding._setting(entry, tmp_path / "settings.toml", {})


def test_several_values_at_once_are_what_each_is_alone(seeded, django_assert_num_queries):
    enter(seeded, 100, date(2026, 1, 1))
    enter(seeded, 150, date(2026, 7, 1))
    keys = [KEY, "billing.high_kwh_a_day", "billing.impossible_kwh_a_day"]
    on = date(2026, 8, 1)
    alone = {key: dated.value(key, directorate_id=1, on=on) for key in keys}

    with django_assert_num_queries(1):
        together = dated.values(keys, directorate_id=1, on=on)

    assert together == alone
    with pytest.raises(dated.UnableToFindSetting):
        dated.values(keys, directorate_id=1, on=date(2000, 1, 1))
    with pytest.raises(KeyError):
        dated.values(["tests.unknown"], directorate_id=1, on=on)
