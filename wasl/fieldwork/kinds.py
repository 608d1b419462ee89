"""The kinds of events that field work records. Who is in a crew and where it is never become public."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

_ORDER = {"order": "string", "reference": "string", "state": "string", "danger": "integer"}

CREW_CHANGED = declare(
    Kind(
        name="fieldwork.crew.changed",
        label=_("Crew changed"),
        fields={"crew": "string", "what": "string", "details": "object?"},
        public=("what",),
    )
)
ORDER_MOVED = declare(
    Kind(
        name="fieldwork.order.moved",
        label=_("Work order goes on"),
        fields={**_ORDER, "before": "string", "reason": "string?", "crew": "string?"},
        public=("state", "before", "danger", "reason"),
    )
)
POOL_FIXED = declare(
    Kind(
        name="fieldwork.pool.fixed",
        label=_("Pool of equal crews fixed"),
        fields={"order": "string", "attempt": "integer", "size": "integer", "digest": "string"},
        public=("attempt", "size", "digest"),
    )
)
ORDER_DISPATCHED = declare(
    Kind(
        name="fieldwork.order.dispatched",
        label=_("Crew found"),
        fields={
            "order": "string", "attempt": "integer", "way": "string", "rule": "string",
            "eligible": "integer", "equal": "integer", "chosen": "string", "links": "object?",
            "digest": "string?",
        },
        public=("attempt", "way", "rule", "eligible", "equal", "chosen", "links", "digest"),
    )
)  # fmt: skip
OVERRIDE_ASKED = declare(
    Kind(
        name="fieldwork.override.asked",
        label=_("Another crew than the rule's asked for"),
        fields={"order": "string", "crew": "string", "reason": "string"},
        public=("reason",),
    )
)
OVERRIDE_DECIDED = declare(
    Kind(
        name="fieldwork.override.decided",
        label=_("Another crew than the rule's decided"),
        fields={"order": "string", "crew": "string", "reason": "string", "is_approved": "boolean"},
        public=("reason", "is_approved"),
    )
)
MATERIAL_MOVED = declare(
    Kind(
        name="fieldwork.material.moved",
        label=_("Material moved"),
        fields={
            "move": "string", "what": "string", "material": "string", "quantity": "integer",
            "order": "string?", "serial": "string?", "place": "string?",
        },
        public=("what", "material", "quantity"),
    )
)  # fmt: skip
TRANSFORMER_CHANGED = declare(
    Kind(
        name="fieldwork.transformer.changed",
        label=_("Transformer exchanged"),
        fields={"order": "string", "transformer": "string", "serial": "string", "what": "string"},
        public=("what",),
    )
)
ACTION_LOOK = declare(
    Kind(
        name="fieldwork.action.look",
        label=_("What a phone sent needs a look"),
        fields={"action": "string", "order": "string", "what": "string"},
        public=("what",),
    )
)
ACTION_SETTLED = declare(
    Kind(
        name="fieldwork.action.settled",
        label=_("What a phone sent was looked at"),
        fields={"action": "string", "order": "string", "what": "string", "is_taken": "boolean"},
        public=("what", "is_taken"),
    )
)
CALLS_FIXED = declare(
    Kind(
        name="fieldwork.calls.fixed",
        label=_("Pool of calls back fixed"),
        fields={"outage": "string", "size": "integer", "share_pct": "integer", "digest": "string"},
        public=("size", "share_pct", "digest"),
    )
)
CALLS_DRAWN = declare(
    Kind(
        name="fieldwork.calls.drawn",
        label=_("Calls back drawn"),
        fields={
            "outage": "string", "count": "integer", "size": "integer", "digest": "string",
            "links": "object",
        },
        public=("count", "size", "digest", "links"),
    )
)  # fmt: skip
CALL_OPENED = declare(
    Kind(
        name="fieldwork.call.opened",
        label=_("Number for a call back looked up"),
        fields={"call": "string"},
    )
)
CALL_ANSWERED = declare(
    Kind(
        name="fieldwork.call.answered",
        label=_("Call back answered"),
        fields={"call": "string", "outcome": "string"},
        public=("outcome",),
    )
)
