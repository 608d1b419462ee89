"""
Receipts: c2sp.org/tlog-proof@v1, a draft, and therefore read and written in this module only.

A receipt of Wasl carries in `extra` three lines: the leaf, the salt in base64, the payload. Leaf
and payload are canonical JSON, which never holds a line break. `extra` is not signed: every
verifier hashes the leaf again, and compares salt and payload with the leaf's commitment.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from wasl.transparency import jcs, merkle
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import NotAccepted, from_base64, to_base64, to_hash, to_number
from wasl.transparency.notes import Note, VerifierKey, signers
from wasl.transparency.policies import Policy

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Disclosure:
    """What the receipt says was recorded: the public leaf, and what its commitment covers."""

    leaf: bytes
    salt: bytes
    payload: bytes

    @classmethod
    def parse(cls, extra: bytes) -> "Disclosure":
        """The three lines. :raises NotAccepted: when they are not two JSON objects and a salt."""
        lines = extra.split(b"\n")
        if len(lines) != 3:
            raise NotAccepted("the receipt should carry a leaf, a salt and a payload")
        _require_canonical(lines[0])
        _json_object(lines[2])
        return cls(lines[0], to_hash(lines[1].decode("ascii", errors="replace")), lines[2])

    def to_bytes(self) -> bytes:
        """The three lines as `extra` carries them."""
        return b"\n".join((self.leaf, to_base64(self.salt).encode(), self.payload))

    def check(self) -> None:
        """:raises NotAccepted: unless the leaf commits to salt and payload."""
        commitment = to_base64(sha256(self.salt + self.payload).digest())
        if json.loads(self.leaf).get("payload_commit") != commitment:
            raise NotAccepted("the payload is not the one that the log's leaf commits to")


@dataclass(frozen=True)
class Receipt:
    """A leaf's place in a signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    @classmethod
    def parse(cls, raw: bytes) -> "Receipt":
        """The receipt in these bytes. :raises NotAccepted: when they are not one."""
        if len(raw) > MAX_BYTES:
            raise NotAccepted("the receipt is too long")
        head, blank, note = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise NotAccepted("the head of a receipt is plain ASCII") from error
        if lines[0] != HEADER or not blank:
            raise NotAccepted(f"a receipt begins with {HEADER}")
        lines.pop(0)
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise NotAccepted("the receipt does not say the leaf's index")
        index = to_number(lines.pop(0).removeprefix("index "))
        if len(lines) > 63:
            raise NotAccepted("the path has more than 63 hashes")
        return cls(index, tuple(map(to_hash, lines)), Note.parse(note), extra)

    def to_bytes(self) -> bytes:
        """The `.tlog-proof` file."""
        extra = "" if self.extra is None else f"extra {to_base64(self.extra)}\n"
        path = "".join(f"{to_base64(value)}\n" for value in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{path}\n{self.note}".encode()


@dataclass(frozen=True)
class Verified:
    """What a receipt proves: this leaf stands at this index of the log, seen by these witnesses."""

    checkpoint: Checkpoint
    index: int
    leaf: dict[str, Any]
    payload: dict[str, Any]
    witnesses: tuple[tuple[str, int], ...]  # (name in the policy, seconds since 1970)


def verify(receipt: Receipt, policy: Policy) -> Verified:
    """
    This function will check a receipt of Wasl in full.

    In order: the payload against the leaf's commitment, the log's signature, the witnesses' quorum,
    the leaf's place in the tree.

    :raises NotAccepted: saying which of them does not hold.
    """
    if receipt.extra is None:
        raise NotAccepted("the receipt carries no leaf")
    disclosed = Disclosure.parse(receipt.extra)
    disclosed.check()
    checkpoint, witnesses = verify_checkpoint(receipt.note, policy)
    merkle.check_inclusion(
        hashed_leaf=merkle.leaf_hash(disclosed.leaf),
        index=receipt.index,
        size=checkpoint.size,
        path=receipt.path,
        root=checkpoint.root,
    )
    return Verified(
        checkpoint=checkpoint,
        index=receipt.index,
        leaf=json.loads(disclosed.leaf),
        payload=json.loads(disclosed.payload),
        witnesses=witnesses,
    )


def verify_checkpoint(note: Note, policy: Policy) -> tuple[Checkpoint, tuple[tuple[str, int], ...]]:
    """
    This function will check a checkpoint's log signature and its witnesses.

    :raises NotAccepted: when the log is not trusted, has not signed, or witnesses are missing.
    """
    checkpoint = Checkpoint.parse(note.text)
    log_keys = policy.keys_of(checkpoint.origin)
    if not log_keys:
        raise NotAccepted(f"the log {checkpoint.origin!r} is not in the policy")
    witness_keys = [party.key for party in policy.witnesses.values()]
    signed = signers(note, [*log_keys, *witness_keys])
    if not any(key in log_keys for key, _line in signed):
        raise NotAccepted("the log has not signed this checkpoint with a key of the policy")
    times: dict[VerifierKey, int] = {}
    for key, line in signed:
        if key in witness_keys:
            times[key] = int.from_bytes(line.blob[:8], "big")
    witnesses = tuple((policy.names_of([key])[0], at) for key, at in times.items())
    if not policy.is_satisfied([name for name, _at in witnesses]):
        raise NotAccepted("too few of the policy's witnesses have cosigned this checkpoint")
    return checkpoint, witnesses


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotAccepted("leaf and payload are not JSON") from error
    if not isinstance(value, dict):
        raise NotAccepted("leaf and payload are not JSON objects")
    return value


def _require_canonical(line: bytes) -> None:
    try:
        is_canonical = jcs.canonical(_json_object(line)) == line
    except (ValueError, RecursionError):
        is_canonical = False
    if not is_canonical:
        raise NotAccepted("the leaf is not canonical JSON")
