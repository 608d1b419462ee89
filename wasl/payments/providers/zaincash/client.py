"""The calls of ZainCash's payment gateway v2, as its documentation of 22 January 2026 has them."""

from typing import Any

import requests
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from wasl.payments.providers import ProviderError
from wasl.payments.providers.access_tokens import AccessTokens, Granted
from wasl.payments.providers.http import call, read_json

NAME = "zaincash"
PATH = "/api/v2/payment-gateway/transaction"
# All three: the documentation describes reading and writing the wrong way round in places.
SCOPE = "payment:read payment:write reverse:write"
NOT_FOUND = "PAYMENT_GATEWAY_TRANSACTION_NOT_FOUND"
TOKENS = AccessTokens()


def init(data: dict[str, Any]) -> dict[str, Any]:
    """This function will ask for a payment page. SUCCESS in the answer means accepted, not paid."""
    try:
        return _ask("init", "POST", f"{PATH}/init", json=data)
    except ProviderError as error:
        if "DUPLICATE" not in error.code:
            raise
        # The company has a transaction under our reference, and we never learned its name.
        raise ProviderError(error.code, permanent=True, may_have_happened=True) from error


def inquire(transaction_id: str) -> dict[str, Any]:
    """This function will ask what became of a payment."""
    return _ask("inquiry", "GET", f"{PATH}/inquiry/{transaction_id}")


def reverse(transaction_id: str, reason: str) -> dict[str, Any]:
    """This function will give all of a payment back. Asked twice, it gives it back twice."""
    data = {"transactionId": transaction_id, "reason": reason}
    return _ask("reverse", "POST", f"{PATH}/reverse", is_once=True, json=data)


def reverse_part(transaction_id: str, amount: int, reason: str) -> dict[str, Any]:
    """This function will give a part back. Asked twice, it gives it back twice."""
    data = {"transactionId": transaction_id, "amount": str(amount), "reason": reason}
    return _ask("partial-reverse", "POST", f"{PATH}/partial-reverse", is_once=True, json=data)


def _ask(
    what: str, method: str, path: str, *, is_once: bool = False, **options: Any
) -> dict[str, Any]:
    """`is_once`: not even a refused token makes us ask a second time."""
    answer, token = _call(what, method, path, **options)
    if answer.status_code == 401:
        # The company may end a token early: one forced renewal, no more.
        TOKENS.refuse(_key(), token)
        if is_once:
            raise ProviderError("TOKEN_REFUSED", permanent=False)
        answer, token = _call(what, method, path, **options)
    if answer.status_code != 200:
        raise ProviderError(_code(answer), permanent=answer.status_code != 401)
    return read_json(answer)


def _call(what: str, method: str, path: str, **options: Any) -> tuple[requests.Response, str]:
    token = TOKENS.get(_key(), _new_token)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return call(NAME, what, method, _base() + path, headers=headers, **options), token


def _base() -> str:
    return settings.WASL_ZAINCASH_URL.rstrip("/")


def _key() -> tuple[str, ...]:
    return _base(), settings.WASL_ZAINCASH_CLIENT_ID, settings.WASL_ZAINCASH_CLIENT_SECRET


@sensitive_variables()
def _new_token() -> Granted:
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.WASL_ZAINCASH_CLIENT_ID,
        "client_secret": settings.WASL_ZAINCASH_CLIENT_SECRET,
        "scope": SCOPE,
    }
    try:
        answer = call(NAME, "token", "POST", f"{_base()}/oauth2/token", data=form)
        if answer.status_code != 200:
            raise ProviderError(_code(answer), permanent=True)
        data = read_json(answer)
    except ProviderError as error:
        # Without a token nothing was asked for, so nothing can have happened.
        raise ProviderError(error.code, permanent=error.is_permanent) from error
    token, lasts = data.get("access_token"), data.get("expires_in")
    if not isinstance(token, str) or not token:
        raise ProviderError("NO_TOKEN", permanent=False)
    return token, lasts if isinstance(lasts, int) and lasts > 0 else 0


def _code(answer: requests.Response) -> str:
    """The company's name of an error, which stands here or there in the body."""
    status = f"HTTP_{answer.status_code}"
    try:
        data = read_json(answer)
    except ProviderError:
        return status
    error = data.get("error")
    if isinstance(error, dict):
        error = error.get("code")
    return str(error or data.get("code") or data.get("errorCode") or status)[:60]
