"""The kinds of events that casework records."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

CASE_SUBMITTED = declare(
    Kind(
        name="casework.case.submitted",
        label=_("Application received"),
        fields={"service": "string", "process_version": "integer", "process_sha256": "string"},
        public=("service", "process_version"),
        seen_by_citizen=True,
    )
)
TASK_OPENED = declare(
    Kind(
        name="casework.task.opened",
        label=_("Step begun"),
        fields={
            "task": "string",
            "key": "string",
            "stage": "string",
            "role": "string",
            "due": "string?",
        },
        public=("key", "stage", "role"),
        seen_by_citizen=True,
    )
)
TASK_COMPLETED = declare(
    Kind(
        name="casework.task.completed",
        label=_("Step done"),
        fields={
            "task": "string",
            "key": "string",
            "stage": "string",
            "outcome": "string",
            "reason": "string?",
            "record": "object?",
            "documents": "list?",
        },
        public=("key", "stage", "outcome", "reason"),
        seen_by_citizen=True,
    )
)
TASK_CANCELLED = declare(
    Kind(
        name="casework.task.cancelled",
        label=_("Step no longer needed"),
        fields={"task": "string", "key": "string", "stage": "string"},
        public=("key", "stage"),
    )
)
TASK_INCIDENT = declare(
    Kind(
        name="casework.task.incident",
        label=_("Automatic step failed, a person looks into it"),
        fields={"task": "string", "key": "string", "stage": "string", "attempts": "integer"},
        public=("key", "stage", "attempts"),
        seen_by_citizen=True,
    )
)
CLOCK_STOPPED = declare(
    Kind(
        name="casework.clock.stopped",
        label=_("The clock was stopped"),
        fields={"task": "string", "cause": "string"},
        public=("cause",),
        seen_by_citizen=True,
    )
)
CLOCK_RESUMED = declare(
    Kind(
        name="casework.clock.resumed",
        label=_("The clock runs again"),
        fields={"task": "string", "cause": "string"},
        public=("cause",),
        seen_by_citizen=True,
    )
)
CASE_CLOSED = declare(
    Kind(
        name="casework.case.closed",
        label=_("Case closed"),
        fields={"outcome": "string"},
        public=("outcome",),
        seen_by_citizen=True,
    )
)
CASE_REFUSED = declare(
    Kind(
        name="casework.case.refused",
        label=_("Application refused"),
        fields={"reason": "string"},
        public=("reason",),
        seen_by_citizen=True,
    )
)
CASE_REOPENED = declare(
    Kind(name="casework.case.reopened", label=_("Case opened again"), seen_by_citizen=True)
)
CASE_WITHDRAWN = declare(
    Kind(name="casework.case.withdrawn", label=_("Application withdrawn"), seen_by_citizen=True)
)
FILE_OPENED = declare(
    Kind(
        name="casework.file.opened",
        label=_("Your file was opened"),
        fields={
            "role": "string",
            "office": "integer",
            "purpose": "string",
            "task": "string?",
            "what": "string",
        },
        public=("role", "purpose"),
        seen_by_citizen=True,
    )
)
DOCUMENT_ADDED = declare(
    Kind(
        name="casework.document.added",
        label=_("Document added"),
        fields={"document": "string", "kind": "string", "commitment": "string", "task": "string?"},
        public=("kind",),
        seen_by_citizen=True,
    )
)
NOTE_WRITTEN = declare(
    Kind(
        name="casework.note.written",
        label=_("Message written"),
        fields={"note": "string", "is_for_citizen": "boolean"},
        seen_by_citizen=False,
    )
)
ANCHOR_PUBLISHED = declare(
    Kind(
        name="assignment.anchor.published",
        label=_("Seed chain anchored"),
        fields={"party": "string", "anchor": "string", "length": "integer"},
        public=("party", "anchor", "length"),
    )
)
POOL_FIXED = declare(
    Kind(
        name="assignment.pool.fixed",
        label=_("Pool for the draw fixed"),
        fields={
            "task": "string",
            "attempt": "integer",
            "role": "string",
            "size": "integer",
            "digest": "string",
            "link": "integer",
        },
        public=("role", "size", "digest", "link", "attempt"),
    )
)
TASK_DRAWN = declare(
    Kind(
        name="assignment.task.drawn",
        label=_("Handed to an officer by blind draw"),
        fields={
            "task": "string",
            "attempt": "integer",
            "role": "string",
            "links": "object",
            "digest": "string",
            "chosen": "string",
            "link": "integer",
        },
        public=("role", "links", "digest", "chosen", "link", "attempt"),
        seen_by_citizen=True,
    )
)
TASK_KEPT = declare(
    Kind(
        name="assignment.task.kept",
        label=_("Stays with the officer of the earlier step"),
        fields={"task": "string", "role": "string", "earlier": "string"},
        public=("role",),
        seen_by_citizen=True,
    )
)
REASSIGNMENT_ASKED = declare(
    Kind(
        name="assignment.reassignment.asked",
        label=_("Reassignment asked for"),
        fields={"task": "string", "reason": "string"},
        public=("reason",),
        seen_by_citizen=True,
    )
)
REASSIGNMENT_DECIDED = declare(
    Kind(
        name="assignment.reassignment.decided",
        label=_("Reassignment decided"),
        fields={"task": "string", "reason": "string", "is_approved": "boolean"},
        public=("reason", "is_approved"),
        seen_by_citizen=True,
    )
)
PROCESS_PUBLISHED = declare(
    Kind(
        name="casework.process.published",
        label=_("Process version published"),
        fields={
            "process": "string",
            "version": "integer",
            "sha256": "string",
            "valid_from": "string",
        },
        public=("process", "version", "sha256", "valid_from"),
    )
)
