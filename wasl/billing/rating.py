"""
The rating: what a use of energy costs, as one piece of SQL for quote, simulation, preview and bill.

A *segment* is a number of days on which one tariff holds. Of the part it belongs to (the time
between two readings of one meter) it has the share of its days, in kWh as in the width of the
blocks. All is integers until the end: a line is `num / den` dinars, exact. The total is rounded
once, a half upwards; the lines are rounded down, and the dinars left over go to the largest
remainders. So the lines always sum to the total. Rules: docs, tariffs and billing; ADR 62.

`rated()` takes the text of a SELECT with the columns

    directorate_id, account_no, part_no, segment_no, from_on, days, part_days, kwh, tariff_id

(`kwh` of the whole part, an integer; `part_days` > 0) and gives CTEs that end in `rated`: one row
for each account with `energy_amount`, the `rated_days` of its segments, and `lines`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

LARGEST_KWH = 10**9
LONGEST_DAYS = 3660

# As the migration makes it: exact fractions of different denominators need a common one.
COMMON_DENOMINATOR = (
    "CREATE AGGREGATE billing_lcm(numeric) "
    "(sfunc = lcm, stype = numeric, initcond = '1', parallel = safe)"
)

_RATED = """
segment AS MATERIALIZED ({segments}),
piece AS (
    SELECT s.directorate_id, s.account_no, s.part_no, s.segment_no, s.from_on, s.days, s.part_days,
        s.tariff_id, b.position, b.price_fils,
        t.base_days, b.from_kwh, b.to_kwh, m.width,
        -- kWh in the block, times part_days * base_days
        s.days * (least(s.kwh * t.base_days, b.to_kwh * m.width)
            - least(s.kwh * t.base_days, b.from_kwh * m.width)) AS use,
        s.part_days::bigint * t.base_days AS per
    FROM segment s
    JOIN billing_tariff t ON t.code = s.tariff_id
    -- How wide the blocks are for the whole part, times base_days.
    CROSS JOIN LATERAL (SELECT (CASE t.proration
        WHEN 'STRETCH' THEN s.part_days
        WHEN 'MONTHS' THEN greatest(1, (2 * s.part_days + t.base_days) / (2 * t.base_days)) * t.base_days
        ELSE t.base_days END)::bigint AS width) m
    JOIN billing_tariffblock b ON b.tariff_id = s.tariff_id
    WHERE b.position = 1 OR s.kwh * t.base_days > b.from_kwh * m.width
),
scaled AS (
    SELECT *, use::numeric * price_fils * (common / (per * 1000)) AS num FROM (
        SELECT *, billing_lcm(per * 1000) OVER account AS common FROM piece
        WINDOW account AS (PARTITION BY directorate_id, account_no)) AS with_common
),
shared AS (
    SELECT *, div(num, common) AS whole,
        row_number() OVER (PARTITION BY directorate_id, account_no
            ORDER BY mod(num, common) DESC, part_no, segment_no, position) AS turn,
        div(2 * sum(num) OVER account + common, 2 * common) - sum(div(num, common)) OVER account AS left_over
    FROM scaled WINDOW account AS (PARTITION BY directorate_id, account_no)
),
line AS (
    SELECT *, (whole + (turn <= left_over)::int)::bigint AS amount FROM shared
),
rated AS (
    SELECT directorate_id, account_no, sum(amount)::bigint AS energy_amount,
        sum(days) FILTER (WHERE position = 1) AS rated_days,
        jsonb_agg(jsonb_build_object(
            'part', part_no, 'tariff', tariff_id, 'block', position, 'from_on', from_on, 'days', days,
            'from', trim_scale(round(from_kwh::numeric * width * days / per, 3)),
            'to', trim_scale(round(to_kwh::numeric * width * days / per, 3)),
            'kwh', trim_scale(round(use::numeric / per, 3)),
            'rate', trim_scale(price_fils / 1000.0), 'amount', amount
        ) ORDER BY part_no, segment_no, position) AS lines
    FROM line GROUP BY directorate_id, account_no
)
"""


def rated(segments: str) -> str:
    """The CTEs of the rating over a SELECT of segments; see the module for its columns."""
    return _RATED.format(segments=segments)


class UnableToRate(Unable):
    """The use or the days are not such as a bill can have."""

    code = "NOT_RATEABLE"
    message = _("Give a use from 0 kWh and at least one day.")


class UnableToFindTariff(Unable):
    """No tariff has the code."""

    code = "NO_SUCH_TARIFF"
    message = _("There is no tariff %(tariff)s.")


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Days on one tariff, with the share of the use that falls to them."""

    tariff: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a use costs: whole dinars, and the lines that explain it."""

    total: int
    lines: list[dict[str, Any]]


_GIVEN = """
    SELECT 0 AS directorate_id, '' AS account_no, 1 AS part_no, ord::int AS segment_no,
        NULL::date AS from_on, days, %(part_days)s::int AS part_days, %(kwh)s::bigint AS kwh, tariff_id
    FROM unnest(%(tariffs)s::text[], %(days)s::int[]) WITH ORDINALITY AS given (tariff_id, days, ord)
"""


def quote(*, kwh: int, stretches: Sequence[Stretch]) -> Quote:
    """
    What `kwh` used over some stretches of days cost, in dinars.

    :raises UnableToRate: when there is no day, or the use is negative or beyond any meter.
    :raises UnableToFindTariff: when a tariff is not in the books.
    """
    days = sum(stretch.days for stretch in stretches)
    is_possible = 0 <= kwh <= LARGEST_KWH and 0 < days <= LONGEST_DAYS
    if not is_possible or any(stretch.days < 1 for stretch in stretches):
        raise UnableToRate
    names = [stretch.tariff for stretch in stretches]
    values: dict[str, Any] = {
        "kwh": kwh,
        "part_days": days,
        "tariffs": names,
        "days": [stretch.days for stretch in stretches],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM unnest(%s::text[]) AS code "
            "WHERE NOT EXISTS (SELECT FROM billing_tariffblock WHERE tariff_id = code)",
            [names],
        )
        if (missing := cursor.fetchone()) is not None:
            raise UnableToFindTariff(tariff=missing[0])
        cursor.execute(f"WITH {rated(_GIVEN)} SELECT energy_amount, lines FROM rated", values)  # noqa: S608
        total, lines = cursor.fetchone()
    return Quote(total=total, lines=_read(lines))


def _read(lines: Any) -> list[dict[str, Any]]:
    return list(json.loads(lines)) if isinstance(lines, str) else list(lines)
