"""Asking witnesses for their cosignatures over HTTP. Writes nothing; asks all of them at once."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests

from wasl.transparency import witness
from wasl.transparency.checkpoints import Checkpoint
from wasl.transparency.encoding import NotAccepted, to_number
from wasl.transparency.notes import Note, Signature, signers
from wasl.transparency.policies import Party, Policy

log = logging.getLogger("wasl.transparency")
TIMEOUT = (2, 4)  # seconds to connect, to answer
ProofFrom = Callable[[int], list[bytes]]


@dataclass
class Memory:
    """What is known of the witnesses between two rounds: the size each has seen, who is silent."""

    sizes: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    not_before: dict[str, datetime] = field(default_factory=dict)

    def is_due(self, name: str, now: datetime) -> bool:
        """Whether to ask now: who was silent is asked after 2, 4, 8 … 64 seconds."""
        return name not in self.not_before or self.not_before[name] <= now

    def has_cosigned(self, name: str, size: int) -> None:
        """Remember the size it has seen."""
        self.sizes[name] = size
        self.failures.pop(name, None)
        self.not_before.pop(name, None)

    def has_failed(self, name: str, now: datetime) -> None:
        """Forget what it had seen, and leave it alone for a while."""
        self.sizes.pop(name, None)
        self.failures[name] = min(self.failures.get(name, 0) + 1, 6)
        self.not_before[name] = now + timedelta(seconds=2 ** self.failures[name])


def gather(
    note: Note,
    wanted: Mapping[str, Party],
    proof_from: ProofFrom,
    memory: Memory,
    now: datetime,
) -> dict[str, Signature]:
    """
    This function will ask each witness, all at once; the cosignatures that are good, by name.

    `proof_from(old)` proves that the note's tree extends that of `old`. `memory` is updated.
    """
    wanted = {name: party for name, party in wanted.items() if memory.is_due(name, now)}
    if not wanted:
        return {}
    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        asked = {
            name: pool.submit(_ask, note, party, proof_from, memory.sizes.get(name, 0))
            for name, party in wanted.items()
        }
    found = {}
    for name, answer in asked.items():
        try:
            found[name] = answer.result()
            memory.has_cosigned(name, Checkpoint.parse(note.text).size)
        except (requests.RequestException, NotAccepted) as error:
            memory.has_failed(name, now)
            log.warning("The witness %s has not cosigned: %s", name, error)
    return found


def largest_seen(policy: Policy, origin: str) -> dict[str, Checkpoint]:
    """What the reachable witnesses have last seen of the log; the others are left out."""
    found = {}
    name = witness.origin_hash(origin)
    for party in policy.witnesses.values():
        if not party.url:
            continue
        try:
            answer = requests.get(f"{party.url.rstrip('/')}/{name}/checkpoint", timeout=TIMEOUT)
            if answer.status_code == 200:
                note = Note.parse(answer.content)
                if signers(note, [party.key]):
                    found[party.key.name] = Checkpoint.parse(note.text)
        except (requests.RequestException, NotAccepted) as error:
            log.warning(
                "The witness %s could not be asked what it has seen: %s", party.key.name, error
            )
    return found


def _ask(note: Note, party: Party, proof_from: ProofFrom, old: int) -> Signature:
    size = Checkpoint.parse(note.text).size
    answer = _post(note, party, proof_from, min(old, size))
    if answer.status_code == 409:  # it has seen another size than we remember
        old = to_number(answer.text.strip())
        if old > size:
            raise NotAccepted(f"it has seen size {old}, larger than {size}")
        answer = _post(note, party, proof_from, old)
    if answer.status_code != 200:
        raise NotAccepted(f"it answered {answer.status_code}: {answer.text[:200].strip()}")
    return _cosignature(note, party, answer.content)


def _post(note: Note, party: Party, proof_from: ProofFrom, old: int) -> requests.Response:
    body = witness.submission(old, proof_from(old) if old else [], note.to_bytes())
    return requests.post(f"{party.url.rstrip('/')}/add-checkpoint", data=body, timeout=TIMEOUT)


def _cosignature(note: Note, party: Party, content: bytes) -> Signature:
    lines = Note.parse(note.text.encode() + b"\n" + content).signatures
    for key, line in signers(Note(note.text, lines), [party.key]):
        if int.from_bytes(line.blob[:8], "big") > 0:
            return line
        raise NotAccepted(f"the cosignature of {key.name} has no time")
    raise NotAccepted("its answer holds no cosignature of its key")
