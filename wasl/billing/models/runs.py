"""A bill run: approved by a second person, worked off in chunks, by as many workers as there are."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class BillRun(models.Model):
    """
    The bills of a directorate for a cycle.

    `read_before` closes the window of readings. What the preview counted is kept; the issue must
    come to the same figures, chunk by chunk, or stops.
    """

    class Status(models.TextChoices):
        PLANNED = "PLANNED", _("planned")
        PREVIEWING = "PREVIEWING", _("being previewed")
        PREVIEWED = "PREVIEWED", _("to be approved")
        APPROVED = "APPROVED", _("approved")
        ISSUING = "ISSUING", _("being issued")
        PAUSED = "PAUSED", _("paused")
        ISSUED = "ISSUED", _("issued")
        CANCELLED = "CANCELLED", _("cancelled")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=7)
    read_from = models.DateField()
    read_before = models.DateField()
    issued_on = models.DateField()
    due_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    planned_by = models.UUIDField()
    planned_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_run_second_person",
                condition=Q(approved_by=None) | ~Q(approved_by=F("planned_by")),
            ),
            models.CheckConstraint(
                name="billing_run_approved_before_issue",
                condition=Q(status__in=["PLANNED", "PREVIEWING", "PREVIEWED", "CANCELLED"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="billing_run_window", condition=Q(read_before__gt=F("read_from"))
            ),
            models.UniqueConstraint(
                name="billing_run_one_a_period",
                fields=["directorate_id", "period"],
                condition=~Q(status="CANCELLED"),
            ),
        ]


class BillRunChunk(models.Model):
    """
    Some thousand accounts of a run, worked off in one transaction: wholly, or not at all.

    `first_no` and `last_no` are account numbers, both included.
    """

    pk = models.CompositePrimaryKey("directorate_id", "run_id", "number")
    directorate_id = models.PositiveSmallIntegerField()
    run_id = models.UUIDField()
    number = models.PositiveIntegerField()
    first_no = models.CharField(max_length=16)
    last_no = models.CharField(max_length=16)
    previewed_at = models.DateTimeField(null=True)
    bills = models.PositiveIntegerField(default=0)
    kwh = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    estimated = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, default="")


class BillRunHold(models.Model):
    """An account that the run does not bill until a person has looked at it."""

    class Reason(models.TextChoices):
        MUCH_HIGHER = "MUCH_HIGHER", _("far more than usual")
        VERY_HIGH = "VERY_HIGH", _("very high use a day")
        NOTHING_USED = "NOTHING_USED", _("nothing used, after use before")
        NO_TARIFF = "NO_TARIFF", _("no tariff for all of the days")
        NO_READING = "NO_READING", _("estimated too often, a reading is needed")

    class Decision(models.TextChoices):
        RELEASED = "RELEASED", _("bill it")
        LEFT_OUT = "LEFT_OUT", _("leave it out")

    pk = models.CompositePrimaryKey("directorate_id", "run_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    run_id = models.UUIDField()
    account_no = models.CharField(max_length=16)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    kwh = models.BigIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    usual_kwh = models.BigIntegerField(null=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_hold_decision_has_person",
                condition=Q(decision="", decided_by=None)
                | (~Q(decision="") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="billing_hold_without_tariff_stays",
                condition=~Q(reason__in=["NO_TARIFF", "NO_READING"], decision="RELEASED"),
            ),
        ]
