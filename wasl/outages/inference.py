"""
Which elements of the network have failed, from signals: the most probable set. Pure (ADR 71).

Every customer without supply gives a sign with a probability that nobody knows beforehand (at night
few report), but that is the same below one failed element: it is estimated from the signs. A customer
with supply gives one with a small probability (a fault of their own). Of all sets of failed elements
the one is sought under which the signs seen, and those not seen, are most probable, each element
weighed by how often its kind fails. On a tree that is a sum: either the element itself has failed,
and explains everything below it, or the best of what lies below.
"""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wasl.network.topology import Element

# Sample figures, to be replaced by those of the directorate's own faults. Of customers without
# supply at least this share gives a sign, and at most that.
LEAST_SHARE, MOST_SHARE = 0.01, 0.9
# Of customers with supply this share reports nevertheless, within a few hours.
REPORT_ANYWAY = 0.0005
# That a place which is said to be supplied lies under a failed element: a mistake.
MISTAKEN = 0.02
# How much more seldom an element fails than it does not, in natural logarithms.
PRIOR = {"TRANSFORMER": -5.0, "SECTION": -6.0, "FEEDER": -6.5, "SUBSTATION": -9.0}


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What is known at a transformer: how many of its customers say off, and how many on."""

    off: int
    on: int = 0


@dataclass(frozen=True, kw_only=True)
class Failed:
    """An element that has probably failed; the signs under it, and how much likelier it makes them."""

    element: Element
    customers: int
    off: int
    on: int
    weight: float


def most_probable(
    signs: Mapping[str, Signs],
    above: Mapping[str, Sequence[Element]],
    *,
    under: Mapping[Element, int],
    certain: Iterable[Element] = (),
) -> list[Failed]:
    """
    The failed elements, heaviest first; no two of them above each other.

    `signs` by transformer, `above` what feeds each (itself first), `under` how many customers each
    element feeds in all, those included whose transformers gave no sign. `certain` ones are taken
    for failed whatever the signs say.
    """
    known = _Tree(signs, above, under)
    forced = {element for element in certain if element in known.totals}
    chosen: list[Failed] = []
    for root in known.roots:
        _score, found = known.best(root, forced)
        chosen += found
    return sorted(chosen, key=lambda each: (-each.weight, each.element))


class _Tree:
    def __init__(
        self,
        signs: Mapping[str, Signs],
        above: Mapping[str, Sequence[Element]],
        under: Mapping[Element, int],
    ) -> None:
        self.totals: dict[Element, list[int]] = defaultdict(lambda: [0, 0])
        self.children: dict[Element, set[Element]] = defaultdict(set)
        self.under = under
        self.roots: list[Element] = []
        roots: dict[Element, None] = {}
        for code, seen in signs.items():
            row = above.get(code)
            if not row:
                continue
            for element in row:
                total = self.totals[element]
                total[0] += seen.off
                total[1] += seen.on
            for lower, upper in itertools.pairwise(row):
                self.children[upper].add(lower)
            roots[row[-1]] = None
        self.roots = sorted(roots)

    def best(self, element: Element, forced: set[Element]) -> tuple[float, list[Failed]]:
        """The weight of the best explanation of what lies at and below an element, and its failures."""
        own = self._weight(element)
        lower = [self.best(child, forced) for child in sorted(self.children[element])]
        apart = sum(score for score, _found in lower)
        if element in forced:
            return max(own, apart, 0.0), [self._failed(element, own)]
        if own > max(apart, 0.0):
            return own, [self._failed(element, own)]
        return apart, [each for _score, found in lower for each in found]

    def _weight(self, element: Element) -> float:
        off, on = self.totals[element]
        customers = max(self.under.get(element, 0), off + on, 1)
        share = min(max(off / customers, LEAST_SHARE), MOST_SHARE)
        return (
            PRIOR[element.kind]
            + off * math.log(share / REPORT_ANYWAY)
            + (customers - off - on) * math.log((1 - share) / (1 - REPORT_ANYWAY))
            + on * math.log(MISTAKEN)
        )

    def _failed(self, element: Element, weight: float) -> Failed:
        off, on = self.totals[element]
        customers = max(self.under.get(element, 0), off + on)
        return Failed(element=element, customers=customers, off=off, on=on, weight=round(weight, 2))
