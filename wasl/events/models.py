"""The append-only event spine. The table is made, and partitioned by month, in SQL (0002)."""

from uuid import UUID

from django.db import models


class EventQuerySet(models.QuerySet["Event"]):
    """Filters of events."""

    def about(self, subject_type: str, subject_id: UUID) -> "EventQuerySet":
        """Events about one subject."""
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class Event(models.Model):
    """
    Something of consequence that happened.

    The database refuses to change or remove a row. `public` is what the log shows of `data`;
    `commitment` = SHA-256(salt || JCS(payload)) ties the whole payload to the log's leaf.
    """

    pk = models.CompositePrimaryKey("directorate_id", "recorded_at", "id")
    id = models.UUIDField()
    directorate_id = models.IntegerField()
    recorded_at = models.DateTimeField()
    kind = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_role = models.TextField()
    data = models.JSONField()
    public = models.JSONField()
    salt = models.BinaryField()
    commitment = models.BinaryField()

    objects = EventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "events_event"
