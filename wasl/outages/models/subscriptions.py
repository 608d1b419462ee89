"""Who wants to be told of what; what was told; secret addresses of calendars."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wasl.accounts.models import User
from wasl.core.fields import EncryptedTextField


class Subscription(models.Model):
    """
    A person wants news of a place: of an account of theirs, a transformer, a feeder or a district.

    `stop_key` is in every message: who has it can end the subscription, and nothing else.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "ACCOUNT", _("account")
        TRANSFORMER = "TRANSFORMER", _("transformer")
        FEEDER = "FEEDER", _("feeder")
        DISTRICT = "DISTRICT", _("district")

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    directorate_id = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    place_code = models.CharField(max_length=64)
    by_sms = models.BooleanField(default=False)
    by_push = models.BooleanField(default=False)
    stop_key = models.CharField(max_length=16, unique=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outages_subscribed_once",
                fields=["user", "directorate_id", "kind", "place_code"],
                condition=Q(ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                name="outages_subscribed_place",
                fields=["directorate_id", "kind", "place_code"],
                condition=Q(ended_at=None),
            ),
        ]


class News(models.Model):
    """
    What a person was told, so that nobody is told it twice. Only added.

    `about` is the outage, the work or the timetable; `what` the change, with what tells two changes
    of a kind apart. `is_sent` is false for what was kept back, as there were too many that day.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    directorate_id = models.PositiveSmallIntegerField()
    about = models.UUIDField()
    what = models.CharField(max_length=48)
    on_date = models.DateField()
    is_sent = models.BooleanField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="outages_told_once", fields=["user", "about", "what"]),
        ]
        indexes = [
            models.Index(name="outages_told_on", fields=["user", "on_date"]),
            models.Index(name="outages_told_about", fields=["about", "what"]),
        ]


class CalendarLink(models.Model):
    """The secret address of an account's calendar: whoever knows it reads it, until it is renewed."""

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    token = EncryptedTextField()
    token_index = models.BinaryField(unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outages_calendar_once", fields=["user", "directorate_id", "account_no"]
            ),
        ]
