"""
The sums beneath the reliability indices, made by PostgreSQL from the steps of restoration.

For ten years of a directorate the steps are hundreds of thousands; what the indices need of them are
a few numbers for each place and cause. Definitions: docs/adr/0070; the same figures from single
interruptions: `reliability.py`, and the tests hold the two against each other. Durations are whole
microseconds, so that no order of adding changes a figure.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from wasl.outages.reliability import CELID_HOURS, CEMI_N, MINUTE, MOMENTARY, Indices

_STEPS = """
    FROM (
        SELECT s.outage_id, s."group" AS place, s.feeder_code AS feeder, o.cause, s.customers,
            (EXTRACT(EPOCH FROM s.ended_at - s.began_at) * 1000000)::bigint AS lasted,
            s.ended_at - s.began_at > %(momentary)s AS is_sustained,
            (s.began_at AT TIME ZONE 'Asia/Baghdad')::date AS day
        FROM outages_outagestep s JOIN outages_outage o ON o.id = s.outage_id
        WHERE s.directorate_id = %(directorate)s AND s.began_at >= %(begins)s AND s.began_at < %(ends)s
            AND s.ended_at IS NOT NULL AND s.customers > 0
    ) AS step
    WHERE NOT (day = ANY(%(without)s))
"""
# A customer counts once an outage, however many steps there were.
_PLACES = f"""
SELECT part, cause, feeder, place,
    max(customers) AS size, count(customers) AS times, max(longest) AS longest,
    coalesce(sum(customers), 0)::bigint AS interrupted, coalesce(sum(lasted), 0)::bigint AS lasted,
    coalesce(sum(momentary), 0)::bigint AS momentary
FROM (
    SELECT {{part}} AS part, cause, feeder, place, outage_id,
        max(customers) FILTER (WHERE is_sustained) AS customers,
        max(lasted) FILTER (WHERE is_sustained) AS longest,
        sum(lasted * customers) FILTER (WHERE is_sustained) AS lasted,
        sum(customers) FILTER (WHERE NOT is_sustained) AS momentary
    {_STEPS}
    GROUP BY {{part}}, cause, feeder, place, outage_id
) AS once
GROUP BY part, cause, feeder, place
"""  # noqa: S608 - our own text
_IN_DISTRICTS = f"""
SELECT coalesce(area.district, ''), count(DISTINCT outage_id)
FROM (SELECT outage_id, place {_STEPS} AND is_sustained) AS found
LEFT JOIN unnest(%(places)s::text[], %(districts)s::text[]) AS area (place, district) USING (place)
GROUP BY 1
"""  # noqa: S608 - our own text
_COUNTS = f"""
SELECT part, cause, feeder, count(DISTINCT outage_id)
FROM (SELECT {{part}} AS part, cause, feeder, outage_id {_STEPS} AND is_sustained) AS found
GROUP BY GROUPING SETS ((part), (part, cause), (part, feeder))
"""  # noqa: S608 - our own text
_DAYS = f"""
SELECT day, sum(lasted * customers)::bigint {_STEPS} AND is_sustained AND cause <> 'RATIONING'
GROUP BY day ORDER BY day
"""
_PARTS = {"": "''::text", "month": "to_char(day, 'YYYY-MM')"}


@dataclass(frozen=True, kw_only=True)
class PlaceSums:
    """
    What one place (a transformer's customers, or a single connection) had of one cause in a part of
    the period: `size` customers, `times` sustained outages, microseconds of the longest, customers
    interrupted, customer microseconds, customers of momentary interruptions.
    """

    part: str
    cause: str
    feeder: str
    place: str
    size: int
    times: int
    longest: int
    interrupted: int
    lasted: int
    momentary: int


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many sustained outages there were: by part, by part and cause, by part and feeder."""

    all: dict[str, int]
    by_cause: dict[tuple[str, str], int]
    by_feeder: dict[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class Period:
    """A time of a directorate, half-open, less some days in Baghdad."""

    directorate_id: int
    begins: datetime
    ends: datetime
    without: Collection[date] = ()

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the statements."""
        return {
            "directorate": self.directorate_id,
            "begins": self.begins,
            "ends": self.ends,
            "momentary": MOMENTARY,
            "without": list(self.without),
        }


def places(period: Period, *, by: str = "") -> list[PlaceSums]:
    """The sums of each place; in parts by `month` (YYYY-MM) where asked."""
    rows = _rows(_PLACES, period, by)
    return [
        PlaceSums(
            part=part, cause=cause, feeder=feeder, place=place, size=size or 0, times=times,
            longest=longest or 0, interrupted=interrupted, lasted=lasted, momentary=momentary,
        )
        for part, cause, feeder, place, size, times, longest, interrupted, lasted, momentary in rows
    ]  # fmt: skip


def counts(period: Period, *, by: str = "") -> Counts:
    """How many outages each part, cause and feeder had."""
    found = Counts(all={}, by_cause={}, by_feeder={})
    for part, cause, feeder, count in _rows(_COUNTS, period, by):
        if cause is not None:
            found.by_cause[part, cause] = count
        elif feeder is not None:
            found.by_feeder[part, feeder] = count
        else:
            found.all[part] = count
    return found


def outages_in_districts(period: Period, where: Mapping[str, str]) -> dict[str, int]:
    """How many outages each district had; `where` says in which a place lies, else it is ''."""
    given = {"places": list(where), "districts": list(where.values())}
    return dict(_rows(_IN_DISTRICTS, period, "", **given))


def customer_time_by_day(period: Period) -> dict[date, int]:
    """Customer microseconds of the sustained interruptions that began on each day, rationing aside."""
    return dict(_rows(_DAYS, period, ""))


def _rows(statement: str, period: Period, by: str, **more: list[str]) -> list[Any]:
    with connection.cursor() as cursor:
        # Sorting on disk would take longer than all the rest; for this transaction only.
        cursor.execute(
            "SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
        )
        cursor.execute(statement.replace("{part}", _PARTS[by]), {**period.values, **more})
        return list(cursor.fetchall())


def indices(rows: Iterable[PlaceSums], *, outages: int, customers: int, minutes: float) -> Indices:
    """The indices of some sums over `customers` served and a period of so many minutes."""
    sizes: dict[str, int] = defaultdict(int)
    times: dict[str, int] = defaultdict(int)
    longest: dict[str, int] = defaultdict(int)
    interrupted = lasted = momentary = 0
    for row in rows:
        interrupted += row.interrupted
        lasted += row.lasted
        momentary += row.momentary
        if row.times:
            sizes[row.place] = max(sizes[row.place], row.size)
            times[row.place] += row.times
            longest[row.place] = max(longest[row.place], row.longest)
    off = lasted / MINUTE
    distinct = sum(sizes.values())
    limit = CELID_HOURS * 60 * MINUTE
    return Indices(
        saifi=interrupted / customers,
        saidi=off / customers,
        caidi=off / interrupted if interrupted else None,
        ctaidi=off / distinct if distinct else None,
        caifi=interrupted / distinct if distinct else None,
        asai=1 - off / (customers * minutes),
        maifi=momentary / customers,
        cemi=sum(size for place, size in sizes.items() if times[place] >= CEMI_N) / customers,
        celid=sum(size for place, size in sizes.items() if longest[place] >= limit) / customers,
        interruptions=outages,
        customer_minutes=off,
    )
