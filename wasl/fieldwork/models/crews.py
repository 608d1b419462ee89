"""Crews: who is in them, what they can do, when they are out, and about where."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q


class Crew(models.Model):
    """
    People with a vehicle who are sent out together. `skills` are codes of the closed list.

    `home` is where it starts from when nobody knows where it is.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    skills = ArrayField(models.CharField(max_length=24))
    vehicle = models.CharField(max_length=40, default="", blank=True)
    home_lat = models.FloatField()
    home_lon = models.FloatField()
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_crew_name_once",
                fields=["directorate_id", "name"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="fieldwork_crew_can_something", condition=Q(skills__len__gt=0)
            ),
            models.CheckConstraint(
                name="fieldwork_crew_home_in_iraq",
                condition=Q(home_lat__range=(28, 38), home_lon__range=(38, 50)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CrewMember(models.Model):
    """A member of staff belongs to a crew from a day until before another; to one crew at a time."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="members")
    directorate_id = models.PositiveSmallIntegerField()
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fieldwork_member_leaves_later",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="fieldwork_member_of_one_crew",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class CrewShift(models.Model):
    """When a crew is out: from, until before. Never two at once."""

    crew = models.ForeignKey(Crew, models.PROTECT, related_name="shifts")
    directorate_id = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fieldwork_shift_ends_later", condition=Q(ends_at__gt=F("starts_at"))
            ),
            ExclusionConstraint(
                name="fieldwork_shift_once",
                expressions=[
                    ("crew", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(name="fieldwork_shift_when", fields=["directorate_id", "starts_at"]),
        ]


class CrewPosition(models.Model):
    """
    About where a crew is, to about a hundred metres, while its shift lasts; only the last place.

    The database refuses one outside a shift, and a job forgets it when the shift is over.
    """

    crew = models.OneToOneField(Crew, models.CASCADE, primary_key=True, related_name="position")
    directorate_id = models.PositiveSmallIntegerField()
    lat = models.DecimalField(max_digits=6, decimal_places=3)
    lon = models.DecimalField(max_digits=6, decimal_places=3)
    at = models.DateTimeField()
