"""Interruptions as CSV: `start,end,customers`, and whatever else tells more. Pure."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable
from wasl.outages.reliability import BAGHDAD, Interruption

NEEDED = ("start", "end", "customers")
LINES = 2_000_000
PROBLEMS_SHOWN = 100


class UnableToReadInterruptions(Unable):
    """It is no such CSV."""

    code = "UNREADABLE_INTERRUPTIONS"
    message = _("The file of interruptions cannot be read: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that says nothing usable, and why."""

    number: int
    why: str


def read(content: bytes) -> tuple[list[Interruption], list[BadLine]]:
    """
    The interruptions of a file and its bad lines, at most a hundred of these.

    Times are ISO 8601; without a zone they are Baghdad's. Further columns that are known: outage,
    group, cause.

    :raises UnableToReadInterruptions: when it is no text or lacks a column.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnableToReadInterruptions(cause=_("it is no UTF-8 text.")) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        raise UnableToReadInterruptions(
            cause=_("it lacks the column %(column)s.") % {"column": missing[0]}
        )
    good: list[Interruption] = []
    bad: list[BadLine] = []
    try:
        for made in _lines(reader):
            if isinstance(made, Interruption):
                good.append(made)
            elif len(bad) < PROBLEMS_SHOWN:
                bad.append(made)
    except csv.Error as error:
        raise UnableToReadInterruptions(cause=str(error)) from None
    return good, bad


def _lines(reader: "csv.DictReader[str]") -> Iterator[Interruption | BadLine]:
    for number, row in enumerate(reader, start=2):
        if number > LINES:
            raise UnableToReadInterruptions(cause=_("it has more than two million lines."))
        try:
            yield _line(row)
        except ValueError as error:
            yield BadLine(number=number, why=str(error))


def _line(row: dict[str, str | None]) -> Interruption:
    start, end = _time(row["start"], "start"), _time(row["end"], "end")
    if end < start:
        raise ValueError("it ends before it starts")
    text = to_western_digits((row["customers"] or "").strip())
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"customers is no whole number: {text[:20]!r}")
    return Interruption(
        start=start,
        end=end,
        customers=int(text),
        outage=(row.get("outage") or "").strip(),
        group=(row.get("group") or "").strip(),
        cause=(row.get("cause") or "").strip(),
    )


def _time(text: str | None, name: str) -> datetime:
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise ValueError(f"{name} is no time: {(text or '')[:30]!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=BAGHDAD)
