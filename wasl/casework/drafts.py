"""Applications that are begun and not sent: the apps that keep them tell casework's list of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from wasl.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Something begun: what, where to go on, and when it was last saved."""

    title: str | Promise
    url: str
    saved_at: datetime


_SOURCES: list[Callable[[User, datetime], list[Begun]]] = []


def register(source: Callable[[User, datetime], list[Begun]]) -> None:
    """Have a source asked for what a person has begun."""
    _SOURCES.append(source)


def begun_by(user: User, now: datetime) -> list[Begun]:
    """Everything that a person has begun and not sent, newest first."""
    found = [item for source in _SOURCES for item in source(user, now)]
    return sorted(found, key=lambda item: item.saved_at, reverse=True)
