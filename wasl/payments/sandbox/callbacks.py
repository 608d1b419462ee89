"""What the sandbox sends: signed messages to the shop's webhook, signed returns of the payer."""

import logging
import threading
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import requests

from wasl.payments.providers import tokens
from wasl.payments.sandbox.store import FEE_PER_MILLE, Payment, Store

log = logging.getLogger(__name__)
ATTEMPTS, BETWEEN_SECONDS = 5, 1.0


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
    """Sends callbacks, each in a thread of its own, and tries again until the answer is 200."""

    def __init__(self, url: str, key: str, store: Store) -> None:
        self.url, self.key, self.store = url, key, store
        self.threads: list[threading.Thread] = []

    def send(self, *contents: dict[str, Any], after: float = 0.0) -> None:
        """Send messages in this order, after a while."""
        if not self.url:
            return
        thread = threading.Thread(target=self._send, args=(contents, after), daemon=True)
        self.threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Until everything was sent; for tests."""
        for thread in self.threads:
            thread.join(timeout=20)

    def _send(self, contents: tuple[dict[str, Any], ...], after: float) -> None:
        time.sleep(after)
        for content in contents:
            token = tokens.sign(content, self.key)
            for attempt in range(ATTEMPTS):
                if self._post(token):
                    break
                time.sleep(BETWEEN_SECONDS * 2**attempt)

    def _post(self, token: str) -> bool:
        body = {self.store.traps.webhook_body_key: token}
        try:
            return requests.post(self.url, json=body, timeout=10).status_code == 200
        except requests.RequestException as error:
            log.warning("the shop's webhook: %s", type(error).__name__)
            return False


def return_url(store: Store, payment: Payment, before: str, key: str) -> str:
    """Where the payer goes back to, with a signed token."""
    is_good = payment.status == "SUCCESS"
    base = payment.success_url if is_good else payment.failure_url
    token = tokens.sign(message(store, payment, before), key)
    return f"{base}{'&' if '?' in base else '?'}{urlencode({'token': token})}"
