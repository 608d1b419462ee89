"""What outages does for others."""

from wasl.outages.services.inferring import infer
from wasl.outages.services.planned import (
    UnableToPlanWork,
    announce_work,
    cancel_work,
    draft_work,
    notice_hours,
)
from wasl.outages.services.rationing import (
    UnableToRation,
    draft_timetables,
    drop_timetable,
    open_cut,
    publish_timetables,
    record_cuts,
)
from wasl.outages.services.restoring import (
    UnableToChangeOutage,
    confirm_outage,
    open_outage,
    restore,
)
from wasl.outages.services.signals import (
    MeterSign,
    signal,
    take_back,
    take_meter_signs,
)
from wasl.outages.services.tending import tend_works
from wasl.outages.services.working import (
    confirm_switched,
    end_work,
    extend_work,
    follow_work,
    start_work,
)

__all__ = [
    "MeterSign",
    "UnableToChangeOutage",
    "UnableToPlanWork",
    "UnableToRation",
    "announce_work",
    "cancel_work",
    "confirm_outage",
    "confirm_switched",
    "draft_timetables",
    "draft_work",
    "drop_timetable",
    "end_work",
    "extend_work",
    "follow_work",
    "infer",
    "notice_hours",
    "open_cut",
    "open_outage",
    "publish_timetables",
    "record_cuts",
    "restore",
    "signal",
    "start_work",
    "take_back",
    "take_meter_signs",
    "tend_works",
]
