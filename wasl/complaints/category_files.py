"""A category as a text that a person edits."""

import json

from wasl.complaints.category_seed import FLAGS
from wasl.complaints.models import CategoryVersion


def _quoted(text: str) -> str:
    # Strings of JSON are strings of TOML.
    return json.dumps(text, ensure_ascii=False)


def _words(labels: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {_quoted(value)}" for key, value in labels.items()) + " }"


def text_of(category: CategoryVersion) -> str:
    """The category in TOML: read back, it is the same."""
    lines = [
        f"group = {_quoted(category.group)}",
        f"icon = {_quoted(category.icon)}",
        *(f"{name} = {str(getattr(category, name)).lower()}" for name in FLAGS),
        f"labels = {_words(category.labels)}",
        f"hints = {_words(category.hints)}",
    ]
    for question in category.questions:
        lines += [
            "",
            "[[questions]]",
            f"code = {_quoted(question['code'])}",
            f"datatype = {_quoted(question['datatype'])}",
            f"required = {str(bool(question.get('required'))).lower()}",
            f"label = {_words(question['label'])}",
        ]
        if question.get("values"):
            lines.append("values = [")
            lines += [
                f"  {{ key = {_quoted(each['key'])}, label = {_words(each['label'])} }},"
                for each in question["values"]
            ]
            lines.append("]")
    return "\n".join(lines) + "\n"
