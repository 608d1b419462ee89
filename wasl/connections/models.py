"""Drafts that a citizen is still writing, and applications that were sent."""

import uuid

from django.db import models
from django.db.models import Q

from wasl.core.fields import EncryptedTextField


class Draft(models.Model):
    """An application that is not sent yet. Every page saves; it is kept for thirty days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    citizen = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    service = models.TextField()
    answers = EncryptedTextField()
    case_id = models.UUIDField(null=True)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["citizen", "-saved_at"], name="draft_of_citizen")]


class DraftDocument(models.Model):
    """A cleaned, encrypted file of a draft; it becomes a document of the case when sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="documents")
    kind = models.TextField()
    path = models.TextField()
    content_type = models.TextField()
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()


class Application(models.Model):
    """
    What was sent: who, where, what load. One per case; persons and places are encrypted.

    `address_index` and the account number find a second open application for the same thing;
    `identity_index` finds what one person has sent.
    """

    case_id = models.UUIDField(primary_key=True)
    service = models.TextField()
    directorate_id = models.IntegerField()
    applicant = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    district_code = models.TextField(blank=True)
    address = EncryptedTextField()
    address_index = models.BinaryField(null=True)
    full_name = EncryptedTextField()
    national_id = EncryptedTextField()
    identity_index = models.BinaryField(null=True)
    details = models.JSONField(default=dict)
    helper = EncryptedTextField()
    load_watts = models.PositiveIntegerField(default=0)
    phases = models.PositiveSmallIntegerField(default=1)
    account_no = models.TextField(blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="application_phases", condition=Q(phases__in=[1, 3]))
        ]
        indexes = [
            models.Index(fields=["service", "identity_index"], name="application_identity"),
            models.Index(fields=["service", "address_index"], name="application_address"),
            models.Index(fields=["account_no", "service"], name="application_account"),
        ]


class Estimate(models.Model):
    """An itemised estimate of a case: lines and total, in dinars. A correction is a new row."""

    case_id = models.UUIDField()
    directorate_id = models.IntegerField()
    number = models.PositiveSmallIntegerField()
    lines = models.JSONField()
    total_amount = models.BigIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "number"], name="one_estimate_number"),
            models.CheckConstraint(name="estimate_not_negative", condition=Q(total_amount__gte=0)),
        ]
