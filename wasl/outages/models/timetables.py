"""Timetables of programmed cuts: what is promised, by feeder and minute of the week."""

from django.db import models
from django.db.models import F, Q


class Timetable(models.Model):
    """
    A version of a feeder's programmed cuts: drafted by one person, published by another.

    It holds from a day on, until the next version of the feeder. Once published it never changes;
    one without windows says that there are no programmed cuts.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    feeder_code = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outages_timetable_version",
                fields=["directorate_id", "feeder_code", "version"],
            ),
            models.UniqueConstraint(
                name="outages_timetable_one_a_day",
                fields=["directorate_id", "feeder_code", "valid_from"],
                condition=Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outages_timetable_two_persons",
                condition=Q(published_by=None, published_at=None)
                | Q(
                    ~Q(published_by=F("drafted_by")),
                    published_by__isnull=False,
                    published_at__isnull=False,
                ),
            ),
        ]


class TimetableWindow(models.Model):
    """
    A cut that is promised every week: minutes since Monday 00:00 in Baghdad, `begins` to before `ends`.

    A cut over the end of the week is two windows. That no two of a timetable overlap is held by an
    exclusion constraint (migration 0003).
    """

    timetable = models.ForeignKey(Timetable, models.CASCADE, related_name="windows")
    directorate_id = models.PositiveSmallIntegerField()
    begins = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outages_window_in_week", condition=Q(ends__gt=F("begins"), ends__lte=10_080)
            ),
        ]
