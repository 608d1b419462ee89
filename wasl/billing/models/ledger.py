"""
The ledger: transfers from one account of the books to another.

A transfer debits one and credits another with the same amount, so that entries balance because
nothing else can be written (ADR 61). Rows are only added. The view `billing_posting` shows each as
its two postings.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class LedgerAccount(models.TextChoices):
    """The accounts of the books. A customer's own is a sub-account of RECEIVABLE."""

    RECEIVABLE = "RECEIVABLE", _("customers")
    ENERGY = "ENERGY", _("sale of energy")
    SERVICES = "SERVICES", _("fees for services")
    ADJUSTMENTS = "ADJUSTMENTS", _("adjustments")
    WRITTEN_OFF = "WRITTEN_OFF", _("written off")
    CLEARING = "CLEARING", _("payment companies, not yet with the bank")
    COMPANY_FEES = "COMPANY_FEES", _("fees of payment companies")
    BANK = "BANK", _("bank")
    CASH_AGENTS = "CASH_AGENTS", _("cash agents")
    UNALLOCATED = "UNALLOCATED", _("money not yet matched")
    REFUNDS = "REFUNDS", _("refunds under way")


class Transfer(models.Model):
    """
    `amount` dinars from the credited to the debited account of the books, on a business day.

    `entry` names what it belongs to, for example "bill:0100000017:2026-10:0"; its key makes posting
    it twice impossible. `account_no` is the customer's sub-account where one side is RECEIVABLE;
    `party` the payment company or agent where one side is CLEARING or CASH_AGENTS.
    """

    class Kind(models.TextChoices):
        BILL = "BILL", _("bill")
        CANCELLATION = "CANCELLATION", _("bill cancelled")
        PAYMENT = "PAYMENT", _("payment")
        REFUND = "REFUND", _("refund")
        ADJUSTMENT = "ADJUSTMENT", _("adjustment")
        WRITE_OFF = "WRITE_OFF", _("write-off")
        FEE = "FEE", _("fee for a service")
        SETTLEMENT = "SETTLEMENT", _("paid out by a payment company")
        REBATE = "REBATE", _("rebate")

    pk = models.CompositePrimaryKey("directorate_id", "entry", "line")
    directorate_id = models.PositiveSmallIntegerField()
    entry = models.CharField(max_length=80)
    line = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    debit = models.CharField(max_length=12, choices=LedgerAccount.choices)
    credit = models.CharField(max_length=12, choices=LedgerAccount.choices)
    amount = models.BigIntegerField()
    account_no = models.CharField(max_length=16, null=True)  # noqa: DJ001 (none is not an account)
    # The bill it is about, as "2026-10:0"; of a payment, the one the payer chose.
    bill_key = models.CharField(max_length=12, blank=True, default="")
    party = models.CharField(max_length=40, blank=True, default="")
    posted_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_transfer_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="billing_transfer_two_sides", condition=~Q(debit=F("credit"))
            ),
            models.CheckConstraint(
                name="billing_transfer_customer",
                condition=Q(
                    Q(debit="RECEIVABLE") | Q(credit="RECEIVABLE"), account_no__isnull=False
                )
                | (~Q(debit="RECEIVABLE") & ~Q(credit="RECEIVABLE") & Q(account_no=None)),
            ),
        ]
        indexes = [
            models.Index(
                name="billing_transfer_account",
                fields=["directorate_id", "account_no", "posted_on"],
                condition=Q(account_no__isnull=False),
            ),
            models.Index(name="billing_transfer_day", fields=["directorate_id", "posted_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.line}"

    @property
    def signed_amount(self) -> int:
        """What it adds to the customer's debt."""
        return self.amount if self.debit == LedgerAccount.RECEIVABLE else -self.amount


class Balance(models.Model):
    """What an account owes, in dinars; negative is credit. Kept by the database from transfers."""

    pk = models.CompositePrimaryKey("directorate_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    owed = models.BigIntegerField(default=0)
