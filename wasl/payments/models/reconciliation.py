"""
What companies and banks say came in, beside what we hold; who matched the two; the close of a day.

Files, lines, statements, entries and closes are only ever added. A match is proposed by one person
and decided by another, or made by Wasl for a reason that it names.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wasl.core.fields import EncryptedTextField


class CompanyFile(models.Model):
    """The settlement file of a payment company: what it says it took for us, and keeps of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()
    # How the company names the payout at the bank, where its columns or our settings say so.
    payout_reference = models.CharField(max_length=80, blank=True, default="")
    lines_count = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    fee_amount = models.BigIntegerField()
    imported_by = models.UUIDField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_file_once", fields=["directorate_id", "provider", "sha256"]
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def net_amount(self) -> int:
        """What the bank should receive."""
        return self.amount - self.fee_amount


class CompanyLine(models.Model):
    """
    A payment or a refund in a company's file; `amount` in dinars is negative for a refund.

    `problem` says why it was not matched on import; empty when it was.
    """

    class Problem(models.TextChoices):
        NONE = "", _("matched")
        UNKNOWN = "UNKNOWN", _("we know no such payment")
        NOT_SETTLED = "NOT_SETTLED", _("we know it, but not that it was paid; the company is asked")
        OTHER_AMOUNT = "OTHER_AMOUNT", _("another amount than ours")
        OTHER_OFFICE = "OTHER_OFFICE", _("a payment to another directorate")
        DUPLICATE = "DUPLICATE", _("the company named it before")
        REFUND_UNKNOWN = "REFUND_UNKNOWN", _("we gave no such refund in order")
        UNREADABLE = "UNREADABLE", _("the line cannot be read")

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(CompanyFile, on_delete=models.PROTECT, related_name="lines")
    directorate_id = models.IntegerField()
    provider = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    provider_payment_id = models.CharField(max_length=100)
    key = models.CharField(max_length=100, blank=True)
    amount = models.BigIntegerField()
    fee_amount = models.BigIntegerField(default=0)
    happened_on = models.DateField(null=True)
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True, default="")
    settlement_id = models.UUIDField(null=True)
    content = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_line_number", fields=["file", "number"]),
            # A payment is matched with one line of all files.
            models.UniqueConstraint(
                name="payments_line_of_settlement",
                fields=["settlement_id"],
                condition=Q(settlement_id__isnull=False, amount__gt=0),
            ),
            models.CheckConstraint(
                name="payments_line_matched_or_why",
                condition=Q(problem="", settlement_id__isnull=False) | ~Q(problem=""),
            ),
        ]
        indexes = [
            models.Index(name="payments_line_payment", fields=["provider", "provider_payment_id"]),
            models.Index(
                name="payments_line_open", fields=["directorate_id"], condition=~Q(problem="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_payment_id}"


class BankStatement(models.Model):
    """A statement or notice of the bank (camt.053, camt.054), as one message named it once."""

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    format = models.CharField(max_length=20)
    message_id = models.CharField(max_length=35)
    statement_no = models.CharField(max_length=35)
    account = models.CharField(max_length=34)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    entries_count = models.PositiveIntegerField()
    # Booked already from another message of the bank: a notice, and then the statement.
    known_count = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    imported_by = models.UUIDField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_statement_once",
                fields=["directorate_id", "account", "message_id", "statement_no"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.message_id}"


class BankEntry(models.Model):
    """
    One movement at the bank: dinars, positive in, negative out. A batch is one row a transaction.

    `name` is what makes it unique at its account. `amount` is None where it has a fraction.
    """

    class Status(models.TextChoices):
        BOOKED = "BOOK", _("booked")
        PENDING = "PDNG", _("announced")
        INFORMATION = "INFO", _("for information")

    class Problem(models.TextChoices):
        NONE = "", _("matched")
        UNMATCHED = "UNMATCHED", _("nothing of ours is named")
        AMBIGUOUS = "AMBIGUOUS", _("several of ours are named")
        OTHER_AMOUNT = "OTHER_AMOUNT", _("another amount than the company's file")
        FRACTION = "FRACTION", _("it has a fraction of a dinar")
        REVERSAL = "REVERSAL", _("it takes something back that we do not find")
        OUTGOING = "OUTGOING", _("money went out")
        NOT_BOOKED = "NOT_BOOKED", _("announced, not booked")

    id = models.UUIDField(primary_key=True, editable=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="entries")
    directorate_id = models.IntegerField()
    account = models.CharField(max_length=34)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    entry_reference = models.CharField(max_length=80, blank=True)
    end_to_end_id = models.CharField(max_length=80, blank=True)
    structured_reference = models.CharField(max_length=80, blank=True)
    text = EncryptedTextField(null=True)
    amount = models.BigIntegerField(null=True)
    amount_text = models.CharField(max_length=40)
    booked_on = models.DateField(null=True)
    status = models.CharField(max_length=4, choices=Status.choices)
    is_reversal = models.BooleanField(default=False)
    problem = models.CharField(max_length=20, choices=Problem.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_entry_once",
                fields=["directorate_id", "account", "name"],
                condition=Q(status="BOOK"),
            ),
            models.CheckConstraint(
                name="payments_entry_amount",
                condition=Q(amount__isnull=False) | Q(problem__in=["FRACTION", "NOT_BOOKED"]),
            ),
        ]
        indexes = [
            models.Index(
                name="payments_entry_open", fields=["directorate_id"], condition=~Q(problem="")
            ),
            models.Index(name="payments_entry_reference", fields=["account", "entry_reference"]),
        ]

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """
    What a bank's entry or a company's line is taken for, and why.

    Made by Wasl, both persons are empty; else one proposes and another decides.
    """

    class Target(models.TextChoices):
        PAYOUT = "PAYOUT", _("payout of a company's file")
        SETTLEMENT = "SETTLEMENT", _("one payment")
        ACCOUNT = "ACCOUNT", _("a customer's account")
        AGENT = "AGENT", _("a cash agent's deposit")
        COMPANY = "COMPANY", _("a payment company, without a file")
        FEES = "FEES", _("fees of the bank")
        KEPT = "KEPT", _("kept apart until it is known")

    class Basis(models.TextChoices):
        STRUCTURED = "STRUCTURED", _("structured reference")
        END_TO_END = "END_TO_END", _("end-to-end reference")
        FREE_TEXT = "FREE_TEXT", _("number in the text")
        REVERSAL = "REVERSAL", _("takes back an earlier entry")
        PERSON = "PERSON", _("two persons")

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", _("waits for a second person")
        STANDS = "STANDS", _("stands")
        REFUSED = "REFUSED", _("refused")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    entry = models.ForeignKey(
        BankEntry, on_delete=models.PROTECT, null=True, related_name="matches"
    )
    line = models.ForeignKey(
        CompanyLine, on_delete=models.PROTECT, null=True, related_name="matches"
    )
    target = models.CharField(max_length=12, choices=Target.choices)
    target_name = models.CharField(max_length=100, blank=True)
    basis = models.CharField(max_length=12, choices=Basis.choices)
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.CharField(max_length=200, blank=True)
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_match_one_side",
                condition=Q(entry__isnull=False, line=None) | Q(entry=None, line__isnull=False),
            ),
            models.UniqueConstraint(
                name="payments_match_entry",
                fields=["entry"],
                condition=Q(status__in=["PROPOSED", "STANDS"]),
            ),
            models.UniqueConstraint(
                name="payments_match_line",
                fields=["line"],
                condition=Q(status__in=["PROPOSED", "STANDS"]),
            ),
            # A payout comes once; a payment stands in one line of all files.
            models.UniqueConstraint(
                name="payments_match_payout",
                fields=["target_name"],
                condition=Q(target="PAYOUT", status="STANDS") & ~Q(basis="REVERSAL"),
            ),
            models.UniqueConstraint(
                name="payments_match_settlement",
                fields=["target_name"],
                condition=Q(target="SETTLEMENT", status="STANDS", line__isnull=False),
            ),
            models.CheckConstraint(
                name="payments_match_two_persons",
                condition=Q(proposed_by=None, decided_by=None, status="STANDS")
                | (
                    Q(proposed_by__isnull=False, basis="PERSON")
                    & (
                        Q(status="PROPOSED", decided_by=None, decided_at=None)
                        | (
                            Q(status__in=["STANDS", "REFUSED"])
                            & Q(decided_by__isnull=False, decided_at__isnull=False)
                            & (Q(status="REFUSED") | ~Q(decided_by=F("proposed_by")))
                        )
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.target_name}"


class DayClose(models.Model):
    """
    The books of a day, compared with companies and bank. Each look is a row; the last one counts.

    `checks` holds for each comparison both sums, and what the difference consists of.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.IntegerField()
    day = models.DateField()
    revision = models.PositiveSmallIntegerField()
    is_balanced = models.BooleanField()
    checks = models.JSONField()
    # Debit and credit of each account of the books up to the day: a later change is found out.
    trial = models.JSONField()
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="payments_close_once", fields=["directorate_id", "day", "revision"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.directorate_id} {self.day}"
