"""What the log keeps in the database: the outbox, the leaves, their chains, the signed sizes."""

from django.db import models


class Pending(models.Model):
    """
    The outbox: an event that is not yet in the log. A trigger on the event table fills it.

    It holds all that a leaf needs, so that the sequencer never has to look for the event.
    `position` has gaps and is no promise; the gapless index is given by the sequencer.
    """

    position = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    directorate_id = models.IntegerField()
    kind = models.TextField()
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    actor_role = models.TextField()
    commitment = models.BinaryField()
    public = models.JSONField()


class SubjectChain(models.Model):
    """The public pseudonym of a subject, and where its chain of leaves has come to."""

    pk = models.CompositePrimaryKey("subject_type", "subject_id")
    subject_type = models.TextField()
    subject_id = models.UUIDField()
    pseudonym = models.TextField(unique=True)
    seq = models.IntegerField()
    last_hash = models.BinaryField()


class Leaf(models.Model):
    """An entry of the log, byte for byte, at its place."""

    index = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    directorate_id = models.IntegerField()
    leaf_hash = models.BinaryField()
    entry = models.BinaryField()


class Tree(models.Model):
    """The one row that says how far the leaves go: size, root, and the roots of full subtrees."""

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    frontier = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="transparency_one_tree"),
        ]


class Checkpoint(models.Model):
    """What the log has signed. A row is the promise, whether or not it is published yet."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()


class Cosignature(models.Model):
    """A witness's line under a checkpoint."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.TextField()  # its name in the policy
    line = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="transparency_one_line_a_witness"
            ),
        ]
