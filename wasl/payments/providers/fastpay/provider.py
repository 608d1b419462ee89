"""FastPay's answers in the words of Wasl."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wasl.payments.providers import (
    CURRENCY,
    CallbackRefusedError,
    CallbackRequest,
    CallbackResult,
    Order,
    ProviderError,
    ProviderStatus,
    Redirect,
    Refunded,
    Status,
)
from wasl.payments.providers.amounts import whole_dinars
from wasl.payments.providers.fastpay import client

_STATUSES = {"success": Status.SUCCEEDED, "failed": Status.FAILED, "cancel": Status.FAILED}
_ORDER_ID = re.compile(r"[0-9a-f]{32}")
_MSISDN = re.compile(r"\+964\d{9,10}")
_NEEDED = ("WASL_FASTPAY_URL", "WASL_FASTPAY_STORE_ID", "WASL_FASTPAY_STORE_PASSWORD")


class FastPayProvider:
    """
    A wallet. Its name for a payment is our own order id: the key without its dashes.

    It tells of success alone. Who gave up, and who has not begun, look the same to it: nothing.
    """

    name = client.NAME
    title = _("FastPay")
    hint = _("You pay with the FastPay app, or on its page.")
    fee_note = _("Wasl adds no fee.")

    def start(self, order: Order) -> Redirect:
        """This method will ask for a payment page."""
        order_id = _order_id(order.key)
        item = {
            "name": order.description[:100],
            "qty": 1,
            "unit_price": order.amount,
            "sub_total": order.amount,
        }
        data = client.initiate(
            {
                "order_id": order_id,
                "bill_amount": order.amount,
                "currency": order.currency,
                "success_url": order.return_url,
                "cancel_url": order.return_url,
                "callback_url": order.callback_url,
                # A text that holds JSON, not JSON.
                "cart": json.dumps([item], ensure_ascii=False),
            }
        )
        url = data.get("redirect_uri")
        if not isinstance(url, str) or not url:
            raise _unreadable()
        return Redirect(provider_payment_id=order_id, url=url)

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """This method will read a message. Nobody signed it: it makes us ask, and no more."""
        data = _fields(request)
        order_id = data.get("merchant_order_id") or data.get("order_id")
        if not isinstance(order_id, str) or not _ORDER_ID.fullmatch(order_id):
            raise CallbackRefusedError("WRONG_SHAPE")
        status = str(data.get("status", ""))[:40]
        claimed = status if status.lower() in _STATUSES else ""
        return CallbackResult(
            # As many messages of a payment as there are words in it: repeats are known by this.
            event_id=f"{order_id}:{claimed.lower()}",
            provider_payment_id=order_id,
            key=str(UUID(order_id)),
            claimed_status=claimed,
            is_signed=False,
            content={
                "order_id": order_id,
                "status": claimed,
                "gw_transaction_id": str(data.get("gw_transaction_id", ""))[:40],
                "received_amount": str(data.get("received_amount", ""))[:40],
                "currency": str(data.get("currency", ""))[:10],
            },
        )

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask for the truth. Without a payment there is none: still pending."""
        if not _ORDER_ID.fullmatch(provider_payment_id):
            raise ProviderError("WRONG_ID", permanent=True)
        try:
            return _status(client.validate(provider_payment_id))
        except ProviderError as error:
            if error.code != client.NOT_FOUND:
                raise
        return ProviderStatus(
            status=Status.PENDING,
            raw_status="NOT_FOUND",
            provider_payment_id=provider_payment_id,
            key=str(UUID(provider_payment_id)),
            amount=None,
            currency=CURRENCY,
            is_known=False,
            content={"code": 404},
        )

    def recover(self, order: Order) -> ProviderStatus | None:
        """This method will ask by our own key, as always here. None: nobody paid."""
        found = self.confirm(_order_id(order.key))
        return found if found.is_known else None

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """
        This method will pay all or a part back, to the wallet that paid: one attempt.

        The company knows no key of a refund and no reason: asked twice, it may pay twice.
        """
        if not settings.WASL_FASTPAY_REFUND_SECRET_KEY:
            raise ProviderError("NO_REFUND_SECRET_KEY", permanent=True)
        paid = client.validate(provider_payment_id)
        status, msisdn = _status(paid), str(paid.get("customer_mobile_number", ""))
        if status.status != Status.SUCCEEDED or status.amount is None:
            raise ProviderError("NOT_PAID", permanent=True)
        if not _MSISDN.fullmatch(msisdn):
            raise ProviderError("NO_WALLET_TO_PAY", permanent=True)
        wanted = status.amount if amount is None else amount
        if not 0 < wanted <= status.amount:
            raise ProviderError("MORE_THAN_PAID", permanent=True)
        summary = client.refund(provider_payment_id, amount=wanted, msisdn=msisdn).get("summary")
        invoice = summary.get("invoice_id") if isinstance(summary, dict) else None
        if not isinstance(invoice, str) or not invoice:
            raise ProviderError("REFUND_UNCLEAR", permanent=True, may_have_happened=True)
        return Refunded(
            reference=invoice[:100], amount=wanted, content={"invoice_id": invoice[:100]}
        )

    def is_refunded(self, provider_payment_id: str) -> bool:
        """Whether anything of the order went back; how much, it does not tell."""
        state = client.refund_validation(provider_payment_id).get("refund_status")
        if not isinstance(state, bool):
            raise _unreadable()
        return state

    def check_config(self) -> list[str]:
        """What is missing, by name."""
        missing = [name for name in _NEEDED if not getattr(settings, name)]
        if missing:
            return [f"Set {', '.join(missing)} to take payments through FastPay."]
        is_clear = not settings.WASL_FASTPAY_URL.startswith("https://")
        if is_clear and not (settings.WASL_DEMO or settings.DEBUG):
            return ["WASL_FASTPAY_URL must begin with https://: it carries the store's password."]
        return []


def _order_id(key: str) -> str:
    """Our key as an order id of 8 to 32 letters and digits: the UUID without its dashes."""
    return UUID(key).hex


def _status(data: dict[str, Any]) -> ProviderStatus:
    order_id, raw = data.get("merchant_order_id"), data.get("status")
    is_readable = isinstance(order_id, str) and _ORDER_ID.fullmatch(order_id)
    if not is_readable or not isinstance(raw, str):
        raise _unreadable()
    status = _STATUSES.get(raw.lower(), Status.PENDING)
    kept = ("gw_transaction_id", "merchant_order_id", "received_amount", "currency", "status", "at")
    return ProviderStatus(
        status=status,
        raw_status=raw[:40],
        provider_payment_id=str(order_id),
        key=str(UUID(str(order_id))),
        amount=whole_dinars(data.get("received_amount", "")),
        currency=str(data.get("currency", "")),
        failure=raw.upper()[:60] if status == Status.FAILED else "",
        content={name: data.get(name) for name in kept},
    )


def _fields(request: CallbackRequest) -> dict[str, Any]:
    """The fields of a message, as JSON or as a form."""
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        raise CallbackRefusedError("WRONG_SHAPE") from None
    try:
        data = json.loads(text, parse_float=str)
    except RecursionError:
        raise CallbackRefusedError("WRONG_SHAPE") from None
    except ValueError:
        try:
            data = dict(parse_qsl(text, max_num_fields=40))
        except ValueError:
            raise CallbackRefusedError("WRONG_SHAPE") from None
    if not isinstance(data, dict):
        raise CallbackRefusedError("WRONG_SHAPE")
    return data


def _unreadable() -> ProviderError:
    return ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
