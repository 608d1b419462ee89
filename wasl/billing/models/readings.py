"""Readings of meters, each with the verdict of the audit and what was used since the last."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReadingCode(models.IntegerChoices):
    """The audit's code list (docs: tariffs-and-billing, VEE). Code 10 does not exist."""

    ACCEPTED = 0, _("accepted")
    UNKNOWN = 1, _("no reading")
    REJECTED = 2, _("rejected")
    DUPLICATE = 3, _("duplicate")
    WRONG_SUBSCRIPTION_DATE = 4, _("before the subscription")
    CLOSED = 5, _("premises closed")
    HIGH_REJECTED = 6, _("impossibly high")
    HIGH = 7, _("high")
    ROLLOVER = 8, _("register went round")
    ESTIMATED_NO_INSTALL = 9, _("no meter change while estimated")
    SAME = 11, _("same reading and same date")
    NO_DATE = 12, _("no date")
    IN_FUTURE = 13, _("date in the future")
    BEFORE_PREVIOUS = 14, _("before the previous reading")
    METER_FAULTY = 15, _("meter faulty")
    NO_METER = 16, _("no such meter on the account")
    ESTIMATED = 17, _("estimated")


class Reading(models.Model):
    """
    What a register showed on a day, in kWh as displayed; or an estimate of it.

    `consumption_kwh` is the use since `basis_on`, multiplier included: for a real reading since the
    last real one, for an estimate since the last one of any kind. Register and day never change;
    the verdict on a held reading is given once, by somebody who did not take it. An accepted one
    that was wrong gives its place to another row, by two people (`ReadingCorrection`).
    """

    class Source(models.TextChoices):
        FIRST = "FIRST", _("at the installation")
        READER = "READER", _("meter reader")
        CITIZEN = "CITIZEN", _("the customer")
        IMPORT = "IMPORT", _("file")
        SYSTEM = "SYSTEM", _("meter system")
        FINAL = "FINAL", _("last reading of a meter")
        ESTIMATE = "ESTIMATE", _("estimate")

    class Status(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("accepted")
        HELD = "HELD", _("to be looked at")
        REJECTED = "REJECTED", _("rejected")
        REPLACED = "REPLACED", _("replaced by a correction")

    pk = models.CompositePrimaryKey("directorate_id", "account_no", "read_on", "revision")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    read_on = models.DateField()
    revision = models.PositiveSmallIntegerField(default=0)
    serial = models.CharField(max_length=24)
    register_kwh = models.BigIntegerField(null=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    status = models.CharField(max_length=8, choices=Status.choices)
    code = models.PositiveSmallIntegerField(choices=ReadingCode.choices)
    basis_on = models.DateField(null=True)
    basis_kwh = models.BigIntegerField(null=True)
    consumption_kwh = models.BigIntegerField(null=True)
    # Batch of an import, route of a reader, or request of a meter system.
    origin = models.CharField(max_length=64, blank=True, default="")
    # Photograph, place and note of who read; whose reading it was corrected from.
    details = models.JSONField(default=dict, blank=True)
    taken_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    # Who agreed that another row takes the place of this one.
    replaced_by = models.UUIDField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_reading_size",
                condition=Q(register_kwh=None) | Q(register_kwh__gte=0, register_kwh__lt=10**10),
            ),
            models.CheckConstraint(
                name="billing_reading_accepted_is_whole",
                condition=~Q(status="ACCEPTED")
                | Q(source="FIRST", register_kwh__isnull=False)
                | Q(
                    register_kwh__isnull=False,
                    basis_on__isnull=False,
                    consumption_kwh__gte=0,
                    read_on__gt=F("basis_on"),
                ),
            ),
            models.CheckConstraint(
                name="billing_reading_other_person_decides",
                condition=Q(decided_by=None) | Q(taken_by=None) | ~Q(decided_by=F("taken_by")),
            ),
            models.CheckConstraint(
                name="billing_reading_replaced_by_other_person",
                condition=~Q(status="REPLACED") & Q(replaced_by=None, replaced_at=None)
                | Q(status="REPLACED", replaced_by__isnull=False, replaced_at__isnull=False)
                & (Q(taken_by=None) | ~Q(replaced_by=F("taken_by"))),
            ),
            models.UniqueConstraint(
                name="billing_reading_one_accepted",
                fields=["directorate_id", "account_no", "read_on", "serial"],
                condition=Q(status="ACCEPTED"),
            ),
        ]
        indexes = [
            models.Index(
                name="billing_reading_held",
                fields=["directorate_id", "recorded_at"],
                condition=Q(status="HELD"),
            ),
        ]

    @property
    def is_estimate(self) -> bool:
        """Whether nobody saw the register."""
        return self.source == self.Source.ESTIMATE
