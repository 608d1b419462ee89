"""What outages keeps: interruptions, planned work, timetables of programmed cuts, subscriptions."""

from wasl.outages.models.interruptions import Outage, OutageStep, Signal
from wasl.outages.models.planned import PlannedWork, WorkChange
from wasl.outages.models.subscriptions import CalendarLink, News, Subscription
from wasl.outages.models.timetables import Timetable, TimetableWindow

__all__ = [
    "CalendarLink",
    "News",
    "Outage",
    "OutageStep",
    "PlannedWork",
    "Signal",
    "Subscription",
    "Timetable",
    "TimetableWindow",
    "WorkChange",
]
