"""Published processes and the closed lists of reasons."""

import hashlib
from datetime import date

from django.db import models
from django.db.models import Q


class ProcessQuerySet(models.QuerySet["ProcessVersion"]):
    """Filters of process versions."""

    def in_force(self, key: str, on: date) -> "ProcessQuerySet":
        """The published version that new cases of the process begin with on a day."""
        return self.filter(
            key=key, state=ProcessVersion.State.PUBLISHED, valid_from__lte=on
        ).order_by("-valid_from", "-version")


class ProcessVersion(models.Model):
    """
    One version of a process: a BPMN file, drafted by one person and published by another.

    Once published the database refuses to change the file; a running case stays on its version.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT"
        REVIEW = "REVIEW"
        PUBLISHED = "PUBLISHED"
        RETIRED = "RETIRED"

    key = models.TextField()
    version = models.PositiveIntegerField()
    xml = models.TextField()
    sha256 = models.TextField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    change_note = models.TextField(blank=True)
    valid_from = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    drafted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="one_process_version"),
            models.CheckConstraint(
                name="process_published_by_another",
                condition=Q(published_by__isnull=True)
                | Q(drafted_by__isnull=True)
                | ~Q(published_by=models.F("drafted_by")),
            ),
            models.CheckConstraint(
                name="process_published_is_dated",
                condition=Q(state__in=["DRAFT", "REVIEW"])
                | Q(
                    valid_from__isnull=False, published_by__isnull=False, published_at__isnull=False
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"

    @property
    def xml_bytes(self) -> bytes:
        """
        The file as it was uploaded; the same object each time, so that caches by it are quick.

        Kept in the process by its hash, and so not fetched where the row was read without it.
        """
        known = _FILES.get(self.sha256)
        if known is None:
            known = self.xml.encode()
            # What a row says of its file is believed only where it is true.
            if self.digest(known) == self.sha256:
                if len(_FILES) >= _KEPT:
                    _FILES.clear()
                known = _FILES.setdefault(self.sha256, known)
        return known

    @staticmethod
    def digest(xml: bytes) -> str:
        """The SHA-256 of a file, in hexadecimal."""
        return hashlib.sha256(xml).hexdigest()


class Reason(models.Model):
    """A listed reason: why something may be refused, sent back, stopped or reassigned, by law."""

    code = models.TextField(primary_key=True)
    group = models.TextField(db_index=True)
    text_ar = models.TextField()
    text_ckb = models.TextField()
    text_en = models.TextField()
    legal_basis = models.TextField()
    is_verified = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.code

    def text(self, language: str) -> str:
        """The reason in a language."""
        return {"ckb": self.text_ckb, "en": self.text_en}.get(language, self.text_ar)


# Files by their hash.
_FILES: dict[str, bytes] = {}
_KEPT = 64
