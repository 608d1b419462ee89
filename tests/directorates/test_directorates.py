"""The organisation, phases, districts and calendars, from the real seed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from wasl.core.calendars import BAGHDAD
from wasl.directorates import outlines, seeding, selectors, services
from wasl.directorates.models import Directorate, District, Holiday, RolloutPhase

TODAY = date(2026, 11, 23)
NAMES = {"ar": "حرّ شديد", "ckb": "گەرمای زۆر", "en": "Extreme heat"}


def karkh() -> Directorate:
    return selectors.by_code("KARKH")


def test_karkh_is_open_and_rusafa_and_sadr_are_next(seeded):
    found = selectors.phases(TODAY)

    assert [each.code for each, phase in found if phase.is_active] == ["KARKH"]
    assert [each.code for each, phase in found if phase.phase == "ANNOUNCED"] == ["RUSAFA", "SADR"]
    assert len(found) == 21
    assert selectors.served(TODAY) == [karkh()]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_who_is_not_served_yet_is_told_the_way_today(seeded, language):
    for directorate, phase in selectors.phases(TODAY):
        assert directorate.name(language)
        assert phase.note(language)
        assert phase.today(language)


def test_a_phase_of_one_service_comes_before_that_of_every_service(seeded):
    RolloutPhase.objects.create(
        directorate=karkh(), service="change-of-name", phase="LATER", valid_from=date(2026, 6, 1)
    )

    assert selectors.phase_for(karkh().id, "change-of-name", TODAY).phase == "LATER"
    assert selectors.phase_for(karkh().id, "change-of-name", date(2026, 5, 31)).is_active
    assert selectors.phase_for(karkh().id, "new-connection", TODAY).is_active
    assert selectors.phase_for(karkh().id, "new-connection", date(2025, 12, 31)).phase == "LATER"


def test_the_ministry_is_the_federal_one(seeded):
    assert selectors.ministry().code == "MINISTRY"
    assert selectors.by_code("ERBIL").parent.code == "MINISTRY-KURDISTAN"


def test_a_directorate_ends_with_its_last_day(seeded):
    Directorate.objects.filter(code="ANBAR").update(valid_to=date(2026, 11, 1))

    codes = {each.code for each in selectors.distribution(TODAY)}

    assert "ANBAR" not in codes
    assert "ANBAR" in {each.code for each in selectors.distribution(date(2026, 10, 31))}


def test_loading_the_seed_twice_changes_nothing(seeded):
    def counts():
        return [m.objects.count() for m in (Directorate, District, Holiday, RolloutPhase)]

    before = counts()
    call_command("seed", verbosity=0)

    assert counts() == before


def test_the_seed_keeps_what_an_officer_entered(seeded):
    day = date(2026, 3, 20)
    services.enter_holiday(
        day=day, names=NAMES, is_closed=False, is_confirmed=True, source="Moon", now=seeded
    )

    seeding.load_calendar(seeded)

    assert selectors.calendar_for(karkh().id, TODAY).is_working_day(date(2026, 3, 19))
    assert day not in {each.day for each in selectors.holidays(karkh().id, day, TODAY)}


def test_districts_of_karkh_are_drawn_without_overlap(seeded):
    areas = [each for each in selectors.districts(karkh().id, TODAY) if each.outline]

    assert len(areas) >= 30
    for area in areas:
        inside = [
            each.code for each in areas if outlines.contains(each.outline, (area.lat, area.lon))
        ]
        assert inside == [area.code]


def test_district_choices_are_in_the_readers_language(seeded):
    arabic = dict(selectors.district_choices(karkh().id, TODAY, "ar"))

    assert arabic["KARKH-MANSOUR"] == "المنصور"
    assert dict(selectors.district_choices(karkh().id, TODAY, "en"))["KARKH-DORA"] == "Dora"
    assert selectors.district("KARKH-DORA").name("ckb") == "دۆرە"


def test_the_calendar_knows_weekend_holiday_and_ramadan(seeded):
    calendar = selectors.calendar_for(karkh().id, on=datetime(2026, 11, 23, tzinfo=UTC))

    assert not calendar.is_working_day(date(2026, 11, 27))  # Friday
    assert not calendar.is_working_day(date(2026, 1, 6))  # Army Day
    assert calendar.hours_on(date(2026, 2, 22)).opens == time(9)
    assert calendar.hours_on(date(2026, 11, 23)).opens == time(8)
    assert calendar.minutes_per_day == 420


def test_the_calendar_is_kept_until_a_row_is_added(seeded, django_assert_num_queries):
    first = selectors.calendar_for(karkh().id, TODAY)
    directorate_id = karkh().id
    with django_assert_num_queries(1):
        assert selectors.calendar_for(directorate_id, TODAY) is first

    services.enter_holiday(day=TODAY, names=NAMES, is_confirmed=True, source="Decision", now=seeded)

    assert first.is_working_day(TODAY)
    assert not selectors.calendar_for(directorate_id, TODAY).is_working_day(TODAY)


def test_a_closure_of_one_directorate_is_not_anothers(seeded):
    services.enter_holiday(
        day=TODAY,
        names=NAMES,
        is_confirmed=True,
        source="Decision",
        directorate_id=karkh().id,
        now=seeded,
    )

    assert not selectors.calendar_for(karkh().id, TODAY).is_working_day(TODAY)
    rusafa = selectors.by_code("RUSAFA").id
    assert selectors.calendar_for(rusafa, TODAY).is_working_day(TODAY)


def test_ramadan_hours_are_corrected_by_a_version(seeded):
    services.enter_office_hours(
        code="RAMADAN-2027",
        valid_from=date(2027, 2, 9),
        valid_to=date(2027, 3, 11),
        opens=time(10),
        closes=time(14),
        is_confirmed=True,
        source="Decision",
        now=seeded,
    )

    calendar = selectors.calendar_for(karkh().id, TODAY)

    assert calendar.hours_on(date(2027, 2, 8)).opens == time(8)
    assert calendar.hours_on(date(2027, 2, 9)).opens == time(10)


def test_holidays_are_only_added(seeded):
    for change in (
        lambda rows: rows.update(is_closed=False),
        lambda rows: rows._raw_delete("default"),
    ):
        with (
            pytest.raises(Exception, match=r"only ever added|permission denied"),
            transaction.atomic(),
        ):
            change(Holiday.objects.filter(day=date(2026, 1, 1)))


def test_a_version_of_a_holiday_is_entered_once(seeded):
    row = Holiday.objects.filter(day=date(2026, 1, 6)).get()

    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_working_time_in_karkh_over_the_feast(seeded):
    calendar = selectors.calendar_for(karkh().id, TODAY)
    eve = datetime(2026, 5, 26, 14, 0, tzinfo=BAGHDAD)

    due = calendar.add_working_minutes(eve, 120)

    assert due == datetime(2026, 5, 31, 9, 0, tzinfo=BAGHDAD)  # four days of the feast, a weekend
    assert due - eve > timedelta(days=4)


def test_phases_of_all_directorates_take_few_queries(seeded, django_assert_max_num_queries):
    with django_assert_max_num_queries(3) as queries:
        selectors.phases(TODAY)

    assert isinstance(queries, CaptureQueriesContext)
