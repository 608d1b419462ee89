"""The kinds of events that billing records. The subject is the account (`subjects.account`)."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

BILL_ISSUED = declare(
    Kind(
        name="billing.bill.issued",
        label=_("Bill issued"),
        fields={
            "account": "string",
            "bill": "string",
            "period": "string",
            "kwh": "integer",
            "amount": "integer",
            "due": "string",
        },
        public=("period",),
        seen_by_citizen=True,
    )
)
BILL_CANCELLED = declare(
    Kind(
        name="billing.bill.cancelled",
        label=_("Bill cancelled"),
        fields={"account": "string", "bill": "string", "period": "string", "reason": "string"},
        public=("period", "reason"),
        seen_by_citizen=True,
    )
)
READING_DECIDED = declare(
    Kind(
        name="billing.reading.decided",
        label=_("Reading looked at by a person"),
        fields={"account": "string", "read_on": "string", "status": "string", "code": "integer"},
        public=("status", "code"),
        seen_by_citizen=True,
    )
)
READING_CORRECTED = declare(
    Kind(
        name="billing.reading.corrected",
        label=_("Wrong reading corrected"),
        fields={
            "account": "string",
            "read_on": "string",
            "reason": "string",
            "register_kwh": "integer",
        },
        public=("reason",),
        seen_by_citizen=True,
    )
)
ROUTE_POOL_FIXED = declare(
    Kind(
        name="billing.route.pool_fixed",
        label=_("Pool of meter readers fixed"),
        fields={
            "route": "string", "attempt": "integer", "role": "string", "size": "integer",
            "digest": "string",
        },
        public=("role", "size", "digest"),
    )
)  # fmt: skip
ROUTE_DRAWN = declare(
    Kind(
        name="billing.route.drawn",
        label=_("Meter reader drawn for a route"),
        fields={
            "route": "string", "attempt": "integer", "role": "string", "digest": "string",
            "links": "object", "chosen": "string",
        },
        public=("role", "digest", "chosen"),
    )
)  # fmt: skip
READER_TURNED_AWAY = declare(
    Kind(
        name="billing.reader.turned_away",
        label=_("The meter reader came and could not read"),
        fields={"account": "string", "on": "string", "reason": "string"},
        public=("reason",),
        seen_by_citizen=True,
    )
)
RUN_APPROVED = declare(
    Kind(
        name="billing.run.approved",
        label=_("Bill run approved"),
        fields={
            "run": "string",
            "period": "string",
            "bills": "integer",
            "kwh": "integer",
            "amount": "integer",
        },
        public=("period", "bills", "kwh", "amount"),
    )
)
RUN_MOVED = declare(
    Kind(
        name="billing.run.moved",
        label=_("Bill run went on"),
        fields={"run": "string", "period": "string", "status": "string"},
        public=("period", "status"),
    )
)
HOLD_DECIDED = declare(
    Kind(
        name="billing.hold.decided",
        label=_("Unusual bill looked at by a person"),
        fields={"account": "string", "run": "string", "reason": "string", "decision": "string"},
        public=("reason", "decision"),
    )
)
TARIFF_DRAFTED = declare(
    Kind(
        name="billing.tariff.drafted",
        label=_("Tariff drafted"),
        fields={"tariff": "string", "tariff_class": "string", "legal_basis": "string"},
        public=("tariff", "tariff_class"),
    )
)
TARIFF_PUBLISHED = declare(
    Kind(
        name="billing.tariff.published",
        label=_("Tariff published"),
        fields={"tariff": "string", "tariff_class": "string", "legal_basis": "string"},
        public=("tariff", "tariff_class", "legal_basis"),
    )
)
TARIFF_IN_FORCE = declare(
    Kind(
        name="billing.tariff.in_force",
        label=_("Tariff put in force"),
        fields={"tariff": "string", "tariff_class": "string", "from": "string"},
        public=("tariff", "tariff_class", "from"),
    )
)
BILL_CONTESTED = declare(
    Kind(
        name="billing.bill.contested",
        label=_("Bill contested"),
        fields={
            "account": "string",
            "bill": "string",
            "period": "string",
            "reason": "string",
            "amount": "integer",
            "case": "string",
        },
        public=("period", "reason"),
        seen_by_citizen=True,
    )
)
DISPUTE_ENDED = declare(
    Kind(
        name="billing.dispute.ended",
        label=_("Contested bill decided"),
        fields={"account": "string", "bill": "string", "period": "string", "outcome": "string"},
        public=("period", "outcome"),
        seen_by_citizen=True,
    )
)
ADJUSTMENT_DECIDED = declare(
    Kind(
        name="billing.adjustment.decided",
        label=_("Change of the debt decided"),
        fields={"account": "string", "amount": "integer", "reason": "string", "status": "string"},
        public=("reason", "status"),
        seen_by_citizen=True,
    )
)
PLAN_PROPOSED = declare(
    Kind(
        name="billing.plan.proposed",
        label=_("Instalments beyond the rule"),
        fields={
            "account": "string",
            "count": "integer",
            "first_pct": "integer",
            "status": "string",
        },
        public=("count", "status"),
        seen_by_citizen=True,
    )
)
PLAN_AGREED = declare(
    Kind(
        name="billing.plan.agreed",
        label=_("Payment in instalments agreed"),
        fields={"account": "string", "total": "integer", "count": "integer"},
        public=("count",),
        seen_by_citizen=True,
    )
)
PLAN_ENDED = declare(
    Kind(
        name="billing.plan.ended",
        label=_("Instalments ended"),
        fields={"account": "string", "status": "string"},
        public=("status",),
        seen_by_citizen=True,
    )
)
READING_OPENED = declare(
    Kind(
        name="billing.reading.opened",
        label=_("Reading and its photograph opened by staff"),
        fields={"account": "string", "read_on": "string"},
        seen_by_citizen=True,
    )
)
ARREARS_REACHED = declare(
    Kind(
        name="billing.arrears.reached",
        label=_("Step of arrears reached"),
        fields={"account": "string", "stage": "string", "overdue": "integer"},
        public=("stage",),
        seen_by_citizen=True,
    )
)
LIEN_MOVED = declare(
    Kind(
        name="billing.lien.moved",
        label=_("List of liens taken a step"),
        fields={
            "number": "integer",
            "status": "string",
            "accounts": "integer",
            "total": "integer",
            "sha256": "string",
        },
        public=("status", "accounts", "total"),
    )
)
LIEN_LEFT_OUT = declare(
    Kind(
        name="billing.lien.left_out",
        label=_("Left out of the list of liens"),
        fields={"account": "string", "number": "integer", "reason": "string"},
        public=("reason",),
        seen_by_citizen=True,
    )
)
LIEN_LISTED = declare(
    Kind(
        name="billing.lien.listed",
        label=_("Put on the list of liens"),
        fields={"account": "string", "number": "integer", "amount": "integer"},
        public=(),
        seen_by_citizen=True,
    )
)
LIEN_RELEASED = declare(
    Kind(
        name="billing.lien.released",
        label=_("Released from the list of liens"),
        fields={"account": "string", "number": "integer"},
        public=(),
        seen_by_citizen=True,
    )
)
LIEN_FILE_TAKEN = declare(
    Kind(
        name="billing.lien.file_taken",
        label=_("File of a list of liens taken"),
        fields={"number": "integer", "sha256": "string"},
        public=(),
    )
)
