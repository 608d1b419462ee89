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
from wasl.outages.services.subscribing import (
    OpenedCalendar,
    UnableToSubscribe,
    calendar_link,
    decline_account,
    end_subscription,
    open_calendar,
    owns,
    stop,
    subscribe,
)
from wasl.outages.services.telling import tell_of_outage, tell_of_timetable, tell_of_work
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
    "OpenedCalendar",
    "UnableToChangeOutage",
    "UnableToPlanWork",
    "UnableToRation",
    "UnableToSubscribe",
    "announce_work",
    "calendar_link",
    "cancel_work",
    "confirm_outage",
    "confirm_switched",
    "decline_account",
    "draft_timetables",
    "draft_work",
    "drop_timetable",
    "end_subscription",
    "end_work",
    "extend_work",
    "follow_work",
    "infer",
    "notice_hours",
    "open_calendar",
    "open_cut",
    "open_outage",
    "owns",
    "publish_timetables",
    "record_cuts",
    "restore",
    "signal",
    "start_work",
    "stop",
    "subscribe",
    "take_back",
    "take_meter_signs",
    "tell_of_outage",
    "tell_of_timetable",
    "tell_of_work",
    "tend_works",
]
