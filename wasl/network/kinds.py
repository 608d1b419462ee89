"""The kinds of events that the network records."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

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
