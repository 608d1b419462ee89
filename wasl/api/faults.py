"""What is wrong with the fields of a request, in words for people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.core.problems import Fault

# By what the checker says; everything else is "cannot be used".
_WORDS: dict[str, str | Promise] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("This is not known here."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "string_pattern_mismatch": _("This is not written as it must be."),
    "greater_than_equal": _("Not less than %(ge)s."),
    "less_than_equal": _("Not more than %(le)s."),
    "enum": _("One of: %(expected)s."),
    "literal_error": _("One of: %(expected)s."),
}
_WHOLES = {"given", "where"}
# Fields and files of a form are parts of one body.
_BODIES = {"form", "file"}
_ELSE = _("This value cannot be used.")


def faults(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Each error of the checker with its place, as a JSON pointer, and words in the active language."""
    return [
        Fault(
            pointer="".join(f"/{_escaped(part)}" for part in _place(each["loc"])),
            code=str(each["type"]).upper(),
            detail=_words(each),
        )
        for each in errors
    ]


def _place(parts: Sequence[Any]) -> list[Any]:
    parts = ["body" if part in _BODIES else part for part in parts[:1]] + list(parts[1:])
    # What our functions call a whole body or query is no part of what the caller sent.
    return [*parts[:1], *parts[2:]] if len(parts) > 1 and parts[1] in _WHOLES else list(parts)


def _escaped(part: Any) -> str:
    # RFC 6901; what a caller called a field is cut, as it comes back to them.
    return str(part)[:100].replace("~", "~0").replace("/", "~1")


def _words(error: Mapping[str, Any]) -> str:
    told = _WORDS.get(str(error["type"]))
    if told is None:
        return str(_ELSE)
    try:
        return str(told) % dict(error.get("ctx") or {})
    except KeyError:
        return str(_ELSE)
