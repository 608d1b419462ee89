"""Programmed cuts: two persons publish, the promise stays, and what happened stands beside it."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.outages import grid
from wasl.accounts.actors import Actor
from wasl.core.calendars import BAGHDAD
from wasl.outages import cut_files, promises, services
from wasl.outages.models import Outage, Timetable, TimetableWindow

pytestmark = pytest.mark.django_db
NOW = grid.NOW
FROM = date(2026, 11, 30)  # a Monday
EVERY_DAY_TWO_HOURS = [(day * 1440 + 840, day * 1440 + 960) for day in range(7)]  # 14 to 16


@pytest.fixture(autouse=True)
def _office(db) -> None:
    grid.build()


def draft(actor: Actor, spans=EVERY_DAY_TWO_HOURS, valid_from=FROM, now=NOW, feeder="F0"):
    (made,) = services.draft_timetables(
        directorate_id=1, windows={feeder: spans}, valid_from=valid_from, actor=actor, now=now
    )
    return made


def publish(actor: Actor, *ids, now=NOW, directorate_id: int = 1):
    return services.publish_timetables(directorate_id=directorate_id, ids=ids, actor=actor, now=now)


def at(hour: int, minute: int = 0, day: date = FROM) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BAGHDAD)


def test_another_person_publishes_and_it_holds_from_its_day_on(engineer, supervisor) -> None:
    made = draft(engineer)
    with pytest.raises(services.UnableToRation):
        publish(engineer, made.id)
    found = promises.Promises(1, "F0")
    assert not found.is_promised
    publish(supervisor, made.id)
    found = promises.Promises(1, "F0")
    assert found.of_day(FROM - timedelta(days=1)) is None
    assert found.of_day(FROM).cuts == [("14:00", "16:00")]
    assert [each.minutes for each in found.week(FROM)] == [120] * 7
    assert found.next_cut(at(15)) == (at(14), at(16))
    assert found.next_cut(at(16)) == (
        at(14, day=FROM + timedelta(days=1)),
        at(16, day=FROM + timedelta(days=1)),
    )


def test_a_later_version_changes_the_future_only(engineer, supervisor) -> None:
    publish(supervisor, draft(engineer).id)
    later = FROM + timedelta(days=3)
    publish(supervisor, draft(engineer, [], later).id)
    found = promises.Promises(1, "F0")
    assert [each.minutes for each in found.week(FROM)] == [120, 120, 120, 0, 0, 0, 0]
    with pytest.raises(services.UnableToRation):
        publish(supervisor, draft(engineer, [], later).id)


def test_no_day_that_has_begun_is_promised(engineer, supervisor) -> None:
    today = NOW.astimezone(BAGHDAD).date()
    with pytest.raises(services.UnableToRation):
        draft(engineer, valid_from=today)
    made = draft(engineer, valid_from=today + timedelta(days=1))
    with pytest.raises(services.UnableToRation):
        publish(supervisor, made.id, now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "wrong", [{"feeder": "F9"}, {"spans": [(0, 60), (30, 90)]}, {"actor": Actor.system()}]
)
def test_what_is_no_timetable_is_refused(engineer, wrong) -> None:
    with pytest.raises(services.UnableToRation):
        draft(wrong.pop("actor", engineer), **wrong)
    assert not Timetable.objects.exists()


def test_another_office_publishes_and_drops_nothing_here(engineer, supervisor) -> None:
    made = draft(engineer)
    with pytest.raises(services.UnableToRation):
        publish(supervisor, made.id, directorate_id=2)
    with pytest.raises(services.UnableToRation):
        publish(supervisor, made.id, uuid4())
    assert services.drop_timetable(directorate_id=2, timetable_id=made.id) == 0
    assert services.drop_timetable(directorate_id=1, timetable_id=made.id) == 1


def test_the_database_keeps_promises(engineer, supervisor) -> None:
    made = draft(engineer)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimetableWindow.objects.create(timetable=made, directorate_id=1, begins=900, ends=1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        TimetableWindow.objects.create(timetable=made, directorate_id=1, begins=10_000, ends=10_081)
    # Half-open: what begins when another ends does not overlap it.
    TimetableWindow.objects.create(timetable=made, directorate_id=1, begins=960, ends=961)
    with pytest.raises(IntegrityError), transaction.atomic():
        Timetable.objects.filter(id=made.id).update(published_by=made.drafted_by, published_at=NOW)
    publish(supervisor, made.id)
    windows = TimetableWindow.objects.filter(timetable=made)
    for change in (
        lambda: Timetable.objects.filter(id=made.id).update(valid_from=FROM + timedelta(days=1)),
        lambda: Timetable.objects.filter(id=made.id).update(published_at=None, published_by=None),
        lambda: Timetable.objects.filter(id=made.id).delete(),
        lambda: windows.update(ends=961),
        lambda: windows.filter(begins=840)._raw_delete("default"),
        lambda: TimetableWindow.objects.create(timetable=made, directorate_id=1, begins=1, ends=2),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert services.drop_timetable(directorate_id=1, timetable_id=made.id) == 0


def test_promise_and_deed_stand_side_by_side(engineer, supervisor) -> None:
    publish(supervisor, draft(engineer).id)
    second = FROM + timedelta(days=1)
    rows = [
        # Half an hour too long on the first day, at another time on the second, none on the third.
        cut_files.Cut(line=2, feeder="F0", off=at(14), on=at(16, 30)),
        cut_files.Cut(line=3, feeder="F0", off=at(20, day=second), on=at(21, day=second)),
    ]
    now = at(12, day=FROM + timedelta(days=3))
    assert services.record_cuts(directorate_id=1, cuts=rows, actor=engineer, now=now) == 2
    assert services.record_cuts(directorate_id=1, cuts=rows, actor=engineer, now=now) == 0
    days = promises.Promises(1, "F0").kept(FROM, FROM + timedelta(days=9), now)
    told = {each.day.day: (each.promised, each.cut, each.difference, each.outside) for each in days}
    assert told == {30: (120, 150, 30, 30), 1: (120, 60, -60, 60), 2: (120, 0, -120, 0), 3: (0, 0, 0, 0)}  # fmt: skip
    assert days[-1].share_kept == pytest.approx(1 - 30 / 1320)
    overlapping = [cut_files.Cut(line=2, feeder="F0", off=at(15), on=at(17))]
    with pytest.raises(services.UnableToRation):
        services.record_cuts(directorate_id=1, cuts=overlapping, actor=engineer, now=now)


def test_a_cut_that_is_open_is_ended_by_its_later_line(engineer) -> None:
    now = at(15)
    open_one = cut_files.Cut(line=2, feeder="F0", off=at(14), on=None)
    assert services.record_cuts(directorate_id=1, cuts=[open_one], actor=engineer, now=now) == 1
    assert Outage.objects.get().state == "OPEN"
    back = cut_files.Cut(line=2, feeder="F0", off=at(14), on=at(15))
    assert services.record_cuts(directorate_id=1, cuts=[back], actor=engineer, now=now) == 0
    outage = Outage.objects.get()
    assert (outage.state, outage.ended_at, outage.cause) == ("RESTORED", at(15), "RATIONING")


def off(moment: datetime) -> Outage:
    for transformer in ("F0-0-0", "F0-0-1", "F0-0-2", "F0-1-0", "F0-1-1", "F0-1-2"):
        grid.report(transformer, 6, at=moment)
    grid.infer(moment)
    return Outage.objects.get(state="OPEN")


def test_a_feeder_that_goes_off_at_its_time_was_cut_and_no_fault(engineer, supervisor) -> None:
    publish(supervisor, draft(engineer).id)
    outage = off(at(13, 55))
    assert (outage.customers, outage.cause) == (6 * grid.CUSTOMERS, "RATIONING")
    assert outage.expected_at == at(16)
    # Homes that say they are supplied again end it, as it was only inferred.
    for transformer in ("F0-0-0", "F0-0-1", "F0-0-2", "F0-1-0", "F0-1-1", "F0-1-2"):
        grid.report(transformer, 6, at=at(15, 50), says="ON")
    grid.infer(at(15, 50))
    outage.refresh_from_db()
    assert outage.state == "RESTORED"


def test_at_any_other_time_it_is_a_fault(engineer, supervisor) -> None:
    publish(supervisor, draft(engineer).id)
    assert off(at(12)).cause == "FAULT"


def test_a_part_of_the_feeder_that_goes_off_then_has_failed(engineer, supervisor) -> None:
    publish(supervisor, draft(engineer).id)
    grid.report("F0-1-0", 6, at=at(14))
    grid.infer(at(14))
    assert Outage.objects.get(state="OPEN").cause == "FAULT"
