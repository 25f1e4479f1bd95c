"""Rows of merged cells as a rectangle: every row as long as the longest, merged places marked."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rules.document import Cell

#: A merged cell cannot cover more than this, whatever the file says.
MAX_SPAN = 100
#: A table beyond this is no plan; its rest is left out rather than held in memory.
MAX_CELLS = 200_000


@dataclass(frozen=True)
class RawCell:
    """A cell as its file gives it."""

    text: str
    columns: int = 1
    rows: int = 1
    continued: bool = False  #: the file itself says that it goes on with the cell above


def rectangle(raw_rows: list[list[RawCell]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows with spans laid out. Rows without any word are left out."""
    rows: list[list[Cell]] = []
    below: dict[int, int] = {}  # column -> rows that a cell above still covers
    cells = 0
    for raw_row in raw_rows:
        row: list[Cell] = []
        waiting = list(raw_row)
        while waiting or below.get(len(row), 0) > 0:
            column = len(row)
            if below.get(column, 0) > 0:
                below[column] -= 1
                row.append(Cell("", continued=True))
                continue
            raw = waiting.pop(0)
            span = max(1, min(raw.columns, MAX_SPAN))
            for extra in range(span):
                row.append(Cell(raw.text, raw.continued, span) if extra == 0 else Cell("", raw.continued))
                if raw.rows > 1:
                    below[column + extra] = min(raw.rows, len(raw_rows)) - 1
        rows.append(row)
        cells += len(row)
        if cells > MAX_CELLS:
            break
    width = max((len(row) for row in rows), default=0)
    full = [row + [Cell("")] * (width - len(row)) for row in rows]
    return tuple(tuple(row) for row in full if any(cell.text for cell in row))
