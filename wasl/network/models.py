"""
Substations, feeders and their sections, transformers, low-voltage networks and service points.

The way of the current is a tree, and the database keeps it one (migration 0004): a section hangs on
a section of its own feeder or on the substation, a transformer on a section of its own feeder, a
node of a low-voltage network on a node of the same network; nothing hangs on itself.
"""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Substation(models.Model):
    """A 33/11 kV substation."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    name_ar = models.CharField(max_length=80)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code"], name="network_substation_code_once"
            )
        ]


class Feeder(models.Model):
    """An 11 kV feeder out of a substation."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    substation = models.ForeignKey(Substation, models.PROTECT, related_name="feeders")
    code = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["directorate", "code"], name="network_feeder_code_once")
        ]


class FeederSection(models.Model):
    """
    The part of a feeder behind one switch, up to the next switches.

    Fed by the section `upstream`, the first by the substation's breaker. `path` is the line on the
    map, places [lat, lon] in the direction of the current; empty where nobody surveyed it.
    """

    class Switch(models.TextChoices):
        BREAKER = "BREAKER", _("circuit breaker")
        RECLOSER = "RECLOSER", _("recloser")
        SECTIONALISER = "SECTIONALISER", _("sectionaliser")
        ISOLATOR = "ISOLATOR", _("isolator")
        FUSE = "FUSE", _("fuse")

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    feeder = models.ForeignKey(Feeder, models.PROTECT, related_name="sections")
    code = models.CharField(max_length=32)
    upstream = models.ForeignKey("self", models.PROTECT, null=True, related_name="downstream")
    switch = models.CharField(max_length=16, choices=Switch.choices, default=Switch.ISOLATOR)
    path = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code"], name="network_section_code_once"
            ),
            models.CheckConstraint(
                condition=Q(upstream=None) | ~Q(upstream=F("id")),
                name="network_section_feeds_not_itself",
            ),
        ]


class Transformer(models.Model):
    """
    A distribution transformer, 11/0.4 kV.

    `connected_kw` is the declared load of all its service points, before diversity; it changes only
    in a transaction that locks the row.
    """

    class Kind(models.TextChoices):
        POLE = "POLE", _("on a pole")
        KIOSK = "KIOSK", _("in a kiosk")
        ROOM = "ROOM", _("in a room")

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    feeder = models.ForeignKey(Feeder, models.PROTECT, related_name="transformers")
    # Null where nobody has said yet which part of the feeder it hangs on.
    section = models.ForeignKey(
        FeederSection, models.PROTECT, null=True, related_name="transformers"
    )
    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rated_kva = models.PositiveIntegerField()
    connected_kw = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    lat = models.FloatField()
    lon = models.FloatField()
    installed_date = models.DateField()
    removed_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "code"], name="network_transformer_code_once"
            ),
            models.CheckConstraint(condition=Q(rated_kva__gt=0), name="network_rating_is_positive"),
            models.CheckConstraint(
                condition=Q(connected_kw__gte=0), name="network_load_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(removed_date=None) | Q(removed_date__gte=F("installed_date")),
                name="network_transformer_removed_later",
            ),
        ]


class LowVoltageNetwork(models.Model):
    """
    What load flow needs of a transformer that its plate says, and where the figures come from.

    Percentages are of the rated kVA, as manufacturers and pandapower give them (vk, vkr, i0).
    `source_pu` is the voltage on the 11 kV side as a share of the nominal, `tap_pct` what the tap
    adds to the voltage without load. `licence` and `attribution` are shown wherever it is shown.
    """

    transformer = models.OneToOneField(
        Transformer, models.PROTECT, primary_key=True, related_name="low_voltage"
    )
    nominal_v = models.FloatField(default=400)
    impedance_pct = models.FloatField(default=4)
    resistance_pct = models.FloatField(default=1.2)
    iron_loss_kw = models.FloatField(default=0)
    no_load_pct = models.FloatField(default=0)
    tap_pct = models.FloatField(default=0)
    source_pu = models.FloatField(default=1)
    attribution = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=40, blank=True)
    surveyed_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nominal_v__gte=100, nominal_v__lte=1000)
                & Q(impedance_pct__gt=0, impedance_pct__lte=30)
                & Q(resistance_pct__gte=0, resistance_pct__lte=F("impedance_pct"))
                & Q(iron_loss_kw__gte=0, no_load_pct__gte=0)
                & Q(tap_pct__gte=-20, tap_pct__lte=20)
                & Q(source_pu__gte=0.8, source_pu__lte=1.2),
                name="network_low_voltage_is_plausible",
            )
        ]


class LowVoltageNode(models.Model):
    """
    A pole, box or busbar of a low-voltage network, with the line that feeds it from `upstream`.

    The first, without upstream, is the transformer's busbar and has no line. `connected_kw` is the
    declared load that hangs on the node, before diversity; with the register's service points it
    changes in the transactions that change the transformer's.
    """

    network = models.ForeignKey(LowVoltageNetwork, models.PROTECT, related_name="nodes")
    code = models.CharField(max_length=32)
    upstream = models.ForeignKey("self", models.PROTECT, null=True, related_name="downstream")
    length_m = models.FloatField(default=0)
    r_ohm_per_km = models.FloatField(default=0)
    x_ohm_per_km = models.FloatField(default=0)
    max_amps = models.FloatField(default=0)
    parallel = models.PositiveSmallIntegerField(default=1)
    cable = models.CharField(max_length=60, blank=True)
    connected_kw = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "code"], name="network_node_code_once"),
            models.UniqueConstraint(
                fields=["network"], condition=Q(upstream=None), name="network_one_busbar"
            ),
            models.CheckConstraint(
                condition=Q(upstream=None, length_m=0)
                | Q(
                    upstream__isnull=False,
                    length_m__gt=0,
                    r_ohm_per_km__gt=0,
                    x_ohm_per_km__gte=0,
                    max_amps__gt=0,
                    parallel__gte=1,
                ),
                name="network_node_has_its_line",
            ),
            models.CheckConstraint(
                condition=Q(connected_kw__gte=0), name="network_node_load_is_not_negative"
            ),
        ]


class ServicePoint(models.Model):
    """Where an account hangs on a transformer. The account is named by value (scale-out.md)."""

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    transformer = models.ForeignKey(Transformer, models.PROTECT, related_name="service_points")
    # The pole or box it hangs on; null where there is no low-voltage model.
    node = models.ForeignKey(
        LowVoltageNode, models.PROTECT, null=True, related_name="service_points"
    )
    account_no = models.CharField(max_length=16)
    load_kw = models.DecimalField(max_digits=8, decimal_places=2)
    phases = models.PositiveSmallIntegerField()
    connected_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directorate", "account_no"],
                condition=Q(disconnected_at=None),
                name="network_account_has_one_point",
            ),
            models.CheckConstraint(condition=Q(load_kw__gt=0), name="network_point_has_load"),
            models.CheckConstraint(
                condition=Q(phases__in=[1, 3]), name="network_one_or_three_phases"
            ),
        ]


class CapacityReservation(models.Model):
    """Capacity of a transformer kept for a case until it is used, released or runs out."""

    class Status(models.TextChoices):
        HELD = "HELD", _("kept")
        USED = "USED", _("used")
        RELEASED = "RELEASED", _("released")

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    transformer = models.ForeignKey(Transformer, models.PROTECT, related_name="reservations")
    # Where in the low-voltage network the load will hang; null where there is no model of it.
    node = models.ForeignKey(LowVoltageNode, models.SET_NULL, null=True, related_name="+")
    case_id = models.UUIDField()
    load_kw = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.HELD)
    # An engineer may keep capacity beyond the rule, for a transformer that is to be changed.
    is_override = models.BooleanField(default=False)
    reserved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(status="HELD"), name="network_case_holds_once"
            ),
            models.CheckConstraint(
                condition=Q(status="HELD", ended_at=None)
                | Q(status__in=["USED", "RELEASED"], ended_at__isnull=False),
                name="network_reservation_end_has_time",
            ),
            models.CheckConstraint(condition=Q(load_kw__gt=0), name="network_reserved_load"),
        ]
        indexes = [
            models.Index(
                fields=["transformer"],
                condition=Q(status="HELD"),
                name="network_held_by_transformer",
            )
        ]


class CapacityCheck(models.Model):
    """
    What a load flow found for a case: inserted, never changed.

    `before` and `after` hold the figures without and with the load that is asked for, `states` each
    node as [code, voltage pu, loading of its line in percent] with it, `limits` what was permitted.
    """

    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    case_id = models.UUIDField()
    transformer = models.ForeignKey(Transformer, models.PROTECT, related_name="+")
    node_code = models.CharField(max_length=32)
    requested_kw = models.DecimalField(max_digits=8, decimal_places=2)
    fits = models.BooleanField()
    reasons = models.JSONField(default=list)
    limits = models.JSONField()
    before = models.JSONField()
    after = models.JSONField()
    states = models.JSONField()
    checked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case_id", "checked_at"], name="network_check_of_case")]


class NetworkImport(models.Model):
    """
    A network file that somebody brought: what it would change, what is wrong in it, who applied it.

    `staged` is the network as read, `report` what would be added, changed and removed, `faults`
    each fault with its place in the file. Applied by a second person, whole or not at all.
    """

    class Status(models.TextChoices):
        FAULTY = "FAULTY", _("has faults")
        READY = "READY", _("waits for a second person")
        APPLIED = "APPLIED", _("applied")
        DROPPED = "DROPPED", _("thrown away")

    id = models.UUIDField(primary_key=True, default=uuid4)
    directorate = models.ForeignKey("directorates.Directorate", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=12)
    content_sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status.choices)
    staged = models.JSONField()
    report = models.JSONField()
    faults = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["FAULTY", "READY"], ended_by=None, ended_at=None)
                | Q(
                    status__in=["APPLIED", "DROPPED"],
                    ended_by__isnull=False,
                    ended_at__isnull=False,
                ),
                name="network_import_end_has_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="APPLIED") | ~Q(ended_by=F("uploaded_by")),
                name="network_import_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status="DROPPED") | Q(faults=[]) | Q(status="FAULTY"),
                name="network_import_with_faults_stays_out",
            ),
        ]


class LowVoltageState(models.Model):
    """
    What the last load flow over a network found at its peak, so that lists can be sorted by it.

    Made anew each night and after an import. Without figures where the flow has no solution.
    """

    network = models.OneToOneField(
        LowVoltageNetwork, models.CASCADE, primary_key=True, related_name="state"
    )
    is_solved = models.BooleanField()
    transformer_pct = models.FloatField(null=True)
    lowest_pu = models.FloatField(null=True)
    lowest_node = models.CharField(max_length=32, blank=True)
    highest_pu = models.FloatField(null=True)
    highest_node = models.CharField(max_length=32, blank=True)
    line_pct = models.FloatField(null=True)
    line_node = models.CharField(max_length=32, blank=True)
    losses_kw = models.FloatField(null=True)
    solved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    is_solved=True,
                    transformer_pct__isnull=False,
                    lowest_pu__isnull=False,
                    highest_pu__isnull=False,
                    line_pct__isnull=False,
                    losses_kw__isnull=False,
                )
                | Q(is_solved=False, transformer_pct=None),
                name="network_state_has_figures",
            )
        ]
