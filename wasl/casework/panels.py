"""
What a task page shows of a case: only what that task needs.

A panel is a template with a selector that fetches just its data. A form's name lists its panels; a
step without a list shows no personal data at all. So an inspector never sees identity papers, and
a documents officer never sees the telephone number: they are simply not fetched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from wasl.casework.models import Case, Task


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A titled piece of a task page."""

    name: str
    title: str | Promise
    template: str
    fetch: Callable[[Case, Task | None], Mapping[str, Any]]


_PANELS: dict[str, Panel] = {}
_OF_FORM: dict[str, tuple[str, ...]] = {}
# Document kinds that a form may open.
_DOCUMENTS_OF_FORM: dict[str, tuple[str, ...]] = {}

_DOCUMENT_LABELS: dict[str, str | Promise] = {}


def register_document_kind(kind: str, label: str | Promise) -> None:
    """Name a kind of document, for every page that lists it."""
    _DOCUMENT_LABELS[kind] = label


def document_label(kind: str) -> str:
    """The words for a kind of document; the kind itself when nobody named it."""
    return str(_DOCUMENT_LABELS.get(kind, kind))


def register_panel(panel: Panel) -> None:
    """Register a panel. :raises ValueError: when the name is taken."""
    if panel.name in _PANELS:
        raise ValueError(f"two panels are called {panel.name}")
    _PANELS[panel.name] = panel


def show(form: str, panels: tuple[str, ...], *, documents: tuple[str, ...] = ()) -> None:
    """Say which panels, and which kinds of documents, the task with this form shows."""
    _OF_FORM[form] = panels
    _DOCUMENTS_OF_FORM[form] = documents


def panels_of(form: str) -> list[Panel]:
    """The panels of a form, in order."""
    return [_PANELS[name] for name in _OF_FORM.get(form, ())]


def document_kinds_of(form: str) -> tuple[str, ...]:
    """The kinds of documents that the task with this form may open."""
    return _DOCUMENTS_OF_FORM.get(form, ())
