"""The shapes that all of the API shares: problems, lists with a next page, and the marks of pages."""

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any

from ninja import Header, Query, Schema
from pydantic import ConfigDict, Field

from wasl.core.problems import Fault, Refusal


class Given(Schema):
    """What a caller sends: nothing more than is named."""

    model_config = ConfigDict(extra="forbid")


class ProblemError(Schema):
    """One thing that is wrong with a request."""

    pointer: str = Field(examples=["/body/place/lat"])
    code: str
    detail: str


class Problem(Schema):
    """What could not be done, as RFC 9457 has it; words are in the language asked for."""

    type: str = Field(examples=["urn:wasl:problem:not-found"])
    title: str
    status: int
    code: str = Field(examples=["NOT_FOUND"])
    detail: str
    errors: list[ProblemError]


PROBLEMS: dict[int, Any] = dict.fromkeys(
    (400, 401, 403, 404, 405, 409, 413, 415, 422, 429), Problem
)
Latitude = Annotated[float, Field(ge=29.0, le=37.5, examples=[33.3128])]
Longitude = Annotated[float, Field(ge=38.7, le=48.8, examples=[44.3615])]
AccountNo = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{10}$",
        description="The ten digits that stand on every bill.",
        examples=["0100000014"],
    ),
]
Reference = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}-?[0-9A-Za-z]$",
        description="The reference number, as it was told.",
        examples=["K7MN-4XPD-2"],
    ),
]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{16,64}$",
        description="Drawn anew for each thing that is sent, and the same when it is sent again: "
        "the same key with the same content is done once. At least 96 random bits.",
        examples=["5f0c1f7e9a4b4c0f8f3d2b1a"],
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="So many at most.")]
After = Annotated[
    str,
    Query(max_length=200, description="`next` of the page before, to go on behind it."),
]
Text2000 = Annotated[str, Field(max_length=2000)]


def mark(at: datetime, key: str) -> str:
    """The mark of the last row of a page: its time and key."""
    text = json.dumps([at.isoformat(), key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_mark(text: str) -> tuple[datetime, str]:
    """What a mark says. :raises Refusal: when it is none of ours."""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(key, str) or len(key) > 64:
            raise ValueError
    except (ValueError, TypeError, binascii.Error, RecursionError):
        fault = Fault(pointer="/query/after", code="WRONG_MARK", detail="")
        raise Refusal(422, "WRONG_MARK", faults=[fault]) from None
    return moment, key
