"""The first page of each kind: bytes sent (static files as compressed on disk) and requests."""

import gzip
import re
from typing import Any

from django.contrib.staticfiles import finders
from django.test import Client

from bench.scratch import directorate

Row = dict[str, Any]
PAGES = {
    "home": "/",
    "service guide": "/services/new-connection/",
    "track": "/track/",
    "sign in": "/account/sign-in/",
    "performance": "/performance/",
    "log": "/log/",
}
ASSET = re.compile(r'(?:href|src)="/static/([^"#?]+)')


def run() -> list[Row]:
    """Measure; rows for the table of `make bench`."""
    rows: list[Row] = []
    with directorate("bench_weights", meters=1):
        for name, path in PAGES.items():
            page = Client().get(path).content
            assets = set(ASSET.findall(page.decode())) | {"web/vazirmatn.woff2"}
            sent = len(page) + sum(_sent(asset) for asset in assets)
            rows.append(_row(f"first page, {name}: sent", sent / 1024, "KB", "< 100"))
            rows.append(_row(f"first page, {name}: requests", 1 + len(assets), "requests", ""))
    return rows


def _sent(asset: str) -> int:
    found = finders.find(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", asset))
    if not found:
        return 0
    with open(found, "rb") as file:
        content = file.read()
    return len(content) if asset.endswith(("woff2", "png")) else len(gzip.compress(content))


def _row(name: str, value: float, unit: str, limit: str) -> Row:
    return {"name": name, "value": round(value, 2), "unit": unit, "limit": limit}
