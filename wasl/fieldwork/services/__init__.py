"""Writing field work. Import the module, call the verb: `fieldwork.services.open_order(...)`."""

from wasl.fieldwork.services.actions import Sent, UnableToTakeAction, look, take
from wasl.fieldwork.services.calls import UnableToAnswerCall, answer_call, draw_calls, open_call
from wasl.fieldwork.services.crews import (
    UnableToChangeCrew,
    add_member,
    end_crew,
    forget_positions,
    note_position,
    plan_shift,
    remove_member,
    save_crew,
)
from wasl.fieldwork.services.dispatch import (
    UnableToOverride,
    ask_override,
    decide_override,
    dispatch,
    dispatch_waiting,
    names_at,
    weigh,
)
from wasl.fieldwork.services.following import follow_outage, open_for_outage
from wasl.fieldwork.services.materials import (
    UnableToMoveMaterial,
    ask,
    bring_back,
    issue,
    receive,
)
from wasl.fieldwork.services.orders import (
    Subject,
    UnableToMoveOrder,
    cancel,
    check,
    close,
    open_order,
)

__all__ = [
    "Sent",
    "Subject",
    "UnableToAnswerCall",
    "UnableToChangeCrew",
    "UnableToMoveMaterial",
    "UnableToMoveOrder",
    "UnableToOverride",
    "UnableToTakeAction",
    "add_member",
    "answer_call",
    "ask",
    "ask_override",
    "bring_back",
    "cancel",
    "check",
    "close",
    "decide_override",
    "dispatch",
    "dispatch_waiting",
    "draw_calls",
    "end_crew",
    "follow_outage",
    "forget_positions",
    "issue",
    "look",
    "names_at",
    "note_position",
    "open_call",
    "open_for_outage",
    "open_order",
    "plan_shift",
    "receive",
    "remove_member",
    "save_crew",
    "take",
    "weigh",
]
