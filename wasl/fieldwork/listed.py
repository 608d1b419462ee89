"""The closed lists of field work: skills, reasons, kinds of material. Pure, but for the reader's language."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FILE = Path(__file__).parent / "data" / "lists.toml"
SKILLS, MATERIALS = "skill", "material"
RETURNED, OVERRIDE, CANCELLED, UNFINISHED = "returned", "override", "cancelled", "unfinished"
REASONS = (RETURNED, OVERRIDE, CANCELLED, UNFINISHED)
METRE = "METRE"


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, dict[str, Any]]]:
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: {row["code"]: row for row in rows} for name, rows in content.items()}


def entries(name: str) -> Mapping[str, Mapping[str, Any]]:
    """A list by code, in its order. :raises KeyError: when there is no such list."""
    return _lists()[name]


def is_listed(name: str, code: str) -> bool:
    """Whether a code stands in a list."""
    return code in _lists()[name]


def label(name: str, code: str) -> str:
    """The words of a code in the reader's language; the code itself where nobody knows it."""
    row = _lists()[name].get(code)
    return str(row[(get_language() or "ar").split("-")[0]]) if row else code


def reason(code: str) -> str:
    """The words of a reason, of whichever list; empty for none."""
    found = next((name for name in REASONS if code in _lists()[name]), "")
    return label(found, code) if found else code


def choices(name: str) -> list[tuple[str, str]]:
    """A list for a form."""
    return [(code, label(name, code)) for code in _lists()[name]]


def is_serial(material: str) -> bool:
    """Whether each piece of a material is tracked by its serial number."""
    return bool(_lists()[MATERIALS][material]["is_serial"])


def tolerance_pct(material: str) -> int:
    """So many per cent of what was issued may be scrapped without anybody asking."""
    return int(_lists()[MATERIALS][material]["tolerance_pct"])
