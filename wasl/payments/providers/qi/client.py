"""The calls to Qi: paths, fields and errors of its 3-D Secure gateway, version 1."""

from typing import Any

import requests
from django.conf import settings

from wasl.payments.providers import ProviderError
from wasl.payments.providers.http import call, read_json
from wasl.payments.providers.qi import codes

NAME = "qi"


def create(data: dict[str, Any]) -> dict[str, Any]:
    """This function will ask for a payment with a card form. Created is not paid."""
    return _ask("create", "POST", "/payment", json=data)


def status(payment_id: str) -> dict[str, Any]:
    """This function will ask what became of a payment."""
    return _ask("status", "GET", f"/payment/{payment_id}/status")


def status_by_request(request_id: str) -> dict[str, Any]:
    """This function will ask by our own id, when the answer to the creation was lost."""
    return _ask("status-by-request", "GET", f"/payment/status/by/request/{request_id}")


def cancel(payment_id: str, request_id: str) -> dict[str, Any]:
    """This function will take an unpaid payment back."""
    return _ask("cancel", "POST", f"/payment/{payment_id}/cancel", json={"requestId": request_id})


def refund(payment_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """This function will give money back, wholly or in part."""
    return _ask("refund", "POST", f"/payment/{payment_id}/refund", json=data)


def _ask(what: str, method: str, path: str, **options: Any) -> dict[str, Any]:
    answer = call(
        NAME,
        what,
        method,
        settings.WASL_QI_URL.rstrip("/") + path,
        # Qi explains its own faults by a code in the body of a 500.
        reads_faults=True,
        auth=(settings.WASL_QI_USERNAME, settings.WASL_QI_PASSWORD),
        headers={"X-Terminal-Id": settings.WASL_QI_TERMINAL_ID, "Accept": "application/json"},
        **options,
    )
    data = _read(answer)
    if answer.status_code != 200 or "error" in data:
        raise _refusal(answer.status_code, data.get("error"))
    return data


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        return read_json(answer)
    except ProviderError:
        if answer.status_code in {400, 401, 403, 404}:
            # Turned away before the gateway, by a page that is not Qi's own answer.
            raise ProviderError(f"HTTP_{answer.status_code}", permanent=True) from None
        raise


def _refusal(http_status: int, error: object) -> ProviderError:
    name = codes.error_name(error.get("code") if isinstance(error, dict) else None)
    may_have_happened = name in codes.UNCLEAR or http_status >= 500 or http_status == 200
    return ProviderError(
        name, permanent=name not in codes.TRY_AGAIN, may_have_happened=may_have_happened
    )
