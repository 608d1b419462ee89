"""Bills that their customer contests, until the case about it is decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BillDispute(models.Model):
    """
    A bill is contested: `amount` dinars of it are not collected while the case is open.

    Closed once, with its outcome. Where the bill was right, it is due anew on `due_again_on`.
    """

    class Reason(models.TextChoices):
        WRONG_READING = "WRONG_READING", _("The reading is wrong")
        TOO_HIGH = "TOO_HIGH", _("It is too high, and I do not know why")
        NOT_MY_METER = "NOT_MY_METER", _("It is not my meter")
        ALREADY_PAID = "ALREADY_PAID", _("I have paid it already")
        OTHER = "OTHER", _("Something else")

    class Outcome(models.TextChoices):
        UPHELD = "UPHELD", _("the bill was right")
        CORRECTED = "CORRECTED", _("the bill was corrected")
        WITHDRAWN = "WITHDRAWN", _("the customer took it back")

    pk = models.CompositePrimaryKey("directorate_id", "case_id")
    directorate_id = models.PositiveSmallIntegerField()
    case_id = models.UUIDField()
    account_no = models.CharField(max_length=16)
    period = models.CharField(max_length=7)
    revision = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    amount = models.BigIntegerField()
    own_reading_kwh = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    due_again_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_dispute_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="billing_dispute_closing_has_outcome",
                condition=Q(closed_at=None, outcome="", due_again_on=None)
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
            models.UniqueConstraint(
                name="billing_dispute_one_open_a_bill",
                fields=["directorate_id", "account_no", "period", "revision"],
                condition=Q(closed_at=None),
            ),
        ]
        indexes = [
            models.Index(
                name="billing_dispute_bill",
                fields=["directorate_id", "account_no", "period", "revision"],
            )
        ]

    @property
    def key(self) -> str:
        """The bill, as transfers name it."""
        return f"{self.period}:{self.revision}"
