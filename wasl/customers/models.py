"""
Accounts, premises, meters and the chain of hands that each meter goes through.

Keys are natural and begin with the directorate (docs: scale-out). People, cases and documents are
named by value. Composite foreign keys among these tables stand in the migration, as SQL.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class AccountCounter(models.Model):
    """The last number given to an account of a directorate; drawn under a lock of the row."""

    directorate_id = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Premises(models.Model):
    """A place that can be supplied. Written as people say it: mahalla, zuqaq, dar."""

    class Kind(models.TextChoices):
        HOME = "HOME", _("home")
        SHOP = "SHOP", _("shop or office")
        WORKSHOP = "WORKSHOP", _("workshop or factory")
        FARM = "FARM", _("farm")
        PUBLIC = "PUBLIC", _("public building")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    district_code = models.CharField(max_length=64)
    mahalla = models.CharField(max_length=40)
    zuqaq = models.CharField(max_length=40, default="", blank=True)
    dar = models.CharField(max_length=40, default="", blank=True)
    landmark = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        indexes = [
            models.Index(
                fields=["directorate_id", "mahalla", "zuqaq", "dar"],
                name="customers_premises_address",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__gte=28, lat__lte=38, lon__gte=38, lon__lte=49),
                name="customers_premises_in_iraq",
            )
        ]


class Account(models.Model):
    """The contract of a holder for a premises. Its number outlives the holder."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", _("active")
        CLOSED = "CLOSED", _("closed")

    class Tariff(models.TextChoices):
        RESIDENTIAL = "RESIDENTIAL", _("household")
        COMMERCIAL = "COMMERCIAL", _("commercial")
        INDUSTRIAL = "INDUSTRIAL", _("industrial")
        AGRICULTURAL = "AGRICULTURAL", _("agricultural")
        GOVERNMENT = "GOVERNMENT", _("government")

    pk = models.CompositePrimaryKey("directorate_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    holder_id = models.UUIDField()
    premises_id = models.UUIDField()
    tariff_class = models.CharField(max_length=16, choices=Tariff.choices)
    phases = models.PositiveSmallIntegerField()
    load_kw = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    opened_by_case = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate_id", "opened_by_case"], name="customers_case_opens_one_account"
            ),
            models.UniqueConstraint(
                fields=["directorate_id", "premises_id"],
                condition=Q(status="ACTIVE"),
                name="customers_premises_has_one_account",
            ),
            models.CheckConstraint(
                condition=Q(status="ACTIVE", closed_at=None)
                | Q(status="CLOSED", closed_at__isnull=False),
                name="customers_account_closing_has_time",
            ),
            models.CheckConstraint(condition=Q(load_kw__gt=0), name="customers_account_has_load"),
            models.CheckConstraint(
                condition=Q(phases__in=[1, 3]), name="customers_one_or_three_phases"
            ),
        ]
        indexes = [models.Index(fields=["holder_id"], name="customers_account_holder")]

    @property
    def is_active(self) -> bool:
        """Whether it is supplied."""
        return self.status == self.Status.ACTIVE


class Custodian(models.TextChoices):
    """In whose hands a meter can be."""

    SUPPLIER = "SUPPLIER", _("supplier")
    STORE = "STORE", _("store")
    TECHNICIAN = "TECHNICIAN", _("technician")
    PREMISES = "PREMISES", _("premises")
    LAB = "LAB", _("laboratory")
    SCRAP = "SCRAP", _("scrapped")


# From whose hands into whose. Whatever leaves the store for a technician leaves for a case.
MOVES = (
    ("SUPPLIER", "STORE"),
    ("STORE", "TECHNICIAN"),
    ("STORE", "STORE"),
    ("STORE", "LAB"),
    ("STORE", "SCRAP"),
    ("TECHNICIAN", "PREMISES"),
    ("TECHNICIAN", "STORE"),
    ("PREMISES", "TECHNICIAN"),
    ("LAB", "STORE"),
    ("LAB", "SCRAP"),
)


class Meter(models.Model):
    """
    A meter, and in whose hands it is now.

    The last four fields are kept by the database from the custody rows; it refuses to let anything
    else write them.
    """

    pk = models.CompositePrimaryKey("directorate_id", "serial")
    directorate_id = models.PositiveSmallIntegerField()
    serial = models.CharField(max_length=24)
    phases = models.PositiveSmallIntegerField()
    # How many digits the register shows before it goes round to zero, and what a shown unit stands
    # for: 1, or the ratio of the current transformers.
    digits = models.PositiveSmallIntegerField(default=6)
    multiplier = models.PositiveSmallIntegerField(default=1)
    delivery_no = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    custody_sequence = models.PositiveIntegerField(default=0)
    custodian = models.CharField(max_length=12, choices=Custodian.choices, default="SUPPLIER")
    held_by = models.CharField(max_length=64, default="", blank=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(phases__in=[1, 3]), name="customers_meter_phases"),
            models.CheckConstraint(
                condition=Q(digits__gte=4, digits__lte=9, multiplier__gte=1),
                name="customers_meter_register",
            ),
            # A case has one meter out at a time: a second one would be issued twice for it.
            models.UniqueConstraint(
                fields=["directorate_id", "case_id"],
                condition=Q(custodian="TECHNICIAN"),
                name="customers_case_has_one_meter_out",
            ),
        ]
        indexes = [
            models.Index(fields=["directorate_id", "custodian"], name="customers_meter_custodian"),
            models.Index(fields=["directorate_id", "case_id"], name="customers_meter_case"),
        ]


class MeterCustody(models.Model):
    """One hand-over of a meter. Rows are only added, and each takes up where the last one ended."""

    pk = models.CompositePrimaryKey("directorate_id", "serial", "sequence")
    directorate_id = models.PositiveSmallIntegerField()
    serial = models.CharField(max_length=24)
    sequence = models.PositiveIntegerField()
    from_custodian = models.CharField(max_length=12, choices=Custodian.choices)
    from_held_by = models.CharField(max_length=64, default="", blank=True)
    to_custodian = models.CharField(max_length=12, choices=Custodian.choices)
    to_held_by = models.CharField(max_length=64, default="", blank=True)
    case_id = models.UUIDField(null=True)
    moved_by = models.UUIDField(null=True)
    moved_at = models.DateTimeField()
    # Seal, reading, photograph and place of an installation or a removal; the reason of a return.
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(Q(from_custodian=a, to_custodian=b) for a, b in MOVES), _connector="OR"
                ),
                name="customers_custody_known_move",
            ),
            models.CheckConstraint(
                condition=~Q(to_custodian__in=["TECHNICIAN", "PREMISES"])
                | Q(case_id__isnull=False),
                name="customers_custody_leaves_store_for_case",
            ),
        ]
        indexes = [models.Index(fields=["case_id"], name="customers_custody_case")]


class StockCount(models.Model):
    """A count of a store's shelves beside the books: what was missing, what nobody knew of. Only added."""

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    counted = models.PositiveIntegerField()
    expected = models.PositiveIntegerField()
    missing = models.JSONField(default=list)
    unexpected = models.JSONField(default=list)
    broken = models.JSONField(default=list)
    counted_by = models.UUIDField()
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="customers_count_time", fields=["directorate_id", "-counted_at"])
        ]

    @property
    def is_reconciled(self) -> bool:
        """Whether the shelves and the books agreed."""
        return not (self.missing or self.unexpected or self.broken)


class ScrapRequest(models.Model):
    """Meters that are to leave the store for scrap: one person asks, another agrees."""

    class Reason(models.TextChoices):
        BROKEN = "BROKEN", _("broken meter")
        BURNT = "BURNT", _("burnt")
        TAMPERED = "TAMPERED", _("tampered with")
        OBSOLETE = "OBSOLETE", _("out of use")

    class Status(models.TextChoices):
        ASKED = "ASKED", _("waits for a decision")
        AGREED = "AGREED", _("scrapped")
        REFUSED = "REFUSED", _("refused")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    serials = models.JSONField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_scrap_two_people",
                condition=Q(status="ASKED", decided_by=None, decided_at=None)
                | Q(
                    ~Q(decided_by=models.F("asked_by")),
                    status="AGREED",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(status="REFUSED", decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]


def _period() -> Func:
    return Func("valid_from", "valid_to", function="TSTZRANGE", output_field=DateTimeRangeField())


class MeterAssignment(models.Model):
    """A meter measures an account for a time, half-open. Never two at once."""

    pk = models.CompositePrimaryKey("directorate_id", "serial", "valid_from")
    directorate_id = models.PositiveSmallIntegerField()
    serial = models.CharField(max_length=24)
    account_no = models.CharField(max_length=16)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    case_id = models.UUIDField()
    seal_no = models.CharField(max_length=40)
    first_reading_kwh = models.PositiveIntegerField()
    final_reading_kwh = models.PositiveIntegerField(null=True)
    photo_document_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="customers_meter_measures_one_account",
                expressions=[
                    ("directorate_id", RangeOperators.EQUAL),
                    ("serial", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="customers_account_has_one_meter",
                expressions=[
                    ("directorate_id", RangeOperators.EQUAL),
                    ("account_no", RangeOperators.EQUAL),
                    (_period(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                # Not "last ≥ first": a register may have gone round meanwhile. Billing audits it.
                condition=Q(valid_to=None, final_reading_kwh=None)
                | Q(valid_to__gte=F("valid_from"), final_reading_kwh__isnull=False),
                name="customers_assignment_ends_with_reading",
            ),
        ]
