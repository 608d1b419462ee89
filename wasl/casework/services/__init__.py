"""Writing casework. Import the module, call the verb: `casework.services.submit(...)`."""

from wasl.casework.services.documents import (
    UnableToAttachDocument,
    attach_document,
    content_of,
    write_note,
)
from wasl.casework.services.lifecycle import (
    UnableToSubmit,
    UnableToWithdraw,
    close,
    may_withdraw,
    refuse,
    reopen,
    submit,
    withdraw,
)
from wasl.casework.services.messages import (
    UnableToWriteMessage,
    count_message,
    write_message,
)
from wasl.casework.services.openings import record_opening
from wasl.casework.services.processes import (
    UnableToDraftProcess,
    UnableToPublishProcess,
    draft_process,
    publish_process,
)
from wasl.casework.services.reassignment import (
    UnableToReassign,
    ask_reassignment,
    decide_reassignment,
)
from wasl.casework.services.tasks import (
    UnableToCompleteTask,
    UnableToDecideSo,
    complete_task,
    expire_task,
    run_operation,
)

__all__ = [
    "UnableToAttachDocument",
    "UnableToCompleteTask",
    "UnableToDecideSo",
    "UnableToDraftProcess",
    "UnableToPublishProcess",
    "UnableToReassign",
    "UnableToSubmit",
    "UnableToWithdraw",
    "UnableToWriteMessage",
    "ask_reassignment",
    "attach_document",
    "close",
    "complete_task",
    "content_of",
    "count_message",
    "decide_reassignment",
    "draft_process",
    "expire_task",
    "may_withdraw",
    "publish_process",
    "record_opening",
    "refuse",
    "reopen",
    "run_operation",
    "submit",
    "withdraw",
    "write_message",
    "write_note",
]
