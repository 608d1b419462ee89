"""
What the public log holds of an event (docs/adr/0020): never a person, never a plain hash of one.

`log_time` is the hour, not the second. `case` is a pseudonym drawn at random for each subject.
`seq` and `prev` chain the leaves of one subject: who holds one receipt sees a missing later one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wasl.transparency import jcs
from wasl.transparency.encoding import NotAccepted, to_base64
from wasl.transparency.merkle import leaf_hash

VERSION = 1
MAX_BYTES = 2048


@dataclass
class Chain:
    """The leaves of one subject so far: its pseudonym, how many, and the hash of the last."""

    pseudonym: str
    seq: int = 0
    last_hash: bytes = b""


def build(
    *,
    kind: str,
    recorded_at: datetime,
    chain: Chain,
    actor_role: str,
    office: str,
    commitment: bytes,
    public: Mapping[str, Any],
) -> tuple[bytes, bytes]:
    """
    This function will make the next leaf of a chain, and move the chain on: (leaf, leaf hash).

    :raises NotAccepted: when the public part holds a fraction, or is too long.
    """
    if jcs.has_fraction(public):
        raise NotAccepted(f"{kind}: a leaf holds no fractions")
    leaf = jcs.canonical(
        {
            "v": VERSION,
            "type": kind,
            "log_time": recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:00Z"),
            "case": chain.pseudonym,
            "seq": chain.seq + 1,
            "prev": to_base64(chain.last_hash),
            "actor_role": actor_role,
            "office": office,
            "payload_commit": to_base64(commitment),
            "public": public,
        }
    )
    if len(leaf) > MAX_BYTES:
        raise NotAccepted(f"{kind}: a leaf of {len(leaf)} bytes is too long for the log")
    hashed = leaf_hash(leaf)
    chain.seq += 1
    chain.last_hash = hashed
    return leaf, hashed
