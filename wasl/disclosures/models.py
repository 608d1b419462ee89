"""
Protected reports: nothing here says who, what or where. Rows are only added (ADR 73).

Identifiers are random and days have no hours, so that no column tells when somebody was at it.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far a report has come."""

    RECEIVED = "RECEIVED", _("received")
    IN_REVIEW = "IN_REVIEW", _("being looked into")
    ANSWERED = "ANSWERED", _("answered")
    CLOSED = "CLOSED", _("closed")
    ERASED = "ERASED", _("content erased by the rule")


class Outcome(models.TextChoices):
    """What came of it. A closed list."""

    NONE = "", _("still open")
    CONFIRMED = "CONFIRMED", _("found to be true, and acted upon")
    PARTLY = "PARTLY", _("found to be true in part")
    NOT_SHOWN = "NOT_SHOWN", _("could not be shown to be true")
    REFERRED = "REFERRED", _("handed to the authority that is competent")
    NOT_OURS = "NOT_OURS", _("not a matter of this office")


class Author(models.TextChoices):
    """Who wrote a box."""

    REPORTER = "REPORTER", _("the reporter")
    OFFICER = "OFFICER", _("the integrity office")


class KeyMove(models.TextChoices):
    """What was done with a recipient's key, each by a person; approvals by another than proposals."""

    PROPOSED = "PROPOSED", _("proposed")
    APPROVED = "APPROVED", _("in use")
    LEAVING = "LEAVING", _("to be taken out of use")
    RETIRED = "RETIRED", _("out of use")


class RecipientKey(models.Model):
    """The public key of an integrity officer. Its private half has never been on this system."""

    id = models.UUIDField(primary_key=True, editable=False)
    public_key = models.BinaryField(unique=True)
    fingerprint = models.CharField(max_length=40, unique=True)
    holder = models.ForeignKey("accounts.User", models.PROTECT, related_name="recipient_keys")

    def __str__(self) -> str:
        return self.fingerprint


class KeyStep(models.Model):
    """A step in a key's life. A trigger holds the order, and that two people agree."""

    key = models.ForeignKey(RecipientKey, models.PROTECT, related_name="steps")
    move = models.CharField(max_length=10, choices=KeyMove.choices)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="disclosures_key_step_once", fields=["key", "move"]),
        ]


class Report(models.Model):
    """A protected report: the public key of its receipt, and the day. All else is sealed."""

    id = models.UUIDField(primary_key=True, editable=False)
    public_key = models.BinaryField(unique=True)
    code = models.CharField(max_length=12, unique=True)
    received_on = models.DateField()

    def __str__(self) -> str:
        return self.code


class Reader(models.Model):
    """A recipient to whom a report is sealed: chosen when it came, by the rule of conflicts."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="readers")
    key = models.ForeignKey(RecipientKey, models.PROTECT, related_name="reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="disclosures_reader_once", fields=["report", "key"]),
        ]


class Step(models.Model):
    """
    Something that happened to a report: it came, was answered, moved on. `place` counts from one.

    `sealed` is the hash over the boxes of this step; the public log commits to the step.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=Stage.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", blank=True)
    author = models.CharField(max_length=8, choices=Author.choices, default="", blank=True)
    by = models.UUIDField(null=True)
    sealed = models.BinaryField(null=True)
    on_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="disclosures_step_once", fields=["report", "place"]),
            models.CheckConstraint(
                name="disclosures_closed_with_outcome",
                condition=Q(stage="CLOSED") & ~Q(outcome="") | ~Q(stage="CLOSED") & Q(outcome=""),
            ),
            models.CheckConstraint(
                name="disclosures_reporter_has_no_id",
                condition=~Q(author="REPORTER") | Q(by=None),
            ),
            models.CheckConstraint(name="disclosures_step_from_one", condition=Q(place__gte=1)),
        ]


class Box(models.Model):
    """A sealed box: words (part 0) or a file. Nobody on this side can open it."""

    id = models.UUIDField(primary_key=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="boxes")
    step = models.ForeignKey(Step, models.PROTECT, related_name="boxes")
    part = models.PositiveSmallIntegerField()
    author = models.CharField(max_length=8, choices=Author.choices)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="disclosures_box_once", fields=["step", "part"]),
        ]


class Batch(models.Model):
    """A set of commitments that went to the public log together, most of them empty."""

    id = models.UUIDField(primary_key=True, editable=False)
    published_at = models.DateTimeField()
    size = models.PositiveSmallIntegerField()


class Published(models.Model):
    """Which event of a batch commits to a step."""

    step = models.OneToOneField(Step, models.PROTECT, primary_key=True, related_name="published")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="published")
    event_id = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()


class Tally(models.Model):
    """How many reports a month brought about an office and of a kind: without report and day."""

    directorate_id = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    month = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="disclosures_tally_once", fields=["directorate_id", "kind", "month"]
            ),
        ]
