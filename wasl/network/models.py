"""Substations, feeders, transformers and service points, and capacity kept for a case."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Substation(models.Model):
    """A 33/11 kV substation."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name_ar = models.CharField(max_length=80)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code"], name="network_substation_code_once"
            )
        ]


class Feeder(models.Model):
    """An 11 kV feeder out of a substation."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    substation = models.ForeignKey(Substation, models.PROTECT, related_name="feeders")
    code = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directorate", "code"], name="network_feeder_code_once")
        ]


class Transformer(models.Model):
    """
    A distribution transformer, 11/0.4 kV.

    `connected_kw` is the declared load of all its service points, before diversity; it changes only
    in a transaction that locks the row.
    """

    class Kind(models.TextChoices):
        POLE = "POLE", _("on a pole")
        KIOSK = "KIOSK", _("in a kiosk")
        ROOM = "ROOM", _("in a room")

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    feeder = models.ForeignKey(Feeder, models.PROTECT, related_name="transformers")
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rated_kva = models.PositiveIntegerField()
    connected_kw = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    lat = models.FloatField()
    lon = models.FloatField()
    installed_date = models.DateField()
    removed_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code"], name="network_transformer_code_once"
            ),
            models.CheckConstraint(condition=Q(rated_kva__gt=0), name="network_rating_is_positive"),
            models.CheckConstraint(
                condition=Q(connected_kw__gte=0), name="network_load_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(removed_date=None) | Q(removed_date__gte=F("installed_date")),
                name="network_transformer_removed_later",
            ),
        ]


class ServicePoint(models.Model):
    """Where an account hangs on a transformer. The account is named by value (scale-out.md)."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    transformer = models.ForeignKey(Transformer, models.PROTECT, related_name="service_points")
    account_no = models.CharField(max_length=16)
    load_kw = models.DecimalField(max_digits=8, decimal_places=2)
    phases = models.PositiveSmallIntegerField()
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "account_no"],
                condition=Q(disconnected_at=None),
                name="network_account_has_one_point",
            ),
            models.CheckConstraint(condition=Q(load_kw__gt=0), name="network_point_has_load"),
            models.CheckConstraint(
                condition=Q(phases__in=[1, 3]), name="network_one_or_three_phases"
            ),
        ]


class CapacityReservation(models.Model):
    """Capacity of a transformer kept for a case until it is used, released or runs out."""

    class Status(models.TextChoices):
        HELD = "HELD", _("kept")
        USED = "USED", _("used")
        RELEASED = "RELEASED", _("released")

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    transformer = models.ForeignKey(Transformer, models.PROTECT, related_name="reservations")
    case_id = models.UUIDField()
    load_kw = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.HELD)
    # An engineer may keep capacity beyond the rule, for a transformer that is to be changed.
    is_override = models.BooleanField(default=False)
    reserved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(status="HELD"), name="network_case_holds_once"
            ),
            models.CheckConstraint(
                condition=Q(status="HELD", ended_at=None)
                | Q(status__in=["USED", "RELEASED"], ended_at__isnull=False),
                name="network_reservation_end_has_time",
            ),
            models.CheckConstraint(condition=Q(load_kw__gt=0), name="network_reserved_load"),
        ]
        indexes = [
            models.Index(
                fields=["transformer"],
                condition=Q(status="HELD"),
                name="network_held_by_transformer",
            )
        ]
