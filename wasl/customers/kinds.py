"""The kinds of events that customers records. Serials and account numbers never become public."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

METERS_RECEIVED = declare(
    Kind(
        name="customers.meters.received",
        label=_("Meters received into store"),
        fields={
            "delivery": "string",
            "store": "string",
            "count": "integer",
            "phases": "integer",
            "serials": "list",
        },
        public=("store", "count", "phases"),
    )
)
METER_ISSUED = declare(
    Kind(
        name="customers.meter.issued",
        label=_("Meter issued from store"),
        fields={"serial": "string", "store": "string", "technician": "string?"},
        public=("store",),
        seen_by_citizen=True,
    )
)
METER_RETURNED = declare(
    Kind(
        name="customers.meter.returned",
        label=_("Meter returned to store"),
        fields={"serial": "string", "store": "string", "reason": "string"},
        public=("store", "reason"),
        seen_by_citizen=True,
    )
)
METER_INSTALLED = declare(
    Kind(
        name="customers.meter.installed",
        label=_("Meter installed and sealed"),
        fields={
            "serial": "string",
            "seal": "string",
            "first_reading_kwh": "integer",
            "photo": "string?",
        },
        seen_by_citizen=True,
    )
)
METER_REMOVED = declare(
    Kind(
        name="customers.meter.removed",
        label=_("Meter removed, last reading taken"),
        fields={"serial": "string", "final_reading_kwh": "integer"},
        seen_by_citizen=True,
    )
)
ACCOUNT_OPENED = declare(
    Kind(
        name="customers.account.opened",
        label=_("Account opened"),
        fields={
            "account": "string",
            "tariff": "string",
            "phases": "integer",
            "load_kw": "string",
            "serial": "string?",
        },
        public=("tariff", "phases"),
        seen_by_citizen=True,
    )
)
HOLDER_CHANGED = declare(
    Kind(
        name="customers.account.holder_changed",
        label=_("Account put in another name"),
        fields={"account": "string", "before": "string", "after": "string"},
        seen_by_citizen=True,
    )
)
LOAD_CHANGED = declare(
    Kind(
        name="customers.account.load_changed",
        label=_("Load of the account changed"),
        fields={
            "account": "string",
            "before_kw": "string",
            "after_kw": "string",
            "phases": "integer",
        },
        public=("phases",),
        seen_by_citizen=True,
    )
)
ACCOUNT_CLOSED = declare(
    Kind(
        name="customers.account.closed",
        label=_("Account closed"),
        fields={"account": "string"},
        seen_by_citizen=True,
    )
)
STOCK_COUNTED = declare(
    Kind(
        name="customers.stock.counted",
        label=_("Store counted"),
        fields={
            "counted": "integer",
            "expected": "integer",
            "missing": "integer",
            "unexpected": "integer",
        },
        public=("counted", "expected", "missing", "unexpected"),
    )
)
SCRAP_ASKED = declare(
    Kind(
        name="customers.scrap.asked",
        label=_("Meters to be scrapped"),
        fields={"count": "integer", "reason": "string"},
        public=("count", "reason"),
    )
)
SCRAP_DECIDED = declare(
    Kind(
        name="customers.scrap.decided",
        label=_("Scrapping of meters decided"),
        fields={"count": "integer", "reason": "string", "is_agreed": "boolean"},
        public=("count", "reason", "is_agreed"),
    )
)
