"""
The reliability indices of IEEE 1366, from interruptions. Pure; minutes and customers.

Definitions: docs/adr/0070. Sustained is what lasts longer than five minutes, momentary the rest. A
step of restoration counts its own customers and minutes; a customer counts once an outage for SAIFI.
What has no denominator is None, not zero.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MOMENTARY = timedelta(minutes=5)
# In microseconds.
MINUTE = 60_000_000
BAGHDAD = ZoneInfo("Asia/Baghdad")
# CEMI counts customers with this many sustained interruptions or more (the newer edition's reading).
CEMI_N = 3
# CELID counts customers without supply for so many hours, in one interruption.
CELID_HOURS = 8
RATIONING = "RATIONING"


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """
    Customers without supply from one time to another. Steps of one outage share its `outage` name.

    `group` names a set of customers that is interrupted together (a transformer): where every
    interruption has one, customers can be told apart. `cause` is a class such as RATIONING.
    """

    start: datetime
    end: datetime
    customers: int
    outage: str = ""
    group: str = ""
    cause: str = ""

    @property
    def lasted(self) -> int:
        """How long it lasted, in microseconds: whole, so that no order of adding changes a sum."""
        return (self.end - self.start) // timedelta(microseconds=1)

    @property
    def day(self) -> date:
        """The day in Baghdad on which it began: what spans midnight belongs to that."""
        return self.start.astimezone(BAGHDAD).date()


@dataclass(frozen=True, kw_only=True)
class Indices:
    """SAIDI, CAIDI and CTAIDI in minutes, ASAI as a share, the others in numbers a customer."""

    saifi: float
    saidi: float
    caidi: float | None
    ctaidi: float | None
    caifi: float | None
    asai: float
    maifi: float
    cemi: float | None
    celid: float | None
    interruptions: int
    customer_minutes: float


@dataclass(frozen=True, kw_only=True)
class MajorEventDays:
    """The threshold of the 2.5 beta method with what it was made of, and the days beyond it."""

    threshold: float | None
    alpha: float | None
    beta: float | None
    days_counted: int
    days: list[date] = field(default_factory=list)


def indices(
    found: Iterable[Interruption], *, customers: int, begins: datetime, ends: datetime
) -> Indices:
    """
    The indices of a period over `customers` served (more than zero).

    CTAIDI, CAIFI, CEMI and CELID need to know who was interrupted: None unless every interruption
    has a group.
    """
    events = [each for each in found if each.customers > 0]
    sustained = [each for each in events if each.end - each.start > MOMENTARY]
    momentary = [each for each in events if each.end - each.start <= MOMENTARY]
    interrupted = _counted_once(sustained)
    minutes = sum(each.lasted * each.customers for each in sustained) / MINUTE
    period = (ends - begins).total_seconds() / 60
    known = _by_group(sustained) if all(each.group for each in events) else None
    distinct = sum(size for size, _times, _longest in known) if known is not None else 0
    return Indices(
        saifi=interrupted / customers,
        saidi=minutes / customers,
        caidi=minutes / interrupted if interrupted else None,
        ctaidi=minutes / distinct if distinct else None,
        caifi=interrupted / distinct if distinct else None,
        asai=1 - minutes / (customers * period),
        maifi=sum(each.customers for each in momentary) / customers,
        cemi=None if known is None else sum(n for n, times, _l in known if times >= CEMI_N) / customers,
        celid=None
        if known is None
        else sum(n for n, _t, longest in known if longest >= CELID_HOURS * 60 * MINUTE) / customers,
        interruptions=len({_name(number, each) for number, each in enumerate(sustained)}),
        customer_minutes=minutes,
    )  # fmt: skip


def _name(number: int, each: Interruption) -> str:
    return each.outage or f"#{number}"


def _counted_once(sustained: Sequence[Interruption]) -> int:
    """
    Customers interrupted, each once an outage.

    Steps with a group are the same customers when the group is the same; steps without one are
    taken for different customers, as each is restored by one step.
    """
    most: dict[tuple[str, str], int] = {}
    for number, each in enumerate(sustained):
        key = (_name(number, each), each.group or f"#{number}")
        most[key] = max(most.get(key, 0), each.customers)
    return sum(most.values())


def _by_group(sustained: Sequence[Interruption]) -> list[tuple[int, int, int]]:
    """For each group: its customers, how many outages it had, its longest in microseconds."""
    sizes: dict[str, int] = defaultdict(int)
    outages: dict[str, set[str]] = defaultdict(set)
    longest: dict[str, int] = defaultdict(int)
    for number, each in enumerate(sustained):
        sizes[each.group] = max(sizes[each.group], each.customers)
        outages[each.group].add(_name(number, each))
        longest[each.group] = max(longest[each.group], each.lasted)
    return [(sizes[name], len(outages[name]), longest[name]) for name in sizes]


def major_event_days(
    found: Iterable[Interruption],
    *,
    customers: int,
    window: tuple[date, date],
    reported: tuple[date, date],
) -> MajorEventDays:
    """
    Days of `reported` whose SAIDI lies beyond the threshold made of the days of `window`.

    T = exp(alpha + 2.5 beta), of the natural logarithms of the daily SAIDI; days without an
    interruption are left out; beta is the standard deviation of the sample. Rationing is no event
    of the network and does not count. Both ends of the windows are included.
    """
    daily: dict[date, int] = defaultdict(int)
    for each in found:
        if each.end - each.start > MOMENTARY and each.cause != RATIONING:
            daily[each.day] += each.lasted * each.customers
    return beyond_threshold(daily, customers=customers, window=window, reported=reported)


def beyond_threshold(
    lasted: Mapping[date, int],
    *,
    customers: int,
    window: tuple[date, date],
    reported: tuple[date, date],
) -> MajorEventDays:
    """The major event days from the customer microseconds of each day."""
    daily = {day: total / MINUTE / customers for day, total in sorted(lasted.items())}
    logs = [math.log(v) for d, v in daily.items() if v > 0 and window[0] <= d <= window[1]]
    if len(logs) < 2:
        return MajorEventDays(threshold=None, alpha=None, beta=None, days_counted=len(logs))
    alpha, beta = statistics.fmean(logs), statistics.stdev(logs)
    threshold = math.exp(alpha + 2.5 * beta)
    beyond = sorted(
        d for d, v in daily.items() if v > threshold and reported[0] <= d <= reported[1]
    )
    return MajorEventDays(
        threshold=threshold, alpha=alpha, beta=beta, days_counted=len(logs), days=beyond
    )
