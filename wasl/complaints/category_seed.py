"""The categories as shipped, and how any category is checked before it may be used."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from wasl.complaints.models import CategoryVersion

FILE = Path(__file__).with_name("data") / "categories.toml"
FIRST_DAY = date(2010, 1, 1)
# Open311 clients put it into addresses and parameters.
_CODE = re.compile(r"[A-Za-z0-9_-]+")
LANGUAGES = {"ar", "ckb", "en"}
FLAGS = ("is_offered", "is_shared", "needs_words")
DATATYPES = ("string", "number", "text", "singlevaluelist", "multivaluelist")


def problem(entry: Mapping[str, Any]) -> str:
    """
    What is wrong with a category, in English for who edits the file; nothing when it is sound.

    The file may hold anything that TOML can say.
    """
    if entry.get("group") not in CategoryVersion.Group.values:
        return "group"
    if not _is_code(entry.get("icon")):
        return "icon"
    for name in ("labels", "hints"):
        if not _is_words(entry.get(name)):
            return f"{name}: a text in each of ar, ckb, en"
    for name in FLAGS:
        if not isinstance(entry.get(name, False), bool):
            return f"{name}: true or false"
    questions = entry.get("questions", [])
    if not isinstance(questions, list) or not all(isinstance(each, dict) for each in questions):
        return "questions"
    codes = [str(each.get("code")) for each in questions]
    if len(codes) != len(set(codes)):
        return "two questions have one code"
    return next((wrong for each in questions if (wrong := _problem_of(each))), "")


def _problem_of(question: Mapping[str, Any]) -> str:
    code, values = question.get("code"), question.get("values", [])
    if not _is_code(code):
        return f"question code {code!r}"
    if question.get("datatype") not in DATATYPES:
        return f"question {code}: datatype"
    if not _is_words(question.get("label")):
        return f"question {code}: a label in each of ar, ckb, en"
    if not isinstance(question.get("required", False), bool):
        return f"question {code}: required is true or false"
    is_list = str(question["datatype"]).endswith("list")
    if not isinstance(values, list) or is_list != bool(values):
        return f"question {code}: values"
    for each in values:
        if (
            not isinstance(each, dict)
            or not _is_code(each.get("key"))
            or not _is_words(each.get("label"))
        ):
            return f"question {code}: a value has a key and a label in each of ar, ckb, en"
    return ""


def _is_code(found: object) -> bool:
    return isinstance(found, str) and len(found) <= 32 and _CODE.fullmatch(found) is not None


def _is_words(found: object) -> bool:
    return (
        isinstance(found, dict)
        and set(found) == LANGUAGES
        and all(isinstance(text, str) and 0 < len(text) <= 200 for text in found.values())
    )


def columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What of a sound entry is kept, by the names of the model's columns."""
    return {
        "group": entry["group"],
        "icon": entry["icon"],
        "labels": entry["labels"],
        "hints": entry["hints"],
        "questions": entry.get("questions", []),
        "is_offered": entry.get("is_offered", True),
        "is_shared": entry.get("is_shared", False),
        "needs_words": entry.get("needs_words", False),
    }


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
                **columns(entry),
                "order": order,
                "valid_from": FIRST_DAY,
                "published_at": now,
            },
        )
    return f"{len(entries)} categories of reports"
