"""What has changed, for desks that look on: written by the database with each event."""

from django.db import models


class Change(models.Model):
    """
    That something changed; what it is now stands in its own tables.

    The column `xid` (of the transaction that wrote it) stands in the migration: readers tell by it
    what they have not seen, in whatever order transactions end. Kept for a day.
    """

    id = models.BigAutoField(primary_key=True)
    directorate_id = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="fieldwork_change_at", fields=["at"])]
