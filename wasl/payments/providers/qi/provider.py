"""Qi's answers in the words of Wasl."""

import json
from typing import Any
from uuid import uuid4

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
from wasl.payments.providers.qi import client, codes, config, signature

_LOCALES = {"ar": "ar_IQ", "ckb": "ar_IQ", "en": "en_US"}
_KEPT = ("paymentId", "requestId", "status", "canceled", "amount", "confirmedAmount", "currency")


class QiProvider:
    """Cards of Qi, Visa and Mastercard. The card is typed on the company's page alone."""

    name = client.NAME
    title = _("Card (Qi, Visa, Mastercard)")
    hint = _("You type your card on the page of Qi.")
    fee_note = _("Wasl adds no fee.")

    def start(self, order: Order) -> Redirect:
        """
        This method will ask for a card form. CREATED in the answer is not yet paid.

        `browserInfo` is left out: it counts only with all nine fields, and half of them can be had
        from a script alone.
        """
        data = client.create(
            {
                "requestId": order.key,
                "amount": order.amount,
                "currency": order.currency,
                "locale": _LOCALES.get(order.language, "ar_IQ"),
                "finishPaymentUrl": order.return_url,
                "notificationUrl": order.callback_url,
                "description": order.description,
                "additionalInfo": {"reference": order.reference},
            }
        )
        if data.get("requestId") != order.key or data.get("canceled") is not False:
            raise ProviderError("CREATE_NOT_ACCEPTED", permanent=True, may_have_happened=True)
        payment_id, url = data.get("paymentId"), data.get("formUrl")
        if not _is_id(payment_id) or not isinstance(url, str):
            raise _unreadable()
        return Redirect(provider_payment_id=str(payment_id), url=url)

    def read_callback(self, request: CallbackRequest) -> CallbackResult:
        """
        This method will check the signature of a message.

        Only five fields are signed. Our own id is none of them, so that it is not believed here:
        a payment whose first answer was lost is found by asking, in `recover`.
        """
        payment = _payment_of(request.body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            key = signature.public_key(config.public_key_pem())
        except signature.UnusableKeyError:
            raise CallbackRefusedError("NO_PUBLIC_KEY") from None
        signature.check(
            payment,
            headers.get("x-signature", ""),
            key=key,
            decimals=settings.WASL_QI_SIGNATURE_DECIMALS,
        )
        payment_id, status = payment.get("paymentId"), str(payment.get("status", ""))
        if not _is_id(payment_id):
            raise CallbackRefusedError("WRONG_SHAPE")
        signed = ("paymentId", "amount", "currency", "creationDate", "status")
        return CallbackResult(
            event_id=f"{payment_id}:{status}"[:100],
            provider_payment_id=str(payment_id),
            key="",
            claimed_status=status[:40],
            is_signed=True,
            content={name: payment.get(name) for name in signed},
        )

    def confirm(self, provider_payment_id: str) -> ProviderStatus:
        """This method will ask for the status: paid if SUCCESS, and not cancelled since."""
        if not _is_id(provider_payment_id):
            raise ProviderError("WRONG_ID", permanent=True)
        return _status(client.status(provider_payment_id))

    def recover(self, order: Order) -> ProviderStatus | None:
        """This method will ask by our own id. None: no such payment was ever created."""
        try:
            found = _status(client.status_by_request(order.key))
        except ProviderError as error:
            if error.code == codes.NOT_FOUND:
                return None
            raise
        if found.key != order.key:
            raise ProviderError("OTHER_REFERENCE", permanent=False, may_have_happened=True)
        return found

    def cancel(self, provider_payment_id: str) -> ProviderStatus:
        """This method will take back a payment that is not yet under way."""
        answer = _status(client.cancel(provider_payment_id, str(uuid4())))
        if answer.failure != "CANCELED":
            raise ProviderError("CANCEL_UNCLEAR", permanent=False, may_have_happened=True)
        return answer

    def refund(
        self, provider_payment_id: str, *, reason: str, amount: int | None = None, key: str = ""
    ) -> Refunded:
        """This method will give back all or a part. A repeated `key` is refused by the company."""
        asked = {"requestId": key or str(uuid4()), "message": reason[:200]}
        data = client.refund(
            provider_payment_id, asked if amount is None else {**asked, "amount": amount}
        )
        status, given = data.get("status"), whole_dinars(data.get("amount"))
        if status == "FAILED":
            raise ProviderError("REFUND_FAILED", permanent=True)
        is_ours = data.get("requestId") == asked["requestId"] and data.get("currency") == CURRENCY
        is_whole = given is not None and (amount is None or given == amount)
        if status not in {"SUCCESS", "PROCESSING"} or not is_ours or not is_whole:
            raise ProviderError("REFUND_UNCLEAR", permanent=True, may_have_happened=True)
        return Refunded(
            reference=str(data.get("refundId", ""))[:100],
            amount=given or 0,
            is_complete=status == "SUCCESS",
            content={name: data.get(name) for name in ("refundId", "requestId", "status")},
        )

    def check_config(self) -> list[str]:
        """What is missing, by name."""
        return config.problems()


def _status(data: dict[str, Any]) -> ProviderStatus:
    raw, canceled, key = data.get("status"), data.get("canceled"), data.get("requestId")
    payment_id = data.get("paymentId")
    is_readable = isinstance(raw, str) and isinstance(canceled, bool) and isinstance(key, str)
    if not is_readable or not _is_id(payment_id):
        raise _unreadable()
    status = codes.meaning(str(raw), canceled=bool(canceled))
    confirmed = data.get("confirmedAmount")
    failure = "CANCELED" if canceled else str(raw)
    return ProviderStatus(
        status=status,
        raw_status=str(raw)[:40],
        provider_payment_id=str(payment_id),
        key=str(key),
        # What was taken counts, where it differs from what was asked for.
        amount=whole_dinars(data.get("amount") if confirmed is None else confirmed),
        currency=str(data.get("currency", "")),
        failure="" if status in {Status.SUCCEEDED, Status.PENDING} else failure[:60],
        content={name: data.get(name) for name in _KEPT} | {"result": _result(data)},
    )


def _result(data: dict[str, Any]) -> dict[str, Any]:
    """The bank's own marks of the payment. The card's number stays out, even the masked one."""
    details = data.get("details")
    if not isinstance(details, dict):
        return {}
    return {name: details.get(name) for name in ("resultCode", "rrn", "authId", "paymentSystem")}


def _payment_of(body: bytes) -> dict[str, Any]:
    try:
        payment = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        raise CallbackRefusedError("WRONG_SHAPE") from None
    if not isinstance(payment, dict):
        raise CallbackRefusedError("WRONG_SHAPE")
    return payment


def _is_id(value: object) -> bool:
    """An id goes into an address: letters, digits and dashes, nothing that leads elsewhere."""
    return isinstance(value, str) and 0 < len(value) <= 64 and value.replace("-", "").isalnum()


def _unreadable() -> ProviderError:
    return ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
