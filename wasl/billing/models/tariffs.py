"""Tariffs: dated versions that never change once published, and where each is in force."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Tariff(models.Model):
    """
    One version of the prices of a class.

    Published, it and its blocks are fixed; a correction is a new version. A tariff whose figures
    nobody confirmed cannot be published: the database refuses it.
    """

    class Proration(models.TextChoices):
        STRETCH = "STRETCH", _("the blocks stretch with the days")
        MONTHS = "MONTHS", _("the blocks count by whole months")
        NONE = "NONE", _("the blocks stand for each bill")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        PUBLISHED = "PUBLISHED", _("published")

    code = models.CharField(primary_key=True, max_length=40)
    tariff_class = models.CharField(max_length=16)
    name_ar = models.CharField(max_length=120)
    name_ckb = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    valid_from = models.DateField()
    proration = models.CharField(max_length=8, choices=Proration.choices)
    base_days = models.PositiveSmallIntegerField(default=30)
    source = models.TextField()
    legal_basis = models.TextField(blank=True)
    is_verified = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.UUIDField(null=True)
    published_by = models.UUIDField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_tariff_published_is_verified",
                condition=Q(status="DRAFT", published_at=None)
                | Q(status="PUBLISHED", is_verified=True, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="billing_tariff_second_person",
                condition=Q(drafted_by=None)
                | Q(published_by=None)
                | ~Q(drafted_by=F("published_by")),
            ),
            models.CheckConstraint(
                name="billing_tariff_base_days", condition=Q(base_days__gte=1, base_days__lte=366)
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def name(self, language: str) -> str:
        """What people call it."""
        return str(getattr(self, f"name_{language}", self.name_en))

    @property
    def is_published(self) -> bool:
        """Whether bills may be made with it."""
        return self.status == self.Status.PUBLISHED


class TariffBlock(models.Model):
    """
    A slice of the use and its price. `from_kwh` and `to_kwh` are for `base_days` days.

    Prices are in fils, of which a dinar has a thousand. The last block has no end.
    """

    pk = models.CompositePrimaryKey("tariff_id", "position")
    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="blocks")
    position = models.PositiveSmallIntegerField()
    from_kwh = models.PositiveIntegerField()
    to_kwh = models.PositiveIntegerField(null=True)
    price_fils = models.PositiveBigIntegerField()
    source = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="billing_block_begins_once", fields=["tariff", "from_kwh"]
            ),
            models.CheckConstraint(
                name="billing_block_has_width",
                condition=Q(to_kwh=None) | Q(to_kwh__gt=F("from_kwh")),
            ),
            models.CheckConstraint(
                name="billing_block_size", condition=Q(from_kwh__lt=10**7, price_fils__lt=10**8)
            ),
        ]


class TariffUse(models.Model):
    """Which tariff a directorate bills a class with, from a day on, until the next one begins."""

    directorate_id = models.PositiveSmallIntegerField()
    tariff_class = models.CharField(max_length=16)
    valid_from = models.DateField()
    # Kept by the database: the day on which the next one begins.
    valid_to = models.DateField(null=True)
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="uses")
    decided_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="billing_one_tariff_in_force",
                fields=["directorate_id", "tariff_class", "valid_from"],
            ),
        ]
