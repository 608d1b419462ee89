"""The demonstration's outage is inferred by the real thing, from its people's reports."""

from datetime import timedelta
from random import Random

import pytest

from tests import people
from tests.outages import grid
from wasl.accounts.roles import Role
from wasl.complaints import category_seed
from wasl.outages.models import Outage, Signal
from wasl.web.demonstration import darkness


@pytest.mark.django_db
def test_the_feeder_is_found_and_confirmed() -> None:
    grid.build()
    category_seed.load(grid.NOW)
    people.staff(Role.ENGINEER)
    told = darkness.fall(1, Random(3), grid.NOW)
    assert told == Signal.objects.filter(outage__state="OPEN").count() > 50
    outage = Outage.objects.get(state="OPEN")
    assert outage.is_confirmed
    assert outage.expected_at == grid.NOW + timedelta(hours=2)
    assert outage.customers == 6 * grid.CUSTOMERS
