"""
What says that there is no supply, the outages that are inferred from it, and who is without since when.

Elements of the network, accounts and reports are named by value: the network changes, an outage
stays what it was.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Signal(models.Model):
    """
    One sign from one place: a report, a meter's last gasp, a person's word. Written by thousands.

    `says` OFF or ON. A signal is open until its outage is restored, or somebody closes it.
    """

    class Source(models.TextChoices):
        REPORT = "REPORT", _("report")
        LAST_GASP = "LAST_GASP", _("last sign of a meter")
        METER = "METER", _("meter that is supplied again")
        CALL_BACK = "CALL_BACK", _("call back")
        DESK = "DESK", _("duty desk")

    class Says(models.TextChoices):
        OFF = "OFF", _("no supply")
        ON = "ON", _("supplied")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    source_id = models.UUIDField()
    # The report of which it is a further word: whoever said "still off" is asked again as well.
    about = models.UUIDField(null=True)
    says = models.CharField(max_length=3, choices=Says.choices, default=Says.OFF)
    category = models.CharField(max_length=32, default="", blank=True)
    # Empty where nobody can tell on which transformer the place hangs.
    transformer_code = models.CharField(max_length=32, default="", blank=True)
    account_no = models.CharField(max_length=16, default="", blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    outage = models.ForeignKey("Outage", models.PROTECT, null=True, related_name="signals")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="outages_signal_once", fields=["source", "source_id"]),
        ]
        indexes = [
            models.Index(
                name="outages_signal_open",
                fields=["directorate_id", "transformer_code"],
                condition=Q(closed_at=None),
            )
        ]


class Outage(models.Model):
    """
    An element of the network without supply: suspected, until a person has confirmed it.

    `why` says in figures what the inference rests on. One that was taken for several is MERGED into
    another; `split_from` and `nested_in` name where it was found.
    """

    class Element(models.TextChoices):
        SUBSTATION = "SUBSTATION", _("substation")
        FEEDER = "FEEDER", _("feeder")
        SECTION = "SECTION", _("section of a feeder")
        TRANSFORMER = "TRANSFORMER", _("transformer")
        SERVICE = "SERVICE", _("single connection")

    class Cause(models.TextChoices):
        FAULT = "FAULT", _("fault")
        PLANNED = "PLANNED", _("planned work")
        RATIONING = "RATIONING", _("programmed cut")

    class State(models.TextChoices):
        OPEN = "OPEN", _("without supply")
        RESTORED = "RESTORED", _("supplied again")
        MERGED = "MERGED", _("part of another outage")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    element_kind = models.CharField(max_length=12, choices=Element.choices)
    element_code = models.CharField(max_length=64)
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.FAULT)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    is_confirmed = models.BooleanField(default=False)
    customers = models.PositiveIntegerField()
    why = models.JSONField(default=dict)
    began_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    nested_in = models.ForeignKey("self", models.PROTECT, null=True, related_name="nested")

    class Meta:
        constraints = [
            # Two workers, or a worker and a person, cannot open the same element twice.
            models.UniqueConstraint(
                name="outages_element_open_once",
                fields=["directorate_id", "element_kind", "element_code"],
                condition=Q(state="OPEN"),
            ),
            models.CheckConstraint(
                name="outages_end_is_whole",
                condition=Q(state="OPEN", ended_at=None, merged_into=None)
                | Q(state="RESTORED", ended_at__gte=F("began_at"), merged_into=None)
                | Q(state="MERGED", ended_at=None, merged_into__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="outages_outage_open",
                fields=["directorate_id", "began_at"],
                condition=Q(state="OPEN"),
            ),
            models.Index(name="outages_outage_ended", fields=["directorate_id", "ended_at"]),
        ]


class OutageStep(models.Model):
    """
    Customers of one transformer (or a single connection) within an outage, from when to when.

    Restoration in steps is these rows ending one after the other; the indices are sums over them.
    """

    outage = models.ForeignKey(Outage, models.PROTECT, related_name="steps")
    directorate_id = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=64)
    feeder_code = models.CharField(max_length=32, default="", blank=True)
    customers = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outages_group_off_once",
                fields=["outage", "group"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="outages_step_ends_later",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
            ),
        ]
        indexes = [
            models.Index(name="outages_step_began", fields=["directorate_id", "began_at"]),
        ]
