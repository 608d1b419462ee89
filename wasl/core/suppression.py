"""
Withholding small cells of a table of rows and columns with their sums, so that nobody finds them again. Pure.

A count from 1 to below the least is withheld, and as many others as it takes that

- in every row and column (the sums are a row and a column too) the withheld ones are at least two, and
  hold the least together: else their sum would be told by what is left of the row's own;
- no small one follows from all sums together. Withheld cells are the edges of a graph between rows and
  columns; what follows exactly is an edge without a way around it (a bridge).

What can still be told of a small cell is a range. Tables of several months are several tables: their sum
over months is not told, as it would be one more equation.
"""

from collections.abc import Iterable, Mapping

Cell = tuple[str, str]
TOTAL = "*"


def with_sums(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """Every cell of the table, empty ones as 0, with the sums of rows, of columns, and of all."""
    rows = sorted({row for row, _column in counts})
    columns = sorted({column for _row, column in counts})
    found = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        found[row, TOTAL] = sum(found[row, column] for column in columns)
    for column in [*columns, TOTAL]:
        found[TOTAL, column] = sum(found[row, column] for row in rows)
    return found


def published(counts: Mapping[Cell, int], *, least: int) -> dict[Cell, int | None]:
    """The table with its sums as it may be told; None is withheld."""
    cells = with_sums(counts)
    hidden = {cell for cell, count in cells.items() if 0 < count < least}
    while (
        more := _lacking_in_line(cells, hidden, least) or _bridged(cells, hidden, least)
    ) is not None:
        hidden.add(more)
    return {cell: None if cell in hidden else count for cell, count in cells.items()}


def _lacking_in_line(cells: Mapping[Cell, int], hidden: set[Cell], least: int) -> Cell | None:
    """A further cell of a row or column where too little is withheld; None when all are well."""
    for place in (0, 1):
        for name in sorted({cell[place] for cell in hidden}):
            line = [cell for cell in cells if cell[place] == name]
            inside = [cell for cell in line if cell in hidden]
            told = [cell for cell in line if cell not in hidden]
            # Of the parts alone: the sum itself is the other side of the equation.
            parts = sum(cells[cell] for cell in inside if cell[1 - place] != TOTAL)
            is_sum_told = all(cell[1 - place] != TOTAL for cell in inside)
            is_enough = len(inside) > 1 and (parts >= least or not is_sum_told)
            if not is_enough and told:
                others = {cell[1 - place] for cell in hidden}
                # Where the other line has something withheld already, one serves both.
                shared = [cell for cell in told if cell[1 - place] in others]
                fitting = [cell for cell in shared if cells[cell] >= least - parts]
                return _fitting(cells, fitting or told, least - parts)
    return None


def _fitting(cells: Mapping[Cell, int], told: Iterable[Cell], lacking: int) -> Cell:
    """The smallest that brings what is withheld up to the least; else the largest there is."""
    ordered = sorted(told, key=lambda cell: (cells[cell], cell))
    return next((cell for cell in ordered if cells[cell] >= lacking), ordered[-1])


def _bridged(cells: Mapping[Cell, int], hidden: set[Cell], least: int) -> Cell | None:
    """A further cell, so that a small one that follows from all sums no longer does; None when none does."""
    for cell in sorted(hidden):
        if not 0 < cells[cell] < least:
            continue
        side = _reached(hidden - {cell}, ("row", cell[0]))
        if ("column", cell[1]) in side:
            continue
        told = sorted(
            (each for each in cells if each not in hidden), key=lambda each: (cells[each], each)
        )
        around = [
            each for each in told if (("row", each[0]) in side) != (("column", each[1]) in side)
        ]
        return around[0] if around else None
    return None


def _reached(edges: set[Cell], begin: tuple[str, str]) -> set[tuple[str, str]]:
    """The rows and columns that hang together with one, by withheld cells."""
    found, waiting = {begin}, [begin]
    while waiting:
        kind, name = waiting.pop()
        place, other = (0, "column") if kind == "row" else (1, "row")
        for edge in edges:
            node = (other, edge[1 - place])
            if edge[place] == name and node not in found:
                found.add(node)
                waiting.append(node)
    return found
