"""What payments keeps. One module a subject; everybody imports from here."""

from wasl.payments.models.paying import (
    Basket,
    BasketLine,
    PaymentIntent,
    PaymentRequest,
    ProviderMessage,
    Settlement,
)
from wasl.payments.models.reconciliation import (
    BankEntry,
    BankStatement,
    CompanyFile,
    CompanyLine,
    DayClose,
    Match,
)
from wasl.payments.models.refunds import Refund, Review

__all__ = [
    "BankEntry",
    "BankStatement",
    "Basket",
    "BasketLine",
    "CompanyFile",
    "CompanyLine",
    "DayClose",
    "Match",
    "PaymentIntent",
    "PaymentRequest",
    "ProviderMessage",
    "Refund",
    "Review",
    "Settlement",
]
