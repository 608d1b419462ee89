"""What billing does for others."""

from wasl.billing.services.chunks import work_on_chunk, work_on_run
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
    "Line",
    "UnableToApproveRun",
    "UnableToMoveRun",
    "UnableToPlanRun",
    "UnableToPost",
    "approve_run",
    "cancel_run",
    "decide_hold",
    "pause_run",
    "plan_run",
    "post",
    "resume_run",
    "work_on_chunk",
    "work_on_run",
]
