"""
What people report: its categories with their questions, the reports, and who sends from outside.

Work on a report is a case (casework); a report of no supply follows the outage it belongs to
(ADR 72). Cases, outages and places on the network are named by value.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wasl.core.fields import EncryptedTextField


class CategoryVersion(models.Model):
    """
    A category of reports as published from a day on: its words, and the questions it asks.

    `questions` are {code, datatype, required, label: {ar, ckb, en}, values: [{key, label}]}, in order.
    Rows are only added; running reports keep the version they were sent under.
    """

    class Group(models.TextChoices):
        SUPPLY = "SUPPLY", _("supply")
        DANGER = "DANGER", _("danger")
        MATTER = "MATTER", _("matter")
        CONDUCT = "CONDUCT", _("conduct of staff")

    code = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=8, choices=Group.choices)
    order = models.PositiveSmallIntegerField()
    icon = models.CharField(max_length=24)
    labels = models.JSONField()
    hints = models.JSONField()
    questions = models.JSONField(default=list)
    valid_from = models.DateField()
    is_offered = models.BooleanField(default=True)
    # Whether it is everybody's, like a lamp in the street, so that others' reports of it are shown.
    is_shared = models.BooleanField(default=False)
    # Whether a report of it means nothing without words.
    needs_words = models.BooleanField(default=False)
    drafted_by = models.UUIDField(null=True)
    # Empty until a second person has published it; shipped ones need none.
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="complaints_category_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="complaints_category_two_people",
                condition=Q(published_by=None)
                | Q(drafted_by__isnull=False) & ~Q(drafted_by=F("published_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        return str(self.labels[get_language() or "ar"])

    @property
    def hint(self) -> str:
        """A line more about it, in the reader's language."""
        return str(self.hints.get(get_language() or "ar", ""))

    @property
    def follows_outage(self) -> bool:
        """Whether reports of it are signs of an outage rather than work of their own."""
        return self.group == self.Group.SUPPLY


class Report(models.Model):
    """
    One thing that one person reported. `case_id` where somebody works on it; `joined_to` where it
    was known already.

    `reporter` may be a person without a name (accounts). Words and place are theirs, and encrypted.
    `asked_at`: when we asked whether supply is back.
    """

    class Channel(models.TextChoices):
        WEB = "WEB", _("website")
        OPEN311 = "OPEN311", _("another program")

    class Outcome(models.TextChoices):
        NONE = "", _("still open")
        DONE = "DONE", _("repaired, and confirmed")
        SILENCE = "SILENCE", _("repaired, nobody objected")
        REFUSED = "REFUSED", _("refused with a reason")
        WITHDRAWN = "WITHDRAWN", _("taken back by the reporter")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    category = models.ForeignKey(CategoryVersion, models.PROTECT, related_name="reports")
    category_code = models.CharField(max_length=32)
    reporter = models.ForeignKey("accounts.User", models.PROTECT, related_name="reports")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    client = models.ForeignKey("ApiClient", models.PROTECT, null=True, related_name="reports")
    case_id = models.UUIDField(null=True, unique=True)
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")
    secret_salt = models.BinaryField(null=True)
    secret_hash = models.BinaryField(null=True)
    is_urgent = models.BooleanField(default=False)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    district_code = models.CharField(max_length=48, default="", blank=True)
    account_no = models.CharField(max_length=16, default="", blank=True)
    place = EncryptedTextField(null=True)
    words = EncryptedTextField(null=True)
    answers = models.JSONField(default=dict)
    # What was sent twice is one report: a form by its token, a program's by its content, for minutes.
    digest = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", blank=True)
    stars = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="complaints_report_ends_whole",
                condition=Q(closed_at=None, outcome="")
                | Q(closed_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="complaints_report_stars", condition=Q(stars=None) | Q(stars__range=(1, 5))
            ),
            models.CheckConstraint(
                name="complaints_joined_is_no_case",
                condition=Q(joined_to=None) | Q(case_id=None),
            ),
        ]
        indexes = [
            # Where reports are open, by place: "near me", and what is known already.
            models.Index(
                name="complaints_report_near",
                fields=["directorate_id", "lat", "lon"],
                condition=Q(closed_at=None, joined_to=None),
            ),
            models.Index(
                name="complaints_report_time", fields=["directorate_id", "received_at", "id"]
            ),
            models.Index(
                name="complaints_report_urgent",
                fields=["directorate_id", "-is_urgent", "received_at"],
                condition=Q(closed_at=None),
            ),
            models.Index(name="complaints_report_of", fields=["reporter", "-received_at"]),
            models.Index(
                name="complaints_report_digest",
                fields=["digest"],
                condition=Q(digest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.closed_at is None


class VisitAnswer(models.Model):
    """
    What somebody answered to "was anything asked of you?", told apart from their case for good.

    No case, no person, no day: the directorate can never find out who answered what.
    """

    class Answer(models.TextChoices):
        NO = "NO", _("No, nothing")
        MONEY = "MONEY", _("Money was asked for")
        OTHER = "OTHER", _("Something else was asked for")

    directorate_id = models.PositiveSmallIntegerField()
    service = models.CharField(max_length=64)
    month = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="complaints_answer_once",
                fields=["directorate_id", "service", "month", "answer"],
            ),
        ]


class ApiClient(models.Model):
    """A program of others that may send reports (Open311). Its key is kept as a hash."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    key_hash = models.BinaryField(unique=True)
    jurisdictions = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class PartnerUpdate(models.Model):
    """What a partner's program wrote about a report. Rows are only added, once per its number."""

    id = models.UUIDField(primary_key=True, editable=False)
    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="updates")
    update_id = models.CharField(max_length=64)
    directorate_id = models.PositiveSmallIntegerField()
    report = models.ForeignKey(Report, models.PROTECT, related_name="partner_updates")
    status = models.CharField(max_length=40)
    words = EncryptedTextField()
    updated_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="complaints_update_once", fields=["client", "update_id"]),
        ]
