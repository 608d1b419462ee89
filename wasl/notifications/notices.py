"""
Notices as data: one TOML file per notice, in three languages, with named placeholders.

A file `wasl/<app>/notices/<name>.toml` is the notice "<app>.<name>". Its table [values] declares
every placeholder, with the longest realistic example. Reading is strict: a placeholder that is not
declared, a missing language or a personal detail in an SMS is an error of the file.
"""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.core import money
from wasl.core.errors import Unable
from wasl.core.templatetags.wasl import MONTHS

LANGUAGES = ("ar", "ckb", "en")
AUDIENCES = {"CITIZEN", "STAFF"}
# An SMS lies open on a locked screen and in the operator's records: never more than these.
IN_SMS = frozenset(
    {"reference", "amount", "date", "time", "stage", "secret", "receipt", "code"}
) | {
    "days",
    "minutes",
    "count",
    # The address that ends messages of a kind: whoever finds it can do no more than that.
    "stop",
}
_PARTS = ("sms", "subject", "body")
_ISOLATE, _POP = "\u2066", "\u2069"
_RIGHT_TO_LEFT = {"ar", "ckb"}

Value = str | int | date | datetime | Promise | Mapping[str, str]


class UnableToReadNotice(Unable):
    """The file of a notice is not right. A fault of the program, found when it starts."""

    code = "WRONG_NOTICE"
    message = _("The notice %(notice)s is not right: %(problems)s")


class UnableToWriteNotice(Unable):
    """The values given are not those that the notice declares. A fault of the program."""

    code = "WRONG_NOTICE_VALUES"
    message = _("The notice %(notice)s was given too many or too few values: %(wrong)s")


@dataclass(frozen=True, kw_only=True)
class Text:
    """A notice in one language, written out. `sms` is empty when the notice has none."""

    sms: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as its file declares it: texts by part and language, examples by placeholder."""

    name: str
    audience: str
    texts: Mapping[str, Mapping[str, str]]
    examples: Mapping[str, Any]

    @property
    def has_sms(self) -> bool:
        """Whether the notice also goes out as a text message."""
        return "sms" in self.texts

    def write(self, values: Mapping[str, Value], language: str) -> Text:
        """
        The notice in a language, with its values written in the manner of that language.

        :raises UnableToWriteNotice: when the values are not exactly the declared ones.
        """
        if values.keys() != self.examples.keys():
            wrong = sorted(values.keys() ^ self.examples.keys())
            raise UnableToWriteNotice(notice=self.name, wrong=", ".join(wrong))
        language = language if language in LANGUAGES else LANGUAGES[0]
        words = {name: _isolated(spell(v, language), language) for name, v in values.items()}
        parts = {
            part: self.texts[part][language].format_map(words) if part in self.texts else ""
            for part in _PARTS
        }
        return Text(**parts)


def spell(value: Value, language: str) -> str:
    """A value in words: dates with the months of Iraq, amounts grouped, texts translated."""
    if isinstance(value, Mapping):
        return value.get(language) or value["ar"]
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{spell(local.date(), language)} {local:%H:%M}"
    if isinstance(value, date):
        return f"{value.day} {MONTHS[language].split(',')[value.month - 1]} {value.year}"
    if isinstance(value, int):
        return money.format_dinars(value)
    with translation.override(language):
        return str(value)


def _isolated(text: str, language: str) -> str:
    """A reference or an amount inside Arabic keeps its own direction."""
    if language in _RIGHT_TO_LEFT and text.isascii() and len(text) > 1:
        return f"{_ISOLATE}{text}{_POP}"
    return text


def parse(name: str, content: str) -> Notice:
    """
    This function will read the file of a notice.

    :raises UnableToReadNotice: with everything that is wrong in it.
    """
    try:
        data = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise UnableToReadNotice(notice=name, problems=str(error)) from error
    problems = _problems(data)
    if problems:
        raise UnableToReadNotice(notice=name, problems="; ".join(problems))
    texts = {part: {k: v.strip() for k, v in data[part].items()} for part in _PARTS if part in data}
    return Notice(
        name=name, audience=data["audience"], texts=texts, examples=data.get("values", {})
    )


def _problems(data: Mapping[str, Any]) -> list[str]:
    found = [f"unknown table or key {key}" for key in data.keys() - {*_PARTS, "audience", "values"}]
    if data.get("audience") not in AUDIENCES:
        found.append("audience is neither CITIZEN nor STAFF")
    declared = set(data.get("values", {}))
    used: set[str] = set()
    for part in _PARTS:
        if part not in data and part != "sms":
            found.append(f"[{part}] is missing")
        for language in LANGUAGES if part in data else ():
            text = data[part].get(language, "")
            if not isinstance(text, str) or not text.strip():
                found.append(f"[{part}] has no {language}")
                continue
            names = _placeholders(text)
            used |= names
            found += [
                f"[{part}] {language}: {{{n}}} is not declared" for n in sorted(names - declared)
            ]
            if part == "sms":
                personal = sorted(names - IN_SMS)
                found += [f"[sms] {language}: {{{n}}} may not stand in an SMS" for n in personal]
    return found + [f"{name} is declared and nowhere used" for name in sorted(declared - used)]


def _placeholders(text: str) -> set[str]:
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError as error:
        return {f"broken braces: {error}"}
    # An attribute, index or format of a placeholder is part of its name here, so it is refused.
    return {
        f"{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}"
        for _literal, name, spec, conversion in fields
        if name is not None
    }


def files() -> dict[str, Path]:
    """The notice files of the installed apps, by name."""
    return {
        f"{config.label}.{path.stem}": path
        for config in apps.get_app_configs()
        if config.name.startswith("wasl.")
        for path in sorted(Path(config.path, "notices").glob("*.toml"))
    }


@cache
def all_notices() -> Mapping[str, Notice]:
    """Every notice by name. :raises UnableToReadNotice: when a file is not right."""
    return {name: parse(name, path.read_text(encoding="utf-8")) for name, path in files().items()}


def get(name: str) -> Notice:
    """The notice. :raises UnableToReadNotice: when no file declares it."""
    try:
        return all_notices()[name]
    except KeyError:
        raise UnableToReadNotice(notice=name, problems="there is no such file") from None
