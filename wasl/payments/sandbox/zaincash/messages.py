"""What the stand-in signs: webhooks and the payer's return, JWT (HS256) under the API key."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from wasl.payments.providers import tokens
from wasl.payments.sandbox.callbacks import Message
from wasl.payments.sandbox.clock import Clock
from wasl.payments.sandbox.zaincash.transaction import FEE_PER_MILLE, Transaction


def event(
    transaction: Transaction,
    clock: Clock,
    *,
    before: str,
    kind: str = "STATUS_CHANGED",
    status: str = "",
    more: int = 0,
) -> dict[str, Any]:
    """The payload of one event, with an id of its own. `more` changes the amount that it claims."""
    value = transaction.value + more
    return {
        "eventType": kind,
        "eventId": str(uuid4()),
        "timestamp": clock.now().isoformat(),
        "data": {
            "transactionId": transaction.transaction_id,
            "merchantReferenceId": transaction.external_reference_id,
            "customerMsisdn": transaction.phone,
            "orderId": transaction.order_id,
            "operationId": transaction.operation_id,
            "serviceType": transaction.service_type,
            "language": transaction.language,
            "errorMessage": transaction.error_message,
            "previousStatus": before,
            "currentStatus": status or transaction.status,
            "amount": amount(value),
        },
    }


def amount(value: int) -> dict[str, Any]:
    """An amount as answers and events have it: a number, and the fee apart."""
    return {"currency": "IQD", "value": value, "feeValue": fee(value)}


def fee(value: int) -> int:
    """What the company takes of the shop."""
    return value * FEE_PER_MILLE // 1000


def webhook(url: str, payload: dict[str, Any], key: str, body_key: str) -> Message:
    """The POST of an event. The documentation names its key in two ways."""
    return Message(url=url, body=json.dumps({body_key: tokens.sign(payload, key)}).encode())


def return_url(transaction: Transaction, payload: dict[str, Any], key: str) -> str:
    """Where the payer goes back to."""
    is_good = transaction.status == "SUCCESS"
    base = transaction.success_url if is_good else transaction.failure_url
    token = urlencode({"token": tokens.sign(payload, key)})
    return f"{base}{'&' if '?' in base else '?'}{token}"
