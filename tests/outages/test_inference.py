"""The most probable failed elements, against networks where the truth is known."""

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wasl.network.topology import Element
from wasl.outages.inference import Signs, most_probable

SUBSTATION = Element("SUBSTATION", "S")


class Town:
    """A substation with feeders, each of two sections, each with transformers of 40 customers."""

    CUSTOMERS = 40

    def __init__(self, feeders: int = 3, behind: int = 4) -> None:
        self.above: dict[str, tuple[Element, ...]] = {}
        self.under: dict[Element, int] = {}
        for f in range(feeders):
            for section in range(2):
                for t in range(behind):
                    code = f"T{f}{section}{t}"
                    # The second section hangs behind the first.
                    sections = [Element("SECTION", f"F{f}-{n}") for n in range(section, -1, -1)]
                    row = (
                        Element("TRANSFORMER", code), *sections, Element("FEEDER", f"F{f}"), SUBSTATION,
                    )  # fmt: skip
                    self.above[code] = row
                    for element in row:
                        self.under[element] = self.under.get(element, 0) + self.CUSTOMERS

    def below(self, element: Element) -> list[str]:
        return [code for code, row in self.above.items() if element in row]

    def report(self, failed: list[Element], share: float, chance: Random) -> dict[str, Signs]:
        off: dict[str, int] = {}
        for code in {c for element in failed for c in self.below(element)}:
            count = sum(chance.random() < share for _each in range(self.CUSTOMERS))
            if count:
                off[code] = count
        return {code: Signs(off=count) for code, count in off.items()}

    def infer(self, signs: dict[str, Signs], **more) -> list[Element]:
        return [each.element for each in most_probable(signs, self.above, under=self.under, **more)]


TOWN = Town()


def test_one_report_is_no_outage_of_a_transformer_and_two_are() -> None:
    assert TOWN.infer({"T000": Signs(off=1)}) == []
    assert TOWN.infer({"T000": Signs(off=2)}) == [Element("TRANSFORMER", "T000")]


def test_many_at_one_transformer_do_not_blame_its_feeder() -> None:
    assert TOWN.infer({"T000": Signs(off=25)}) == [Element("TRANSFORMER", "T000")]


def test_reports_all_over_a_feeder_blame_the_feeder() -> None:
    signs = {code: Signs(off=3) for code in TOWN.below(Element("FEEDER", "F1"))}
    assert len(TOWN.infer(signs)) == 1
    assert TOWN.infer(signs)[0] in {Element("FEEDER", "F1"), Element("SECTION", "F1-0")}


def test_the_far_section_alone() -> None:
    signs = {code: Signs(off=4) for code in TOWN.below(Element("SECTION", "F2-1"))}
    assert TOWN.infer(signs) == [Element("SECTION", "F2-1")]


def test_who_is_supplied_speaks_against_a_failure_above() -> None:
    codes = TOWN.below(Element("SECTION", "F0-1"))
    signs = {code: Signs(off=4) for code in codes[:3]}
    assert TOWN.infer(signs) == [Element("SECTION", "F0-1")]
    signs[codes[3]] = Signs(off=0, on=8)
    assert set(TOWN.infer(signs)) == {Element("TRANSFORMER", code) for code in codes[:3]}


def test_what_a_person_confirmed_stands() -> None:
    sure = Element("FEEDER", "F0")
    assert TOWN.infer({"T000": Signs(off=2)}, certain=[sure]) == [sure]


def test_nothing_is_inferred_from_places_that_nobody_knows() -> None:
    assert TOWN.infer({"unknown": Signs(off=50)}) == []


ELEMENTS = sorted(
    element for element in TOWN.under if element.kind in {"TRANSFORMER", "FEEDER"}
) + [Element("SECTION", f"F{f}-1") for f in range(3)]


@settings(max_examples=150, deadline=None)
@given(
    failed=st.sets(st.sampled_from(ELEMENTS), min_size=1, max_size=3),
    share=st.floats(0.15, 0.6),
    seed=st.integers(0, 2**32),
)
def test_who_is_off_is_found_and_hardly_anybody_else(failed, share, seed) -> None:
    signs = TOWN.report(list(failed), share, Random(seed))
    truth = {code for element in failed for code in TOWN.below(element)}

    found = TOWN.infer(signs)

    blamed = {code for element in found for code in TOWN.below(element)}
    # A transformer of 40 of whom nobody or one reports cannot be told; all others are.
    clear = {code for code, seen in signs.items() if seen.off > 1}
    assert clear <= blamed
    # At worst the whole feeder is blamed for its parts, never what is fed by another.
    feeders = {TOWN.above[code][-2] for code in truth}
    assert {TOWN.above[code][-2] for code in blamed} <= feeders or len(feeders) == 3
    # No two of the elements lie above each other.
    for one in found:
        for other in found:
            assert one == other or not set(TOWN.below(one)) & set(TOWN.below(other))


@settings(max_examples=60, deadline=None)
@given(element=st.sampled_from(ELEMENTS), share=st.floats(0.2, 0.6), seed=st.integers(0, 2**32))
def test_a_single_failure_is_named(element, share, seed) -> None:
    signs = TOWN.report([element], share, Random(seed))
    # Of one or none who report nothing follows.
    assume(sum(seen.off for seen in signs.values()) > 1)
    found = TOWN.infer(signs)
    # The first section and its feeder feed the same: either name is right.
    assert len(found) == 1
    assert set(TOWN.below(found[0])) == set(TOWN.below(element))
