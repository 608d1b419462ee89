"""Banks, wallets and cash agents that fetch what is due and report payments: the biller interface."""

from django.db import models
from django.db.models import Q


class BillerAgent(models.Model):
    """
    Who may fetch and report, by its own key. `public_key` is Ed25519, 32 bytes in Base64.

    It takes at most `most_per_payment` at once and `most_per_day` a day, in dinars, and takes back
    until `cut_off_hour` in Baghdad.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    public_key = models.CharField(max_length=44)
    most_per_payment = models.BigIntegerField()
    most_per_day = models.BigIntegerField()
    cut_off_hour = models.PositiveSmallIntegerField(default=20)
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_agent_limits",
                condition=Q(most_per_payment__gt=0, most_per_day__gt=0, cut_off_hour__lt=24),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class BillerNonce(models.Model):
    """A number that an agent has used in a request: never twice. Forgotten when requests are stale."""

    id = models.UUIDField(primary_key=True, editable=False)
    agent = models.ForeignKey(BillerAgent, on_delete=models.CASCADE, related_name="nonces")
    nonce = models.CharField(max_length=64)
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_nonce_once", fields=["agent", "nonce"]),
        ]

    def __str__(self) -> str:
        return self.nonce


class BillerFetch(models.Model):
    """What an agent was told of an account; its id is the reference to pay by. Only ever added."""

    id = models.UUIDField(primary_key=True, editable=False)
    agent = models.ForeignKey(BillerAgent, on_delete=models.PROTECT, related_name="fetches")
    directorate_id = models.IntegerField()
    account_no = models.CharField(max_length=16)
    owed = models.BigIntegerField()
    fetched_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class BillerPayment(models.Model):
    """A payment that an agent has taken. Only ever added; once per number of the agent's."""

    id = models.UUIDField(primary_key=True, editable=False)
    agent = models.ForeignKey(BillerAgent, on_delete=models.PROTECT, related_name="payments")
    directorate_id = models.IntegerField()
    fetch = models.ForeignKey(BillerFetch, on_delete=models.PROTECT, related_name="payments")
    transaction_id = models.CharField(max_length=64)
    account_no = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    taken_at = models.DateTimeField()
    receipt_no = models.CharField(max_length=20, unique=True)
    event_id = models.UUIDField()
    reported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_biller_once", fields=["agent", "transaction_id"]
            ),
            models.CheckConstraint(name="payments_biller_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(name="payments_biller_day", fields=["agent", "reported_at"])]

    def __str__(self) -> str:
        return self.receipt_no


class BillerReversal(models.Model):
    """An agent took a payment back, before its cut-off. Only ever added, once a payment."""

    payment = models.OneToOneField(
        BillerPayment, on_delete=models.PROTECT, primary_key=True, related_name="reversal"
    )
    directorate_id = models.IntegerField()
    reason = models.CharField(max_length=200)
    reversed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.payment_id)


class BillerDay(models.Model):
    """An agent's own list of a day beside ours: `breaks` names each line that differs."""

    id = models.UUIDField(primary_key=True, editable=False)
    agent = models.ForeignKey(BillerAgent, on_delete=models.PROTECT, related_name="days")
    directorate_id = models.IntegerField()
    day = models.DateField()
    revision = models.PositiveSmallIntegerField()
    lines_count = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    our_count = models.PositiveIntegerField()
    our_amount = models.BigIntegerField()
    breaks = models.JSONField(default=list)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_biller_day_once", fields=["agent", "day", "revision"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.day}"
