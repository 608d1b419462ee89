"""What payments keeps. One module a subject; everybody imports from here."""

from wasl.payments.models.billers import (
    BillerAgent,
    BillerDay,
    BillerFetch,
    BillerNonce,
    BillerPayment,
    BillerReversal,
)
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
    "BillerAgent",
    "BillerDay",
    "BillerFetch",
    "BillerNonce",
    "BillerPayment",
    "BillerReversal",
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
