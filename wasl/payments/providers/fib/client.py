"""The calls of FIB's online payments, as its official client libraries have them."""

from typing import Any

import requests
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from wasl.payments.providers import ProviderError
from wasl.payments.providers.access_tokens import AccessTokens, Granted
from wasl.payments.providers.http import call, read_json

NAME = "fib"
TOKEN_PATH = "/auth/realms/fib-online-shop/protocol/openid-connect/token"  # noqa: S105 (a path)
PATH = "/protected/v1/payments"
TOKENS = AccessTokens()
_DONE = {200, 201, 202, 204}


def create(data: dict[str, Any]) -> dict[str, Any]:
    """This function will make a payment. Asked twice, it makes two: the bank knows no key."""
    return read_json(_ask("create", "POST", PATH, json=data))


def status(payment_id: str) -> dict[str, Any]:
    """This function will ask what became of a payment."""
    return read_json(_ask("status", "GET", f"{PATH}/{payment_id}/status"))


def cancel(payment_id: str) -> None:
    """This function will close a payment that nobody has paid."""
    _ask("cancel", "POST", f"{PATH}/{payment_id}/cancel")


def refund(payment_id: str) -> None:
    """This function will ask for all of a payment back: one attempt. The bank does it later."""
    _ask("refund", "POST", f"{PATH}/{payment_id}/refund", is_once=True)


def _ask(
    what: str, method: str, path: str, *, is_once: bool = False, **options: Any
) -> requests.Response:
    """`is_once`: not even a refused token makes us ask a second time."""
    answer, token = _call(what, method, path, **options)
    if answer.status_code == 401:
        # A token lives for a minute or so: one forced renewal, no more.
        TOKENS.refuse(_key(), token)
        if is_once:
            raise ProviderError("TOKEN_REFUSED", permanent=False)
        answer, token = _call(what, method, path, **options)
    if answer.status_code not in _DONE:
        raise ProviderError(_code(answer), permanent=answer.status_code != 401)
    return answer


def _call(what: str, method: str, path: str, **options: Any) -> tuple[requests.Response, str]:
    token = TOKENS.get(_key(), _new_token)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return call(NAME, what, method, _base() + path, headers=headers, **options), token


def _base() -> str:
    return settings.WASL_FIB_URL.rstrip("/")


def _key() -> tuple[str, ...]:
    return _base(), settings.WASL_FIB_CLIENT_ID, settings.WASL_FIB_CLIENT_SECRET


@sensitive_variables()
def _new_token() -> Granted:
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.WASL_FIB_CLIENT_ID,
        "client_secret": settings.WASL_FIB_CLIENT_SECRET,
    }
    try:
        answer = call(NAME, "token", "POST", _base() + TOKEN_PATH, data=form)
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
    """The bank's name of an error: a list of errors, or Keycloak's one."""
    status_code = f"HTTP_{answer.status_code}"
    try:
        data = read_json(answer)
    except ProviderError:
        return status_code
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    return str(code or data.get("error") or status_code)[:60]
