"""What billing does for others."""

from wasl.billing.services.adjustments import (
    UnableToAdjust,
    ask_adjustment,
    decide_adjustment,
)
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
from wasl.billing.services.disputes import (
    Objection,
    UnableToContest,
    contest_bill,
    end_dispute,
)
from wasl.billing.services.homes import compare_homes, note_holder_change
from wasl.billing.services.imports import UnableToImport, apply_file, audit_file, drop_file
from wasl.billing.services.instalments import (
    Part,
    UnableToAgreeOnPlan,
    agree_on_plan,
    offers,
    paid_since,
    review_plans,
    schedule,
)
from wasl.billing.services.ledger import Line, UnableToPost, post
from wasl.billing.services.readings import (
    UnableToDecideReading,
    Verdict,
    account_of_meter,
    correct_reading,
    decide_reading,
    follow_meters,
    record_reading,
    record_reading_opened,
)
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
    "Objection",
    "Part",
    "UnableToAdjust",
    "UnableToAgreeOnPlan",
    "UnableToApproveRun",
    "UnableToCancelBill",
    "UnableToContest",
    "UnableToDecideReading",
    "UnableToImport",
    "UnableToMakeBill",
    "UnableToMoveRun",
    "UnableToPlanRun",
    "UnableToPost",
    "Verdict",
    "account_of_meter",
    "agree_on_plan",
    "apply_file",
    "approve_run",
    "ask_adjustment",
    "audit_file",
    "cancel_and_rebill",
    "cancel_bill",
    "cancel_run",
    "compare_homes",
    "contest_bill",
    "correct_reading",
    "decide_adjustment",
    "decide_hold",
    "decide_reading",
    "drop_file",
    "end_dispute",
    "final_bill",
    "follow_meters",
    "note_holder_change",
    "offers",
    "paid_since",
    "pause_run",
    "plan_run",
    "post",
    "rebill",
    "record_reading",
    "record_reading_opened",
    "resume_run",
    "review_plans",
    "schedule",
    "work_on_chunk",
    "work_on_run",
]
