"""What a protected report may be about: a closed list, from a data file."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "matters.toml"
LANGUAGES = ("ar", "ckb", "en")


@dataclass(frozen=True)
class Matter:
    """One entry: its code, and its words in three languages."""

    code: str
    labels: dict[str, str]
    hints: dict[str, str]


@lru_cache(maxsize=1)
def listed() -> tuple[Matter, ...]:
    """Every matter, in the order of the file."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["matter"]
    return tuple(
        Matter(
            code=entry["code"],
            labels={language: entry[language] for language in LANGUAGES},
            hints={language: entry[f"hint_{language}"] for language in LANGUAGES},
        )
        for entry in entries
    )


def label(code: str, language: str) -> str:
    """What a matter is called; the code itself for one that was taken off the list."""
    return next((each.labels[language] for each in listed() if each.code == code), code)
