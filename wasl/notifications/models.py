"""Messages to people, the texts on the demo phone, confirmed mail addresses, and browsers."""

import uuid

from django.db import models
from django.db.models import Q

from wasl.accounts.models import User
from wasl.core.fields import EncryptedTextField


class MessageQuerySet(models.QuerySet["Message"]):
    """Filters of messages."""

    def shown_to(self, user: User) -> "MessageQuerySet":
        """The messages in the person's own list."""
        return self.filter(recipient=user, channel="in_app")

    def unread(self) -> "MessageQuerySet":
        """Those that were not opened yet."""
        return self.filter(read_at=None)


class Message(models.Model):
    """
    One notice to one person over one channel. The rows of one notice share `notice_id`.

    Subject, body and text are as the person got them, encrypted: they may name places and amounts.
    """

    class Status(models.TextChoices):
        QUEUED = "QUEUED"
        SENT = "SENT"
        FAILED = "FAILED"
        READ = "READ"

    id = models.UUIDField(primary_key=True, editable=False)
    notice_id = models.UUIDField()
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="messages")
    directorate_id = models.IntegerField()
    template = models.CharField(max_length=80)
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=80)
    subject = EncryptedTextField(null=True)
    body = EncryptedTextField(null=True)
    text = EncryptedTextField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=60, blank=True)
    receipt = models.CharField(max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "channel", "-created_at"], name="notifications_inbox"
            ),
            models.Index(fields=["subject_type", "subject_id"], name="notifications_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notifications_sent_at_when_sent",
                condition=Q(status__in=["QUEUED", "FAILED"], sent_at=None)
                | Q(status__in=["SENT", "READ"], sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notifications_read_at_when_read",
                condition=Q(status="READ", read_at__isnull=False)
                | (~Q(status="READ") & Q(read_at=None)),
            ),
            models.UniqueConstraint(
                fields=["notice_id", "channel"], name="notifications_once_per_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} by {self.channel}"

    @property
    def is_read(self) -> bool:
        """Whether the person opened it."""
        return self.status == self.Status.READ


class DemoText(models.Model):
    """A text message on the demo phone, also for numbers that nobody signed in with yet."""

    id = models.UUIDField(primary_key=True, editable=False)
    phone = EncryptedTextField()
    phone_index = models.BinaryField()
    text = EncryptedTextField()
    language = models.CharField(max_length=8)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "-sent_at"], name="notifications_demo_phone")
        ]

    def __str__(self) -> str:
        return f"demo text {self.pk}"


class MailAddress(models.Model):
    """Where a person wants messages by e-mail too. Nothing is sent before they confirm it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="mail_address")
    address = EncryptedTextField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mail address {self.pk}"


class PushSubscription(models.Model):
    """A browser in which a person wants a sign when a message has come."""

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    endpoint = EncryptedTextField()
    endpoint_index = models.BinaryField(unique=True)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"browser {self.pk}"
