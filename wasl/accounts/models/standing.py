"""What a member of staff may do, where and when; and whom they must not judge."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from wasl.accounts import roles


class RoleAssignment(models.Model):
    """
    A role, held in a directorate from a day until before another. Never deleted: it is ended.

    Nobody grants a role to themselves. The first roles of an installation, before there is anybody
    to grant them, come from its command line.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="role_assignments"
    )
    role = models.CharField(max_length=40, choices=roles.choices)
    directorate_id = models.IntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="granted_roles"
    )
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="ended_roles"
    )
    is_from_installation = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["directorate_id", "role", "user"], name="accounts_role_holders")
        ]
        constraints = [
            models.CheckConstraint(
                name="accounts_role_granted_by_another",
                condition=Q(is_from_installation=True, granted_by=None)
                | (
                    Q(is_from_installation=False, granted_by__isnull=False)
                    & ~Q(granted_by=F("user"))
                ),
            ),
            models.CheckConstraint(
                name="accounts_role_ends_later",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="accounts_role_held_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("directorate_id", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class DutyPeriod(models.Model):
    """
    A time in which a member of staff is not on duty, and gets no tasks. Half-open.

    Who holds a role is on duty, unless a period says otherwise.
    """

    class Kind(models.TextChoices):
        LEAVE = "LEAVE"
        ABSENCE = "ABSENCE"
        TRAINING = "TRAINING"
        OTHER_DUTY = "OTHER_DUTY"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="duty_periods")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    entered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="entered_duty_periods"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_duty_ends_later",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
            ),
            ExclusionConstraint(
                name="accounts_duty_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class DeclaredRelation(models.Model):
    """
    A person whose matters this member of staff must not handle: family, friend, partner, quarrel.

    The person is kept as the blind index of a phone or national id only, so the list is no
    register of anybody's relatives.
    """

    class Nature(models.TextChoices):
        FAMILY = "FAMILY"
        BUSINESS = "BUSINESS"
        DISPUTE = "DISPUTE"
        OTHER = "OTHER"

    class Identifier(models.TextChoices):
        PHONE = "PHONE"
        NATIONAL_ID = "NATIONAL_ID"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="relations")
    identifier = models.CharField(max_length=20, choices=Identifier.choices)
    person_index = models.BinaryField()
    nature = models.CharField(max_length=20, choices=Nature.choices)
    declared_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person_index"], name="accounts_relation_by_person")]
        constraints = [
            models.UniqueConstraint(
                name="accounts_relation_once", fields=["staff", "identifier", "person_index"]
            )
        ]
