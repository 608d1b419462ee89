"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything that stands in them. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# A spreadsheet takes what begins so for a formula; a text that does gets an apostrophe before it.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def safe(value: Any) -> Any:
    """A value as it may stand in a cell; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_BEGINS_FORMULA):
        return f"'{value}"
    return value


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows with a line of names; None is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: safe(row[name]) for name in columns} for row in rows)
    return out.getvalue()
