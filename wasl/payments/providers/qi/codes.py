"""Qi's words: the error codes we know, and what each of its thirteen statuses means to us."""

from wasl.payments.providers import Status

ERRORS = {
    1: "ORDER_ALREADY_EXISTS",
    9: "TERMINAL_NOT_FOUND",
    10: "PAYMENT_ALREADY_EXISTS",
    12: "PAYMENT_NOT_FOUND",
    15: "CAN_NOT_CANCEL_PAYMENT",
    16: "CAN_NOT_CONFIRM_PAYMENT",
    18: "REFUNDS_NOT_ALLOWED",
    20: "REFUND_ERROR",
    21: "VALIDATION_ERROR",
    22: "INCORRECT_PAYMENT_STATE",
    23: "INTERNAL",
    24: "EXTERNAL",
    27: "BAD_CREDENTIALS",
    28: "LIMIT_VIOLATION",
    30: "INCORRECT_TRANSFER_STATE",
}
NOT_FOUND = "PAYMENT_NOT_FOUND"
# The company began, or has it from before: only a question tells what became of it.
UNCLEAR = {
    "ORDER_ALREADY_EXISTS", "PAYMENT_ALREADY_EXISTS", "REFUND_ERROR", "INTERNAL", "EXTERNAL",
}  # fmt: skip
TRY_AGAIN = {"INTERNAL", "EXTERNAL"}

RUNNING = (
    "CREATED", "FORM_SHOWED", "THREE_DS_METHOD_CALL_REQUIRED", "AUTHENTICATION_REQUIRED",
    "AUTHENTICATION_STARTED", "AUTHENTICATED", "INITIALIZED", "STARTED",
)  # fmt: skip
TERMINAL = ("SUCCESS", "FAILED", "AUTHENTICATION_FAILED", "ERROR", "EXPIRED")
_MEANINGS = {
    "SUCCESS": Status.SUCCEEDED,
    "FAILED": Status.FAILED,
    "AUTHENTICATION_FAILED": Status.FAILED,
    "ERROR": Status.FAILED,
    "EXPIRED": Status.EXPIRED,
}


def meaning(status: str, *, canceled: bool) -> Status:
    """Paid only for SUCCESS that is not cancelled. An unknown status is never an end."""
    if canceled:
        return Status.FAILED
    return _MEANINGS.get(status, Status.PENDING)


def error_name(code: object) -> str:
    """The name of an error code, by the number alone: the message may be missing, or another."""
    number = int(code) if isinstance(code, str) and code.isascii() and code.isdigit() else code
    if isinstance(number, bool) or not isinstance(number, int):
        return "UNKNOWN_ERROR"
    return ERRORS.get(number, f"QI_{number}"[:60])
