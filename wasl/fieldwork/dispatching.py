"""
Which crew goes: a published rule over plain facts. Pure, and whole numbers only, so that anybody can
compute it again (docs/adr/0075).

Left out is who lacks a skill, is not on shift, or may not go for a recorded ground. For the others:

    minutes on the road  = the way (a third longer than the straight line) at the published speed
    + minutes for each unfinished order it holds
    + minutes for each order of its last day, so that work is shared     (both only without danger to life)

Fewest minutes win. Crews within the tolerance of the fewest are equal: the draw decides, nobody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wasl.network.geometry import metres_between

RULE = "wasl-dispatch/v1"
LIFE = 2
# Roads go round.
DETOUR_PCT = 133
SKILL, SHIFT, FULL = "SKILL", "SHIFT", "FULL"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to be done: the skills it needs, what is in danger (0 to 2), how many are without, where."""

    skills: tuple[str, ...]
    danger: int = 0
    customers: int = 0
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """
    A crew as the rule sees it, by its pseudonym.

    `unfinished` orders it holds, `taken` in the last day, `grounds` on record for which it may not go.
    """

    name: str
    skills: tuple[str, ...]
    lat: float
    lon: float
    is_on_shift: bool
    unfinished: int = 0
    taken: int = 0
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The dated settings of the rule, in minutes but for the speed (km/h) and the orders at once."""

    kmh: int
    unfinished_minutes: int
    fair_minutes: int
    tolerance: int
    tolerance_danger: int
    at_once: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A crew in the ranking: its minutes and of what they are made; or why it is left out."""

    name: str
    road: int = 0
    held: int = 0
    shared: int = 0
    ground: str = ""

    @property
    def minutes(self) -> int:
        """What counts."""
        return self.road + self.held + self.shared

    @property
    def is_eligible(self) -> bool:
        """Whether it may go."""
        return not self.ground


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The eligible crews, the best first, then the others; and who is equal to the best."""

    lines: tuple[Line, ...]
    equal: tuple[str, ...]

    @property
    def eligible(self) -> int:
        """How many might go."""
        return sum(1 for each in self.lines if each.is_eligible)


def rank(job: Job, crews: Iterable[Candidate], rates: Rates) -> Ranking:
    """The ranking of the crews for a job. The order in which they are given does not matter."""
    lines = [_line(job, each, rates) for each in crews]
    able = sorted((each for each in lines if each.is_eligible), key=lambda x: (x.minutes, x.name))
    others = sorted((each for each in lines if not each.is_eligible), key=lambda x: x.name)
    tolerance = rates.tolerance_danger if job.danger == LIFE else rates.tolerance
    equal = [each.name for each in able if each.minutes <= able[0].minutes + tolerance]
    return Ranking(lines=(*able, *others), equal=tuple(sorted(equal)))


def _line(job: Job, crew: Candidate, rates: Rates) -> Line:
    ground = _ground(job, crew, rates)
    if ground:
        return Line(name=crew.name, ground=ground)
    is_urgent = job.danger == LIFE
    return Line(
        name=crew.name,
        road=_road(job, crew, rates),
        held=0 if is_urgent else crew.unfinished * rates.unfinished_minutes,
        shared=0 if is_urgent else crew.taken * rates.fair_minutes,
    )


def _ground(job: Job, crew: Candidate, rates: Rates) -> str:
    if not set(job.skills) <= set(crew.skills):
        return SKILL
    if not crew.is_on_shift:
        return SHIFT
    if crew.grounds:
        return sorted(crew.grounds)[0]
    return FULL if crew.unfinished >= rates.at_once else ""


def _road(job: Job, crew: Candidate, rates: Rates) -> int:
    """Whole minutes, rounded up; none where nobody knows the place, which is the same for all."""
    if job.lat is None or job.lon is None:
        return 0
    metres = round(metres_between(job.lat, job.lon, crew.lat, crew.lon))
    return -(-metres * DETOUR_PCT * 60 // (100 * rates.kmh * 1000))


def urgency(job: Job) -> tuple[int, int]:
    """For sorting jobs: danger to life before all, then danger, then the number of customers."""
    return (-job.danger, -job.customers)


def facts(job: Job, crews: Sequence[Candidate], rates: Rates) -> dict[str, Any]:
    """What the rule looked at, as a decision keeps it."""
    return {
        "job": asdict(job),
        "crews": [asdict(each) for each in sorted(crews, key=lambda x: x.name)],
        "rates": asdict(rates),
    }


def from_facts(kept: Mapping[str, Any]) -> tuple[Job, list[Candidate], Rates]:
    """The same again."""
    job = Job(**{**kept["job"], "skills": tuple(kept["job"]["skills"])})
    crews = [
        Candidate(**{**row, "skills": tuple(row["skills"]), "grounds": tuple(row["grounds"])})
        for row in kept["crews"]
    ]
    return job, crews, Rates(**kept["rates"])


def told(ranking: Ranking) -> list[dict[str, Any]]:
    """The lines of a ranking as a decision keeps them."""
    return [asdict(each) for each in ranking.lines]
