"""Tasks: the relational truth of what waits for whom."""

import uuid

from django.db import models
from django.db.models import Q


class TaskQuerySet(models.QuerySet["Task"]):
    """Filters of tasks."""

    def ready(self) -> "TaskQuerySet":
        """Tasks that wait to be done."""
        return self.filter(status=Task.Status.READY)

    def assigned_to(self, user_id: uuid.UUID) -> "TaskQuerySet":
        """The waiting tasks of one person, most urgent first."""
        return self.ready().filter(assignee_id=user_id).order_by("due_at", "id")


class Task(models.Model):
    """
    One step of a case that waits, or waited, for a member of staff, the citizen or an operation.

    `limit_minutes` is the published standard in working minutes; `expires_at` is when silence of
    the citizen becomes the outcome EXPIRED. `token` makes a repeated submission harmless.
    """

    class Kind(models.TextChoices):
        STAFF = "STAFF"
        CITIZEN = "CITIZEN"
        AUTOMATIC = "AUTOMATIC"

    class Status(models.TextChoices):
        READY = "READY"
        DONE = "DONE"
        CANCELLED = "CANCELLED"
        INCIDENT = "INCIDENT"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="tasks")
    directorate_id = models.IntegerField()
    engine_id = models.TextField()
    key = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    role = models.TextField(blank=True)
    stage = models.TextField()
    status = models.TextField(choices=Status.choices, default=Status.READY)
    is_optional = models.BooleanField(default=False)
    assignee = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    limit_minutes = models.PositiveIntegerField(null=True)
    # Working minutes from opened to done; indicators read it.
    worked_minutes = models.PositiveIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    token = models.TextField(blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "engine_id"], name="one_task_per_engine_step"),
            models.CheckConstraint(
                name="task_done_has_time",
                condition=Q(status="DONE", completed_at__isnull=False)
                | ~Q(status="DONE") & Q(completed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "due_at", "id"], name="task_inbox", condition=Q(status="READY")
            ),
            models.Index(
                fields=["directorate_id", "role", "due_at"],
                name="task_overdue",
                condition=Q(status="READY"),
            ),
            models.Index(
                fields=["expires_at"],
                name="task_expiry",
                condition=Q(status="READY", expires_at__isnull=False),
            ),
            models.Index(
                fields=["directorate_id", "opened_at"],
                name="task_unassigned",
                condition=Q(status="READY", kind="STAFF", assignee__isnull=True),
            ),
            models.Index(fields=["completed_by", "case"], name="task_done_by"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.case_id}"
