"""
The calls to FastPay's payment gateway.

It answers HTTP 200 whatever happened: the `code` in the body decides. The store's password is in
every body, so that no body is ever logged, kept or put into an error.
"""

from typing import Any

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from wasl.payments.providers import ProviderError
from wasl.payments.providers.http import call, read_json

NAME = "fastpay"
PATH = "/api/v1/public/pgw/payment"
NOT_FOUND = "FASTPAY_404"


def initiate(data: dict[str, Any]) -> dict[str, Any]:
    """This function will ask for a payment page."""
    return _ask("initiation", data)


def validate(order_id: str) -> dict[str, Any]:
    """
    This function will ask what became of an order.

    :raises ProviderError: with NOT_FOUND as long as nobody paid, known or not.
    """
    return _ask("validate", {"order_id": order_id})


def refund(order_id: str, *, amount: int, msisdn: str) -> dict[str, Any]:
    """This function will pay an amount to a wallet."""
    secret = settings.WASL_FASTPAY_REFUND_SECRET_KEY
    data = {"order_id": order_id, "amount": amount, "msisdn": msisdn, "refund_secret_key": secret}
    return _ask("refund", data)


def refund_validation(order_id: str) -> dict[str, Any]:
    """This function will ask whether an order was refunded."""
    return _ask("refund/validation", {"order_id": order_id})


@sensitive_variables()
def _ask(what: str, data: dict[str, Any]) -> dict[str, Any]:
    body = {
        "store_id": settings.WASL_FASTPAY_STORE_ID,
        "store_password": settings.WASL_FASTPAY_STORE_PASSWORD,
        **data,
    }
    url = f"{settings.WASL_FASTPAY_URL.rstrip('/')}{PATH}/{what}"
    answer = call(NAME, what, "POST", url, json=body, headers={"Accept": "application/json"})
    try:
        envelope = read_json(answer)
    except ProviderError:
        if 400 <= answer.status_code < 500:
            raise ProviderError(f"HTTP_{answer.status_code}", permanent=True) from None
        raise
    code, found = envelope.get("code"), envelope.get("data")
    if not isinstance(code, int):
        raise ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
    if code != 200 or answer.status_code != 200:
        wrong = code if code != 200 else answer.status_code
        is_fault = not 400 <= wrong < 500
        raise ProviderError(f"FASTPAY_{wrong}", permanent=not is_fault, may_have_happened=is_fault)
    if not isinstance(found, dict):
        raise ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
    return found
