"""Debts that are changed by decision or paid in parts."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Adjustment(models.Model):
    """
    A change of what an account owes that no bill and no payment makes: asked for by one person,
    decided by another. `amount` in dinars; negative lowers the debt.
    """

    class Reason(models.TextChoices):
        BILLING_ERROR = "BILLING_ERROR", _("mistake in an old bill")
        COURT = "COURT", _("decision of a court")
        COMPENSATION = "COMPENSATION", _("compensation by the charter")
        TAKEN_OVER = "TAKEN_OVER", _("debt taken over from the old books")
        UNCOLLECTABLE = "UNCOLLECTABLE", _("cannot be collected: written off")

    class Status(models.TextChoices):
        ASKED = "ASKED", _("to be decided")
        APPROVED = "APPROVED", _("approved")
        REFUSED = "REFUSED", _("refused")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.TextField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_adjustment_amount", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="billing_adjustment_second_person",
                condition=Q(status="ASKED", decided_by=None, decided_at=None)
                | (
                    ~Q(status="ASKED")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
            ),
            models.CheckConstraint(
                name="billing_write_off_lowers",
                condition=~Q(reason="UNCOLLECTABLE") | Q(amount__lt=0),
            ),
        ]
        indexes = [
            models.Index(
                name="billing_adjustment_waiting",
                fields=["directorate_id", "asked_at"],
                condition=Q(status="ASKED"),
            )
        ]


class InstalmentPlan(models.Model):
    """
    That a debt is paid in parts, each by its day. `parts` are [day, dinars], in order.

    While it is kept, the debt it covers is not overdue. An account has one at a time.
    """

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", _("running")
        KEPT = "KEPT", _("kept")
        BROKEN = "BROKEN", _("broken")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    total = models.BigIntegerField()
    parts = models.JSONField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    agreed_by = models.UUIDField()
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # The day of the last part that its holder was reminded of.
    reminded_of = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_plan_total", condition=Q(total__gt=0)),
            models.CheckConstraint(
                name="billing_plan_end_has_time",
                condition=Q(status="ACTIVE", ended_at=None)
                | (~Q(status="ACTIVE") & Q(ended_at__isnull=False)),
            ),
            models.UniqueConstraint(
                name="billing_one_plan_at_a_time",
                fields=["directorate_id", "account_no"],
                condition=Q(status="ACTIVE"),
            ),
        ]


class PlanProposal(models.Model):
    """
    Instalments beyond the published rule: one person proposes, another decides, the holder agrees.

    `first_pct` is the first part's share of the debt in percent. Approved, it is offered to the
    holder until `valid_until`; `is_signed` tells that the holder has signed on paper, so that the
    plan begins with the decision.
    """

    class Status(models.TextChoices):
        ASKED = "ASKED", _("to be decided")
        APPROVED = "APPROVED", _("offered to the holder")
        REFUSED = "REFUSED", _("refused")
        TAKEN = "TAKEN", _("agreed by the holder")
        LAPSED = "LAPSED", _("lapsed")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    count = models.PositiveSmallIntegerField()
    first_pct = models.PositiveSmallIntegerField()
    note = models.TextField()
    is_signed = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_proposal_bounds",
                condition=Q(count__gte=2, count__lte=60, first_pct__gte=0, first_pct__lte=90),
            ),
            models.CheckConstraint(
                name="billing_proposal_second_person",
                condition=Q(status__in=["ASKED", "LAPSED"], decided_by=None, decided_at=None)
                | (
                    ~Q(status="ASKED")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
            ),
            models.CheckConstraint(
                name="billing_proposal_offer_ends",
                condition=~Q(status="APPROVED") | Q(valid_until__isnull=False),
            ),
            models.UniqueConstraint(
                name="billing_one_proposal_at_a_time",
                fields=["directorate_id", "account_no"],
                condition=Q(status__in=["ASKED", "APPROVED"]),
            ),
        ]
