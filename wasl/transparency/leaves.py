"""
What the public log holds of an event (docs/adr/0020): never a person, never a plain hash of one.

`log_time` is the hour, not the second. `case` is a pseudonym drawn at random for each subject.
`seq` and `prev` chain the leaves of one subject: who holds one receipt sees a missing later one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json import loads

from wasl.transparency import jcs
from wasl.transparency.encoding import NotAccepted, to_base64
from wasl.transparency.merkle import leaf_hash

VERSION = 1
MAX_BYTES = 2048
LEFT_OUT = '{"left_out":true}'


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
    public: str,
) -> tuple[bytes, bytes]:
    """
    This function will make the next leaf of a chain, and move the chain on: (leaf, leaf hash).

    `public` is JSON text, as the database holds it. The leaf is put together member by member in
    the order of RFC 8785, with the parts that repeat kept ready: a million leaves take seconds.

    :raises NotAccepted: when the public part holds a fraction, or is too long.
    """
    leaf = (
        f'{{"actor_role":{_text(actor_role)},"case":{_text(chain.pseudonym)},'
        f'"log_time":"{_hour(recorded_at)}","office":{_text(office)},'
        f'"payload_commit":"{to_base64(commitment)}","prev":"{to_base64(chain.last_hash)}",'
        f'"public":{_public(public)},"seq":{chain.seq + 1},"type":{_text(kind)},"v":{VERSION}}}'
    ).encode()
    if len(leaf) > MAX_BYTES:
        raise NotAccepted(f"{kind}: a leaf of {len(leaf)} bytes is too long for the log")
    hashed = leaf_hash(leaf)
    chain.seq += 1
    chain.last_hash = hashed
    return leaf, hashed


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    return jcs.canonical(value).decode()


@lru_cache(maxsize=4096)
def _public(text: str) -> str:
    value = loads(text)
    if jcs.has_fraction(value):
        raise NotAccepted("a leaf holds no fractions")
    return jcs.canonical(value).decode()


def _hour(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}-{utc.month:02d}-{utc.day:02d}T{utc.hour:02d}:00Z"
