"""
What the page of a case shows of other apps' doings: apps above register a piece for their service.

So casework shows the photographs of a repair without knowing what a crew is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from wasl.casework.models import Case


@dataclass(frozen=True, kw_only=True)
class Aside:
    """A piece of the page of every case of a service: its template, and what that is given."""

    service: str
    template: str
    fetch: Callable[[Case], Mapping[str, Any]]


_ASIDES: list[Aside] = []


def register(aside: Aside) -> None:
    """Have a piece shown on the page of every case of its service."""
    if aside not in _ASIDES:
        _ASIDES.append(aside)


def of(case: Case) -> list[SafeString]:
    """The pieces for a case, written out, to who may see the case."""
    mine = (each for each in _ASIDES if each.service == case.service)
    return [render_to_string(each.template, dict(each.fetch(case))) for each in mine]
