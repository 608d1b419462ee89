"""
Plays a storm against a running server, by HTTP alone, from the first flicker to the last lamp.

What it knows of the truth it keeps to itself; what it learns of the outages it reads like the duty
desk does. The database is asked only for who lives where, and at the end to compare.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

from django.db.models import QuerySet

from wasl.accounts import selectors as accounts
from wasl.accounts.roles import Role
from wasl.billing import services as billing
from wasl.complaints import services as complaints
from wasl.complaints.models import Report
from wasl.core import scope
from wasl.fieldwork import selectors as fieldwork
from wasl.fieldwork.models import WorkOrder
from wasl.network.models import Transformer
from wasl.outages.models import Outage, OutageStep
from wasl.web.demonstration.citizens import picture
from wasl.web.storm import weather
from wasl.web.storm.actors import HeadEnd, Household, Person, Program
from wasl.web.storm.weather import Failure, Home, Weather

REPORTS, AT_ONCE = 0.7, 6
PATIENCE = timedelta(seconds=90)
# Crews are few: so long the desk waits for one before it has an element switched without.
CREW_SECONDS = 20
LINES = ["سلك مقطوع على الرصيف قرب المدرسة", "عمود سقط على الطريق"]  # what passers-by write


class UnableToPlay(Exception):
    """There is no network to break, or nobody on duty; or what must happen does not come to pass."""


@dataclass
class Tale:
    """What was played, and what was found; times in seconds after the last report was sent."""

    reports: int = 0
    gasps: int = 0
    customers: int = 0
    found: set[frozenset[str]] = field(default_factory=set)
    expected: set[frozenset[str]] = field(default_factory=set)
    found_after: float = 0.0
    hidden_found: bool | None = None
    closed: int = 0
    orders: int = 0
    minutes: dict[str, int] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether exactly what failed was found, and everybody who reported has supply."""
        return (
            self.found == self.expected
            and self.closed == self.reports
            and self.hidden_found is not False
        )


class Player:
    """One storm."""

    def __init__(
        self, *, base: str, directorate_id: int, seed: int, say: Callable[[str], object]
    ) -> None:
        self.base, self.directorate_id, self.say = base, directorate_id, say
        self.chance = Random(seed)  # noqa: S311
        self.began = datetime.now(UTC)
        self.tale = Tale()
        self.households: list[Household] = []

    def play(self) -> Tale:
        """:raises UnableToPlay: when it cannot be, or stands still."""
        with scope.within_system():
            storm = weather.brew(self.directorate_id, self.chance)
            engineer = accounts.staff_with_role(Role.ENGINEER, self.directorate_id, on=self.began)
        if storm is None or not engineer:
            raise UnableToPlay("There is no network with customers, or no engineer on duty.")
        self._flicker(storm)
        self._call(storm)
        self._await_findings(storm)
        desk = Person(self.base, 2, engineer[0].id)
        self._repair(desk, storm.failures)
        self._answer(storm.hidden)
        if storm.hidden is not None:
            self._repair_hidden(desk, storm.hidden)
        self._measure()
        return self.tale

    def _flicker(self, storm: Weather) -> None:
        """Meters that can tell do so, with the minute in which they lost supply."""
        now = datetime.now(UTC)
        head = HeadEnd(self.base, 1, f"STORM{self.chance.randint(1000, 9999)}")
        with scope.within_system():
            billing.register_meter_system(
                directorate_id=self.directorate_id, code=head.code, name="Head-end of the storm",
                public_key=head.public_key, now=now,
            )  # fmt: skip
        for failure in storm.failures:
            serials = [home.serial for home in failure.homes if home.serial][::2]
            if serials:
                self.tale.gasps += head.tell(serials, says="OFF", at=now - failure.ago, now=now)
        self.tale.customers = sum(len(each.homes) for each in storm.failures)
        self.say(
            f"{len(storm.failures)} elements fail, {self.tale.customers} customers are without "
            f"supply. {self.tale.gasps} meters have told of it."
        )

    def _call(self, storm: Weather) -> None:
        """People report, several at a time, in any order; passers-by send photographs of dangers."""
        callers = [
            home
            for failure in storm.failures
            for home in failure.homes
            if self.chance.random() < REPORTS or self._is_under(storm.hidden, home)
        ]
        self.chance.shuffle(callers)
        self.households = [
            Household(self.base, 100 + number, home.account_no, home.transformer_code)
            for number, home in enumerate(callers)
        ]
        _together(self.households, Household.report)
        self.tale.reports = len(self.households)
        _client, key = self._program()
        program = Program(self.base, 3, key)
        place = Transformer.objects.get(
            directorate_id=self.directorate_id, code=storm.failures[0].homes[0].transformer_code
        )
        for code, words in zip(("wire", "pole"), LINES, strict=True):
            program.report(code, lat=place.lat, lon=place.lon, words=words, photo=picture(code))
        self.say(f"{self.tale.reports} households have reported, and two dangers by Open311.")

    @staticmethod
    def _is_under(hidden: Failure | None, home: Home) -> bool:
        return hidden is not None and home in hidden.homes

    def _program(self) -> tuple[object, str]:
        with scope.within_system():
            return complaints.register_client(
                code="STORM", name="Storm watchers", jurisdictions=[self.directorate_id],
                now=datetime.now(UTC),
            )  # fmt: skip

    def _await_findings(self, storm: Weather) -> None:
        """The list of outages as the duty desk has it must come to hold what failed, and nothing else."""
        self.tale.expected = {each.transformers for each in storm.failures}
        began = time.monotonic()
        self._wait(lambda: set(self._open()) >= self.tale.expected, "the outages to be inferred")
        self.tale.found_after = time.monotonic() - began
        found = self._open()
        self.tale.found = set(found)
        names = ", ".join(
            f"{each.element_kind.lower()} {each.element_code} ({each.customers} customers)"
            for each in found.values()
        )
        self.say(f"Inferred {self.tale.found_after:.1f} s after the last report: {names}.")

    def _open(self) -> dict[frozenset[str], Outage]:
        """
        What is taken for failed since the storm began, by the transformers whose customers are off.

        By these, as a feeder and its first section are the same to everybody on it. Single households aside.
        """
        with scope.within_system():
            steps = OutageStep.objects.filter(
                directorate_id=self.directorate_id, outage__state=Outage.State.OPEN,
                outage__recorded_at__gte=self.began, ended_at=None, customers__gt=0,
            ).select_related("outage")  # fmt: skip
            groups: dict[Outage, set[str]] = {}
            for step in steps.exclude(outage__element_kind=Outage.Element.SERVICE):
                groups.setdefault(step.outage, set()).add(step.group)
        return {frozenset(codes): outage for outage, codes in groups.items()}

    def _repair(self, desk: Person, failures: Iterable[Failure]) -> None:
        """The desk confirms each and says when supply is expected; the crew it falls to repairs it."""
        for failure in failures:
            outage = self._open()[failure.transformers]
            expected = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
            desk.post(f"/duty/{outage.id}/confirm/", expected_at=expected)
            order = self._order_of(outage)
            if order is None:
                # Every crew is out: the desk itself has it switched.
                desk.post(f"/duty/{outage.id}/restore/")
                self.say(f"{failure.element.code}: no crew is free, switched from the desk.")
                continue
            self._go_out(order)
            desk.post(f"/field/order/{order.id}/check/")
            desk.post(f"/field/order/{order.id}/close/")
            self.tale.orders += 1
            self.say(f"{failure.element.code}: repaired by {order.crew}, found good by the desk.")

    def _order_of(self, outage: Outage) -> WorkOrder | None:
        """The order that a crew has got for an outage, as soon as the rule has found one."""
        until = time.monotonic() + CREW_SECONDS
        while time.monotonic() < until:
            with scope.within_system():
                order = (
                    WorkOrder.objects.filter(subject_type="outage", subject_id=outage.id)
                    .select_related("crew")
                    .first()
                )
            if order is not None and order.crew is not None:
                return order
            time.sleep(0.2)
        return None

    def _go_out(self, order: WorkOrder) -> None:
        """What the crew's telephone sends, one after the other, with a photograph of the repair."""
        with scope.within_system():
            member = order.crew.members.order_by("id").first() if order.crew else None
            groups = [each.group for each in fieldwork.groups_off(order)]
        if member is None:
            raise UnableToPlay(f"Nobody belongs to the crew of {order.reference}.")
        phone = Person(self.base, 4, member.user_id)
        phone.get("/field/crew/")
        for kind in ("accept", "arrive", "restore", "repair"):
            given: dict[str, str | list[str]] = {"action_id": str(uuid4())}
            if kind == "restore":
                given["transformers"] = groups
            photo = {"photo": ("now.jpg", picture("repair"), "image/jpeg")}
            phone.post(
                f"/field/crew/{order.id}/{kind}/",
                files=photo if kind == "repair" else None,
                **given,
            )

    def _answer(self, hidden: Failure | None) -> None:
        """Whoever reported is asked, and answers; behind the hidden fault it is still dark."""
        self._wait(self._all_are_asked, "everybody to be asked")

        def answer(home: Household) -> None:
            home.say(is_back=not self._is_behind(hidden, home))

        _together(self.households, answer)
        dark = sum(self._is_behind(hidden, each) for each in self.households)
        self.say(f"{len(self.households) - dark} say that supply is back, {dark} that it is not.")

    @staticmethod
    def _is_behind(hidden: Failure | None, home: Household) -> bool:
        return hidden is not None and home.transformer_code == hidden.element.code

    def _all_are_asked(self) -> bool:
        with scope.within_system():
            asked = self._mine().exclude(asked_at=None, closed_at=None).count()
        return asked >= len(self.households)

    def _mine(self) -> QuerySet[Report]:
        references = [each.page.rstrip("/").rsplit("/", 1)[-1] for each in self.households]
        return Report.objects.filter(reference__in=references)

    def _repair_hidden(self, desk: Person, hidden: Failure) -> None:
        self._wait(lambda: hidden.transformers in self._open(), "the hidden fault to be found")
        outage = self._open()[hidden.transformers]
        self.tale.hidden_found = outage.nested_in_id is not None
        self.say(f"Found behind it: {hidden.element.kind.lower()} {hidden.element.code}.")
        self._repair(desk, [hidden])
        self._wait(self._all_are_asked, "those behind the hidden fault to be asked")
        _together(
            [each for each in self.households if self._is_behind(hidden, each)],
            lambda home: home.say(is_back=True),
        )

    def _measure(self) -> None:
        with scope.within_system():
            self.tale.closed = self._mine().exclude(closed_at=None).count()
            steps = OutageStep.objects.filter(
                directorate_id=self.directorate_id, ended_at__gte=self.began
            ).select_related("outage")
            for step in steps:
                if step.ended_at is not None:
                    took = int((step.ended_at - step.began_at).total_seconds() // 60)
                    name = f"{step.outage.element_kind} {step.outage.element_code}"
                    self.tale.minutes[name] = self.tale.minutes.get(name, 0) + took * step.customers

    def _wait(self, is_there: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE.total_seconds()
        while not is_there():
            if time.monotonic() > until:
                raise UnableToPlay(f"Waited in vain for {what}. Is the worker running?")
            time.sleep(0.2)


def _together(callers: Iterable[Household], work: Callable[[Household], object]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(work, each) for each in callers]:
            done.result()
