"""What payments does for others."""

from wasl.payments.services.attempts import (
    UnableToPay,
    UnableToPayThisWay,
    UnableToReachProvider,
    UnableToStartAgain,
    UnableToTellWhetherStarted,
    start_payment,
)
from wasl.payments.services.baskets import (
    Choice,
    Payable,
    UnableToFillBasket,
    UnableToFindAccountToPay,
    look_up,
    open_basket,
)
from wasl.payments.services.callbacks import (
    UnableToBelieveCallback,
    read_return,
    receive_callback,
)
from wasl.payments.services.demo import UnableToPayForDemo, settle_for_demo
from wasl.payments.services.orphans import look_into_claim
from wasl.payments.services.requests import (
    UnableToCancelRequest,
    UnableToRequestPayment,
    cancel_request,
    request_payment,
)
from wasl.payments.services.settlement import UnableToAskProvider, confirm_intent
from wasl.payments.services.sweep import sweep
from wasl.payments.services.withdrawing import withdraw_intent

__all__ = [
    "Choice",
    "Payable",
    "UnableToAskProvider",
    "UnableToBelieveCallback",
    "UnableToCancelRequest",
    "UnableToFillBasket",
    "UnableToFindAccountToPay",
    "UnableToPay",
    "UnableToPayForDemo",
    "UnableToPayThisWay",
    "UnableToReachProvider",
    "UnableToRequestPayment",
    "UnableToStartAgain",
    "UnableToTellWhetherStarted",
    "cancel_request",
    "confirm_intent",
    "look_into_claim",
    "look_up",
    "open_basket",
    "read_return",
    "receive_callback",
    "request_payment",
    "settle_for_demo",
    "start_payment",
    "sweep",
    "withdraw_intent",
]
