"""
The closed lists as they are shipped: groups of reasons, and the causes that stop a clock. Pure.

The rows of the database may have further reasons, never a group or a cause that is not here.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "reasons.toml"
CLOCK = "clock"


@lru_cache(maxsize=1)
def entries() -> tuple[dict[str, Any], ...]:
    """Every reason of the data file."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["reason"])


def groups() -> set[str]:
    """The lists that a step may name for its decisions."""
    return {entry["group"] for entry in entries()} - {CLOCK}


def causes() -> set[str]:
    """The causes for which a clock may stop."""
    return {entry["code"] for entry in entries() if entry["group"] == CLOCK}
