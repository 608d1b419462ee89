"""The close of a day: everything is compared, and what differs is named, for good."""

import logging
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from wasl.accounts.actors import Actor
from wasl.billing import selectors as billing
from wasl.billing.models import Transfer
from wasl.core import identifiers, scope
from wasl.core.calendars import BAGHDAD
from wasl.core.errors import Unable
from wasl.events import services as events
from wasl.payments import comparison
from wasl.payments.comparison import Check
from wasl.payments.models import DayClose
from wasl.payments.services.company_files import match_late_lines

log = logging.getLogger(__name__)


class UnableToClose(Unable):
    """The day is not here yet."""

    code = "DAY_NOT_CLOSED"
    message = _("A day is closed when it is over, or while it ends, and not before.")


def close_day(*, directorate_id: int, day: date, actor: Actor, now: datetime) -> DayClose:
    """
    This function will compare the books of a day with everything else, and keep the result.

    It balances to the dinar, or names each difference. Closing again keeps the earlier looks.

    :raises UnableToClose: when the day lies ahead.
    """
    if day > now.astimezone(BAGHDAD).date():
        raise UnableToClose
    with scope.within_system():
        match_late_lines(directorate_id=directorate_id, now=now)
        with connection.cursor() as cursor:
            # Two at once would take the same number.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('wasl-close'), %s)", [directorate_id]
            )
        found = [*comparison.checks(directorate_id, day), *_last_close(directorate_id, day)]
        earlier = DayClose.objects.filter(directorate_id=directorate_id, day=day).count()
        close = DayClose.objects.create(
            id=identifiers.new_id(now),
            directorate_id=directorate_id,
            day=day,
            revision=earlier + 1,
            is_balanced=not any(each.difference for each in found),
            checks=[each.as_json() for each in found],
            trial=_trial(directorate_id, day),
            closed_by=actor.user_id,
            closed_at=now,
        )
        _record(close, found, actor, now)
    if not close.is_balanced:
        log.error("directorate %s: the books of %s do not balance", directorate_id, day)
    return close


def close_yesterday(*, now: datetime) -> int:
    """This function will close the day before, for each directorate with movements; their number."""
    day = now.astimezone(BAGHDAD).date() - timedelta(days=1)
    with scope.within_system():
        moved = list(
            Transfer.objects.filter(posted_on__gt=day - timedelta(days=31), posted_on__lte=day)
            .order_by("directorate_id")
            .values_list("directorate_id", flat=True)
            .distinct()
        )
        done = set(DayClose.objects.filter(day=day).values_list("directorate_id", flat=True))
        for directorate_id in moved:
            if directorate_id not in done:
                close_day(directorate_id=directorate_id, day=day, actor=Actor.system(), now=now)
    return len(moved)


def _trial(directorate_id: int, day: date) -> list[list[object]]:
    return [
        [each.ledger_account, each.debit, each.credit]
        for each in billing.trial_balance(directorate_id, day)
    ]


def _last_close(directorate_id: int, day: date) -> list[Check]:
    """A posting into a day that was closed already is found out by its sums."""
    before = DayClose.objects.filter(directorate_id=directorate_id, day__lt=day)
    last = before.order_by("-day", "-revision").first()
    if last is None:
        return []
    then, today = last.trial, _trial(directorate_id, last.day)
    if then == today:
        return []
    return [
        Check(
            code="LAST_CLOSE",
            party=str(last.day),
            books=sum(int(row[1]) for row in today),  # type: ignore[call-overload]
            other=sum(int(row[1]) for row in then),
        )
    ]


def _record(close: DayClose, found: list[Check], actor: Actor, now: datetime) -> None:
    events.record(
        kind="payments.day.closed",
        subject=("day_close", close.id),
        actor=actor,
        directorate_id=close.directorate_id,
        data={
            "day": close.day.isoformat(),
            "revision": close.revision,
            "balanced": close.is_balanced,
            "differences": sum(1 for each in found if each.difference),
        },
        now=now,
    )
