"""What is to be paid, the attempts to pay it, what providers said, and what came in."""

import uuid

from django.db import models
from django.db.models import Q

from wasl.accounts.models import User
from wasl.core.fields import EncryptedTextField
from wasl.payments import states


class PaymentRequestQuerySet(models.QuerySet["PaymentRequest"]):
    """Filters of requests."""

    def about(self, subject_type: str, subject_id: uuid.UUID) -> "PaymentRequestQuerySet":
        """The requests for one subject."""
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def visible_to(self, user: User) -> "PaymentRequestQuerySet":
        """The person's own."""
        return self.filter(payer=user)


class PaymentRequest(models.Model):
    """
    An amount that somebody is asked to pay, for one purpose, about one subject.

    It is settled once. `subject_reference` is what people call the subject, to find the way back.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN"
        SETTLED = "SETTLED"
        CANCELLED = "CANCELLED"

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    payer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="payment_requests")
    reference = models.CharField(max_length=20, unique=True)
    purpose = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_reference = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IQD")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = PaymentRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="payments_request_subject"),
            models.Index(fields=["payer", "-created_at"], name="payments_request_payer"),
        ]
        constraints = [
            models.CheckConstraint(name="payments_request_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payments_request_currency", condition=Q(currency="IQD")),
            models.CheckConstraint(
                name="payments_request_status_with_time",
                condition=Q(status="OPEN", settled_at=None, cancelled_at=None)
                | Q(status="SETTLED", settled_at__isnull=False, cancelled_at=None)
                | Q(status="CANCELLED", settled_at=None, cancelled_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="payments_request_one_open",
                fields=["subject_type", "subject_id", "purpose"],
                condition=Q(status="OPEN"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether it waits to be paid."""
        return self.status == self.Status.OPEN

    @property
    def is_settled(self) -> bool:
        """Whether it was paid, once and for all."""
        return self.status == self.Status.SETTLED


class PaymentIntent(models.Model):
    """
    One attempt to pay a request, through one provider. Written down before the provider is asked.

    `key` is ours and goes to the provider, so that an attempt is recognised. `closed_at` is the
    moment the provider named an end; before it, the sweep keeps asking. `shown` is what the payer's
    app reads where the provider has no page (`providers.Shown`).
    """

    id = models.UUIDField(primary_key=True, editable=False)
    request = models.ForeignKey(PaymentRequest, on_delete=models.PROTECT, related_name="intents")
    directorate_id = models.IntegerField()
    payer_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    provider_payment_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 (unique, unknown at first)
    key = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IQD")
    state = models.CharField(max_length=20, choices=states.CHOICES, default=states.CREATED)
    failure = models.CharField(max_length=60, blank=True)
    redirect_url = EncryptedTextField(null=True)
    shown = EncryptedTextField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_count = models.PositiveIntegerField(default=0)
    ask_next_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["ask_next_at"], name="payments_intent_due", condition=Q(closed_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(name="payments_intent_amount", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="payments_intent_provider_payment",
                fields=["provider", "provider_payment_id"],
            ),
            models.UniqueConstraint(
                name="payments_intent_one_live",
                fields=["request"],
                condition=Q(state__in=sorted(states.LIVE)),
            ),
            models.CheckConstraint(
                name="payments_intent_known_when_initiated",
                condition=Q(state__in=["CREATED", "INIT_UNKNOWN", "FAILED", "EXPIRED"])
                | Q(provider_payment_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.id}"

    @property
    def is_live(self) -> bool:
        """Whether the attempt is under way, as far as we know."""
        return self.state in states.LIVE


class ProviderMessage(models.Model):
    """
    What a provider said, as it came, with secrets and personal details removed. Only ever added.

    A message whose signature was wrong is kept by its size and hash alone.
    """

    class Way(models.TextChoices):
        CALLBACK = "CALLBACK"
        ANSWER = "ANSWER"

    id = models.UUIDField(primary_key=True, editable=False)
    intent = models.ForeignKey(
        PaymentIntent, on_delete=models.PROTECT, null=True, related_name="provider_messages"
    )
    directorate_id = models.IntegerField(null=True)
    provider = models.CharField(max_length=40)
    way = models.CharField(max_length=10, choices=Way.choices)
    event_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 (unique where it exists)
    is_verified = models.BooleanField()
    problem = models.CharField(max_length=60, blank=True)
    content = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Only verified ones: a forger must not use up the name of a message still to come.
            models.UniqueConstraint(
                name="payments_message_once",
                fields=["provider", "event_id"],
                condition=Q(is_verified=True, way="CALLBACK"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.way} {self.id}"


class Settlement(models.Model):
    """
    Money that came in, with its receipt number. Only ever added, once per provider payment.

    `is_credit`: the request was already paid, or cancelled; the payer is owed it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    intent = models.OneToOneField(
        PaymentIntent, on_delete=models.PROTECT, related_name="settlement"
    )
    request = models.ForeignKey(
        PaymentRequest, on_delete=models.PROTECT, related_name="settlements"
    )
    directorate_id = models.IntegerField()
    payer_id = models.UUIDField()
    provider = models.CharField(max_length=40)
    provider_payment_id = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    fee_amount = models.BigIntegerField(default=0)
    receipt_no = models.CharField(max_length=20, unique=True)
    is_credit = models.BooleanField(default=False)
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_settlement_amounts", condition=Q(amount__gt=0, fee_amount__gte=0)
            ),
            models.UniqueConstraint(
                name="payments_settlement_once", fields=["provider", "provider_payment_id"]
            ),
            models.UniqueConstraint(
                name="payments_settlement_one_per_request",
                fields=["request"],
                condition=Q(is_credit=False),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class Basket(models.Model):
    """What somebody pays at once for accounts of one directorate, their own or others'."""

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    payer_id = models.UUIDField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class BasketLine(models.Model):
    """
    So many dinars for an account. Only ever added.

    `bill_key` is the bill the payer chose, as "2026-10:0"; without one the oldest is paid first.
    """

    basket = models.ForeignKey(Basket, on_delete=models.PROTECT, related_name="lines")
    directorate_id = models.IntegerField()
    account_no = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    bill_key = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_line_amount", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="payments_line_once", fields=["basket", "account_no", "bill_key"]
            ),
        ]

    def __str__(self) -> str:
        return self.account_no
