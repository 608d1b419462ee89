"""From connections that may be meshed to a tree: what feeds what, or the loop, or who is left over."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass
class Oriented(Generic[Key]):
    """
    The tree from the roots: for each node reached the edge that feeds it, in the order reached.

    `loops` are lists of nodes in a circle with the edge that closes it; `joined` edges between the
    trees of two roots; `orphans` the groups of nodes that no root reaches.
    """

    fed_by: dict[Key, int] = field(default_factory=dict)
    upstream: dict[Key, Key] = field(default_factory=dict)
    root_of: dict[Key, Key] = field(default_factory=dict)
    loops: list[tuple[int, list[Key]]] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    orphans: list[list[Key]] = field(default_factory=list)


def orient(
    roots: Iterable[Key], nodes: Iterable[Key], edges: list[tuple[Key, Key]]
) -> Oriented[Key]:
    """The way of the current over the edges (numbered by their order), nearest to the roots first."""
    near: dict[Key, list[tuple[Key, int]]] = {}
    for number, (one, other) in enumerate(edges):
        near.setdefault(one, []).append((other, number))
        near.setdefault(other, []).append((one, number))
    found: Oriented[Key] = Oriented()
    order = list(dict.fromkeys(roots))
    found.root_of = {root: root for root in order}
    used: set[int] = set()
    for node in order:
        for other, number in near.get(node, []):
            if number in used:
                continue
            used.add(number)
            if other not in found.root_of:
                found.root_of[other] = found.root_of[node]
                found.upstream[other], found.fed_by[other] = node, number
                order.append(other)
            elif found.root_of[other] != found.root_of[node]:
                found.joined.append(number)
            else:
                found.loops.append((number, _circle(found, node, other)))
    for group in _groups([each for each in nodes if each not in found.root_of], near):
        inner = orient(group[:1], group, edges)
        if inner.loops:
            found.loops += inner.loops
        else:
            found.orphans.append(group)
    return found


def _circle(found: Oriented[Key], one: Key, other: Key) -> list[Key]:
    """The nodes of the circle that an edge between two of a tree closes."""

    def way(node: Key) -> list[Key]:
        nodes = [node]
        while nodes[-1] in found.upstream:
            nodes.append(found.upstream[nodes[-1]])
        return nodes

    up, down = way(one), way(other)
    shared = set(up) & set(down)
    left = [each for each in up if each not in shared]
    right = [each for each in down if each not in shared]
    top = next((each for each in up if each in shared), one)
    return [*left, top, *reversed(right)]


def _groups(left: list[Key], near: dict[Key, list[tuple[Key, int]]]) -> list[list[Key]]:
    groups, known = [], set()
    for first in left:
        if first in known:
            continue
        group = [first]
        known.add(first)
        for node in group:
            for other, _number in near.get(node, []):
                if other not in known:
                    known.add(other)
                    group.append(other)
        groups.append(group)
    return groups
