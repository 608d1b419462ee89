"""Bills. Issued, a bill is never edited: it is cancelled as a whole, and made anew."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ClassPeriod(models.Model):
    """From which day on an account is billed as which class, where that ever changed."""

    pk = models.CompositePrimaryKey("directorate_id", "account_no", "valid_from")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    valid_from = models.DateField()
    # Kept by the database: the day on which the next one begins.
    valid_to = models.DateField(null=True)
    tariff_class = models.CharField(max_length=16)
    decided_by = models.UUIDField(null=True)


class Bill(models.Model):
    """
    What an account owes for a period, with how that came about. Rows are only added.

    The key makes a second bill of one period impossible. `period` is the cycle, "2026-10".
    `lines` explains: for each part and block the days, the slice, the kWh in it, the price in fils
    and the amount; a check holds their sum to `energy_amount`. `credit_amount` gives back what
    estimated bills of the same days had asked for. `balance_before` is what was owed already.
    """

    class Kind(models.TextChoices):
        REGULAR = "REGULAR", _("regular bill")
        FINAL = "FINAL", _("final bill")
        REBILL = "REBILL", _("corrected bill")

    pk = models.CompositePrimaryKey("directorate_id", "account_no", "period", "revision")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    period = models.CharField(max_length=7)
    revision = models.PositiveSmallIntegerField(default=0)
    run_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    tariff_class = models.CharField(max_length=16)
    from_on = models.DateField()
    to_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    opening_kwh = models.BigIntegerField()
    closing_kwh = models.BigIntegerField()
    kwh = models.BigIntegerField()
    is_estimated = models.BooleanField(default=False)
    lines = models.JSONField()
    energy_amount = models.BigIntegerField()
    credit_amount = models.BigIntegerField(default=0)
    balance_before = models.BigIntegerField(default=0)
    issued_on = models.DateField()
    due_on = models.DateField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_bill_days", condition=Q(days__gt=0, to_on__gt=F("from_on"))
            ),
            models.CheckConstraint(
                name="billing_bill_amounts",
                condition=Q(energy_amount__gte=0, credit_amount__gte=0, kwh__gte=0),
            ),
            models.CheckConstraint(
                name="billing_bill_due_later", condition=Q(due_on__gte=F("issued_on"))
            ),
        ]
        indexes = [
            models.Index(name="billing_bill_run", fields=["directorate_id", "run_id", "account_no"])
        ]

    @property
    def amount(self) -> int:
        """Dinars that this bill adds to what the account owes; negative when it gives back."""
        return self.energy_amount - self.credit_amount

    @property
    def key(self) -> str:
        """The bill among those of its account, as transfers name it."""
        return f"{self.period}:{self.revision}"

    @property
    def number(self) -> str:
        """What people call it: account, period, and how often it was corrected."""
        return bill_number(self.account_no, self.period, self.revision)


def bill_number(account_no: str, period: str, revision: int) -> str:
    """The number printed on a bill; it follows from its key, so that no number is drawn."""
    return f"{account_no}-{period.replace('-', '')}-{revision}"


class BillCancellation(models.Model):
    """That a bill is void, why, and who agreed. Rows are only added, one a bill."""

    pk = models.CompositePrimaryKey("directorate_id", "account_no", "period", "revision")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    period = models.CharField(max_length=7)
    revision = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")
    asked_by = models.UUIDField()
    agreed_by = models.UUIDField()
    cancelled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_cancellation_second_person",
                condition=~Q(asked_by=F("agreed_by")),
            ),
        ]
