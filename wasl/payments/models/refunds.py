"""
Money given back, and payments that a person has to look at. Each takes two persons.

The record of a refund stands, and says that the company is being asked, before it is asked: once.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wasl.payments.models.paying import PaymentIntent, Settlement


class Refund(models.Model):
    """
    So many dinars of a payment, back to where they came from.

    `key` is ours, for companies that refuse the second of the same. `reference` is the company's.
    """

    class Reason(models.TextChoices):
        PAID_TWICE = "PAID_TWICE", _("paid twice")
        WRONG_ACCOUNT = "WRONG_ACCOUNT", _("paid for the wrong account")
        WRONG_AMOUNT = "WRONG_AMOUNT", _("paid a wrong amount")
        SERVICE_NOT_GIVEN = "SERVICE_NOT_GIVEN", _("the service was not given")
        DECISION = "DECISION", _("decided on an appeal or by a court")

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("waits for a second person")
        REJECTED = "REJECTED", _("refused by the second person")
        REFUNDING = "REFUNDING", _("the company is at it")
        REFUND_UNKNOWN = "REFUND_UNKNOWN", _("unclear whether it was given back")
        REFUNDED = "REFUNDED", _("given back")
        REFUND_FAILED = "REFUND_FAILED", _("the company refused")

    OVER = (State.REJECTED, State.REFUNDED, State.REFUND_FAILED)

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.REQUESTED)
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True)
    failure = models.CharField(max_length=60, blank=True)
    resolved_by = models.UUIDField(null=True)
    resolution = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_refund_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_refund_two_persons",
                condition=Q(decided_by=None, state="REQUESTED", called_at=None)
                | (
                    Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(state="REQUESTED")
                    & (Q(state="REJECTED") | ~Q(decided_by=F("requested_by")))
                ),
            ),
            models.CheckConstraint(
                name="payments_refund_called_before_its_end",
                condition=Q(state__in=["REQUESTED", "REJECTED"], called_at=None)
                | (~Q(state__in=["REQUESTED", "REJECTED"]) & Q(called_at__isnull=False)),
            ),
            # One at a time, and one at most that may have gone through.
            models.UniqueConstraint(
                name="payments_refund_once",
                fields=["settlement"],
                condition=~Q(state__in=["REJECTED", "REFUND_FAILED"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in self.OVER


class Review(models.Model):
    """What two persons say of an attempt where money came, but not as agreed."""

    class Outcome(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("money came: count this amount")
        NO_MONEY = "NO_MONEY", _("no money of ours came, or it went back")

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("waits for a second person")
        STANDS = "STANDS", _("stands")
        REFUSED = "REFUSED", _("refused")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    intent = models.ForeignKey(PaymentIntent, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    amount = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_review_amount",
                condition=Q(outcome="ACCEPTED", amount__gt=0) | Q(outcome="NO_MONEY", amount=0),
            ),
            models.CheckConstraint(
                name="payments_review_two_persons",
                condition=Q(status="PROPOSED", decided_by=None, decided_at=None)
                | (
                    Q(
                        status__in=["STANDS", "REFUSED"],
                        decided_by__isnull=False,
                        decided_at__isnull=False,
                    )
                    & (Q(status="REFUSED") | ~Q(decided_by=F("proposed_by")))
                ),
            ),
            models.UniqueConstraint(
                name="payments_review_one",
                fields=["intent"],
                condition=Q(status__in=["PROPOSED", "STANDS"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id} {self.outcome}"
