"""Lines of an uploaded CSV, read with suspicion: size, encoding, columns, odd signs. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

LARGEST = 1024 * 1024
LINES = 20_000
LONGEST_CELL = 64
PROBLEMS_SHOWN = 100


class UnableToReadLines(Unable):
    """It is no such CSV."""

    code = "UNREADABLE_LINES"
    message = _("The file cannot be read: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in a line, by its number in the file."""

    line: int
    text: str | Promise


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the file: its number, and its cells without blanks at their ends."""

    number: int
    cells: tuple[str, ...]


def read(content: bytes, columns: Sequence[str]) -> tuple[list[Line], list[Problem]]:
    """
    The cells of the wanted columns line by line; lines that hold what no such cell can hold are problems.

    Semicolons, as spreadsheets of some languages write them, do for commas. Empty lines are left out.
    :raises UnableToReadLines: when it is too large, no text in UTF-8, or lacks a column.
    """
    if len(content) > LARGEST:
        raise UnableToReadLines(cause=_("it is larger than 1 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnableToReadLines(cause=_("it is no UTF-8 text.")) from None
    if "\0" in text:
        raise UnableToReadLines(cause=_("it is no UTF-8 text."))
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)  # fmt: skip
    try:
        return _lines(list(rows), columns)
    except csv.Error as error:
        raise UnableToReadLines(cause=str(error)) from None


def _lines(rows: list[list[str]], columns: Sequence[str]) -> tuple[list[Line], list[Problem]]:
    names = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in columns if name not in names]
    if missing:
        raise UnableToReadLines(cause=_("it lacks the column %(column)s.") % {"column": missing[0]})
    if len(rows) > LINES:
        raise UnableToReadLines(cause=_("it has too many lines."))
    at = [names.index(name) for name in columns]
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = tuple(row[place].strip() if place < len(row) else "" for place in at)
        if len(row) > len(names) or any(_is_odd(cell) for cell in cells):
            problems.append(
                Problem(line=number, text=_("too many or too long cells, or odd signs."))
            )
        else:
            lines.append(Line(number=number, cells=cells))
    return lines, problems


def _is_odd(cell: str) -> bool:
    return len(cell) > LONGEST_CELL or cell[:1] in tuple("=+@") or not cell.isprintable()
