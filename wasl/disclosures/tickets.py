"""
What the reporters' pages carry from one to the next, as they keep neither cookie nor session.

Both are texts that only this site can make and read, with an end. The form's names the receipt that
its report will have, so that a form sent twice is one report. The dialogue's holds the private key
that was derived from the receipt, so that it need not be typed for every message.
"""

import base64
import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from wasl.core import crypto
from wasl.disclosures import receipts

FORM_LASTS = timedelta(hours=6)
DIALOGUE_LASTS = timedelta(minutes=30)
_FORM, _DIALOGUE = "disclosures form 1", "disclosures dialogue 1"
# The JavaScript of the page looks for a number that makes the hash begin with so many zero bits.
WORK_BITS = 16


class NotValid(ValueError):
    """Made by somebody else, changed, for another page, or over its time."""


def new_form(now: datetime) -> str:
    """A text for an empty form: it holds the receipt of the report to come."""
    return _written({"receipt": receipts.new()}, _FORM, now + FORM_LASTS)


def receipt_of(form: str, now: datetime) -> str:
    """The receipt that a form's report will have. :raises NotValid: when it is over its time."""
    return str(_read(form, _FORM, now)["receipt"])


def new_dialogue(private: bytes, now: datetime) -> str:
    """A text by which the dialogue that was just opened goes on."""
    key = base64.b64encode(private).decode("ascii")
    return _written({"key": key}, _DIALOGUE, now + DIALOGUE_LASTS)


def private_of(dialogue: str, now: datetime) -> bytes:
    """The private key of an opened dialogue. :raises NotValid: when it is over its time."""
    return base64.b64decode(str(_read(dialogue, _DIALOGUE, now)["key"]))


def name_of(ticket: str) -> str:
    """A short name under which it is counted how often a text was used; it tells nothing."""
    return crypto.blind_index(ticket, "disclosures.ticket").hex()[:32]


def has_work(ticket: str, work: str) -> bool:
    """Whether a computer has worked for this text: sixteen zero bits, some 65 000 trials."""
    if not (0 < len(work) <= 12 and work.isascii() and work.isdigit()):
        return False
    made = hashlib.sha256(f"{ticket}:{work}".encode()).digest()
    return int.from_bytes(made[:4]) >> (32 - WORK_BITS) == 0


def _written(content: dict[str, str], purpose: str, until: datetime) -> str:
    content = {**content, "until": until.isoformat(), "once": secrets.token_hex(8)}
    return crypto.encrypt_text(json.dumps(content), purpose)


def _read(text: str, purpose: str, now: datetime) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(crypto.decrypt_text(text, purpose))
    except crypto.UnableToDecrypt as error:
        raise NotValid from error
    if datetime.fromisoformat(content["until"]) <= now:
        raise NotValid
    return content
