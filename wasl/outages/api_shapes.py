"""What the API gives of outages, planned work and programmed cuts."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from wasl.outages.models import Outage

WorkState = Literal["ANNOUNCED", "RUNNING", "DONE", "CANCELLED"]


class Area(Schema):
    """
    A district without supply, of a cause. Fewer customers than ten are told as `fewer_than`; single
    homes are not told.
    """

    directorate: str
    district: str
    name: str
    cause: Outage.Cause
    customers: int | None
    fewer_than: int | None
    since: datetime
    expected: datetime | None


class Work(Schema):
    """
    Planned work, with what was promised beside what happened.

    `promised_end_at` stays as it was announced, `expected_end_at` is what is known now. Nothing is off
    before `switched_off_at` (docs/adr/0074); `is_confirmed`: a person has said so, not only signs.
    """

    id: UUID
    reference: str
    directorate: str
    element: Outage.Element = Field(description="What is switched off.")
    feeders: list[str]
    districts: list[str]
    where: str = Field(description="The districts in words.")
    customers: int | None
    fewer_than: int | None
    reason: str
    reason_words: str
    state: WorkState
    state_words: str
    is_waited_for: bool = Field(
        description="Its time has come; it is not switched off, as far as we know."
    )
    is_short_notice: bool = Field(
        description="Announced later than the published notice, as urgent."
    )
    announced_at: datetime | None
    begins_at: datetime
    promised_end_at: datetime
    expected_end_at: datetime
    switched_off_at: datetime | None
    switched_on_at: datetime | None
    is_confirmed: bool
    late_minutes: int = Field(description="So long it runs, or ran, beyond what was promised.")
    cancelled_for: str
    cancelled_for_words: str
    sequence: int = Field(description="How often it has changed since it was announced.")
    alert: str = Field(description="The address of its newest alert (CAP 1.2).")


class Works(Schema):
    """A page of planned work, what begins first first; `notice_hours` is the published notice."""

    items: list[Work]
    next: str | None
    notice_hours: int | None


class AheadCut(Schema):
    """The programmed cut of a feeder that runs, or comes next."""

    feeder: str
    begins_at: datetime
    ends_at: datetime
    is_now: bool


class DayTimes(Schema):
    """From when to when on a day, as people write it: 18:30 to 24:00. No end: it runs on."""

    begins: str = Field(examples=["18:30"])
    ends: str | None = Field(examples=["24:00"])


class PromisedDay(Schema):
    """What a day is promised; no cuts is a promise too."""

    day: date
    cuts: list[DayTimes]
    minutes: int


class KeptDay(Schema):
    """
    What a day was promised beside what happened, in minutes; of a day that is not over, up to now.

    `outside` are those cut although supply was promised; `share_kept` is the share of the promised
    supply that was not cut, None where none was promised.
    """

    day: date
    promised_minutes: int
    cut_minutes: int
    difference: int
    outside_minutes: int
    share_kept: float | None
    is_over: bool
    promised: list[DayTimes]
    real: list[DayTimes]


class KeptDays(Schema):
    """The days of a feeder that were promised something, the latest first."""

    directorate: str
    feeder: str
    items: list[KeptDay]


class FeederToday(Schema):
    """A feeder with a published timetable: today, and the cut that runs or comes next."""

    directorate: str
    feeder: str
    is_cut_now: bool
    today: PromisedDay | None
    next_cut: AheadCut | None


class Feeders(Schema):
    """The feeders that were promised something."""

    items: list[FeederToday]


class FeederState(FeederToday):
    """
    A feeder: the week that is promised, by which timetable, and the work ahead.

    A feeder without a timetable (`is_promised`) was promised nothing, not even supply.
    """

    is_promised: bool
    version: int | None
    valid_from: date | None
    week: list[PromisedDay]
    works: list[Work]


class DistrictState(Schema):
    """A district: what is off in it, the work ahead, and the next programmed cuts of its feeders."""

    directorate: str
    district: str
    name: str
    areas: list[Area]
    works: list[Work]
    cuts: list[AheadCut]
    feeders: list[str]
    emergency_number: str


class Office(Schema):
    """A directorate. `account_prefix`: its account numbers begin so. Without a network: no outages."""

    code: str
    name: str
    account_prefix: str = Field(examples=["01"])
    is_served: bool = Field(
        description="Its network is known here: reports and outages are served."
    )
    emergency_number: str


class Offices(Schema):
    """The distribution directorates."""

    items: list[Office]


class District(Schema):
    """A district of a directorate; its middle, where that is known."""

    code: str
    directorate: str
    name: str
    lat: float | None
    lon: float | None


class Districts(Schema):
    """The districts, by directorate and name."""

    items: list[District]
