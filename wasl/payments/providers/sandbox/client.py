"""The calls to the sandbox: paths, fields and answers as in ZainCash v2 (payment gateway v1.0)."""

import time
from typing import Any

from django.conf import settings

from wasl.payments.providers import ProviderError
from wasl.payments.providers.http import call, read_json
from wasl.payments.providers.sandbox import secrets

NAME = "sandbox"
PATH = "/api/v2/payment-gateway/transaction"
SCOPE = "payment:read payment:write reverse:write"
# Access tokens, by address: (token, when to renew it on the monotonic clock).
_TOKENS: dict[str, tuple[str, float]] = {}
RENEW_BEFORE_SECONDS = 300


def init(data: dict[str, Any]) -> dict[str, Any]:
    """This function will ask for a hosted payment page."""
    return _ask("init", "POST", f"{PATH}/init", json=data)


def inquire(transaction_id: str) -> dict[str, Any]:
    """This function will ask what became of a payment."""
    return _ask("inquiry", "GET", f"{PATH}/inquiry/{transaction_id}")


def reverse(transaction_id: str, reason: str) -> dict[str, Any]:
    """This function will give a payment back. Asked twice, it gives it back twice."""
    return _ask(
        "reverse",
        "POST",
        f"{PATH}/reverse",
        json={"transactionId": transaction_id, "reason": reason},
    )


def _ask(what: str, method: str, path: str, **options: Any) -> dict[str, Any]:
    url = settings.WASL_SANDBOX_URL + path
    answer = call(NAME, what, method, url, headers=_bearer(), **options)
    if answer.status_code == 401:
        # The company may end a token early: one forced renewal, no more.
        _TOKENS.pop(settings.WASL_SANDBOX_URL, None)
        answer = call(NAME, what, method, url, headers=_bearer(), **options)
    if answer.status_code != 200:
        error = read_json(answer).get("error") or {}
        code = error.get("code", "") if isinstance(error, dict) else str(error)
        raise ProviderError(str(code)[:60] or f"HTTP_{answer.status_code}", permanent=True)
    return read_json(answer)


def _bearer() -> dict[str, str]:
    url = settings.WASL_SANDBOX_URL
    token, renew_at = _TOKENS.get(url, ("", 0.0))
    if time.monotonic() >= renew_at:
        token, lasts = _new_token(url)
        _TOKENS[url] = (token, time.monotonic() + max(0, lasts - RENEW_BEFORE_SECONDS))
    return {"Authorization": f"Bearer {token}"}


def _new_token(url: str) -> tuple[str, int]:
    form = {
        "grant_type": "client_credentials",
        "client_id": secrets.CLIENT_ID,
        "client_secret": secrets.client_secret(settings.WASL_SANDBOX_SECRET),
        "scope": SCOPE,
    }
    try:
        answer = call(NAME, "token", "POST", f"{url}/oauth2/token", data=form)
        data = read_json(answer)
    except ProviderError as error:
        # Without a token nothing was asked for, so nothing can have happened.
        raise ProviderError(error.code, permanent=False) from error
    if answer.status_code != 200 or not isinstance(data.get("access_token"), str):
        raise ProviderError(str(data.get("error", "NO_TOKEN"))[:60], permanent=True)
    return data["access_token"], int(data.get("expires_in", 0))
