"""When a company is asked again."""

from datetime import timedelta

from tests.people import NOW
from wasl.payments.services import schedule


def test_questions_grow_rarer_with_the_age_of_the_attempt():
    moment, waits = NOW + schedule.FIRST, []
    while len(waits) < 14:
        after = schedule.ask_next(since=NOW, now=moment)
        waits.append((after - moment).total_seconds())
        moment = after

    assert waits[:6] == [30, 60, 120, 240, 480, 960]
    assert waits[-1] == timedelta(hours=12).total_seconds()


def test_who_asks_in_between_does_not_change_the_rhythm():
    minute = timedelta(minutes=1)
    often = {schedule.ask_next(since=NOW, now=NOW + minute) for _ in range(50)}

    assert often == {NOW + 2 * minute}
    assert schedule.ask_next(since=NOW, now=NOW) == NOW + schedule.FIRST
