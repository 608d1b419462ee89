"""Accounts in arrears, and which step of the ladder each has come to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ArrearsStage(models.TextChoices):
    """The steps; how late and how much each asks for is a dated setting."""

    REMINDER = "REMINDER", _("reminder")
    OFFER = "OFFER", _("offer of instalments")
    NOTICE = "NOTICE", _("written notice")
    LIEN = "LIEN", _("for the list of liens")
    CUT = "CUT", _("to be looked at for disconnection")


class Arrears(models.Model):
    """
    An account that is late: `overdue` dinars since `due_on`. Written by the daily job, by the set.

    The row goes when nothing is overdue any more; who is late again begins at the first step.
    """

    pk = models.CompositePrimaryKey("directorate_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    stage = models.CharField(max_length=8, choices=ArrearsStage.choices)
    overdue = models.BigIntegerField()
    due_on = models.DateField()
    reached_on = models.DateField()
    moved_at = models.DateTimeField()
    is_told = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_arrears_amount", condition=Q(overdue__gt=0)),
        ]
        indexes = [
            models.Index(
                name="billing_arrears_untold",
                fields=["directorate_id", "account_no"],
                condition=Q(is_told=False),
            )
        ]
