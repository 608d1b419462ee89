"""The organisation, what is open where, and dated settings. All of it is public."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

EVERY_SERVICE = "*"


def in_words(row: object, field: str, language: str) -> str:
    """The text of a row's field in a language; in Arabic where that language has none."""
    return str(getattr(row, f"{field}_{language}", "") or getattr(row, f"{field}_ar"))


_Row = TypeVar("_Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[_Row]):
    """Rows that hold from a day up to, not including, another."""

    def on(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Directorate(models.Model):
    """A ministry or a distribution directorate. Its number is fixed in the seed, for ever."""

    class Kind(models.TextChoices):
        MINISTRY = "MINISTRY", _("ministry")
        DISTRIBUTION = "DISTRIBUTION", _("distribution directorate")

    id = models.PositiveSmallIntegerField(primary_key=True)
    code = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name_ar = models.CharField(max_length=120)
    name_ckb = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_verified = models.BooleanField(default=False)
    source = models.TextField(default="", blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["MINISTRY", "DISTRIBUTION"]), name="directorates_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="directorates_directorate_ends_later",
            ),
            # Account numbers begin with two digits of it.
            models.CheckConstraint(
                condition=Q(id__gte=1, id__lte=99), name="directorates_number_has_two_digits"
            ),
        ]

    def name(self, language: str) -> str:
        """The name in a language."""
        return in_words(self, "name", language)


class RolloutPhase(models.Model):
    """What the public can use in a directorate from a day on: one service, or `*` every service."""

    class Phase(models.TextChoices):
        ACTIVE = "ACTIVE", _("open")
        ANNOUNCED = "ANNOUNCED", _("announced as next")
        LATER = "LATER", _("later")

    directorate = models.ForeignKey(Directorate, models.PROTECT, related_name="phases")
    service = models.CharField(max_length=64, default=EVERY_SERVICE)
    phase = models.CharField(max_length=16, choices=Phase.choices)
    valid_from = models.DateField()
    note_ar = models.TextField(default="", blank=True)
    note_ckb = models.TextField(default="", blank=True)
    note_en = models.TextField(default="", blank=True)
    today_ar = models.TextField(default="", blank=True)
    today_ckb = models.TextField(default="", blank=True)
    today_en = models.TextField(default="", blank=True)
    phone = models.CharField(max_length=32, default="", blank=True)
    is_verified = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "service", "valid_from"],
                name="directorates_phase_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["ACTIVE", "ANNOUNCED", "LATER"]),
                name="directorates_known_phase",
            ),
        ]


class District(models.Model):
    """An area: a qada, a nahiya, or a quarter of mahallas. Outlines are schematic."""

    class Kind(models.TextChoices):
        QADA = "QADA", _("qada")
        NAHIYA = "NAHIYA", _("nahiya")
        AREA = "AREA", _("quarter")

    directorate = models.ForeignKey(Directorate, models.PROTECT, related_name="districts")
    code = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name_ar = models.CharField(max_length=80)
    name_ckb = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    mahallas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    outline = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    is_verified = models.BooleanField(default=False)
    source = models.TextField(default="", blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["QADA", "NAHIYA", "AREA"]), name="directorates_known_area"
            ),
            models.CheckConstraint(
                condition=Q(lat__gte=28, lat__lte=38, lon__gte=38, lon__lte=49),
                name="directorates_district_in_iraq",
            ),
        ]

    def name(self, language: str) -> str:
        """The name in a language."""
        return in_words(self, "name", language)


class Holiday(models.Model):
    """
    A day on which offices are closed. Rows are only added: the highest version of a day holds.

    A version with `is_closed` false takes a holiday back, as when the moon was seen a day later.
    """

    # None is the whole country.
    directorate = models.ForeignKey(Directorate, models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    is_closed = models.BooleanField(default=True)
    name_ar = models.CharField(max_length=120)
    name_ckb = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    is_confirmed = models.BooleanField()
    source = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "day", "version"],
                nulls_distinct=False,
                name="directorates_holiday_version_once",
            )
        ]

    def name(self, language: str) -> str:
        """The name in a language."""
        return in_words(self, "name", language)


class OfficeHoursPeriod(models.Model):
    """
    Office hours for a time, `RAMADAN-2026` for example. The highest version of a code holds.

    `valid_to` None are the ordinary hours; `is_withdrawn` takes the period back.
    """

    directorate = models.ForeignKey(Directorate, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=48)
    version = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    opens = models.TimeField()
    closes = models.TimeField()
    is_withdrawn = models.BooleanField(default=False)
    is_confirmed = models.BooleanField()
    source = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code", "version"],
                nulls_distinct=False,
                name="directorates_hours_version_once",
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="directorates_hours_close_later"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="directorates_hours_end_later",
            ),
        ]


class DatedSetting(models.Model):
    """
    A value that holds from a day on, in one directorate or (None) in all. Rows are only added.

    One person proposes and another approves; a seed's rows have neither.
    """

    key = models.CharField(max_length=96)
    directorate = models.ForeignKey(Directorate, models.PROTECT, null=True, related_name="+")
    value = models.JSONField()
    valid_from = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.UUIDField(null=True)
    approved_by = models.UUIDField(null=True)
    source = models.TextField()
    legal_basis = models.TextField(default="", blank=True)
    is_verified = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "directorate", "valid_from", "version"],
                nulls_distinct=False,
                name="directorates_setting_version_once",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None, approved_by=None)
                | (
                    Q(proposed_by__isnull=False, approved_by__isnull=False)
                    & ~Q(proposed_by=F("approved_by"))
                ),
                name="directorates_setting_by_two_people",
            ),
        ]
        indexes = [models.Index(fields=["key", "-valid_from"], name="directorates_setting_key")]
