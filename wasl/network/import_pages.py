"""What the pages of network files show."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wasl.network.files import faults
from wasl.network.models import NetworkImport

_KINDS: dict[str, str | Promise] = {
    "SUBSTATION": _("Substations"),
    "FEEDER": _("Feeders"),
    "SECTION": _("Sections"),
    "TRANSFORMER": _("Transformers"),
    "NODE": _("Low-voltage nodes and lines"),
    "POINT": _("Service points"),
}
_CHANGES: dict[str, str | Promise] = {
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
}


def imports_of(directorate_id: int) -> list[NetworkImport]:
    """The last files, the newest first, without their content."""
    rows = NetworkImport.objects.filter(directorate_id=directorate_id)
    return list(rows.defer("staged", "faults").order_by("-uploaded_at", "pk")[:50])


def import_by_id(directorate_id: int, import_id: UUID) -> NetworkImport | None:
    """One file of a directorate."""
    rows = NetworkImport.objects.filter(directorate_id=directorate_id, id=import_id)
    return rows.defer("staged").first()


def kinds(made: NetworkImport) -> list[dict[str, Any]]:
    """What changes by kind of element, with the first codes in words."""
    return [
        {
            "label": _KINDS[kind],
            **counts,
            "listed": [(_CHANGES[what], code, fields) for what, code, fields in counts["listed"]],
        }
        for kind, counts in made.report["kinds"].items()
    ]


def in_words(kept: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Faults or remarks as (place, what is wrong)."""
    return [(faults.place(each), faults.words(each)) for each in kept]
