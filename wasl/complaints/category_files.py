"""A category as a text that a person edits."""

import json

from wasl.complaints.category_seed import FLAGS
from wasl.complaints.models import CategoryVersion


def _quoted(text: str) -> str:
    # Strings of JSON are strings of TOML.
    return json.dumps(text, ensure_ascii=False)


def _words(name: str, labels: dict[str, str]) -> list[str]:
    # One language a line: side by side, Arabic and English change places on the screen.
    return [f"{name}.{language} = {_quoted(labels[language])}" for language in sorted(labels)]


def text_of(category: CategoryVersion) -> str:
    """The category in TOML: read back, it is the same."""
    lines = [
        f"group = {_quoted(category.group)}",
        f"icon = {_quoted(category.icon)}",
        *(f"{name} = {str(getattr(category, name)).lower()}" for name in FLAGS),
        *_words("labels", category.labels),
        *_words("hints", category.hints),
    ]
    for question in category.questions:
        lines += [
            "",
            "[[questions]]",
            f"code = {_quoted(question['code'])}",
            f"datatype = {_quoted(question['datatype'])}",
            f"required = {str(bool(question.get('required'))).lower()}",
            *_words("label", question["label"]),
        ]
        for each in question.get("values") or []:
            lines += [
                "",
                "[[questions.values]]",
                f"key = {_quoted(each['key'])}",
                *_words("label", each["label"]),
            ]
    return "\n".join(lines) + "\n"
