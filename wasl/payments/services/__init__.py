"""What payments does for others."""

from wasl.payments.services.agent_days import compare_day
from wasl.payments.services.agent_payments import LEAST as LEAST_AT_AGENT
from wasl.payments.services.agent_payments import (
    fetch,
    payment_of,
    report_payment,
    reversal_of,
    reverse_payment,
)
from wasl.payments.services.agents import (
    UnableToRegisterAgent,
    UnableToServeAgent,
    admit,
    forget_nonces,
    register_agent,
)
from wasl.payments.services.attempts import (
    UnableToPay,
    UnableToPayThisWay,
    UnableToReachProvider,
    UnableToStartAgain,
    UnableToTellWhetherStarted,
    start_payment,
)
from wasl.payments.services.bank_statements import UnableToImportStatement, import_bank_file
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
from wasl.payments.services.closing import UnableToClose, close_day, close_yesterday
from wasl.payments.services.company_files import (
    UnableToImportFile,
    import_company_file,
    match_late_lines,
)
from wasl.payments.services.demo import UnableToPayForDemo, settle_for_demo
from wasl.payments.services.matching import (
    UnableToDecideMatch,
    UnableToMatch,
    decide_match,
    propose_match,
)
from wasl.payments.services.orphans import look_into_claim
from wasl.payments.services.rebates import give_rebates, rebate_pct
from wasl.payments.services.refunds import (
    UnableToDecideRefund,
    UnableToRefund,
    decide_refund,
    request_refund,
    resolve_refund,
    sweep_refunds,
)
from wasl.payments.services.requests import (
    UnableToCancelRequest,
    UnableToRequestPayment,
    cancel_request,
    request_payment,
)
from wasl.payments.services.reviews import UnableToReview, decide_review, propose_review
from wasl.payments.services.settlement import UnableToAskProvider, confirm_intent
from wasl.payments.services.sweep import sweep
from wasl.payments.services.withdrawing import withdraw_intent

__all__ = [
    "LEAST_AT_AGENT",
    "Choice",
    "Payable",
    "UnableToAskProvider",
    "UnableToBelieveCallback",
    "UnableToCancelRequest",
    "UnableToClose",
    "UnableToDecideMatch",
    "UnableToDecideRefund",
    "UnableToFillBasket",
    "UnableToFindAccountToPay",
    "UnableToImportFile",
    "UnableToImportStatement",
    "UnableToMatch",
    "UnableToPay",
    "UnableToPayForDemo",
    "UnableToPayThisWay",
    "UnableToReachProvider",
    "UnableToRefund",
    "UnableToRegisterAgent",
    "UnableToRequestPayment",
    "UnableToReview",
    "UnableToServeAgent",
    "UnableToStartAgain",
    "UnableToTellWhetherStarted",
    "admit",
    "cancel_request",
    "close_day",
    "close_yesterday",
    "compare_day",
    "confirm_intent",
    "decide_match",
    "decide_refund",
    "decide_review",
    "fetch",
    "forget_nonces",
    "give_rebates",
    "import_bank_file",
    "import_company_file",
    "look_into_claim",
    "look_up",
    "match_late_lines",
    "open_basket",
    "payment_of",
    "propose_match",
    "propose_review",
    "read_return",
    "rebate_pct",
    "receive_callback",
    "register_agent",
    "report_payment",
    "request_payment",
    "request_refund",
    "resolve_refund",
    "reversal_of",
    "reverse_payment",
    "settle_for_demo",
    "start_payment",
    "sweep",
    "sweep_refunds",
    "withdraw_intent",
]
