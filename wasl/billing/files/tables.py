"""
Tables of readings from CSV and XLSX: account, serial, date and value of each line, as texts.

A heading names the columns, in Arabic, Kurdish or English. What the texts mean is decided later, in
one place, for both formats. Limits stand before anything is unpacked.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.core.arabic import to_western_digits
from wasl.core.errors import Unable

LARGEST_FILE = 150 * 2**20
LARGEST_UNPACKED = 1000 * 2**20
LARGEST_SHEET = 200_000
LONGEST_TEXT = 100
LINES = 2_000_000

_COLUMNS: Mapping[str, frozenset[str]] = {
    "account": frozenset({"account", "account_no", "account number", "رقم الحساب", "الحساب", "ژمارەی هەژمار"}),
    "serial": frozenset({"serial", "meter", "meter serial", "رقم المقياس", "المقياس", "ژمارەی پێوەر"}),
    "date": frozenset({"date", "read_on", "reading date", "تاريخ القراءة", "التاريخ", "بەروار"}),
    "value": frozenset({"value", "reading", "register", "kwh", "القراءة", "خوێندنەوە"}),
}  # fmt: skip
# Number, account, serial, date, value; a problem that is known already; the sender's key.
Line = tuple[int, str, str, str, str, str, str]


class UnableToReadFile(Unable):
    """It is no table of readings, too large, or dangerous."""

    code = "UNREADABLE_FILE"
    message = _("The file cannot be read: %(cause)s")


def lines(name: str, content: bytes) -> Iterator[Line]:
    """
    The lines of a file: number as an editor or a sheet shows it, account, serial, date, value.

    :raises UnableToReadFile: at the first line, or when a limit is passed.
    """
    if len(content) > LARGEST_FILE:
        raise UnableToReadFile(cause=_("it is larger than 150 MB."))
    if content[:4] == b"PK\x03\x04":
        return _named(_sheet(content))
    return _named(_csv(content))


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What an older Excel in Iraq saves.
        text = content.decode("cp1256", "replace")
    first = text[:4096].partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise UnableToReadFile(cause=str(error)) from error


def _sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnableToReadFile(cause=_("it unpacks to more than 1 GB."))
        # `data_only`: a formula's last value, never the formula.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except UnableToReadFile:
        raise
    except Exception as error:  # a broken sheet raises whatever its library raises
        raise UnableToReadFile(cause=_("it is no XLSX sheet.")) from error
    sheet = book.worksheets[0]
    for number, row in enumerate(sheet.iter_rows(max_col=20, values_only=True), start=1):
        if number > LARGEST_SHEET:
            raise UnableToReadFile(cause=_("a sheet holds up to 200,000 lines; send CSV."))
        yield number, [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _named(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    places: dict[str, int] | None = None
    for number, row in rows:
        if places is None:
            places = _places(row)
            continue
        if not any(cell.strip() for cell in row):
            continue
        if number > LINES:
            raise UnableToReadFile(cause=_("it has more than two million lines."))
        account, serial, day, value = (_cell(row, places.get(n)) for n in _COLUMNS)
        yield number, account, serial, day, value, "", ""
    if places is None:
        raise UnableToReadFile(cause=_("it is empty."))


def _cell(row: list[str], place: int | None) -> str:
    return "" if place is None or place >= len(row) else cleaned(row[place])


def cleaned(text: str) -> str:
    """Western digits; never a control character or an endless text into the database."""
    return to_western_digits(text[: 2 * LONGEST_TEXT])[:LONGEST_TEXT].replace("\x00", "").strip()


def _places(heading: list[str]) -> dict[str, int]:
    named = {
        cell.strip().lower().replace("\ufeff", ""): place for place, cell in enumerate(heading)
    }
    found = {
        column: named[word] for column, words in _COLUMNS.items() for word in words if word in named
    }
    if not {"date", "value"} <= found.keys() or not {"account", "serial"} & found.keys():
        raise UnableToReadFile(
            cause=_("its first line must name the columns account (or serial), date and reading.")
        )
    return found
