"""Last gasps: meter systems tell over HTTPS which meters have lost supply, or have it again."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wasl.accounts.policies import PUBLIC, policy
from wasl.billing import services as billing
from wasl.billing.models import MeterSystem
from wasl.core.signed_requests import Signed, UnableToServeMachine
from wasl.core.signed_views import serve
from wasl.outages import services
from wasl.outages.models import Signal

LARGEST = 2**20
MOST = 2_000
FIELDS = {"key", "serial", "says", "at"}
# A sign of yesterday says nothing of now; a clock may be a little ahead.
OLDEST, AHEAD = timedelta(hours=6), timedelta(minutes=5)


@csrf_exempt
@never_cache
@require_POST
@policy(PUBLIC, atomic=False)
def signals(request: HttpRequest) -> HttpResponse:
    """Signs of meters: each once by its key; unknown meters and stale signs are named and left out."""

    def admitted(now: datetime) -> HttpResponse:
        system = billing.admit_system(
            method=request.method or "",
            path=request.get_full_path(),
            signed=Signed.of_headers(request.headers),
            body=request.body,
            now=now,
        )
        return JsonResponse(_take(system, _sent(request.body), now))

    return serve(request, admitted, largest=LARGEST, now=timezone.now())


def _take(system: MeterSystem, rows: list[dict[str, str]], now: datetime) -> dict[str, Any]:
    left_out = []
    given = []
    for number, row in enumerate(rows, start=1):
        at = _time(row["at"])
        if at is None or not now - OLDEST <= at <= now + AHEAD:
            left_out.append({"line": number, "key": row["key"], "code": "WRONG_TIME"})
            continue
        is_off = row["says"] == "OFF"
        given.append(
            services.MeterSign(
                line=number,
                key=row["key"],
                serial=row["serial"],
                source=Signal.Source.LAST_GASP if is_off else Signal.Source.METER,
                source_id=uuid5(NAMESPACE_URL, f"{system.id}:{row['key']}"),
                says=Signal.Says.OFF if is_off else Signal.Says.ON,
                at=at,
            )
        )
    unknown = services.take_meter_signs(directorate_id=system.directorate_id, signs=given, now=now)
    left_out += [{"line": each.line, "key": each.key, "code": "UNKNOWN_METER"} for each in unknown]
    return {"signals": len(rows), "accepted": len(rows) - len(left_out), "left_out": left_out}


def _sent(body: bytes) -> list[dict[str, str]]:
    """The signs of a body: all texts, with nothing missing and nothing more."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise UnableToServeMachine("WRONG_JSON", 400) from None
    rows = content.get("signals") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        raise UnableToServeMachine("WRONG_JSON", 400)
    for number, row in enumerate(rows, start=1):
        is_right = (
            isinstance(row, dict)
            and set(row) == FIELDS
            and all(isinstance(value, str) and 0 < len(value) <= 64 for value in row.values())
            and row["says"] in {"OFF", "ON"}
            and _is_keepable(row["key"] + row["serial"])
        )
        if not is_right:
            raise UnableToServeMachine(f"WRONG_SIGNAL_{number}", 400)
    return rows


def _is_keepable(text: str) -> bool:
    """No NUL, and no half of a surrogate pair, which JSON can name and nothing can keep."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else None
    except ValueError:
        return None
