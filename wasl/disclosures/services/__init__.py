"""What protected reports does."""

from wasl.disclosures.services.dialogue import (
    Filing,
    Opened,
    UnableToOpenDialogue,
    UnableToReceive,
    UnableToWrite,
    move,
    open_dialogue,
    open_with,
    receive,
    reply,
    say,
)
from wasl.disclosures.services.publishing import empty_hash, publish_batch, record_of
from wasl.disclosures.services.recipients import UnableToChangeKey, move_key, propose_key
from wasl.disclosures.services.retention import erase_due

__all__ = [
    "Filing",
    "Opened",
    "UnableToChangeKey",
    "UnableToOpenDialogue",
    "UnableToReceive",
    "UnableToWrite",
    "empty_hash",
    "erase_due",
    "move",
    "move_key",
    "open_dialogue",
    "open_with",
    "propose_key",
    "publish_batch",
    "receive",
    "record_of",
    "reply",
    "say",
]
