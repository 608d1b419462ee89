"""The published tariffs: a page, and the same as open data."""

import csv

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from wasl.accounts.policies import PUBLIC, policy
from wasl.billing import tariff_pages

_COLUMNS = (
    "code", "class", "valid_from", "status", "is_verified", "proration", "base_days",
    "from_kwh", "to_kwh", "price_fils", "block_source", "source", "legal_basis",
)  # fmt: skip


@policy(PUBLIC)
def tariffs(request: HttpRequest) -> HttpResponse:
    """Every version, with its source, its legal basis, and where it is in force."""
    shown = tariff_pages.tariffs_page(get_language() or "ar")
    return render(
        request,
        "billing/tariffs/tariffs.html",
        {
            "published": [each for each in shown if each.tariff.is_published],
            "drafts": [each for each in shown if not each.tariff.is_published],
        },
    )


@policy(PUBLIC)
def tariffs_json(request: HttpRequest) -> HttpResponse:
    """The tariffs as JSON."""
    return _open(JsonResponse({"currency": "IQD", "tariffs": tariff_pages.open_data()}))


@policy(PUBLIC)
def tariffs_csv(request: HttpRequest) -> HttpResponse:
    """The tariffs as CSV, a line for each block."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="wasl-tariffs.csv"'
    written = csv.writer(response)
    written.writerow(_COLUMNS)
    for tariff in tariff_pages.open_data():
        for block in tariff["blocks"]:
            row = tariff | block | {"block_source": block["source"], "source": tariff["source"]}
            written.writerow(["" if row[name] is None else row[name] for name in _COLUMNS])
    return _open(response)


def _open(response: HttpResponse) -> HttpResponse:
    """Anybody's page may read open data."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
