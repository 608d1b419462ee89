"""Blind assignment: seed chains, draws, exclusions from the pool, reassignments."""

import uuid

from django.db import models
from django.db.models import Q

from wasl.core.fields import EncryptedTextField


class SeedChain(models.Model):
    """
    One party's hash chain of secrets. The anchor is in the log before the chain is used.

    `next_link` counts reveals; link d is the value whose hash is link d−1 (link 0 is the anchor).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    directorate_id = models.IntegerField()
    party = models.TextField()
    anchor = models.BinaryField()
    length = models.PositiveIntegerField()
    secret = EncryptedTextField()
    next_link = models.PositiveIntegerField(default=1)
    anchored_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate_id", "party"],
                name="one_chain_in_use",
                condition=Q(retired_at__isnull=True),
            ),
            models.UniqueConstraint(fields=["anchor"], name="anchor_never_again"),
            models.CheckConstraint(
                name="chain_not_spent", condition=Q(next_link__lte=models.F("length") + 1)
            ),
        ]


class Draw(models.Model):
    """
    One draw: the pool as it stood, the link that was revealed, and who fell.

    Insert-only. `pool` is the logged order: a list of {"p": pseudonym, "w": weight}; `excluded` is
    {"p", "ground"}. Persons are named only by `chosen` and `members`, which the public never sees.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    task = models.ForeignKey("casework.Task", on_delete=models.CASCADE, related_name="draws")
    case_id = models.UUIDField(db_index=True)
    directorate_id = models.IntegerField()
    attempt = models.PositiveIntegerField()
    role = models.TextField()
    rule = models.TextField()
    pool = models.JSONField()
    excluded = models.JSONField()
    links = models.JSONField()
    pool_digest = models.TextField()
    chosen_pseudonym = models.TextField()
    chosen = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "attempt"], name="one_draw_per_attempt")
        ]


class DutyExclusion(models.Model):
    """A member of staff kept out of the pools for a while, on a listed ground, by two people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    directorate_id = models.IntegerField()
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    ground = models.TextField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exclusion_needs_two",
                condition=~Q(asked_by=models.F("approved_by")) & ~Q(user=models.F("approved_by")),
            )
        ]


class Reassignment(models.Model):
    """A request to take a task from its holder and draw anew: listed reason, second person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    directorate_id = models.IntegerField()
    task = models.ForeignKey(
        "casework.Task", on_delete=models.CASCADE, related_name="reassignments"
    )
    reason = models.TextField()
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reassignment_needs_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="reassignment_who_and_when",
                condition=Q(
                    decided_by__isnull=True, decided_at__isnull=True, is_approved__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_approved__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["task"],
                name="one_open_reassignment",
                condition=Q(decided_by__isnull=True),
            ),
        ]
