"""The dated settings that the directorates themselves need."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from wasl.directorates import dated


def _is_weekend(value: Any) -> bool:
    return len(set(value)) == len(value) < 7 and all(day in range(1, 8) for day in value)


dated.register(
    "directorates.weekend",
    type=list,
    label=_("Weekend (1 is Monday, 7 is Sunday)"),
    is_acceptable=_is_weekend,
)
dated.register(
    "directorates.emergency_number",
    type=str,
    label=_("Emergency number"),
    is_acceptable=lambda value: value.isascii() and value.isdigit() and 2 < len(value) < 12,
)
