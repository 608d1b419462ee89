"""Operations on the case itself, that a process may name."""

from typing import Any

from wasl.casework import services
from wasl.core.operations import OperationContext, operation


@operation("casework.close")
def close(context: OperationContext) -> dict[str, Any]:
    """Close the case as completed; the process may go on to offer reopening."""
    services.close(case_id=context.case_id, now=context.now)
    return {}


@operation("casework.reopen")
def reopen(context: OperationContext) -> dict[str, Any]:
    """Open the closed case again."""
    services.reopen(case_id=context.case_id, now=context.now)
    return {}


@operation("casework.refuse")
def refuse(context: OperationContext) -> dict[str, Any]:
    """Put the refusal on record, with the reason of the step that decided it."""
    services.refuse(case_id=context.case_id, now=context.now)
    return {}
