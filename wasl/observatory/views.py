"""The public performance page and its open data."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from wasl.accounts.policies import PUBLIC, policy
from wasl.observatory import charts, selectors
from wasl.transparency import selectors as log

COLUMNS = [
    "service", "directorate_id", "received", "closed", "completed", "refused", "median_minutes",
    "p90_minutes", "promised_minutes", "within_pct", "open_now", "overdue_now",
]  # fmt: skip


@policy(PUBLIC)
def performance(request: HttpRequest) -> HttpResponse:
    """How well the directorates keep their word."""
    now, language = timezone.now(), get_language() or "ar"
    rows = selectors.performance(now, language)
    services = {row["service"]: row["service_label"] for row in rows}
    context = {
        "rows": rows,
        "charts": [
            {
                "title": label,
                "stages": (found := selectors.stages(key, now, language)),
                "svg": charts.stages(found, label, language),
            }
            for key, label in services.items()
        ],
        "now": now,
    }
    return render(request, "observatory/performance.html", context)


@policy(PUBLIC)
def data_json(request: HttpRequest) -> JsonResponse:
    """The same figures, for machines."""
    now = timezone.now()
    rows = [_plain(row) for row in selectors.performance(now, "en")]
    content = {
        "computed_at": now.isoformat(),
        "period_days": selectors.PERIOD.days,
        "time_unit": "working minutes",
        "checkpoint": log.latest_note(),
        "rows": rows,
    }
    return JsonResponse(content)


@policy(PUBLIC)
def data_csv(request: HttpRequest) -> HttpResponse:
    """The same figures, for a spreadsheet."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="wasl-performance.csv"'
    writer = csv.DictWriter(response, COLUMNS)
    writer.writeheader()
    writer.writerows(_plain(row) for row in selectors.performance(timezone.now(), "en"))
    return response


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS}
