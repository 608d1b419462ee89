"""
Three months at a directorate, told by running the real thing under a simulated clock.

Applications arrive through the application's own services, jobs run as they fall due, officers are
drawn, steps are done by their own forms. So every event, draw, clock and proof of the demonstration
is genuine. The same seed tells the same story.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from wasl.casework.models import Task
from wasl.core import jobs, scope
from wasl.core.calendars import BAGHDAD
from wasl.customers import selectors as customers
from wasl.directorates import seeding
from wasl.directorates import selectors as directorates
from wasl.network import sample
from wasl.network import services as network
from wasl.web.demonstration import (
    books,
    citizens,
    crews,
    darkness,
    plans,
    setting,
    voices,
    whispers,
    work,
    year,
)

SEED = 20261123
DAYS = 92
SHARES = [
    ("new-connection", 74),
    ("load-increase", 8),
    ("change-of-name", 7),
    ("meter-replacement", 7),
    ("disconnection", 4),
]
HOURS = (9, 12, 16)
# From so many applications on, people report as much as in a whole story.
WHOLE = 60
FRIDAY = 4

Say = Callable[[str], None]
# Roughly the part of the work that the months before the first application take.
_BEFORE = 0.1


def tell(
    *,
    cases: int,
    now: datetime,
    say: Say,
    homes: int = 0,
    note: Callable[[float], None] = lambda _share: None,
) -> int:
    """
    This function will tell the story up to `now`; the number of cases submitted.

    With `homes`, a year of their readings, bills and payments is told too. `note` is given the share
    that is done, from 0 to 1.
    """
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    start = now - timedelta(days=DAYS)
    begin = year.begins(now) if homes else start
    with scope.within_system():
        seeding.run(now=begin)
        directorate_id = directorates.served(start.astimezone(BAGHDAD).date())[0].id
        setting.prepare(directorate_id=directorate_id, meters=cases, now=begin, chance=chance)
        sample.load_sample_low_voltage(directorate_id=directorate_id, now=begin)
    # Of its own chance: the cases are the same, with or without bills.
    bills = year.Year(directorate_id, Random(SEED + 1))  # noqa: S311
    desk = books.Books(directorate_id, now.astimezone(BAGHDAD).date())
    if homes:
        _first_months(bills, desk, homes, begin, start, say)
    share_of_voices = min(1.0, cases / WHOLE)  # a small story has few reports, too
    people = voices.Voices(directorate_id, Random(SEED + 3), now, share_of_voices)  # noqa: S311
    promised = plans.Plans(directorate_id, Random(SEED + 4), now)  # noqa: S311
    steps: dict[UUID, datetime] = {}
    told, share = 0, 0.0
    moments = list(_moments(start, now))
    for number, moment in enumerate(moments, start=1):
        share += cases / len(moments)
        note(_BEFORE + (1 - _BEFORE) * number / len(moments))
        # One transaction a moment: nothing else runs, and the scope is set once for all of it.
        with scope.within_system():
            if homes and moment.astimezone(BAGHDAD).hour == HOURS[0]:
                desk.morning(bills.keeper(moment), moment)
            while told < round(share, 6) // 1:
                told += 1
                _apply(told, directorate_id, chance, moment)
                jobs.drain(moment)
            people.speak(moment)
            if homes:
                promised.go_on(moment)
            _work(steps, chance, moment)
            if homes and _is_billing_day(moment):
                bills.month(moment)
                if moment.astimezone(BAGHDAD).weekday() == FRIDAY:
                    bills.look_at_arrears(moment)
        if number % 46 == 0:
            say(f"{moment.astimezone(BAGHDAD):%Y-%m-%d}: {told} applications")
    with scope.within_system():
        if homes:
            bills.send_readers(now)
            promised.announce(now - timedelta(hours=3))
            _last_evening(directorate_id, now)
        whispers.tell(directorate_id=directorate_id, now=now, chance=Random(SEED + 4))  # noqa: S311
    return told


def _last_evening(directorate_id: int, now: datetime) -> None:
    """A feeder fails, crews are out, and what they do of it stands on the desk when somebody looks."""
    crews.settle_in(directorate_id, now)
    crews.mend(directorate_id, Random(SEED + 4), now)  # noqa: S311
    darkness.fall(directorate_id, Random(SEED + 2), now)  # noqa: S311
    crews.set_out(directorate_id, now)
    crews.warn(directorate_id, now)
    crews.call(directorate_id, Random(SEED + 5), now - timedelta(hours=1))  # noqa: S311
    network.solve_networks(directorate_id=directorate_id, now=now)


def _first_months(
    bills: year.Year, desk: books.Books, homes: int, begin: datetime, start: datetime, say: Say
) -> None:
    """The months of bills before the first application of the story."""
    with scope.within_system():
        bills.take_over(homes, begin)
    moment = begin
    while (moment := (moment.replace(day=1) + timedelta(days=32)).replace(day=3)) < start:
        with scope.within_system():
            bills.month(moment)
            # What was paid is in the company's file on the next day, and at the bank a day later.
            for day in (1, 2, 3):
                morning = moment + timedelta(days=day)
                desk.morning(bills.keeper(morning), morning)
        say(f"{moment.astimezone(BAGHDAD):%Y-%m-%d}: bills for {homes} homes")


def _is_billing_day(moment: datetime) -> bool:
    local = moment.astimezone(BAGHDAD)
    return local.day >= 3 and local.hour >= HOURS[1]


def _moments(start: datetime, end: datetime) -> Iterator[datetime]:
    day = start.astimezone(BAGHDAD).date()
    while day <= end.astimezone(BAGHDAD).date():
        for hour in HOURS:
            moment = datetime.combine(day, time(hour, 7), tzinfo=BAGHDAD)
            if start < moment < end:
                yield moment
        day += timedelta(days=1)


def _apply(number: int, directorate_id: int, chance: Random, moment: datetime) -> None:
    services, weights = zip(*SHARES, strict=True)
    service = chance.choices(services, weights)[0]
    account = _some_account(directorate_id, chance) if service != "new-connection" else None
    if account is None:
        service = "new-connection"
    citizen = citizens.register(number, chance, moment)
    citizens.apply_for(
        service=service,
        citizen=citizen,
        directorate_id=directorate_id,
        account_no=account or "",
        chance=chance,
        now=moment,
    )


def _some_account(directorate_id: int, chance: Random) -> str | None:
    """An account that was opened earlier in the story, each used once."""
    known = customers.metered_accounts(directorate_id)
    fresh = [number for number in known if number not in _USED]
    if not fresh:
        return None
    chosen = chance.choice(fresh)
    _USED.add(chosen)
    return chosen


_USED: set[str] = set()


def _work(steps: dict[UUID, datetime], chance: Random, moment: datetime) -> None:
    """Everything that people get to by this moment, in the order in which they get to it."""
    if moment.astimezone(BAGHDAD).hour == HOURS[0]:
        for name in ("casework.expire_tasks", "casework.assign_waiting"):
            jobs.enqueue(name)
    jobs.drain(moment)
    ready = (
        Task.objects.ready()
        # Who uses the system meanwhile does so months later.
        .filter(kind__in=["STAFF", "CITIZEN"], opened_at__lte=moment)
        .select_related("assignee")
        .order_by("opened_at", "id")
    )
    for task in list(ready):
        if task.kind == Task.Kind.STAFF and task.assignee_id is None:
            continue
        if task.id not in steps:
            steps[task.id] = work.planned(task, chance)
        if steps[task.id] <= moment and not work.do(task, chance, moment):
            steps[task.id] = moment + timedelta(days=2)
