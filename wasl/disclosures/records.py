"""What the public log commits to of a step: no words, no kind, no office. Pure."""

import hashlib

# An event's subject, drawn afresh for each: leaves of one report are not chained to each other.
SUBJECT = "disclosure"
# For the blind index that makes an empty commitment, which only this installation can tell.
EMPTY = "disclosures.empty"


def report_hash(public_key: bytes) -> str:
    """The report as a commitment names it: who has the receipt can show that it is theirs."""
    return hashlib.sha256(b"wasl disclosures report v1\n" + public_key).hexdigest()


def of_step(
    *, public_key: bytes, place: int, stage: str, outcome: str, sealed: bytes | None
) -> dict[str, str | int]:
    """The data of the event that commits to a step."""
    return {
        "report": report_hash(public_key),
        "step": place,
        "stage": stage,
        "outcome": outcome,
        "sealed": bytes(sealed).hex() if sealed else "",
    }
