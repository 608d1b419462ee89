"""Rows of a network file, each with its place in it, and what is wrong with one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.core.errors import Unable

KINDS = ("SUBSTATION", "FEEDER", "SECTION", "TRANSFORMER", "NODE", "LINE", "POINT")
LARGEST = 20 * 2**20
MOST_ROWS = 100_000


class UnableToReadNetworkFile(Unable):
    """The file cannot be read at all."""

    code = "UNREADABLE"
    message = _("The file cannot be read: %(cause)s")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the file: a line of a table, a feature, or a row of one of a study's tables."""

    kind: str
    number: int
    file: str = ""

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return {"kind": self.kind, "number": self.number, "file": self.file}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One element as the file says it: kind, place, and texts or numbers by field."""

    kind: str
    place: Place
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        """What names it."""
        return str(self.values.get("code") or self.values.get("account_no") or "")

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return {"kind": self.kind, "place": self.place.as_json(), "values": dict(self.values)}


def row_from_json(kept: Mapping[str, Any]) -> Row:
    """A row that was kept."""
    return Row(kind=kept["kind"], place=Place(**kept["place"]), values=kept["values"])


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong at a place; the code picks the words (faults.py), the values fill them."""

    code: str
    place: Place | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For keeping."""
        return {
            "code": self.code,
            "place": self.place.as_json() if self.place else None,
            "values": {name: str(value) for name, value in self.values.items()},
        }


@dataclass
class Read:
    """What a reader found: rows, faults, and remarks on what it left out on purpose."""

    format: str
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
