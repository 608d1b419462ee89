"""The demonstration promises, and does not quite keep what it promised."""

from datetime import timedelta
from random import Random

import pytest

from tests import people
from tests.outages import grid
from wasl.accounts.roles import Role
from wasl.directorates import seeding
from wasl.outages import promises
from wasl.outages.models import PlannedWork
from wasl.web.demonstration import plans


@pytest.mark.django_db
def test_work_and_cuts_are_promised_and_not_quite_kept() -> None:
    grid.build(feeders=3)
    seeding.load_settings(grid.NOW)
    people.staff(Role.ENGINEER)
    people.staff(Role.SUPERVISOR)
    told = plans.Plans(1, Random(3), grid.NOW)
    for days in range(22, 0, -1):
        for hours in (0, 8):
            told.go_on(grid.NOW - timedelta(days=days) + timedelta(hours=hours))
    told.announce(grid.NOW)
    past, future = PlannedWork.objects.order_by("begins_at")
    assert (past.state, future.state) == ("DONE", "ANNOUNCED")
    assert past.ended_at > past.promised_end_at
    assert future.begins_at > grid.NOW + timedelta(days=2)
    # The largest feeder is left for the fault of the last evening.
    assert promises.promised_feeders(1) == ["F1", "F2"]
    days = promises.Promises(1, "F1").kept(
        (grid.NOW - timedelta(days=15)).date(), grid.NOW.date(), grid.NOW
    )
    assert len(days) == 16
    assert any(each.difference for each in days)
    assert any(each.cut for each in days)
    assert sum(each.promised for each in days) > 1000
