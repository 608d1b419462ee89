"""The ladder of arrears: each day, every late account stands on its step, and hears of it once."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.billing import arrears_sql, subjects
from wasl.billing.models import Arrears
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.customers import account_numbers
from wasl.customers.models import Account
from wasl.directorates import dated
from wasl.directorates import selectors as directorates
from wasl.events import services as events
from wasl.notifications import services as notifications

TOLD_AT_ONCE = 500


def climb_all(*, now: datetime) -> int:
    """This function will do so for every directorate of today; how many accounts took a step."""
    today = now.astimezone(BAGHDAD).date()
    return sum(climb(directorate_id=d.id, now=now) for d in directorates.distribution(today))


@transaction.atomic
def climb(*, directorate_id: int, now: datetime) -> int:
    """
    This function will put the late accounts of a directorate on their step; how many took one.

    Set-based. A step is taken when the debt is as old and as large as it asks, one at a time, and
    not before the last has stood its days. Running it twice a day changes nothing.
    """
    on = now.astimezone(BAGHDAD).date()
    ladder = dated.value("billing.arrears_ladder", directorate_id=directorate_id, on=on)
    between = dated.value("billing.arrears_days_between", directorate_id=directorate_id, on=on)
    values: dict[str, Any] = {
        "directorate": directorate_id,
        "on": on,
        "now": now,
        "ladder": json.dumps(ladder),
        "between": int(between),
    }
    with connection.cursor() as cursor:
        cursor.execute(arrears_sql.CLIMB, values)
    moved = events.record_set(
        kind="billing.arrears.reached",
        source=arrears_sql.MOVED,
        parameters=values,
        subject_type="account",
        subject_sql=subjects.ACCOUNT_SQL,
        actor=Actor.system(),
        now=now,
    )
    if moved:
        jobs.enqueue("billing.tell_of_arrears", directorate_id=directorate_id)
    return moved


@transaction.atomic
def tell_of_arrears(*, directorate_id: int, now: datetime) -> int:
    """
    This function will tell the holders of some accounts which step they came to; how many rows.

    Each step is told once, with the transaction that marks it told.
    """
    rows = list(
        Arrears.objects.select_for_update(skip_locked=True)
        .filter(directorate_id=directorate_id, is_told=False)
        .order_by("account_no")[:TOLD_AT_ONCE]
    )
    numbers = [row.account_no for row in rows]
    accounts = Account.objects.filter(directorate_id=directorate_id, account_no__in=numbers)
    holders = {each.account_no: each.holder_id for each in accounts}
    people = User.objects.in_bulk(list(set(holders.values())))
    for row in rows:
        person = people.get(holders[row.account_no])
        if person is not None:
            notifications.notify(
                recipient=person,
                template="billing.arrears",
                values={
                    "account": account_numbers.shown(row.account_no),
                    "amount": row.overdue,
                    "stage": row.get_stage_display(),
                },
                directorate_id=directorate_id,
                now=now,
                subject=subjects.account(directorate_id, row.account_no),
            )
    Arrears.objects.filter(directorate_id=directorate_id, account_no__in=numbers).update(
        is_told=True
    )
    return len(rows)
