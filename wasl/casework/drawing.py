"""
The arithmetic of a blind draw. Pure, and short enough to check by hand (docs/adr/0006).

    seed   = SHA256("wasl-seed/v1\\n" || link of each party, in the order of their names)
    key    = SHA256("wasl-draw/v1\\n" || seed || pool digest || draw id)
    x      = first 8 bytes of SHA256(key || ctr), taken only below the largest multiple of the
             total weight (so there is no modulo bias); then walk the pool, subtracting weights.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from wasl.events.payloads import canonical

RULE = "wasl-draw/v1"
_STRIDE = 128


@dataclass(frozen=True)
class Entry:
    """One place in the logged order of the pool: a pseudonym and a positive whole weight."""

    pseudonym: str
    weight: int


def link(secret: bytes, *, length: int, number: int) -> bytes:
    """Link `number` of a chain: link 0 is the anchor, SHA-256 applied `length` times."""
    times = max(0, length - number)
    stones, rest = divmod(times, _STRIDE)
    return _hashed(_stones(secret, length)[stones], rest)


@lru_cache(maxsize=16)
def _stones(secret: bytes, length: int) -> tuple[bytes, ...]:
    """
    Every `_STRIDE`th value on the way from the secret to the anchor, kept in memory.

    Draws of a directorate wait for each other, and each reveals the next link: without these, each
    would hash the whole chain again.
    """
    found = [secret]
    for _stone in range(length // _STRIDE):
        found.append(_hashed(found[-1], _STRIDE))
    return tuple(found)


def _hashed(value: bytes, times: int) -> bytes:
    for _time in range(times):
        value = hashlib.sha256(value).digest()
    return value


def follows(revealed: bytes, previous: bytes) -> bool:
    """Whether the revealed link is the one that the previous link, or the anchor, committed to."""
    return hashlib.sha256(revealed).digest() == previous


def seed(links: Mapping[str, bytes]) -> bytes:
    """The seed of a draw, of every party's 32-byte link, in the order of the parties' names."""
    return hashlib.sha256(
        b"wasl-seed/v1\n" + b"".join(links[name] for name in sorted(links))
    ).digest()


def pool_digest(
    *, draw_id: bytes, role: str, pool: Sequence[Entry], excluded: Sequence[Mapping[str, str]]
) -> bytes:
    """What fixes the pool before the reveal: rule, draw, role, the order, the exclusions."""
    content = {
        "rule": RULE,
        "draw": draw_id.hex(),
        "role": role,
        "pool": [{"p": entry.pseudonym, "w": entry.weight} for entry in pool],
        "excluded": [dict(item) for item in excluded],
    }
    return hashlib.sha256(canonical(content)).digest()


def draw_id(task_id: UUID, attempt: int) -> bytes:
    """The name of a draw: a task is drawn again only after a reasoned cancellation by two people."""
    return hashlib.sha256(task_id.bytes + attempt.to_bytes(8, "big")).digest()


def draw(*, seed: bytes, digest: bytes, draw_id: bytes, pool: Sequence[Entry]) -> str:
    """
    The pseudonym that falls.

    :raises ValueError: when the pool is empty or a weight is not positive.
    """
    if not pool or any(entry.weight < 1 for entry in pool):
        raise ValueError("a draw needs a pool of positive weights")
    key = hashlib.sha256(f"{RULE}\n".encode() + seed + digest + draw_id).digest()
    total = sum(entry.weight for entry in pool)
    rest = _uniform(key, total)
    for entry in pool:
        if rest < entry.weight:
            return entry.pseudonym
        rest -= entry.weight
    raise AssertionError("the walk ends inside the pool")


def sample(
    *, seed: bytes, digest: bytes, draw_id: bytes, pool: Sequence[Entry], count: int
) -> list[str]:
    """
    `count` of the pool without repetition, or all of a smaller one: those with the smallest
    SHA256(key || pseudonym), in that order. Weights do not count.

    :raises ValueError: when the pool is empty or names somebody twice.
    """
    names = [entry.pseudonym for entry in pool]
    if not names or len(set(names)) < len(names):
        raise ValueError("a sample needs a pool in which each stands once")
    key = hashlib.sha256(f"{RULE}\n".encode() + seed + digest + draw_id).digest()
    return sorted(names, key=lambda name: hashlib.sha256(key + name.encode()).digest())[:count]


def problems(
    *,
    draw_id: bytes,
    role: str,
    pool: Sequence[Entry],
    excluded: Sequence[Mapping[str, str]],
    pool_digest_hex: str,
    links: Mapping[str, Mapping[str, object]],
    chosen: Sequence[str],
) -> list[str]:
    """What is wrong with a recorded draw or sample; empty when it can be computed again."""
    found = []
    digest = pool_digest(draw_id=draw_id, role=role, pool=pool, excluded=excluded)
    if digest.hex() != pool_digest_hex:
        found.append("the pool is not the one that was fixed")
    shown = {party: bytes.fromhex(str(link["link"])) for party, link in links.items()}
    for party, link in links.items():
        if _hashed(shown[party], int(str(link["number"]))).hex() != link["anchor"]:
            found.append(f"the link of {party} does not lead to its anchor")
    fallen = (
        [draw(seed=seed(shown), digest=digest, draw_id=draw_id, pool=pool)]
        if len(chosen) == 1
        else sample(seed=seed(shown), digest=digest, draw_id=draw_id, pool=pool, count=len(chosen))
    )
    if fallen != list(chosen):
        found.append(f"the draw falls on {', '.join(fallen)}")
    return found


def _uniform(key: bytes, total: int) -> int:
    limit = 2**64 - (2**64 % total)
    counter = 0
    while True:
        block = hashlib.sha256(key + counter.to_bytes(8, "big")).digest()
        number = int.from_bytes(block[:8], "big")
        if number < limit:
            return number % total
        counter += 1
