"""An accepted reading was wrong: who says so, what the register really showed, who agreed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReadingCorrection(models.Model):
    """
    One person asks that a figure in kWh take an accepted one's place; another decides.

    Agreed to, the old row is REPLACED and `new_revision` of the same day stands in its place.
    `case_id` names the case that found the reading wrong, where there is one.
    """

    class Reason(models.TextChoices):
        MISREAD = "MISREAD", _("The register was misread")
        MISTYPED = "MISTYPED", _("The figure was mistyped")
        OTHER_METER = "OTHER_METER", _("It was read off another customer's meter")
        METER_CHECKED = "METER_CHECKED", _("A check at the place found another figure")

    class Status(models.TextChoices):
        ASKED = "ASKED", _("to be decided")
        AGREED = "AGREED", _("agreed")
        REFUSED = "REFUSED", _("refused")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    read_on = models.DateField()
    revision = models.PositiveSmallIntegerField()
    register_kwh = models.BigIntegerField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    note = models.TextField(max_length=1000, blank=True, default="")
    case_id = models.UUIDField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    new_revision = models.PositiveSmallIntegerField(null=True)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_correction_size",
                condition=Q(register_kwh__gte=0, register_kwh__lt=10**10),
            ),
            models.CheckConstraint(
                name="billing_correction_other_person_decides",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="billing_correction_decided_is_whole",
                condition=Q(status="ASKED", decided_by=None, decided_at=None, new_revision=None)
                | Q(
                    status="REFUSED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    new_revision=None,
                )
                | Q(
                    status="AGREED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    new_revision__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="billing_correction_one_open",
                fields=["directorate_id", "account_no", "read_on", "revision"],
                condition=Q(status="ASKED"),
            ),
        ]
