"""Planned work: announced ahead by two persons, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wasl.outages.models.interruptions import Outage


class PlannedWork(models.Model):
    """
    Work for which an element is switched off, with the window that was announced.

    `promised_end_at` stays what was announced; `ends_at` is what is expected now. Nothing is without
    supply until it was switched: `outage` is what really happened. `is_switched` says that a person
    has confirmed it; a start that was only inferred from signs waits for that.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("waits for a second person")
        ANNOUNCED = "ANNOUNCED", _("announced")
        RUNNING = "RUNNING", _("under way")
        DONE = "DONE", _("finished")
        CANCELLED = "CANCELLED", _("cancelled")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    element_kind = models.CharField(max_length=12, choices=Outage.Element.choices)
    element_code = models.CharField(max_length=64)
    # Where people live whom it concerns, as it was when the work was drafted.
    feeders = models.JSONField(default=list)
    districts = models.JSONField(default=list)
    customers = models.PositiveIntegerField()
    reason = models.CharField(max_length=32)
    begins_at = models.DateTimeField()
    promised_end_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_short_notice = models.BooleanField(default=False)
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    announced_by = models.UUIDField(null=True)
    announced_at = models.DateTimeField(null=True)
    outage = models.OneToOneField(Outage, models.PROTECT, null=True, related_name="work")
    is_switched = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=32, blank=True, default="")
    # How often it changed since it was announced: calendars and alerts are told which is newer.
    sequence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outages_work_window",
                condition=Q(promised_end_at__gt=F("begins_at"), ends_at__gt=F("begins_at")),
            ),
            models.CheckConstraint(
                name="outages_work_two_persons",
                condition=Q(announced_by=None, announced_at=None, state__in=["DRAFT", "CANCELLED"])
                | Q(
                    ~Q(announced_by=F("drafted_by")),
                    ~Q(state="DRAFT"),
                    announced_by__isnull=False,
                    announced_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="outages_work_state_is_whole",
                condition=Q(state__in=["DRAFT", "ANNOUNCED"], outage=None, ended_at=None)
                | Q(state="RUNNING", outage__isnull=False, ended_at=None)
                | Q(state="DONE", outage__isnull=False, ended_at__isnull=False)
                | Q(state="CANCELLED", outage=None, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outages_work_cancelled_with_reason",
                condition=Q(~Q(cancel_reason=""), state="CANCELLED")
                | Q(~Q(state="CANCELLED"), cancel_reason=""),
            ),
        ]
        indexes = [
            models.Index(name="outages_work_window_index", fields=["directorate_id", "ends_at"]),
        ]


class WorkChange(models.Model):
    """What was told of a work, and when: each change a row. Only added."""

    class Kind(models.TextChoices):
        ANNOUNCED = "ANNOUNCED", _("announced")
        STARTED = "STARTED", _("started")
        MOVED = "MOVED", _("another end is expected")
        DONE = "DONE", _("finished")
        CANCELLED = "CANCELLED", _("cancelled")

    work = models.ForeignKey(PlannedWork, models.PROTECT, related_name="changes")
    directorate_id = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    ends_at = models.DateTimeField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="outages_work_change_once", fields=["work", "sequence"]),
        ]
