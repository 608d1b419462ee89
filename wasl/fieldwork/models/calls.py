"""Calls back to a drawn share of those who reported an outage: is it really back?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CallBackDraw(models.Model):
    """The draw of a sample: who could be drawn, the links, how many. Rows are only added."""

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    outage_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20)
    share_pct = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    pool = models.JSONField()
    links = models.JSONField(default=dict)
    pool_digest = models.CharField(max_length=64)
    chosen = models.JSONField()
    drawn_at = models.DateTimeField()


class CallBack(models.Model):
    """
    Somebody to be called. `source_id` is the report (or the sign) that names whom to call.

    Whether something was asked of them is not kept here: it is only counted by month (ADR 72).
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("to be called")
        BACK = "BACK", _("supply is back")
        NOT_BACK = "NOT_BACK", _("not really back")
        NOBODY = "NOBODY", _("nobody answers")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    draw = models.ForeignKey(CallBackDraw, models.PROTECT, related_name="calls")
    outage_id = models.UUIDField()
    source_id = models.UUIDField()
    account_no = models.CharField(max_length=16, default="", blank=True)
    transformer_code = models.CharField(max_length=32, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", blank=True)
    called_by = models.UUIDField(null=True)
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_called_once", fields=["outage_id", "source_id"]
            ),
            models.CheckConstraint(
                name="fieldwork_call_has_caller",
                condition=Q(outcome="") | Q(called_by__isnull=False, called_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="fieldwork_call_open",
                fields=["directorate_id", "id"],
                condition=Q(outcome=""),
            ),
        ]


class CallBackFigure(models.Model):
    """What was answered in a month, counted. No person, no outage, no day."""

    directorate_id = models.PositiveSmallIntegerField()
    month = models.DateField()
    back = models.PositiveIntegerField(default=0)
    not_back = models.PositiveIntegerField(default=0)
    nobody = models.PositiveIntegerField(default=0)
    content = models.PositiveIntegerField(default=0)
    not_content = models.PositiveIntegerField(default=0)
    nothing_asked = models.PositiveIntegerField(default=0)
    something_asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_figure_once", fields=["directorate_id", "month"]
            ),
        ]
