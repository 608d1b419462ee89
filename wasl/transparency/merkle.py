"""
The Merkle tree of RFC 6962: hashes, roots, proofs and their strict checks.

Proofs are built from stored node hashes: `read(level, index)` gives the hash over the leaves
[index << level, (index + 1) << level). Nothing here hashes all leaves again.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from wasl.transparency.encoding import NotAccepted

NodeReader = Callable[[int, int], bytes]
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def full_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes, for example a full tile."""
    level = list(hashes)
    while len(level) > 1:
        level = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


class Frontier:
    """
    The right edge of a growing tree: the roots of its full subtrees, largest first.

    That is all one needs to append leaves and to know the root: at most 64 hashes.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise NotAccepted(f"{len(self.hashes)} edge hashes do not make a tree of {size}")

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """The edge that `to_bytes` wrote."""
        return cls(size, [data[at : at + 32] for at in range(0, len(data), 32)])

    def to_bytes(self) -> bytes:
        """All hashes, one behind the other."""
        return b"".join(self.hashes)

    def append(self, hashed_leaf: bytes) -> None:
        """Add one leaf at the right."""
        merges, carry = self.size, hashed_leaf
        while merges & 1:
            carry = sha256(b"\x01" + self.hashes.pop() + carry).digest()
            merges >>= 1
        self.hashes.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        folded = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            folded = node_hash(left, folded)
        return folded


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root over the entries, computed from nothing. For small trees and for tests."""
    edge = Frontier()
    for entry in entries:
        edge.append(leaf_hash(entry))
    return edge.root()


def _split(count: int) -> int:
    """The largest power of two strictly below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def range_hash(read: NodeReader, start: int, end: int) -> bytes:
    """The hash over the leaves [start, end) of a range that is a subtree of some tree."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(count)
    return node_hash(range_hash(read, start, middle), range_hash(read, middle, end))


def tree_root(read: NodeReader, size: int) -> bytes:
    """The root of the first `size` leaves, from stored hashes."""
    return range_hash(read, 0, size) if size else EMPTY_ROOT


def inclusion_proof(read: NodeReader, index: int, size: int) -> list[bytes]:
    """The path of leaf `index` in the tree of `size`, the leaf's sibling first."""
    if not 0 <= index < size:
        raise NotAccepted(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start = middle
    path.reverse()
    return path


def consistency_proof(read: NodeReader, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 < old <= new:
        raise NotAccepted(f"there is no proof from {old} to {new}")
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(range_hash(read, start, end))
    path.reverse()
    return path


def check_inclusion(
    *, hashed_leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162 section 2.1.3.2. :raises NotAccepted: unless the leaf stands there."""
    _require_hashes(hashed_leaf, root, *path)
    if not 0 <= index < size:
        raise NotAccepted(f"leaf {index} is not in a tree of {size}")
    at, last, found = index, size - 1, hashed_leaf
    for sibling in path:
        if last == 0:
            raise NotAccepted("the inclusion path is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise NotAccepted("the inclusion path is too short")
    if found != root:
        raise NotAccepted("the leaf does not lead to the root")


def check_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """
    RFC 9162 section 2.1.4.2. :raises NotAccepted: unless the new tree extends the old one.

    A proof from size 0 is an error here; the witness protocol, which allows it, handles it itself.
    """
    _require_hashes(old_root, new_root, *path)
    if not 0 < old <= new:
        raise NotAccepted(f"there is no proof from {old} to {new}")
    if old == new:
        if path or old_root != new_root:
            raise NotAccepted("two trees of one size must have one root and no proof")
        return
    if not path:
        raise NotAccepted("the consistency proof is empty")
    if _walk_consistency(old, new, old_root, path) != (old_root, new_root):
        raise NotAccepted("the new tree does not extend the old one")


def _walk_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            raise NotAccepted("the consistency proof is too long")
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise NotAccepted("the consistency proof is too short")
    return first, second


def _require_hashes(*hashes: bytes) -> None:
    if any(len(value) != 32 for value in hashes):
        raise NotAccepted("a hash has 32 bytes")
