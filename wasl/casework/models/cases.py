"""A case, its engine state, its documents, its notes and the stops of its clock."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThan

from wasl.core.fields import EncryptedTextField


class CaseQuerySet(models.QuerySet["Case"]):
    """Filters of cases. Row-level security stands beneath them."""

    def open(self) -> "CaseQuerySet":
        """Cases that are not closed."""
        return self.filter(status=Case.Status.OPEN)

    def of_applicant(self, user_id: uuid.UUID) -> "CaseQuerySet":
        """The cases of one citizen."""
        return self.filter(applicant_id=user_id)


class Case(models.Model):
    """
    One transaction between a citizen and a directorate, on its way through a published process.

    `variables` are the declared case variables, never a personal detail. `stage` is the public
    stage of the step that waits (the earliest, where branches run side by side).
    """

    class Status(models.TextChoices):
        OPEN = "OPEN"
        CLOSED = "CLOSED"

    class Outcome(models.TextChoices):
        NONE = ""
        COMPLETED = "COMPLETED"
        REFUSED = "REFUSED"
        WITHDRAWN = "WITHDRAWN"
        EXPIRED = "EXPIRED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.TextField(unique=True)
    directorate_id = models.IntegerField()
    service = models.TextField()
    process = models.ForeignKey("casework.ProcessVersion", on_delete=models.PROTECT)
    applicant = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="cases")
    secret_salt = models.BinaryField()
    secret_hash = models.BinaryField()
    status = models.TextField(choices=Status.choices, default=Status.OPEN)
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.NONE, blank=True)
    stage = models.TextField()
    variables = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Working minutes of the directorate's clock, fixed when the case closes; indicators read it.
    used_minutes = models.PositiveIntegerField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_closed_has_outcome_and_time",
                condition=Q(status="OPEN", outcome="", closed_at__isnull=True)
                | Q(status="CLOSED", closed_at__isnull=False) & ~Q(outcome=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["directorate_id", "service", "stage", "submitted_at"],
                name="case_queue",
                condition=Q(status="OPEN"),
            ),
            models.Index(fields=["applicant", "-submitted_at"], name="case_of_applicant"),
            models.Index(
                fields=["directorate_id", "service", "submitted_at"], name="case_by_service"
            ),
            models.Index(
                fields=["directorate_id", "due_at"], name="case_overdue", condition=Q(status="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether the case still runs."""
        return self.status == self.Status.OPEN


class CaseState(models.Model):
    """What the engine remembers of a case: opaque, never queried, under 16 KB."""

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="engine"
    )
    directorate_id = models.IntegerField()
    state = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_state_under_16_kb",
                condition=LessThan(Length("state"), 16 * 1024),
            )
        ]


class ClockStop(models.Model):
    """A stretch of time in which the directorate's clock stood, with its listed cause."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clock_stops")
    directorate_id = models.IntegerField()
    task = models.OneToOneField(
        "casework.Task", on_delete=models.CASCADE, related_name="clock_stop"
    )
    cause = models.TextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="clock_stop_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
            )
        ]


class Document(models.Model):
    """A file of a case, cleaned, then encrypted at rest. `commitment` is salted (no plain hash)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    directorate_id = models.IntegerField()
    task = models.ForeignKey("casework.Task", on_delete=models.PROTECT, null=True)
    # The message that it came with, if it came with one.
    note = models.ForeignKey(
        "casework.Note", on_delete=models.PROTECT, null=True, related_name="files"
    )
    kind = models.TextField()
    path = models.TextField()
    content_type = models.TextField()
    size = models.PositiveIntegerField()
    salt = models.BinaryField()
    commitment = models.BinaryField()
    added_by_kind = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "kind", "added_at"], name="document_of_case")]


class Note(models.Model):
    """A word written on a case: by staff for colleagues, or to the citizen, or by the citizen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    directorate_id = models.IntegerField()
    task = models.ForeignKey("casework.Task", on_delete=models.PROTECT, null=True)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True)
    author_role = models.TextField()
    text = EncryptedTextField()
    is_for_citizen = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "written_at"], name="note_of_case")]
