"""
Kinds of events. Each is declared once: its fields, and which of them are public.

What is not declared cannot be recorded. `public` names the fields that go into the public log as
they are (codes and counts, never a word about a person); all fields are committed to by the salted
hash. `seen_by_citizen` puts the event on the timeline of the case's applicant; `detail` makes, from
the event's data, a sentence that stands there below the label.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

# Types that a field may have. Money travels as whole dinars ("integer"), times as ISO text.
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "list": (list,),
    "object": (dict,),
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A declared kind: dotted name, fields (name → type, "?" behind a type makes it optional)."""

    name: str
    label: str | Promise
    fields: Mapping[str, str] = field(default_factory=dict)
    public: tuple[str, ...] = ()
    seen_by_citizen: bool = False
    detail: Callable[[Mapping[str, Any]], str] | None = None

    def __post_init__(self) -> None:
        unknown = set(self.public) - set(self.fields)
        if unknown:
            raise ValueError(f"{self.name}: public fields {unknown} are not declared")
        wrong = {t for t in self.fields.values() if t.rstrip("?") not in TYPES}
        if wrong:
            raise ValueError(f"{self.name}: unknown types {wrong}")

    def problems(self, data: Mapping[str, object]) -> list[str]:
        """What is wrong with the data of an event of this kind; empty when nothing is."""
        found = [f"{name} is not declared" for name in data.keys() - self.fields.keys()]
        for name, declared in self.fields.items():
            value = data.get(name)
            if value is None:
                if not declared.endswith("?"):
                    found.append(f"{name} is missing")
                continue
            expected = TYPES[declared.rstrip("?")]
            is_bool_as_number = isinstance(value, bool) and bool not in expected
            if not isinstance(value, expected) or is_bool_as_number:
                found.append(f"{name} is not a {declared.rstrip('?')}")
        return found

    def public_part(self, data: Mapping[str, object]) -> dict[str, object]:
        """The fields that the public log shows."""
        return {name: data[name] for name in self.public if data.get(name) is not None}


_DECLARED: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Declare a kind. :raises ValueError: when the name is taken."""
    if kind.name in _DECLARED:
        raise ValueError(f"event kind {kind.name} is declared twice")
    _DECLARED[kind.name] = kind
    return kind


def get(name: str) -> Kind:
    """The declared kind. :raises KeyError: when nobody declared it."""
    return _DECLARED[name]


def all_kinds() -> list[Kind]:
    """Every declared kind, by name."""
    return sorted(_DECLARED.values(), key=lambda kind: kind.name)
