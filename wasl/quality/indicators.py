"""
Indicators of performance, computed by PostgreSQL from the rows that the events left.

Times are working minutes of the directorate's clock, its stops left out. Each figure is defined
once, here; the quality desk and the public page show the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wasl.casework import definitions, selectors
from wasl.core import scope
from wasl.core.calendars import Limit
from wasl.directorates import selectors as directorates

# A public cell with fewer cases could point at a person.
MINIMUM_CELL = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """A service at a directorate in a period."""

    service: str
    service_label: str
    directorate_id: int
    directorate: str
    received: int
    closed: int
    completed: int
    refused: int
    median_minutes: int | None
    p90_minutes: int | None
    promised_minutes: int | None
    within_pct: float | None
    open_now: int
    overdue_now: int


_SERVICES = """
SELECT service, directorate_id,
    count(*) FILTER (WHERE submitted_at >= %(start)s AND submitted_at < %(end)s) AS received,
    count(*) FILTER (WHERE closed_in) AS closed,
    count(*) FILTER (WHERE closed_in AND outcome = 'COMPLETED') AS completed,
    count(*) FILTER (WHERE closed_in AND outcome = 'REFUSED') AS refused,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY used_minutes)
        FILTER (WHERE closed_in AND outcome = 'COMPLETED') AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY used_minutes)
        FILTER (WHERE closed_in AND outcome = 'COMPLETED') AS p90,
    100.0 * count(*) FILTER (WHERE closed_in AND outcome = 'COMPLETED' AND closed_at <= due_at)
        / nullif(count(*) FILTER (WHERE closed_in AND outcome = 'COMPLETED'), 0) AS within,
    count(*) FILTER (WHERE status = 'OPEN') AS open_now,
    count(*) FILTER (WHERE status = 'OPEN' AND due_at < %(now)s) AS overdue_now
FROM (
    SELECT *, coalesce(closed_at >= %(start)s AND closed_at < %(end)s, false) AS closed_in
    FROM casework_case WHERE directorate_id = ANY(%(offices)s)
) AS c
GROUP BY service, directorate_id ORDER BY service, directorate_id
"""

_STAGES = """
SELECT t.stage, count(*) AS done,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY t.worked_minutes) AS median,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY t.worked_minutes) AS p90,
    max(t.limit_minutes) AS promised,
    count(*) FILTER (WHERE t.worked_minutes > t.limit_minutes) AS late
FROM casework_task t JOIN casework_case c ON c.id = t.case_id
WHERE c.service = %(service)s AND t.directorate_id = ANY(%(offices)s) AND t.kind = 'STAFF'
    AND t.status = 'DONE' AND t.completed_at >= %(start)s AND t.completed_at < %(end)s
GROUP BY t.stage
"""

_REFUSALS = """
SELECT t.reason, count(*) AS number
FROM casework_task t JOIN casework_case c ON c.id = t.case_id
WHERE c.service = %(service)s AND t.directorate_id = ANY(%(offices)s) AND t.outcome = 'REFUSE'
    AND t.completed_at >= %(start)s AND t.completed_at < %(end)s
GROUP BY t.reason ORDER BY number DESC, t.reason
"""


def _query(sql: str, **values: Any) -> list[dict[str, Any]]:
    with scope.within_system(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def services(
    *, offices: Iterable[int], start: datetime, end: datetime, now: datetime, language: str
) -> list[Row]:
    """The services of these directorates in the half-open period [start, end)."""
    found = _query(_SERVICES, offices=list(offices), start=start, end=end, now=now)
    return [_row(values, now, language) for values in found]


def _row(values: dict[str, Any], now: datetime, language: str) -> Row:
    with scope.within_system():
        process = selectors.published_process(values["service"], now.date())
    office = directorates.by_id(values["directorate_id"])
    limit = definitions.total_limit(process) if process else ""
    calendar = directorates.calendar_for(office.id, on=now)
    return Row(
        service=values["service"],
        service_label=definitions.service_label(process, language)
        if process
        else values["service"],
        directorate_id=office.id,
        directorate=office.name(language),
        received=values["received"],
        closed=values["closed"],
        completed=values["completed"],
        refused=values["refused"],
        median_minutes=_whole(values["median"]),
        p90_minutes=_whole(values["p90"]),
        promised_minutes=Limit.parse(limit).working_minutes(calendar) if limit else None,
        within_pct=round(float(values["within"]), 1) if values["within"] is not None else None,
        open_now=values["open_now"],
        overdue_now=values["overdue_now"],
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def stages(
    *,
    service: str,
    offices: Iterable[int],
    start: datetime,
    end: datetime,
    now: datetime,
    language: str,
) -> list[dict[str, Any]]:
    """The stages of a service: how many steps, median and 90th percentile beside the limit."""
    with scope.within_system():
        process = selectors.published_process(service, now.date())
    if process is None:
        return []
    found = {
        row["stage"]: row
        for row in _query(_STAGES, service=service, offices=list(offices), start=start, end=end)
    }
    return [
        {
            "key": stage.key,
            "label": stage.label(language),
            "done": found[stage.key]["done"],
            "median_minutes": _whole(found[stage.key]["median"]),
            "p90_minutes": _whole(found[stage.key]["p90"]),
            "promised_minutes": found[stage.key]["promised"],
            "late": found[stage.key]["late"],
        }
        for stage in definitions.stages(process)
        if stage.key in found
    ]


def refusals(
    *, service: str, offices: Iterable[int], start: datetime, end: datetime, language: str
) -> list[dict[str, Any]]:
    """Refusals by listed reason."""
    found = _query(_REFUSALS, service=service, offices=list(offices), start=start, end=end)
    return [
        {
            "code": row["reason"],
            "label": selectors.reason_text(row["reason"], language),
            "number": row["number"],
        }
        for row in found
    ]
