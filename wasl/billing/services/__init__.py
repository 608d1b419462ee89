"""What billing does for others."""

from wasl.billing.services.chunks import work_on_chunk, work_on_run
from wasl.billing.services.corrections import (
    CANCELLATION_REASONS,
    UnableToCancelBill,
    UnableToMakeBill,
    cancel_and_rebill,
    cancel_bill,
    final_bill,
    rebill,
)
from wasl.billing.services.ledger import Line, UnableToPost, post
from wasl.billing.services.runs import (
    UnableToApproveRun,
    UnableToMoveRun,
    UnableToPlanRun,
    approve_run,
    cancel_run,
    decide_hold,
    pause_run,
    plan_run,
    resume_run,
)

__all__ = [
    "CANCELLATION_REASONS",
    "Line",
    "UnableToApproveRun",
    "UnableToCancelBill",
    "UnableToMakeBill",
    "UnableToMoveRun",
    "UnableToPlanRun",
    "UnableToPost",
    "approve_run",
    "cancel_and_rebill",
    "cancel_bill",
    "cancel_run",
    "decide_hold",
    "final_bill",
    "pause_run",
    "plan_run",
    "post",
    "rebill",
    "resume_run",
    "work_on_chunk",
    "work_on_run",
]
