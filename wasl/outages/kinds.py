"""The kinds of events that outages records. The subject is the outage, the work or the timetable."""

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

_WORK = {
    "reference": "string",
    "element": "string",
    "code": "string",
    "reason": "string",
    "customers": "integer",
    "begins": "string",
    "ends": "string",
    "sequence": "integer",
}
# Planned work is announced to everybody.
_WORK_PUBLIC = ("reference", "element", "reason", "customers", "begins", "ends")


def _work(name: str, label: object, **more: str) -> Kind:
    return declare(
        Kind(
            name=f"outages.work.{name}",
            label=label,  # type: ignore[arg-type]
            fields={**_WORK, **more},
            public=(*_WORK_PUBLIC, *more),
        )
    )


WORK_ANNOUNCED = _work("announced", _("Planned work announced"), short_notice="boolean")
WORK_STARTED = _work("started", _("Planned work started"), switched="boolean")
WORK_MOVED = _work("moved", _("Planned work: another end is expected"))
WORK_DONE = _work("done", _("Planned work finished"))
WORK_CANCELLED = _work("cancelled", _("Planned work cancelled"), cancel_reason="string")
TIMETABLE_PUBLISHED = declare(
    Kind(
        name="outages.timetable.published",
        label=_("Timetable of programmed cuts published"),
        fields={
            "feeder": "string",
            "version": "integer",
            "valid_from": "string",
            "minutes": "integer",
        },
        public=("feeder", "version", "valid_from", "minutes"),
    )
)
