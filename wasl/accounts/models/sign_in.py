"""The code a citizen signs in with, and the sessions a person has open."""

import uuid

from django.db import models
from django.db.models import F, Q

from wasl.core.fields import EncryptedTextField


class SignInCode(models.Model):
    """
    A six-digit code sent to a phone. Only its keyed hash is kept; it works once, for ten minutes.

    It exists for known and new numbers alike: whether somebody has an account is not to be learned.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone = EncryptedTextField()
    phone_index = models.BinaryField()
    code_hash = models.BinaryField()
    tries_left = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="accounts_code_by_expiry")]
        constraints = [
            models.CheckConstraint(
                name="accounts_code_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]


class SignedInSession(models.Model):
    """
    A device that is signed in, as the person sees it in their list.

    Device and browser are a coarse code, the network a shortened address: enough to recognise
    one's own phone, too little to follow somebody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=20)
    browser = models.CharField(max_length=20)
    network = models.CharField(max_length=45)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
