"""Where partners' programs are told of news, and what was sent to them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wasl.core.fields import EncryptedTextField


class Endpoint(models.Model):
    """
    An address of a partner's program, with the kinds of news that it wants (empty: every one).

    `former_secret` signs beside the newer one until `former_until`. `failing_since`: nothing was
    delivered since then; when that is too long, it is switched off.
    """

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("active")
        OFF = "OFF", _("switched off")

    id = models.UUIDField(primary_key=True, editable=False)
    client = models.ForeignKey("complaints.ApiClient", models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)
    secret = EncryptedTextField()
    former_secret = EncryptedTextField(null=True)
    former_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="api_endpoint_once", fields=["client", "url"]),
            models.CheckConstraint(
                name="api_endpoint_former_is_dated",
                condition=Q(former_secret=None, former_until=None)
                | Q(former_secret__isnull=False, former_until__isnull=False),
            ),
        ]


class Delivery(models.Model):
    """
    One piece of news for one endpoint: sent until it is taken, or the last try has failed.

    Its id is what the receiver tells repetitions by.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        DELIVERED = "DELIVERED", _("delivered")
        DEAD = "DEAD", _("not delivered")

    id = models.UUIDField(primary_key=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    event_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            # An event that its subscribers are told of twice is one piece of news.
            models.UniqueConstraint(name="api_delivery_once", fields=["endpoint", "event_id"]),
            models.CheckConstraint(
                name="api_delivery_state_is_whole",
                condition=Q(state="WAITING", next_at__isnull=False, delivered_at=None)
                | Q(state="DELIVERED", next_at=None, delivered_at__isnull=False)
                | Q(state="DEAD", next_at=None, delivered_at=None),
            ),
        ]
        indexes = [
            models.Index(name="api_delivery_due", fields=["next_at"], condition=Q(state="WAITING")),
            models.Index(name="api_delivery_of", fields=["endpoint", "-made_at", "-id"]),
        ]
