"""Work orders, each step of them, how their crew was found, and what came from the crew's phone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wasl.core.fields import EncryptedTextField
from wasl.fieldwork.models.crews import Crew


class State(models.TextChoices):
    """Where an order stands."""

    NEW = "NEW", _("being opened")
    OPEN = "OPEN", _("waits for a crew")
    DISPATCHED = "DISPATCHED", _("handed to a crew")
    ACCEPTED = "ACCEPTED", _("taken on")
    ON_SITE = "ON_SITE", _("on site")
    MADE_SAFE = "MADE_SAFE", _("made safe")
    REPAIRED = "REPAIRED", _("repaired")
    CHECKED = "CHECKED", _("found good")
    CLOSED = "CLOSED", _("closed")
    CANCELLED = "CANCELLED", _("cancelled")


S = State
# From where to where. Back to OPEN is a return, and names a listed reason.
MOVES = (
    (S.NEW, S.OPEN),
    (S.OPEN, S.DISPATCHED),
    (S.OPEN, S.CANCELLED),
    (S.DISPATCHED, S.ACCEPTED),
    (S.DISPATCHED, S.OPEN),
    (S.DISPATCHED, S.CANCELLED),
    (S.ACCEPTED, S.ON_SITE),
    (S.ACCEPTED, S.OPEN),
    (S.ACCEPTED, S.CANCELLED),
    (S.ON_SITE, S.MADE_SAFE),
    (S.ON_SITE, S.REPAIRED),
    (S.ON_SITE, S.OPEN),
    (S.MADE_SAFE, S.REPAIRED),
    (S.MADE_SAFE, S.OPEN),
    (S.REPAIRED, S.CHECKED),
    (S.REPAIRED, S.OPEN),
    (S.CHECKED, S.CLOSED),
)
OVER = (S.CLOSED, S.CANCELLED)
# The crew still has something to do.
WITH_CREW = (S.DISPATCHED, S.ACCEPTED, S.ON_SITE, S.MADE_SAFE)


class Danger(models.IntegerChoices):
    """What is in danger."""

    NONE = 0, _("no danger")
    THINGS = 1, _("danger to things")
    LIFE = 2, _("danger to life")


class WorkOrder(models.Model):
    """
    Work for a crew: about an outage, a report, or a place. The subject is named by value.

    `state`, `sequence` and `crew` are kept by the database from the steps; it refuses to let anything
    else write them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    directorate_id = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20, unique=True)
    subject_type = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=120)
    skills = ArrayField(models.CharField(max_length=24))
    danger = models.PositiveSmallIntegerField(choices=Danger.choices, default=Danger.NONE)
    customers = models.PositiveIntegerField(default=0)
    place_code = models.CharField(max_length=64, default="", blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    sequence = models.PositiveIntegerField(default=0)
    crew = models.ForeignKey(Crew, models.PROTECT, null=True, related_name="orders")
    opened_by = models.UUIDField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_subject_has_one_order",
                fields=["subject_type", "subject_id"],
                condition=~Q(state__in=["CLOSED", "CANCELLED"]),
            ),
            models.CheckConstraint(
                name="fieldwork_order_known_state", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="fieldwork_order_crew_fits",
                condition=Q(state__in=["NEW", "OPEN", "CANCELLED"], crew=None)
                | Q(~Q(state__in=["NEW", "OPEN", "CANCELLED"]), crew__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="fieldwork_order_running",
                fields=["directorate_id", "-danger", "-customers", "opened_at"],
                condition=~Q(state__in=["CLOSED", "CANCELLED"]),
            ),
            models.Index(name="fieldwork_order_subject", fields=["subject_type", "subject_id"]),
            models.Index(name="fieldwork_order_crew", fields=["crew", "state"]),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.state in OVER

    @property
    def is_with_crew(self) -> bool:
        """Whether its crew still has to do something."""
        return self.state in WITH_CREW


class OrderStep(models.Model):
    """
    One step of an order. Rows are only added, and each takes up where the last one ended.

    `at` is when it was done, by the phone's clock but never ahead; `recorded_at` when we learnt of it.
    """

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="steps")
    directorate_id = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    from_state = models.CharField(max_length=10, choices=State.choices)
    to_state = models.CharField(max_length=10, choices=State.choices)
    crew = models.ForeignKey(Crew, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=24, default="", blank=True)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=24, default="", blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="fieldwork_step_once", fields=["order", "sequence"]),
            models.CheckConstraint(
                name="fieldwork_step_known_move",
                condition=Q(*(Q(from_state=a, to_state=b) for a, b in MOVES), _connector="OR"),
            ),
            models.CheckConstraint(
                name="fieldwork_step_back_has_reason",
                condition=Q(from_state="NEW")
                | ~Q(to_state__in=["OPEN", "CANCELLED"])
                | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="fieldwork_step_not_ahead", condition=Q(at__lte=F("recorded_at"))
            ),
        ]


class DispatchDecision(models.Model):
    """
    How a crew was found: the facts as they stood, the ranking by rule, and the draw among equals.

    Rows are only added, whole enough for `wasl dispatch replay`. `crew_id` by value.
    """

    class Way(models.TextChoices):
        RULE = "RULE", _("by the rule alone")
        DRAW = "DRAW", _("by draw among equals")
        OVERRIDE = "OVERRIDE", _("by two persons, against the rule")

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="decisions")
    directorate_id = models.PositiveSmallIntegerField()
    attempt = models.PositiveIntegerField()
    way = models.CharField(max_length=8, choices=Way.choices)
    rule = models.CharField(max_length=24)
    facts = models.JSONField()
    lines = models.JSONField()
    pool = models.JSONField(default=list)
    excluded = models.JSONField(default=list)
    links = models.JSONField(default=dict)
    pool_digest = models.CharField(max_length=64, default="", blank=True)
    chosen = models.CharField(max_length=16)
    crew_id = models.UUIDField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="fieldwork_decision_once", fields=["order", "attempt"]),
        ]


class Override(models.Model):
    """Another crew than the rule's: one person asks with a listed reason, another decides."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="overrides")
    directorate_id = models.PositiveSmallIntegerField()
    crew = models.ForeignKey(Crew, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=24)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fieldwork_override_two_people",
                condition=Q(decided_by=None, decided_at=None, is_approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, is_approved__isnull=False)
                & ~Q(decided_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                name="fieldwork_one_open_override",
                fields=["order"],
                condition=Q(decided_by=None),
            ),
        ]


class FieldAction(models.Model):
    """
    What a phone sent of an order, kept whatever becomes of it. `id` is the phone's own.

    `sequence` counts what one phone (`stream`) did on one order, from 1: a later one waits for those
    before it. Without a phone's counter it is done as it arrives.
    """

    class Kind(models.TextChoices):
        ACCEPT = "ACCEPT", _("taken on")
        ARRIVE = "ARRIVE", _("arrived")
        SAFE = "SAFE", _("made safe")
        RESTORE = "RESTORE", _("supply is back")
        USE = "USE", _("material used")
        SCRAP = "SCRAP", _("material scrapped")
        TAKE_OUT = "TAKE_OUT", _("taken out at the place")
        REPAIR = "REPAIR", _("repaired")
        RETURN = "RETURN", _("handed back to the desk")

    class Outcome(models.TextChoices):
        WAITING = "WAITING", _("waits for what was done before it")
        DONE = "DONE", _("recorded")
        LOOK = "LOOK", _("needs a look")
        DISMISSED = "DISMISSED", _("looked at, not recorded")

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="actions")
    directorate_id = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    stream = models.CharField(max_length=40, default="", blank=True)
    sequence = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    words = EncryptedTextField(null=True)
    picture = models.CharField(max_length=60, default="", blank=True)
    sent_by = models.UUIDField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    why = models.CharField(max_length=300, default="", blank=True)
    looked_at_by = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fieldwork_action_place",
                fields=["order", "stream", "sequence"],
                condition=~Q(stream=""),
            ),
        ]
        indexes = [
            models.Index(
                name="fieldwork_action_open",
                fields=["directorate_id", "received_at"],
                condition=Q(outcome__in=["WAITING", "LOOK"]),
            ),
        ]


class OrderPicture(models.Model):
    """A photograph of the work. The file lies encrypted under its name. Rows are only added."""

    name = models.CharField(primary_key=True, max_length=60)
    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="pictures")
    directorate_id = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
