"""
Material: in the store, out with an order, in the network, scrapped.

Every move is a row that is only added. What stands in the store, what each order has had, and where
each numbered piece is are kept by the database from these rows, and by nothing else.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wasl.fieldwork.models.orders import WorkOrder


class StockLevel(models.Model):
    """How much of a material is in the store of a directorate, in its unit."""

    directorate_id = models.PositiveSmallIntegerField()
    material = models.CharField(max_length=24)
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_stock_once", fields=["directorate_id", "material"]
            ),
            models.CheckConstraint(name="fieldwork_stock_is_there", condition=Q(quantity__gte=0)),
        ]


class OrderMaterial(models.Model):
    """What an order has had of a material, and what became of it. Nobody uses what was not issued."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="materials")
    directorate_id = models.PositiveSmallIntegerField()
    material = models.CharField(max_length=24)
    issued = models.PositiveIntegerField(default=0)
    taken_out = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    scrapped = models.PositiveIntegerField(default=0)
    first_issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_order_material_once", fields=["order", "material"]
            ),
            models.CheckConstraint(
                name="fieldwork_no_more_than_issued",
                condition=Q(issued__gte=F("used") + F("returned") + F("scrapped") - F("taken_out")),
            ),
        ]

    @property
    def open_quantity(self) -> int:
        """What nobody has accounted for yet."""
        return self.issued + self.taken_out - self.used - self.returned - self.scrapped


class SerialItem(models.Model):
    """A piece with a number of its own, and where it is now."""

    class Where(models.TextChoices):
        STORE = "STORE", _("store")
        ORDER = "ORDER", _("with an order")
        PLACE = "PLACE", _("in the network")
        SCRAP = "SCRAP", _("scrapped")

    directorate_id = models.PositiveSmallIntegerField()
    material = models.CharField(max_length=24)
    serial = models.CharField(max_length=40)
    whereabouts = models.CharField(max_length=5, choices=Where.choices)
    order_id = models.UUIDField(null=True)
    place_code = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_serial_once", fields=["directorate_id", "material", "serial"]
            ),
            models.CheckConstraint(
                name="fieldwork_serial_is_somewhere",
                condition=Q(whereabouts="ORDER", order_id__isnull=False)
                | Q(whereabouts="PLACE") & ~Q(place_code="")
                | Q(whereabouts__in=["STORE", "SCRAP"], order_id=None),
            ),
        ]


class MaterialRequest(models.Model):
    """What a crew needs for an order; the store gives it against this."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="requests")
    directorate_id = models.PositiveSmallIntegerField()
    material = models.CharField(max_length=24)
    quantity = models.PositiveIntegerField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fieldwork_request_of_something", condition=Q(quantity__gt=0)
            ),
        ]
        indexes = [
            models.Index(
                name="fieldwork_request_open",
                fields=["directorate_id", "asked_at"],
                condition=Q(closed_at=None),
            ),
        ]


class StockMove(models.Model):
    """One move of material: what, how much, for which order, who gave and who took."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", _("received")
        ISSUED = "ISSUED", _("handed out")
        USED = "USED", _("put in")
        RETURNED = "RETURNED", _("brought back")
        SCRAPPED = "SCRAPPED", _("scrapped")
        TAKEN_OUT = "TAKEN_OUT", _("taken out at the place")

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    material = models.CharField(max_length=24)
    quantity = models.PositiveIntegerField()
    serial = models.CharField(max_length=40, default="", blank=True)
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, related_name="moves")
    request = models.ForeignKey(MaterialRequest, models.PROTECT, null=True, related_name="moves")
    delivery_no = models.CharField(max_length=40, default="", blank=True)
    place_code = models.CharField(max_length=64, default="", blank=True)
    given_by = models.UUIDField(null=True)
    taken_by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="fieldwork_move_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="fieldwork_move_for_an_order",
                condition=Q(kind="RECEIVED", order=None)
                | Q(kind="ISSUED", order__isnull=False, request__isnull=False)
                | Q(kind__in=["USED", "RETURNED", "SCRAPPED", "TAKEN_OUT"], order__isnull=False),
            ),
            models.CheckConstraint(
                name="fieldwork_move_one_numbered_piece",
                condition=Q(serial="") | Q(quantity=1),
            ),
            # Whoever gives from the store is not the one who takes.
            models.CheckConstraint(
                name="fieldwork_move_two_hands",
                condition=~Q(kind__in=["ISSUED", "RETURNED"])
                | Q(given_by__isnull=False, taken_by__isnull=False) & ~Q(given_by=F("taken_by")),
            ),
        ]
        indexes = [
            models.Index(name="fieldwork_move_when", fields=["directorate_id", "-at"]),
        ]
