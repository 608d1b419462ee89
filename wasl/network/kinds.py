"""The kinds of events that the network records."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare


def _checked_in_words(data: Mapping[str, Any]) -> str:
    """What the citizen reads of a load flow."""
    figures = {
        "volts": data["volts"],
        "nominal": data["nominal_volts"],
        "tolerance": data["tolerance_pct"],
        "loading": data["loading_after_pct"],
        "permitted": data["permitted_pct"],
    }
    text = gettext(
        "With your load the voltage at your place would be about %(volts)s volts between phases "
        "(%(nominal)s are due, %(tolerance)s%% more or less are permitted), and the transformer "
        "loaded to %(loading)s%% (%(permitted)s%% are permitted)."
    )
    verdict = (
        gettext("The network carries it.")
        if data["fits"]
        else gettext("That is not certain to be carried, so an engineer looks at it.")
    )
    return f"{text % figures} {verdict}"


CAPACITY_RESERVED = declare(
    Kind(
        name="network.capacity.reserved",
        label=_("Capacity of the transformer kept for this case"),
        fields={
            "transformer": "string",
            "rated_kva": "integer",
            "loading_before_pct": "string",
            "loading_after_pct": "string",
            "permitted_pct": "integer",
            "is_override": "boolean",
        },
        public=(
            "transformer",
            "rated_kva",
            "loading_before_pct",
            "loading_after_pct",
            "permitted_pct",
            "is_override",
        ),
        seen_by_citizen=True,
    )
)
CAPACITY_CHECKED = declare(
    Kind(
        name="network.capacity.checked",
        label=_("Load flow of the low-voltage network for this case"),
        fields={
            "transformer": "string",
            "loading_after_pct": "string",
            "permitted_pct": "integer",
            "volts": "integer",
            "nominal_volts": "integer",
            "tolerance_pct": "integer",
            "fits": "boolean",
            "reasons": "list",
        },
        public=("transformer", "loading_after_pct", "permitted_pct", "fits"),
        seen_by_citizen=True,
        detail=_checked_in_words,
    )
)
CAPACITY_RELEASED = declare(
    Kind(
        name="network.capacity.released",
        label=_("Capacity of the transformer released"),
        fields={"transformer": "string", "cause": "string"},
        public=("transformer", "cause"),
    )
)
POINT_CONNECTED = declare(
    Kind(
        name="network.point.connected",
        label=_("Connected to the transformer"),
        fields={"transformer": "string", "phases": "integer"},
        public=("transformer", "phases"),
        seen_by_citizen=True,
    )
)
POINT_DISCONNECTED = declare(
    Kind(
        name="network.point.disconnected",
        label=_("Disconnected from the transformer"),
        fields={"transformer": "string"},
        public=("transformer",),
        seen_by_citizen=True,
    )
)
IMPORT_APPLIED = declare(
    Kind(
        name="network.import.applied",
        label=_("A network file was applied"),
        fields={
            "format": "string",
            "sha256": "string",
            "uploaded_by": "string",
            "added": "integer",
            "changed": "integer",
            "removed": "integer",
        },
        public=("format", "sha256", "added", "changed", "removed"),
    )
)
