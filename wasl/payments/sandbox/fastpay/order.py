"""What the stand-in remembers of an order, and how it writes it to a shop."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

LASTS = timedelta(minutes=15)
QR_MINIMUM = 1000
BAGHDAD = ZoneInfo("Asia/Baghdad")
PAYER, WALLET = "Zainab Kareem", "+9647700000004"
_ORDER_ID = re.compile(r"[A-Za-z0-9]{8,32}")


class WrongFieldError(Exception):
    """A field of the order is missing or wrong; the company's sentence is the argument."""


@dataclass
class Order:
    """One order. Amounts are whole dinars; times are aware ISO 8601 texts."""

    order_id: str
    amount: int
    token: str
    created_at: str
    expires_at: str
    success_url: str = ""
    cancel_url: str = ""
    callback_url: str = ""
    description: str = ""
    is_qr: bool = False
    # Empty while nobody paid, and for ever if nobody ever does.
    status: str = ""
    transaction_id: str = ""
    paid_at: str = ""
    refunds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        """What went back so far."""
        return sum(int(each["amount"]) for each in self.refunds)


def read_order(data: dict[str, Any], now: datetime) -> Order:
    """An order for the hosted page. :raises WrongFieldError: when the company refuses it."""
    try:
        cart = json.loads(data["cart"])
        name = str(cart[0]["name"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise WrongFieldError("The cart field must be a valid JSON string.") from None
    return Order(
        order_id=read_order_id(data.get("order_id")),
        amount=_amount(data.get("bill_amount"), 1),
        token=str(uuid4()),
        created_at=now.isoformat(),
        expires_at=(now + LASTS).isoformat(),
        success_url=_address(data, "success_url"),
        cancel_url=_address(data, "cancel_url"),
        callback_url=_address(data, "callback_url"),
        description=name[:100],
    )


def read_qr_order(data: dict[str, Any], now: datetime) -> Order:
    """An order for the QR calls, which write their fields in camelCase and want 1,000 dinars."""
    return Order(
        order_id=read_order_id(data.get("orderId")),
        amount=_amount(data.get("billAmount"), QR_MINIMUM),
        token=uuid4().hex,
        created_at=now.isoformat(),
        expires_at=(now + LASTS).isoformat(),
        is_qr=True,
    )


def read_order_id(value: Any) -> str:
    """8 to 32 letters and digits. :raises WrongFieldError: for anything else."""
    if not isinstance(value, str) or not _ORDER_ID.fullmatch(value):
        raise WrongFieldError("The order id must be between 8 and 32 alphanumeric characters.")
    return value


def _amount(value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise WrongFieldError(f"The bill amount must be a number of at least {least}.")
    return value


def _address(data: dict[str, Any], name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str) or (value and not value.startswith(("http://", "https://"))):
        raise WrongFieldError(f"The {name} format is invalid.")
    return value


def local(text: str) -> str:
    """A time as the company writes it: Baghdad's, without saying so."""
    return datetime.fromisoformat(text).astimezone(BAGHDAD).strftime("%Y-%m-%d %H:%M:%S")


def two_decimals(amount: Decimal) -> str:
    """An amount as the company writes it: a text with two decimals."""
    return f"{amount:.2f}"


def written(order: Order, *, received: Decimal) -> dict[str, Any]:
    """The answer to a validation, and the body of a message: most of it said twice."""
    at = local(order.paid_at or order.created_at)
    return {
        "gw_transaction_id": order.transaction_id,
        "merchant_order_id": order.order_id,
        "received_amount": two_decimals(received),
        "currency": "IQD",
        "customer_name": PAYER,
        "customer_mobile_number": WALLET,
        "at": at,
        "transaction_id": order.transaction_id,
        "order_id": order.order_id,
        "customer_account_no": WALLET,
        "status": order.status,
        "received_at": at,
    }
