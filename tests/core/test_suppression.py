"""Withheld cells: nobody computes them again, neither by one sum nor by all of them together."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from wasl.core import suppression
from wasl.core.suppression import TOTAL, Cell

LEAST = 10
CELLS = st.tuples(st.sampled_from("12345"), st.sampled_from("abcdef"))
TABLES = st.dictionaries(CELLS, st.integers(0, 9) | st.integers(0, 200), min_size=1, max_size=30)


def equations(cells: dict[Cell, int | None]) -> list[tuple[Cell, list[Cell]]]:
    """Written anew, apart from the module: every sum that a reader of the table can write."""
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    found = [((row, TOTAL), [(row, each) for each in columns - {TOTAL}]) for row in rows]
    found += [((TOTAL, column), [(each, column) for each in rows - {TOTAL}]) for column in columns]
    return found


def determined(cells: dict[Cell, int | None]) -> set[Cell]:
    """The withheld cells that linear algebra finds, by every equation at once (Gauss-Jordan)."""
    unknown = [key for key, count in cells.items() if count is None]
    rows = []
    for total, parts in equations(cells):
        signs = {total: 1, **dict.fromkeys(parts, -1)}
        rows.append([Fraction(signs.get(key, 0)) for key in unknown])
    used = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(used, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[used], rows[pivot] = rows[pivot], rows[used]
        rows[used] = [each / rows[used][column] for each in rows[used]]
        for n, row in enumerate(rows):
            if n != used and row[column]:
                by = row[column]
                rows[n] = [a - by * b for a, b in zip(row, rows[used], strict=True)]
        used += 1
    named = [[n for n, each in enumerate(row) if each] for row in rows]
    return {unknown[each[0]] for each in named if len(each) == 1}


@given(TABLES)
def test_no_small_cell_can_be_computed_again(counts: dict[Cell, int]) -> None:
    told = suppression.published(counts, least=LEAST)
    cells = suppression.with_sums(counts)
    small = {key for key, count in cells.items() if 0 < count < LEAST}
    assert all(told[key] is None for key in small)
    assert all(count is None or count == cells[key] for key, count in told.items())
    is_small_in_all = cells[TOTAL, TOTAL] < LEAST
    assert is_small_in_all or not small & determined(told)


@given(TABLES)
def test_what_is_withheld_of_a_sum_is_never_small_together(counts: dict[Cell, int]) -> None:
    told = suppression.published(counts, least=LEAST)
    cells = suppression.with_sums(counts)
    for total, parts in equations(told):
        inside = [each for each in parts if told[each] is None]
        if told[total] is not None and inside:
            assert len(inside) > 1
            assert sum(cells[each] for each in inside) >= LEAST


def test_two_rings_joined_by_one_small_cell_do_not_give_it_away() -> None:
    # Two pairs of rows and columns are withheld; the cell between them has company in its row and column.
    counts = {(row, column): 50 for row in "1234" for column in "abcd"}
    counts |= {(row, column): 5 for row in "12" for column in "ab"}
    counts |= {(row, column): 5 for row in "34" for column in "cd"}
    counts["2", "c"] = 5
    told = suppression.published(counts, least=LEAST)
    assert ("2", "c") not in determined(told)


def test_large_tables_are_told_whole() -> None:
    counts = {(month, area): 50 for month in "123" for area in "ab"}
    assert None not in suppression.published(counts, least=LEAST).values()


def test_a_small_cell_takes_as_few_with_it_as_it_needs() -> None:
    counts = {
        ("1", "a"): 3,
        ("1", "b"): 40,
        ("1", "c"): 20,
        ("2", "a"): 30,
        ("2", "b"): 25,
        ("2", "c"): 90,
    }
    told = suppression.published(counts, least=LEAST)
    hidden = {key for key, count in told.items() if count is None}
    assert ("1", "a") in hidden
    assert len(hidden) == 4
    assert told[TOTAL, TOTAL] == 208
