"""
The arithmetic of programmed cuts: weekly windows, what a day was promised, what was kept. Pure.

A window is half-open, [from, to), in minutes since Monday 00:00 in Baghdad, where clocks are never
put forward or back: a day has 1,440 minutes. One that runs over midnight belongs to both days.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from wasl.core.arabic import to_western_digits
from wasl.core.calendars import BAGHDAD

DAY, WEEK = 1_440, 10_080
Span = tuple[int, int]
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class DayKept:
    """
    A day's promise beside what happened, in minutes; of a day under way, up to now.

    `promised` and `cut` are minutes without supply; `outside` those cut although supply was promised.
    `share_kept` is the share of the promised supply that was not cut; None where none was promised.
    """

    day: date
    promised: int
    cut: int
    outside: int
    share_kept: float | None
    is_over: bool

    @property
    def difference(self) -> int:
        """Minutes cut beyond those promised; negative when there were fewer."""
        return self.cut - self.promised


_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def minute_of_day(text: str) -> int:
    """
    The minutes since midnight of `18:30`; `24:00` is the day's end. Digits of any script.

    :raises ValueError: when it is no time.
    """
    match = _TIME.fullmatch(to_western_digits(text).strip())
    if match is None:
        raise ValueError("no time")
    hour, minute = int(match[1]), int(match[2])
    if minute > 59 or hour * 60 + minute > DAY:
        raise ValueError("no time")
    return hour * 60 + minute


def window(weekday: int, begins: int, ends: int) -> list[Span]:
    """
    A cut of a weekday (0 is Monday) as spans of the week: one, or two over the week's end.

    `ends` at or before `begins` means the next day: 22:00 to 02:00, and 00:00 to 00:00 a whole day.
    :raises ValueError: when a minute or the weekday does not exist.
    """
    if not (0 <= weekday < 7 and 0 <= begins < DAY and 0 <= ends <= DAY):
        raise ValueError("no window")
    length = ends - begins if ends > begins else ends + DAY - begins
    first = weekday * DAY + begins
    last = first + length
    return [(first, last)] if last <= WEEK else [(first, WEEK), (0, last - WEEK)]


def first_overlap(spans: Iterable[Span]) -> Span | None:
    """A span that begins before an earlier one has ended; those that only touch do not overlap."""
    end = -1
    for begins, ends in sorted(spans):
        if begins < end:
            return begins, ends
        end = max(end, ends)
    return None


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same minutes in as few spans as can be, in order."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def of_day(spans: Iterable[Span], day: date) -> list[Span]:
    """What the week's windows promise for a day, in minutes of that day, joined and in order."""
    first = day.weekday() * DAY
    inside = [(max(b, first) - first, min(e, first + DAY) - first) for b, e in spans]
    return joined((b, e) for b, e in inside if b < e)


def moments(day: date, spans: Iterable[Span]) -> list[Moments]:
    """Minutes of a day as moments in Baghdad."""
    midnight = datetime.combine(day, time(), tzinfo=BAGHDAD)
    return [(midnight + timedelta(minutes=b), midnight + timedelta(minutes=e)) for b, e in spans]


def joined_moments(found: Iterable[Moments]) -> list[Moments]:
    """Moments from … to, where they touch or overlap made into one."""
    result: list[Moments] = []
    for begins, ends in sorted(found):
        if result and begins <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], ends))
        elif begins < ends:
            result.append((begins, ends))
    return result


def _clipped(found: Iterable[Moments], begins: datetime, ends: datetime) -> list[Moments]:
    inside = ((max(a, begins), min(b, ends)) for a, b in found)
    return joined_moments((a, b) for a, b in inside if a < b)


def _seconds(found: Sequence[Moments]) -> float:
    return sum((b - a).total_seconds() for a, b in found)


def _minus(found: Sequence[Moments], taken: Sequence[Moments]) -> list[Moments]:
    """What of the first is in none of the second; both joined."""
    left: list[Moments] = []
    for begins, ends in found:
        for a, b in taken:
            if b <= begins or a >= ends:
                continue
            if begins < a:
                left.append((begins, a))
            begins = max(begins, b)
        if begins < ends:
            left.append((begins, ends))
    return left


def kept(
    day: date,
    spans: Iterable[Span],
    cuts: Iterable[tuple[datetime, datetime | None]],
    now: datetime,
) -> DayKept:
    """
    A day's promise beside the cuts that were. A cut without an end lasts until now.

    Of a day that is not over, promise and cuts are counted up to now.
    """
    begins = datetime.combine(day, time(), tzinfo=BAGHDAD)
    whole = begins + timedelta(days=1)
    ends = max(begins, min(whole, now))
    promised = _clipped(moments(day, of_day(spans, day)), begins, ends)
    real = _clipped(((a, b or now) for a, b in cuts), begins, ends)
    outside = _seconds(_minus(real, promised))
    supply = (ends - begins).total_seconds() - _seconds(promised)
    return DayKept(
        day=day,
        promised=round(_seconds(promised) / 60),
        cut=round(_seconds(real) / 60),
        outside=round(outside / 60),
        share_kept=1 - outside / supply if supply > 0 else None,
        is_over=now >= whole,
    )


def spelled(minute: int) -> str:
    """Minutes of a day as people write them: 18:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
