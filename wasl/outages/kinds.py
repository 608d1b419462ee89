"""The kinds of events that outages records. The subject is the outage."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

_FIELDS = {
    "outage": "string",
    "reference": "string",
    "element": "string",
    "code": "string",
    "cause": "string",
    "customers": "integer",
    "began": "string",
}
# How many are without supply is public; where is on the page of outages, by district.
_PUBLIC = ("element", "cause", "customers")

OUTAGE_OPENED = declare(
    Kind(name="outages.outage.opened", label=_("Outage"), fields=_FIELDS, public=_PUBLIC)
)
OUTAGE_CHANGED = declare(
    Kind(name="outages.outage.changed", label=_("Outage changed"), fields=_FIELDS, public=_PUBLIC)
)
OUTAGE_MERGED = declare(
    Kind(
        name="outages.outage.merged",
        label=_("Outage found to be part of another"),
        fields={**_FIELDS, "into": "string"},
        public=_PUBLIC,
    )
)
OUTAGE_RESTORED = declare(
    Kind(name="outages.outage.restored", label=_("Supplied again"), fields=_FIELDS, public=_PUBLIC)
)
