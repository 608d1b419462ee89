"""What the API takes and gives of categories and reports."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from wasl.complaints.models import CategoryVersion, Report
from wasl.core.api_shapes import AccountNo, Given, Latitude, Longitude, Text2000

Group = CategoryVersion.Group
Outcome = Report.Outcome
DistrictCode = Annotated[str, Field(max_length=48, pattern=r"^[A-Za-z0-9_.-]+$")]
Answer = Annotated[str, Field(max_length=1000)]


class Choice(Schema):
    """One of the answers that a question offers."""

    key: str
    label: str


class Question(Schema):
    """What is asked about a category. `datatype` is that of Open311."""

    code: str
    datatype: str
    required: bool
    label: str
    values: list[Choice]


class Category(Schema):
    """What can be reported, and what is asked of it, in the language asked for."""

    code: str = Field(examples=["street_light"])
    version: int
    group: Group
    name: str
    hint: str
    asks_whether_urgent: bool = Field(description="`is_urgent` must be said: it is about danger.")
    needs_words: bool
    is_shared: bool = Field(description="It is everybody's: others' reports of it can be joined.")
    follows_outage: bool = Field(
        description="A report of it is a sign of an outage: nobody works on it for itself."
    )
    takes_photos: bool
    questions: list[Question]


class Categories(Schema):
    """Everything that can be reported, and whom to call when life is in danger."""

    items: list[Category]
    emergency_number: str


class GivenPlace(Given):
    """Where: a position, an account number or a district. A position goes before the account's."""

    lat: Latitude | None = None
    lon: Longitude | None = None
    account_no: AccountNo | None = None
    district: DistrictCode | None = None
    words: str = Field("", max_length=200, description="How to find the place.")


class GivenReport(Given):
    """A report. `answers` are by the codes of the category's questions."""

    category: str = Field(max_length=32, pattern=r"^[a-z0-9_-]+$", examples=["street_light"])
    place: GivenPlace
    words: Text2000 = ""
    answers: dict[str, Answer | list[Answer] | float] = Field(
        default_factory=dict, max_length=40, examples=[{"fault": "off"}]
    )
    is_urgent: bool | None = Field(None, description="Whether anybody is in danger now.")


class Sent(Schema):
    """
    What was sent. Reference and tracking number open the report; the second is told only now, and
    again to whoever sends the same with the same key.
    """

    id: UUID
    reference: str = Field(examples=["K7MN-4XPD-2"])
    tracking_number: str = Field(description="Empty where it was told before.")
    is_new: bool
    emergency_number: str = Field(
        description="To be called at once, where the report is of danger."
    )
    advice: str
    url: str = Field(description="The page for people.")


class KnownOutage(Schema):
    """The outage that a place lies in."""

    reference: str
    cause: str
    is_confirmed: bool
    since: datetime | None
    expected_at: datetime | None


class NearReport(Schema):
    """An open report of the same kind nearby, which can be joined."""

    id: UUID
    metres: int
    joined: int
    received_at: datetime


class Known(Schema):
    """What is known already at a place, before somebody reports it again."""

    outage: KnownOutage | None
    reports: list[NearReport]
    emergency_number: str


class Stage(Schema):
    """A stage of the work: DONE, CURRENT, NEXT or SKIPPED."""

    key: str
    label: str
    state: str
    began_at: datetime | None
    ended_at: datetime | None


class Asked(Schema):
    """What is asked of the reporter: `confirm`, `again` (reopen), `appeal`, or `supply_back`."""

    step: str
    answers: list[str]
    until: datetime | None = Field(description="Until then; silence is taken for yes.")


class ReportState(Schema):
    """How a report stands."""

    id: UUID
    reference: str
    category: str
    category_name: str
    is_open: bool
    outcome: Outcome = Field(description="Empty while it is open.")
    outcome_words: str
    is_urgent: bool
    joined_to: UUID | None
    received_at: datetime
    updated_at: datetime
    due_at: datetime | None = Field(description="When the published process has it done.")
    closed_at: datetime | None
    stages: list[Stage]
    asked: list[Asked]
    outage: KnownOutage | None
    photos: int
    pictures: list[str] = Field(
        description="Addresses of the crew's photographs of the work; each opens for an hour."
    )
    stars: int | None
    may_withdraw: bool


class Summary(Schema):
    """A report in a list."""

    id: UUID
    reference: str
    category: str
    category_name: str
    is_open: bool
    outcome: Outcome
    received_at: datetime
    updated_at: datetime


class Reports(Schema):
    """A page of reports, the newest first."""

    items: list[Summary]
    next: str | None


class Happening(Schema):
    """Something that happened to a report, in words; `is_proved`: it is in the public log."""

    id: UUID
    at: datetime
    title: str
    detail: str
    who: str
    is_proved: bool


class Timeline(Schema):
    """A page of what happened, the oldest first."""

    items: list[Happening]
    next: str | None


class ReportFile(Schema):
    """A file of a report's case, made harmless; `href` gives it to whoever may ask for the report."""

    id: UUID
    content_type: str = Field(examples=["image/jpeg"])
    size: int
    href: str


class NamedFile(ReportFile):
    """A file that is no message's: what it is, in words, and since when it is there."""

    label: str
    added_at: datetime


class Files(Schema):
    """The files of a report's case, the oldest first; those of messages stand with the messages."""

    items: list[NamedFile]


class Message(Schema):
    """
    Words to the reporter, or by them. `author` is REPORTER or the role of a member of staff, and
    `author_words` that role in words: a name is nowhere. A recording is a file of type audio/mp4.
    """

    id: UUID
    at: datetime
    author: str
    author_words: str
    text: str
    files: list[ReportFile]


class Messages(Schema):
    """
    A page of words, the oldest first. `may_write`: a message would be taken now, from whoever asks;
    `takes_recordings`: with a recording too.
    """

    items: list[Message]
    next: str | None
    may_write: bool
    takes_recordings: bool


class Verdict(Given):
    """
    Whether it is well now: of no supply, whether it is back; of work, whether it was done well.

    Whether anything was asked by those who came is not asked here: that answer is counted where nobody
    can trace it, and a program between would see it.
    """

    is_well: bool
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    words: str = Field("", max_length=1000, description="What is still wrong; needed then.")


class Again(Given):
    """It has come back."""

    words: str = Field("", max_length=1000)


class Appeal(Given):
    """Whether a refusal is appealed against; with why, if so."""

    is_appealed: bool
    words: str = Field("", max_length=1000)


class Rating(Given):
    """How the work was, 1 to 5."""

    stars: Annotated[int, Field(ge=1, le=5)]


class Photo(Schema):
    """A photograph that is with the report now, made harmless: without place and camera."""

    id: UUID
    added_at: datetime
    photos: int
