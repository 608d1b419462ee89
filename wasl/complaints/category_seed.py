"""The categories as shipped, and how any category is checked before it may be used."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from wasl.complaints.models import CategoryVersion

FILE = Path(__file__).with_name("data") / "categories.toml"
FIRST_DAY = date(2010, 1, 1)
LANGUAGES = {"ar", "ckb", "en"}
DATATYPES = {"string", "number", "text", "singlevaluelist", "multivaluelist"}


def problem(entry: Mapping[str, Any]) -> str:
    """What is wrong with a category, in English for who edits the file; nothing when it is sound."""
    if entry.get("group") not in CategoryVersion.Group.values:
        return "group"
    for name in ("labels", "hints"):
        if set(entry.get(name, {})) != LANGUAGES:
            return name
    codes = [each.get("code", "") for each in entry.get("questions", [])]
    if len(codes) != len(set(codes)):
        return "two questions have one code"
    for question in entry.get("questions", []):
        code = question.get("code", "")
        if not (code.isascii() and code.replace("_", "").isalnum()):
            return f"question code {code!r}"
        if question.get("datatype") not in DATATYPES or set(question["label"]) != LANGUAGES:
            return f"question {code}"
        is_list = question["datatype"].endswith("list")
        if is_list != bool(question.get("values")):
            return f"values of {code}"
        if any(set(each["label"]) != LANGUAGES for each in question.get("values", [])):
            return f"values of {code}"
    return ""


def shipped() -> list[dict[str, Any]]:
    """The categories of the file, in order. :raises ValueError: when one is unsound."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["category"]
    for entry in entries:
        wrong = problem(entry)
        if wrong:
            raise ValueError(f"category {entry.get('code')}: {wrong}")
    return list(entries)


def load(now: datetime) -> str:
    """This function will load the first version of each category. Loading twice changes nothing."""
    entries = shipped()
    for order, entry in enumerate(entries):
        CategoryVersion.objects.get_or_create(
            code=entry["code"],
            version=1,
            defaults={
                "group": entry["group"],
                "order": order,
                "icon": entry["icon"],
                "labels": entry["labels"],
                "hints": entry["hints"],
                "questions": entry.get("questions", []),
                "valid_from": FIRST_DAY,
                "published_at": now,
            },
        )
    return f"{len(entries)} categories of reports"
