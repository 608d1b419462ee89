"""
A year of readings, bills and payments, made by running the real thing under the simulated clock.

Some homes are taken over from the old books a good year ago. Then, month after month: the reader
goes round, some read for themselves, some are not in; the run is planned by one person, approved by
another and issued; people pay, late or in part, or not at all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from wasl.accounts import selectors as accounts
from wasl.accounts.actors import Actor
from wasl.accounts.models import User
from wasl.accounts.roles import Role
from wasl.billing import overview
from wasl.billing import selectors as billing
from wasl.billing import services as bills
from wasl.billing.models import BillRunHold, Reading
from wasl.core import identifiers, jobs
from wasl.core.calendars import BAGHDAD
from wasl.customers import services as customers
from wasl.customers.models import Account, MeterAssignment
from wasl.directorates import selectors as directorates
from wasl.directorates.models import District
from wasl.payments import services as payments
from wasl.payments.services import Choice
from wasl.web.demonstration import citizens

MONTHS = 13
FIRST_NUMBER = 500_000  # so that their telephones are nobody else's
# Of so many homes one uses much and pays nothing: the ladder of arrears has somebody on every step.
NEVER_PAYS = 25
# Use a day against the year's average, January to December: cooling in summer, heating in winter.
SEASON = (1.1, 1.0, 0.7, 0.6, 0.8, 1.3, 1.6, 1.6, 1.2, 0.7, 0.7, 1.0)


def begins(now: datetime) -> datetime:
    """The first day of the month in which the homes are taken over, at nine."""
    day = now.astimezone(BAGHDAD).date().replace(day=1)
    for _month in range(MONTHS):
        day = (day - timedelta(days=1)).replace(day=1)
    return datetime.combine(day, time(9), tzinfo=BAGHDAD)


@dataclass
class Year:
    """The homes and the people who bill them; it remembers how much each home uses."""

    directorate_id: int
    chance: Random

    def __post_init__(self) -> None:
        self.habits: dict[str, float] = {}
        self.never: set[str] = set()
        self.done: set[str] = set()

    def take_over(self, homes: int, now: datetime) -> None:
        """Homes with a meter, an account and a holder, from the old books."""
        keeper = self._actor(Role.STORE_KEEPER, now)
        serials = [f"OLD{number:06d}" for number in range(1, homes + 1)]
        customers.receive_meters(
            directorate_id=self.directorate_id, serials=serials, phases=1,
            delivery_no="TAKEN-OVER", actor=keeper, now=now,
        )  # fmt: skip
        on = now.astimezone(BAGHDAD).date()
        places = [p for p in directorates.districts(self.directorate_id, on) if p.outline][:2]
        for number, serial in enumerate(serials):
            self._home(number, serial, places[number % len(places)], now)
        jobs.drain(now)

    def _home(self, number: int, serial: str, district: District, now: datetime) -> None:
        holder = citizens.register(FIRST_NUMBER + number, self.chance, now)
        case_id = identifiers.new_id(now)
        keeper, fitter = self._actor(Role.STORE_KEEPER, now), self._actor(Role.TECHNICIAN, now)
        lat = round(district.lat + self.chance.uniform(-0.006, 0.006), 5)
        lon = round(district.lon + self.chance.uniform(-0.006, 0.006), 5)
        customers.issue_meter(
            directorate_id=self.directorate_id, serial=serial, case_id=case_id,
            technician_id=fitter.user_id, actor=keeper, now=now,
        )  # fmt: skip
        customers.install_meter(
            directorate_id=self.directorate_id, serial=serial, case_id=case_id,
            seal_no=f"W{number:05d}", first_reading_kwh=self.chance.randrange(2_000, 60_000),
            photo_document_id=None, actor=fitter, now=now,
        )  # fmt: skip
        account = customers.open_account(
            directorate_id=self.directorate_id, case_id=case_id, holder_id=holder.id,
            premises=customers.PremisesDetails(
                district_code=district.code, mahalla=str(601 + number % 20), zuqaq=str(1 + number // 20),
                dar=str(900 + number), kind="HOME", lat=lat, lon=lon,
            ),
            tariff_class="RESIDENTIAL", phases=1, load_kw=Decimal(self.chance.choice([4, 5, 6, 8])),
            actor=keeper, now=now,
        )  # fmt: skip
        if number % NEVER_PAYS == 7:
            self.never.add(account.account_no)
            self.habits[account.account_no] = self.chance.uniform(80, 100)

    def keeper(self, now: datetime) -> Actor:
        """Who takes the files over."""
        return self._actor(Role.CASHIER_CONTROLLER, now)

    def month(self, now: datetime) -> None:
        """On the first days of a month: read, bill and be paid for the month before. Once a month."""
        first = now.astimezone(BAGHDAD).date().replace(day=1)
        before = (first - timedelta(days=1)).replace(day=1)
        period = f"{before:%Y-%m}"
        if period in self.done:
            return
        self.done.add(period)
        self._read(first, now)
        self._bill(period, before, first, now)
        self._pay(first, now)
        self.look_at_arrears(now)

    def look_at_arrears(self, now: datetime) -> None:
        """What runs every night: each late account on its step, and told of it."""
        bills.climb(directorate_id=self.directorate_id, now=now)
        jobs.drain(now)

    def send_readers(self, now: datetime) -> None:
        """Today's walk to those whom nobody has read this month."""
        on = now.astimezone(BAGHDAD).date()
        bills.place_accounts(directorate_id=self.directorate_id, on=on)
        planner = self._actor(Role.SUPERVISOR, now)
        for district_code, book in bills.books(self.directorate_id):
            try:
                bills.plan_route(
                    directorate_id=self.directorate_id, district_code=district_code, book=book,
                    walk_on=on, actor=planner, now=now,
                )  # fmt: skip
            except bills.UnableToPlanRoute:
                continue
        jobs.drain(now)

    def _read(self, first: date, now: datetime) -> None:
        reader, officer = (
            self._actor(Role.METER_READER, now),
            self._actor(Role.CASHIER_CONTROLLER, now),
        )
        for account in self._accounts():
            fate = self.chance.random()
            if fate < 0.05:
                continue  # nobody in: estimated, unless it happens too often
            holder = Actor(kind="CITIZEN", user_id=account.holder_id)
            by, source = (holder, "CITIZEN") if fate > 0.92 else (reader, "READER")
            register = self._register(account.account_no, first)
            if register is None:
                continue
            verdict = bills.record_reading(
                directorate_id=self.directorate_id, account_no=account.account_no, read_on=first,
                register_kwh=register, source=Reading.Source(source), actor=by, now=now, today=first,
            )  # fmt: skip
            if verdict.status == Reading.Status.HELD and verdict.consumption_kwh is not None:
                bills.decide_reading(
                    directorate_id=self.directorate_id, account_no=account.account_no, read_on=first,
                    revision=verdict.revision, is_accepted=True, actor=officer, now=now,
                )  # fmt: skip

    def _register(self, account_no: str, on: date) -> int | None:
        """What the meter shows: the last figure and the use since, by season and by habit."""
        last = (
            Reading.objects.filter(directorate_id=self.directorate_id, account_no=account_no)
            .filter(status=Reading.Status.ACCEPTED)
            .exclude(source=Reading.Source.ESTIMATE)
            .order_by("-read_on", "-revision")
            .first()
        )
        if last is None or last.register_kwh is None or last.read_on >= on:
            return None
        habit = self.habits.setdefault(account_no, self.chance.uniform(12, 48))
        use, day = 0.0, last.read_on
        while day < on:
            use += habit * SEASON[day.month - 1] * self.chance.uniform(0.8, 1.2)
            day += timedelta(days=1)
        return (last.register_kwh + round(use)) % 1_000_000

    def _bill(self, period: str, before: date, first: date, now: datetime) -> None:
        planner, second = (
            self._actor(Role.CASHIER_CONTROLLER, now),
            self._actor(Role.SUPERVISOR, now),
        )
        run = bills.plan_run(
            directorate_id=self.directorate_id, period=period, read_from=before + timedelta(days=1),
            read_before=first + timedelta(days=1), issued_on=first + timedelta(days=1), actor=planner, now=now,
        )  # fmt: skip
        jobs.drain(now)
        for held in overview.holds(self.directorate_id, run.id):
            if held.reason in {"VERY_HIGH", "MUCH_HIGHER", "NOTHING_USED"}:
                bills.decide_hold(
                    directorate_id=self.directorate_id, run_id=run.id, account_no=held.account_no,
                    decision=BillRunHold.Decision.RELEASED, actor=second, now=now,
                )  # fmt: skip
        bills.approve_run(directorate_id=self.directorate_id, run_id=run.id, actor=second, now=now)
        jobs.drain(now)

    def _pay(self, first: date, now: datetime) -> None:
        for account in self._accounts():
            owed = billing.dues(self.directorate_id, account.account_no, first).owed
            fate = self.chance.random()
            if owed < 1000 or fate < 0.2 or account.account_no in self.never:
                continue
            amount = owed if fate > 0.3 else owed // 2 // 250 * 250
            payer = User.objects.get(id=account.holder_id)
            asked = payments.open_basket(
                payer=payer, choices=[Choice(account_no=account.account_no, amount=amount)], now=now
            )
            payments.settle_for_demo(request_id=asked.id, now=now)
        jobs.drain(now)

    def _accounts(self) -> list[Account]:
        metered = MeterAssignment.objects.filter(
            directorate_id=self.directorate_id, valid_to=None
        ).values("account_no")
        found = Account.objects.filter(
            directorate_id=self.directorate_id, status="ACTIVE", account_no__in=metered
        )
        return list(found.order_by("account_no"))

    def _actor(self, role: Role, now: datetime) -> Actor:
        staff = (
            accounts.staff_with_role(role, self.directorate_id, now).order_by("staff_no").first()
        )
        if staff is None:
            raise RuntimeError(f"nobody is a {role}")
        return Actor.for_user(staff, role, self.directorate_id)
