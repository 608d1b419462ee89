"""A file of readings: its lines as they came, and what the audit says of each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MeterSystem(models.Model):
    """A system that reads meters from afar, let in by its own key: Ed25519, 32 bytes in Base64."""

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    public_key = models.CharField(max_length=44)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()


class MeterBatch(models.Model):
    """What a meter system sent under a name of its own: once, with this content (SHA-256)."""

    pk = models.CompositePrimaryKey("directorate_id", "system_id", "batch")
    directorate_id = models.PositiveSmallIntegerField()
    system_id = models.UUIDField()
    batch = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    import_id = models.UUIDField()
    received_at = models.DateTimeField()


class MeterSystemKey(models.Model):
    """A reading that was taken over from a meter system, by the name that it has there: once."""

    pk = models.CompositePrimaryKey("directorate_id", "system_id", "key")
    directorate_id = models.PositiveSmallIntegerField()
    system_id = models.UUIDField()
    key = models.CharField(max_length=64)
    import_id = models.UUIDField()
    line = models.PositiveIntegerField()


class ReadingImport(models.Model):
    """
    A file that was uploaded. Its lines are audited first and shown; a second step takes them over.
    A batch of a meter system is one too, taken over at once.

    The same file (SHA-256) is not taken over twice in a directorate.
    """

    class Status(models.TextChoices):
        AUDITED = "AUDITED", _("looked through")
        APPLIED = "APPLIED", _("taken over")
        DROPPED = "DROPPED", _("thrown away")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices)
    lines = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="billing_import_file_once",
                fields=["directorate_id", "sha256"],
                condition=Q(status="APPLIED"),
            ),
        ]


class ReadingImportLine(models.Model):
    """A line of a file: the texts that stood in it, and the verdict."""

    class Problem(models.TextChoices):
        NO_ACCOUNT = "NO_ACCOUNT", _("no such account in this directorate")
        NO_NUMBER = "NO_NUMBER", _("the reading is no whole number")
        NO_DATE = "NO_DATE", _("the date cannot be read")
        SEEN = "SEEN", _("its sender's key came before")
        ESTIMATE = "ESTIMATE", _("an estimate is no reading")
        GAP = "GAP", _("the use does not begin where the last real reading was taken")

    pk = models.CompositePrimaryKey("directorate_id", "import_id", "line")
    directorate_id = models.PositiveSmallIntegerField()
    import_id = models.UUIDField()
    line = models.PositiveIntegerField()
    account_text = models.TextField(blank=True, default="")
    serial_text = models.TextField(blank=True, default="")
    date_text = models.TextField(blank=True, default="")
    value_text = models.TextField(blank=True, default="")
    # What the sender calls the line; empty in a file.
    key = models.CharField(max_length=64, blank=True, default="")
    account_no = models.CharField(max_length=16, null=True)  # noqa: DJ001 (unknown is not empty)
    read_on = models.DateField(null=True)
    register_kwh = models.BigIntegerField(null=True)
    turn = models.PositiveIntegerField(default=1)
    problem = models.CharField(max_length=12, choices=Problem.choices, blank=True, default="")
    code = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=8, blank=True, default="")
