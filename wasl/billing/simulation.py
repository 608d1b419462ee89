"""
What other tariffs would have cost for the real use of the last months: the rating that makes the
bills, over the parts of bills that stand. It reads bills and writes none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from wasl.billing.models import Tariff
from wasl.billing.rating import rated

# Above so many bills, every so-many-th account stands for the others; the page says so.
MOST_BILLS = 200_000
# Upper bounds of use, in kWh for 30 days.
BANDS = (300, 600, 1000, 1500, 2000, 3000, 4000)
# Upper bounds of the change, in per cent; no change has a group of its own, between two of them.
CHANGES = (-50, -25, -10, 0, 10, 25, 50, 100)
UNCHANGED = 4
GROUPS = 10

# The bills that stand of a time, each kWh once: an estimate that a later bill gave back is left out.
_STANDING = """
    SELECT b.directorate_id, b.account_no, b.period, b.revision, b.tariff_class, b.kwh, b.days,
        b.energy_amount, b.lines
    FROM billing_bill b
    WHERE b.directorate_id = ANY(%(directorates)s) AND b.to_on > %(since)s AND b.to_on <= %(until)s
        AND b.tariff_class = ANY(%(classes)s)
        AND mod(hashtext(b.account_no)::bigint + 2147483648, %(every)s) = 0
        AND NOT EXISTS (SELECT FROM billing_billcancellation c
            WHERE (c.directorate_id, c.account_no, c.period, c.revision)
                = (b.directorate_id, b.account_no, b.period, b.revision))
        AND NOT (b.is_estimated AND EXISTS (SELECT FROM billing_bill later
            WHERE (later.directorate_id, later.account_no) = (b.directorate_id, b.account_no)
                AND later.credit_amount > 0 AND later.from_on <= b.from_on AND later.to_on > b.to_on))
"""
_COUNT = f"SELECT count(*) FROM ({_STANDING}) AS standing"  # noqa: S608 (no value is put in)

# The lines of a bill say which days were rated by which tariff; their kWh sum to the part's own.
_SEGMENTS = """
    SELECT directorate_id, account_no, part AS part_no,
        row_number() OVER (PARTITION BY directorate_id, account_no, part ORDER BY from_on)::int AS segment_no,
        from_on, days, (sum(days) OVER whole_part)::int AS part_days,
        round(sum(kwh) OVER whole_part)::bigint AS kwh,
        coalesce((SELECT given.tariff FROM billing_tariff t
            JOIN unnest(%(classes)s::text[], %(tariffs)s::text[]) AS given (class, tariff)
                ON given.class = t.tariff_class WHERE t.code = stretch.tariff), tariff) AS tariff_id
    FROM (
        SELECT standing.directorate_id,
            standing.account_no || ':' || standing.period || ':' || standing.revision AS account_no,
            line.part, line.from_on, line.tariff, min(line.days) AS days, sum(line.kwh) AS kwh
        FROM standing CROSS JOIN LATERAL jsonb_to_recordset(standing.lines)
            AS line (part int, tariff text, from_on date, days int, kwh numeric)
        GROUP BY 1, 2, 3, 4, 5
    ) AS stretch
    WINDOW whole_part AS (PARTITION BY directorate_id, account_no, part)
"""
_SIMULATED = f"""
WITH standing AS MATERIALIZED ({_STANDING}),
{rated(_SEGMENTS).strip()},
compared AS (
    SELECT directorate_id, split_part(account_no, ':', 1) AS account_no, NULL AS tariff_class,
        0 AS kwh, 0 AS days, 0 AS before, energy_amount AS after, 0 AS bills FROM rated
    UNION ALL
    SELECT directorate_id, account_no, tariff_class, kwh, days, energy_amount, 0, 1 FROM standing
),
account AS (
    SELECT max(tariff_class) AS tariff_class, sum(kwh)::bigint AS kwh, sum(days)::bigint AS days,
        sum(before)::bigint AS before, sum(after)::bigint AS after, sum(bills) AS bills
    FROM compared GROUP BY directorate_id, account_no
),
placed AS (
    SELECT *, width_bucket(kwh * 30.0 / days, %(bands)s::numeric[]) AS band,
        CASE WHEN after = before THEN {UNCHANGED}
            WHEN before = 0 OR after > 2 * before THEN {GROUPS - 1}
            WHEN after < before THEN width_bucket(100.0 * (after - before) / before, ARRAY[-50, -25, -10]::numeric[])
            ELSE {UNCHANGED + 1} + (100 * (after - before) > 10 * before)::int
                + (100 * (after - before) > 25 * before)::int + (100 * (after - before) > 50 * before)::int
        END AS change,
        (after - before) * 30.0 / days AS monthly
    FROM account
)
SELECT grouping(tariff_class, band, change), tariff_class, band, change, count(*),
    sum(bills)::bigint, sum(kwh)::bigint, sum(before)::bigint, sum(after)::bigint,
    count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before),
    coalesce(round(percentile_disc(0.5) WITHIN GROUP (ORDER BY monthly)), 0)::bigint,
    coalesce(round(percentile_disc(0.9) WITHIN GROUP (ORDER BY monthly)), 0)::bigint
FROM placed GROUP BY GROUPING SETS ((), (tariff_class), (band), (change))
ORDER BY 1 DESC, 2, 3, 4
"""  # noqa: S608 (no value is put in)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """
    Some accounts before and after: dinars over the whole time.

    `median` and `ninth` are what the one in the middle, and the one of which nine tenths pay no
    more, would pay more for 30 days (less, when negative).
    """

    key: str
    accounts: int = 0
    bills: int = 0
    kwh: int = 0
    before: int = 0
    after: int = 0
    more: int = 0
    less: int = 0
    median: int = 0
    ninth: int = 0

    @property
    def change(self) -> int:
        """Dinars more, in all."""
        return self.after - self.before

    @property
    def change_pct(self) -> float | None:
        """By how much the sum differs; None when there was nothing."""
        return round(100 * self.change / self.before, 1) if self.before else None

    @property
    def more_pct(self) -> int:
        """The share of the accounts that would pay more."""
        return round(100 * self.more / self.accounts) if self.accounts else 0

    @property
    def less_pct(self) -> int:
        """The share of the accounts that would pay less."""
        return round(100 * self.less / self.accounts) if self.accounts else 0


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What the tariffs would have cost: in all, by class, by band of use, and by change."""

    tariffs: list[Tariff]
    since: date
    until: date
    every: int
    whole: Compared
    by_class: list[Compared] = field(default_factory=list)
    by_band: list[Compared] = field(default_factory=list)
    by_change: list[Compared] = field(default_factory=list)


def simulate(
    *, tariffs: Sequence[Tariff], directorate_ids: Sequence[int], since: date, until: date
) -> Simulation:
    """
    Compare the bills of the days after `since` up to `until` with what the tariffs would ask.

    Each tariff takes the place of those of its class; give one of a class. Drafts may be simulated.
    """
    values: dict[str, Any] = {
        "directorates": list(directorate_ids),
        "since": since,
        "until": until,
        "classes": [each.tariff_class for each in tariffs],
        "tariffs": [each.code for each in tariffs],
        "bands": list(BANDS),
        "every": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        values["every"] = -(-cursor.fetchone()[0] // MOST_BILLS) or 1
        cursor.execute(_SIMULATED, values)
        rows = cursor.fetchall()
    found: dict[int, list[Compared]] = {}
    for grouping, tariff_class, band, change, *figures in rows:
        key = {0b011: tariff_class, 0b101: band, 0b110: change}.get(grouping, "")
        found.setdefault(grouping, []).append(_compared(str(key), figures))
    by_change = {each.key: each for each in found.get(0b110, [])}
    return Simulation(
        tariffs=list(tariffs),
        since=since,
        until=until,
        every=values["every"],
        whole=next(iter(found.get(0b111, [])), Compared(key="")),
        by_class=found.get(0b011, []),
        by_band=found.get(0b101, []),
        by_change=[by_change.get(str(n), Compared(key=str(n))) for n in range(GROUPS)],
    )


def _compared(key: str, figures: Sequence[int]) -> Compared:
    names = ("accounts", "bills", "kwh", "before", "after", "more", "less", "median", "ninth")
    return Compared(key=key, **dict(zip(names, (int(each or 0) for each in figures), strict=True)))
