"""Planned work and programmed cuts of the story: promised by two persons, and not quite kept."""

from datetime import datetime, time, timedelta
from random import Random

from django.db.models import Count, Q

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing import selectors as billing
from wasl.core import jobs
from wasl.core.calendars import BAGHDAD
from wasl.customers import selectors as customers
from wasl.network.models import Feeder
from wasl.network.topology import Element
from wasl.outages import promises, services
from wasl.outages.cut_files import Cut

PROMISED_DAYS, WORK_DAYS = 21, 9
FEEDERS = 3
# Minutes since midnight: two hours after noon, two and a half in the evening; on Fridays none at noon.
NOON, EVENING = (13 * 60, 15 * 60), (19 * 60, 21 * 60 + 30)
FRIDAY, DAY = 4, 1_440


class Plans:
    """What is promised and done, as the story's clock goes on; of a chance of its own."""

    def __init__(self, directorate_id: int, chance: Random, now: datetime) -> None:
        self.directorate_id, self.chance, self.now = directorate_id, chance, now
        self.is_promised = self.is_worked = False
        self.told_until = now - timedelta(days=PROMISED_DAYS - 1)

    def go_on(self, moment: datetime) -> None:
        """This function will promise, keep and break what is due by the moment."""
        if not self.is_promised and moment >= self.now - timedelta(days=PROMISED_DAYS):
            self.is_promised = self._promise(moment)
        if self.is_promised and moment - self.told_until >= timedelta(days=1):
            self._cut(moment)
        if not self.is_worked and moment >= self.now - timedelta(days=WORK_DAYS - 4):
            self.is_worked = True
            self._past_work(moment)

    def announce(self, moment: datetime) -> None:
        """This function will announce work a few days ahead, and let citizens follow their homes."""
        engineer, supervisor = self._actors(moment)
        feeders = self._feeders()
        if engineer is None or supervisor is None or not feeders:
            return
        self._cut(moment)
        for holder in User.objects.filter(id__in=billing.holders_who_owe(limit=3)):
            for account in customers.accounts_of(holder.pk)[:1]:
                services.subscribe(
                    user=holder, directorate_id=account.directorate_id, kind="ACCOUNT",
                    place=account.account_no, by_sms=True, by_push=False,
                    on=moment.astimezone(BAGHDAD).date(), now=moment,
                )  # fmt: skip
        begins = _at(moment, days=3, hour=9)
        work = services.draft_work(
            directorate_id=self.directorate_id, element=Element("FEEDER", feeders[-1]),
            reason="reinforcement", begins_at=begins, ends_at=begins + timedelta(hours=4),
            actor=engineer, now=moment - timedelta(hours=3),
        )  # fmt: skip
        services.announce_work(work_id=work.id, actor=supervisor, now=moment)
        jobs.drain(moment)

    def _actors(self, moment: datetime) -> tuple[Actor | None, Actor | None]:
        found = []
        for role in (Role.ENGINEER, Role.SUPERVISOR):
            holders = accounts.staff_with_role(role, self.directorate_id, moment)
            user = holders.order_by("staff_no").first()
            found.append(Actor.for_user(user, role, self.directorate_id) if user else None)
        return found[0], found[1]

    def _feeders(self) -> list[str]:
        """Those with customers, but for the largest: that one fails on the last evening."""
        connected = Q(transformers__service_points__disconnected_at=None)
        found = (
            Feeder.objects.filter(directorate_id=self.directorate_id)
            .annotate(customers=Count("transformers__service_points", filter=connected))
            .filter(customers__gt=0)
            .order_by("-customers", "code")
        )
        return [each.code for each in found[1 : FEEDERS + 1]]

    def _promise(self, moment: datetime) -> bool:
        engineer, supervisor = self._actors(moment)
        feeders = self._feeders()
        if engineer is None or supervisor is None or not feeders:
            return False
        drafted = services.draft_timetables(
            directorate_id=self.directorate_id,
            windows={code: _week(60 * number) for number, code in enumerate(feeders)},
            valid_from=moment.astimezone(BAGHDAD).date() + timedelta(days=1),
            actor=engineer,
            now=moment,
        )
        services.publish_timetables(
            directorate_id=self.directorate_id, ids=[each.id for each in drafted],
            actor=supervisor, now=moment,
        )  # fmt: skip
        jobs.drain(moment)
        return True

    def _cut(self, moment: datetime) -> None:
        """The cuts that are over since the last time: mostly as promised, some late, some long, some left out."""
        engineer, _supervisor = self._actors(moment)
        if engineer is None:
            return
        rows: list[Cut] = []
        for code in promises.promised_feeders(self.directorate_id):
            mine = promises.Promises(self.directorate_id, code)
            first = self.told_until.astimezone(BAGHDAD).date()
            days = (moment.astimezone(BAGHDAD).date() - first).days + 1
            for begins, ends in mine.moments(first, days):
                late = timedelta(minutes=self.chance.choice([0, 0, 0, 5, 10]))
                longer = timedelta(minutes=self.chance.choice([0, 0, 0, 0, 15, 25, 55]))
                is_left_out = self.chance.random() < 0.08
                on = ends + longer
                if begins > self.told_until and on < moment and not is_left_out:
                    rows.append(Cut(line=len(rows) + 2, feeder=code, off=begins + late, on=on))
        self.told_until = max((each.on for each in rows if each.on), default=self.told_until)
        services.record_cuts(
            directorate_id=self.directorate_id, cuts=rows, actor=engineer, now=moment
        )
        jobs.drain(moment)

    def _past_work(self, moment: datetime) -> None:
        """A work that was announced in time, began late and lasted longer."""
        engineer, supervisor = self._actors(moment)
        feeders = self._feeders()
        if engineer is None or supervisor is None or not feeders:
            return
        begins = _at(moment, days=-1, hour=8)
        told = begins - timedelta(days=3)
        work = services.draft_work(
            directorate_id=self.directorate_id, element=Element("FEEDER", feeders[0]),
            reason="maintenance", begins_at=begins, ends_at=begins + timedelta(hours=3),
            actor=engineer, now=told - timedelta(hours=5),
        )  # fmt: skip
        services.announce_work(work_id=work.id, actor=supervisor, now=told)
        began, back = begins + timedelta(minutes=10), begins + timedelta(hours=3, minutes=45)
        services.start_work(work_id=work.id, at=began, actor=engineer, now=moment)
        services.end_work(work_id=work.id, at=back, actor=engineer, now=moment)
        jobs.drain(moment)


def _week(later: int) -> list[tuple[int, int]]:
    """The windows of a feeder, so many minutes later than those of the first."""
    return [
        (day * DAY + begins + later, day * DAY + ends + later)
        for day in range(7)
        for begins, ends in (NOON, EVENING)
        if not (day == FRIDAY and (begins, ends) == NOON)
    ]


def _at(moment: datetime, *, days: int, hour: int) -> datetime:
    day = moment.astimezone(BAGHDAD).date() + timedelta(days=days)
    return datetime.combine(day, time(hour), tzinfo=BAGHDAD)
