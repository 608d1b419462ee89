"""
Where to draw the nodes of a low-voltage network that nobody surveyed. Pure.

The branches leave the busbar evenly in all directions and go straight on; what leaves a branch
stands square to it, left and right in turn. Lines have their true length, down to a short stub.
"""

from collections.abc import Iterable, Mapping
from math import cos, pi, sin

from wasl.network.geometry import METRES_PER_DEGREE, SQUEEZE

_SHORTEST_M = 8.0
_FIRST = pi / 7  # not along the edges of the picture


def schematic(
    nodes: Iterable[tuple[str, str, float]], lat: float, lon: float
) -> dict[str, tuple[float, float]]:
    """
    A place (lat, lon) for each node, of (code, upstream, metres of line), around the busbar's.

    The busbar has no upstream. What is not connected with it gets no place.
    """
    lengths: dict[str, float] = {}
    below: dict[str, list[str]] = {}
    for code, upstream, metres in nodes:
        lengths[code] = metres
        below.setdefault(upstream, []).append(code)
    depths = _depths(below)
    found: dict[str, tuple[float, float]] = {}
    for root in below.get("", [])[:1]:
        found[root] = (0.0, 0.0)
        branches = below.get(root, [])
        waiting = [
            (branch, root, _FIRST + 2 * pi * number / len(branches), 1)
            for number, branch in enumerate(branches)
        ]
        while waiting:
            code, upstream, way, side = waiting.pop()
            metres = max(_SHORTEST_M, lengths[code])
            x, y = found[upstream]
            found[code] = (x + metres * sin(way), y + metres * cos(way))
            children = sorted(
                (each for each in below.get(code, []) if each not in found),
                key=lambda each: -depths[each],
            )
            for number, child in enumerate(children):
                turn = 0.0 if number == 0 and depths[child] > 1 else side * pi / 2
                if turn:
                    side = -side
                waiting.append((child, code, way + turn, -side))
    return {code: _place(at, lat, lon) for code, at in found.items()}


def _depths(below: Mapping[str, list[str]]) -> dict[str, int]:
    """How many nodes lie on the longest way down from each, itself counted."""
    order: list[str] = list(below.get("", [])[:1])
    known = set(order)
    for code in order:
        fresh = [each for each in below.get(code, []) if each not in known]
        known.update(fresh)
        order += fresh
    depths: dict[str, int] = {}
    for code in reversed(order):
        depths[code] = 1 + max((depths[each] for each in below.get(code, [])), default=0)
    return depths


def _place(at: tuple[float, float], lat: float, lon: float) -> tuple[float, float]:
    east, north = at
    return (
        round(lat + north / METRES_PER_DEGREE, 6),
        round(lon + east / (METRES_PER_DEGREE * SQUEEZE), 6),
    )
