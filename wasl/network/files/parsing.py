"""Bytes of a hostile file into texts, tables and JSON, within limits."""

import csv
import io
import json
import struct
import zipfile
import zlib
from typing import Any

from django.utils.translation import gettext as _

from wasl.network.files.rows import LARGEST, MOST_ROWS, UnableToReadNetworkFile

_MOST_MEMBERS = 60
_UNPACKED = 60 * 2**20
_DEEPEST = 40


def text(content: bytes, name: str = "") -> str:
    """UTF-8 text. :raises UnableToReadNetworkFile: with the line of the first byte that is none."""
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        cause = _("%(name)s line %(line)s is not UTF-8; save the file as UTF-8.")
        raise UnableToReadNetworkFile(cause=cause % {"name": name, "line": line}) from None
    if "\x00" in found:
        raise UnableToReadNetworkFile(cause=_("it holds zero bytes; it is not a text."))
    return found


def table(content: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """
    A table with a header: (line of the file, texts by column). `,`, `;` or tab separate.

    :raises UnableToReadNetworkFile: when it is no table, or longer than is taken.
    """
    whole = text(content, name)
    head = whole.split("\n", 1)[0]
    mark = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=mark)
    try:
        columns = [each.strip() for each in next(reader, [])]
        if len(set(columns)) != len(columns) or not any(columns):
            cause = _("the first line of %(name)s must name each column once.")
            raise UnableToReadNetworkFile(cause=cause % {"name": name})
        found: list[tuple[int, dict[str, str]]] = []
        for cells in reader:
            if len(found) > MOST_ROWS:
                cause = _("%(name)s has more than %(most)s lines; cut it into parts.")
                raise UnableToReadNetworkFile(cause=cause % {"name": name, "most": MOST_ROWS})
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                row = {c: v.strip() for c, v in zip(columns, padded, strict=False)}
                found.append((reader.line_num, row))
    except csv.Error as error:
        cause = _("line %(line)s of %(name)s is no line of a table (%(error)s).")
        raise UnableToReadNetworkFile(
            cause=cause % {"line": reader.line_num, "name": name, "error": error}
        ) from None
    return found


def json_of(content: bytes | str) -> Any:
    """
    JSON without NaN and Infinity, not nested deeper than any network is.

    :raises UnableToReadNetworkFile: for anything else.
    """

    def refuse(constant: str) -> Any:
        cause = _("%(value)s is no number in JSON.")
        raise UnableToReadNetworkFile(cause=cause % {"value": constant})

    written = text(content) if isinstance(content, bytes) else content
    try:
        found = json.loads(written, parse_constant=refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        cause = _("line %(line)s, column %(column)s: this is not JSON.")
        raise UnableToReadNetworkFile(
            cause=cause % {"line": error.lineno, "column": error.colno}
        ) from None
    except (RecursionError, ValueError):
        raise UnableToReadNetworkFile(
            cause=_("it is nested too deeply, or a number is too long.")
        ) from None
    if _depth(found) > _DEEPEST:
        raise UnableToReadNetworkFile(cause=_("it is nested too deeply, or a number is too long."))
    return found


def _finite(written: str) -> float:
    value = float(written)
    if value in (float("inf"), float("-inf")):
        cause = _("%(value)s is no number in JSON.")
        raise UnableToReadNetworkFile(cause=cause % {"value": written[:20]})
    return value


def _depth(found: Any) -> int:
    """How deep it is nested, without recursion."""
    level, depth = [found], 0
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return depth


def members(content: bytes, wanted: set[str]) -> dict[str, bytes]:
    """
    The members of a zip that are wanted, by base name in lower case, unpacked within limits.

    :raises UnableToReadNetworkFile: when it is no zip, is locked, or unpacks to more than is taken.
    """
    found: dict[str, bytes] = {}
    room = _UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_MEMBERS:
                raise UnableToReadNetworkFile(cause=_("the zip holds too many files."))
            for entry in entries:
                name = entry.filename.replace("\\", "/").rsplit("/", 1)[-1].lower()
                if name not in wanted:
                    continue
                if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise NotImplementedError  # others ask for as much memory as the file says
                # The header's size is a claim; what comes out is counted.
                with archive.open(entry) as file:
                    unpacked = file.read(min(room, LARGEST) + 1)
                room -= len(unpacked)
                if room < 0 or len(unpacked) > LARGEST:
                    raise UnableToReadNetworkFile(cause=_("the zip unpacks to more than is taken."))
                found[name] = unpacked
    except (
        zipfile.BadZipFile, RuntimeError, ValueError, EOFError, OSError, zlib.error, struct.error,
    ):  # fmt: skip
        raise UnableToReadNetworkFile(cause=_("it is no zip that can be opened.")) from None
    return found
