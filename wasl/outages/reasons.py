"""Why there is planned work, and why it is cancelled: closed lists, in data/reasons.toml. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "reasons.toml"
WORK, CANCEL = "work", "cancel"
NOT_CARRIED_OUT = "not_carried_out"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason of a list. `is_urgent` may come late; `is_system` is nobody's to choose."""

    code: str
    labels: Mapping[str, str]
    is_urgent: bool = False
    is_system: bool = False

    def label(self, language: str) -> str:
        """The words in a language; in Arabic where there are none."""
        return self.labels.get(language) or self.labels["ar"]


@cache
def all_of(kind: str) -> Mapping[str, Reason]:
    """The reasons of a list by code, in the file's order."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    return {entry["code"]: Reason(**entry) for entry in entries}


def choices(kind: str, language: str) -> list[tuple[str, str]]:
    """What a person may choose: code and words."""
    found = all_of(kind).values()
    return [(each.code, each.label(language)) for each in found if not each.is_system]


def label(kind: str, code: str, language: str) -> str:
    """The words for a code; the code itself when the list has lost it."""
    found = all_of(kind).get(code)
    return found.label(language) if found else code
