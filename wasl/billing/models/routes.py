"""Books of accounts in walking order, the routes that readers walk, and what came of each stop."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BookPlace(models.Model):
    """An account's place in a book: which book of the district, and which door after which."""

    pk = models.CompositePrimaryKey("directorate_id", "account_no")
    directorate_id = models.PositiveSmallIntegerField()
    account_no = models.CharField(max_length=16)
    district_code = models.CharField(max_length=64)
    book = models.PositiveIntegerField()
    position = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(
                name="billing_bookplace_walk",
                fields=["directorate_id", "district_code", "book", "position"],
            )
        ]


class ReadingRoute(models.Model):
    """
    A book walked on a day, by a reader whom a blind draw chose; what the draw needs to be replayed.

    Numbered by attempts: a reader who cannot go gives the route back to the draw.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("waits for a reader")
        OUT = "OUT", _("with its reader")
        DONE = "DONE", _("walked")
        ENDED = "ENDED", _("ended before it was walked")

    pk = models.CompositePrimaryKey("directorate_id", "id")
    id = models.UUIDField()
    directorate_id = models.PositiveSmallIntegerField()
    district_code = models.CharField(max_length=64)
    book = models.PositiveIntegerField()
    walk_on = models.DateField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    reader_id = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    draw = models.JSONField(default=dict, blank=True)
    # None: the cycle planned it.
    planned_by = models.UUIDField(null=True)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="billing_route_book_once_a_day",
                fields=["directorate_id", "district_code", "book", "walk_on"],
            ),
            models.CheckConstraint(
                name="billing_route_out_has_reader",
                condition=Q(status__in=["WAITING", "ENDED"]) | Q(reader_id__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["reader_id", "walk_on"], name="billing_route_of_reader")]


class RouteStop(models.Model):
    """
    A door of a route, and what came of it; answered once, in order.

    `code` is what the audit said; the reader is never told. `distance_m` lies between the position
    of the telephone and the premises.
    """

    class Outcome(models.TextChoices):
        READ = "READ", _("read")
        NOT_READ = "NOT_READ", _("not read")

    pk = models.CompositePrimaryKey("directorate_id", "route_id", "position")
    directorate_id = models.PositiveSmallIntegerField()
    route_id = models.UUIDField()
    position = models.PositiveIntegerField()
    account_no = models.CharField(max_length=16)
    serial = models.CharField(max_length=24)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(max_length=40, blank=True, default="")
    read_on = models.DateField(null=True)
    code = models.PositiveSmallIntegerField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    distance_m = models.PositiveIntegerField(null=True)
    photo = models.CharField(max_length=80, blank=True, default="")
    token = models.CharField(max_length=64, blank=True, default="")
    # The telephone's clock, which nobody believes, and ours.
    noted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billing_stop_answer_is_whole",
                condition=Q(outcome="", answered_at=None, reason="", token="")
                | Q(outcome="READ", answered_at__isnull=False, read_on__isnull=False, reason="")
                | (Q(outcome="NOT_READ", answered_at__isnull=False) & ~Q(reason="")),
            ),
        ]
