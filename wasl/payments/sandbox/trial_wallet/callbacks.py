"""What the sandbox sends: signed messages to the shop's webhook, signed returns of the payer."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from wasl.payments.providers import tokens
from wasl.payments.sandbox.callbacks import Callbacks, Message
from wasl.payments.sandbox.trial_wallet.store import FEE_PER_MILLE, Payment, Store


def message(
    store: Store, payment: Payment, before: str, status: str | None = None
) -> dict[str, Any]:
    """The content of a callback or return. Each has an event id of its own."""
    return {
        "eventType": "STATUS_CHANGED",
        "eventId": str(uuid4()),
        "timestamp": store.now().isoformat(),
        "data": {
            "transactionId": payment.transaction_id,
            "merchantReferenceId": payment.external_reference_id,
            "customerMsisdn": "9647700000000",
            "orderId": payment.order_id,
            "operationId": payment.operation_id,
            "serviceType": payment.service_type,
            "language": payment.language,
            "errorMessage": payment.error_message,
            "previousStatus": before,
            "currentStatus": status or payment.status,
            "amount": {
                "value": payment.value,
                "currency": payment.currency,
                "feeValue": payment.value * FEE_PER_MILLE // 1000,
            },
        },
    }


class Webhook:
    """Signs callbacks and hands them to the sender."""

    def __init__(self, url: str, key: str, store: Store, callbacks: Callbacks) -> None:
        self.url, self.key, self.store, self.callbacks = url, key, store, callbacks

    def send(self, *contents: dict[str, Any], after: float = 0.0, key: str = "") -> None:
        """Send messages in this order, after a while."""
        body_key = self.store.traps.webhook_body_key
        tokens_ = [tokens.sign(content, key or self.key) for content in contents]
        messages = [
            Message(url=self.url, body=json.dumps({body_key: token}).encode()) for token in tokens_
        ]
        self.callbacks.send(*messages, after=after)


def return_url(store: Store, payment: Payment, before: str, key: str) -> str:
    """Where the payer goes back to, with a signed token."""
    is_good = payment.status == "SUCCESS"
    base = payment.success_url if is_good else payment.failure_url
    token = tokens.sign(message(store, payment, before), key)
    return f"{base}{'&' if '?' in base else '?'}{urlencode({'token': token})}"
