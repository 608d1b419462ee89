"""
What is published of reports: by month, district and category; how long repairs took; a coarse map.

Only months that are over: of a running one, what is told today and tomorrow would tell of one report.
Nothing of the conduct of staff, and no count below ten (wasl/core/suppression.py).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from wasl.complaints.models import CategoryVersion, Report
from wasl.core import suppression
from wasl.core.calendars import BAGHDAD

LEAST = 10
# A side of the map's squares: about two kilometres.
SQUARE = 0.02


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of a directorate."""

    directorate_id: int
    first: date

    @property
    def begins(self) -> datetime:
        """Its first moment, in Baghdad."""
        return datetime.combine(self.first, time(), tzinfo=BAGHDAD)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        after = date(self.first.year + self.first.month // 12, self.first.month % 12 + 1, 1)
        return datetime.combine(after, time(), tzinfo=BAGHDAD)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more can happen in it."""
        return self.ends <= now


def _reports(month: Month) -> QuerySet[Report]:
    found = Report.objects.filter(
        directorate_id=month.directorate_id,
        received_at__gte=month.begins,
        received_at__lt=month.ends,
        joined_to=None,
    )
    return found.exclude(category__group=CategoryVersion.Group.CONDUCT)


def counts(month: Month) -> dict[tuple[str, str], int | None]:
    """Reports by district and category with their sums (`*`); None is withheld."""
    found = _reports(month).values_list("district_code", "category_code")
    rows = found.annotate(number=Count("id")).order_by()
    counted = {(district or "elsewhere", code): number for district, code, number in rows}
    return suppression.published(counted, least=LEAST) if counted else {}


_QUARTILES = """
SELECT r.category_code, count(*),
    percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (
        ORDER BY extract(epoch FROM r.closed_at - r.received_at) / 3600
    )
FROM complaints_report r JOIN complaints_categoryversion c ON c.id = r.category_id
WHERE r.directorate_id = %s AND r.closed_at >= %s AND r.closed_at < %s AND r.joined_to_id IS NULL
    AND r.outcome IN ('DONE', 'SILENCE') AND c.group <> 'CONDUCT'
GROUP BY r.category_code HAVING count(*) >= %s ORDER BY r.category_code
"""


def repair_hours(month: Month) -> list[dict[str, Any]]:
    """
    Hours from a report to its end, a quarter, half and three quarters of those ended in the month.

    By category, in whole hours, where at least ten have ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUARTILES, [month.directorate_id, month.begins, month.ends, LEAST])
        rows = cursor.fetchall()
    return [
        {
            "category": code,
            "ended": number,
            "quarter": round(hours[0]),
            "half": round(hours[1]),
            "three_quarters": round(hours[2]),
        }
        for code, number, hours in rows
    ]


def squares(month: Month) -> list[tuple[tuple[float, float], int]]:
    """The south-western corners of squares with at least ten reports, and how many."""
    points = _reports(month).filter(lat__isnull=False, lon__isnull=False)
    counted: Counter[tuple[int, int]] = Counter()
    for lat, lon in points.values_list("lat", "lon").iterator():
        counted[int((lat or 0.0) // SQUARE), int((lon or 0.0) // SQUARE)] += 1
    return [
        ((round(row * SQUARE, 4), round(column * SQUARE, 4)), number)
        for (row, column), number in sorted(counted.items())
        if number >= LEAST
    ]
