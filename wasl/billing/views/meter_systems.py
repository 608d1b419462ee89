"""Meter systems over HTTPS: JSON in, JSON out, every request signed by its sender."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from wasl.accounts.policies import PUBLIC, policy
from wasl.billing import services
from wasl.billing.models import MeterSystem
from wasl.billing.services.meter_systems import BatchAnswer, Sent, UnableToServeSystem
from wasl.core.signed_requests import Signed
from wasl.core.signed_views import serve

LARGEST = 4 * 2**20
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
FIELDS = {"key", "account_no", "serial", "read_on", "register_kwh"}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "PUT", "POST"])
@policy(PUBLIC, atomic=False)
def batch(request: HttpRequest, name: str) -> HttpResponse:
    """A batch of readings: 201 the first time, 200 for the same again, 409 for another content."""

    def answer(system: MeterSystem, now: datetime) -> BatchAnswer:
        if _NAME.fullmatch(name) is None:
            raise UnableToServeSystem("WRONG_BATCH_NAME", 400)
        if request.method == "GET":
            return services.batch_answer(system=system, batch=name)
        return services.receive_batch(
            system=system,
            batch=name,
            sent=_sent(request.body),
            digest=hashlib.sha256(request.body).hexdigest(),
            now=now,
        )

    def admitted(now: datetime) -> HttpResponse:
        system = services.admit_system(
            method=request.method or "",
            path=request.get_full_path(),
            signed=Signed.of_headers(request.headers),
            body=request.body,
            now=now,
        )
        return _shown(answer(system, now))

    return serve(request, admitted, largest=LARGEST, now=timezone.now())


def _shown(found: BatchAnswer) -> HttpResponse:
    content = {
        "batch": found.batch,
        "readings": found.readings,
        "accepted": found.accepted,
        "held": found.held,
        "refused": found.refused,
        "lines": [
            {
                "line": each.line,
                "key": each.key,
                "status": each.status,
                "code": each.code,
                "reason": each.reason,
            }
            for each in found.lines
        ],
    }
    return JsonResponse(content, status=201 if found.is_new else 200)


def _sent(body: bytes) -> list[Sent]:
    """
    The readings of a body. The shape must be right as a whole; the values are judged one by one.

    :raises UnableToServeSystem: WRONG_JSON, or WRONG_READING_n for the first one of a wrong shape.
    """
    try:
        content = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnableToServeSystem("WRONG_JSON", 400) from None
    rows = content.get("readings") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows or set(content) != {"readings"}:
        raise UnableToServeSystem("WRONG_JSON", 400)
    return [_one(row, number) for number, row in enumerate(rows, start=1)]


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _one(row: Any, number: int) -> Sent:
    if not isinstance(row, dict) or not set(row) <= FIELDS:
        raise UnableToServeSystem(f"WRONG_READING_{number}", 400)
    key = row.get("key", "")
    if not isinstance(key, str) or (key and _NAME.fullmatch(key) is None):
        raise UnableToServeSystem(f"WRONG_READING_{number}", 400)
    register = row.get("register_kwh")
    texts = [row.get("account_no", ""), row.get("serial", ""), row.get("read_on", "")]
    is_text = all(isinstance(text, str) for text in texts)
    if not is_text or not isinstance(register, int) or isinstance(register, bool):
        raise UnableToServeSystem(f"WRONG_READING_{number}", 400)
    account_no, serial, read_on = texts
    return Sent(
        key=key, account_no=account_no, serial=serial, read_on=read_on,
        register_kwh=str(register) if abs(register) < 10**18 else "?",
    )  # fmt: skip
