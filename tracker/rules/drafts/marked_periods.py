"""Calendars drawn as a table: a column a month (or quarter, or week), a cross where work is done. The crosses become a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tracker.rules.drafts.columns import FEWEST_PERIODS, PERIOD, Role
from tracker.rules.drafts.marks import is_blank, key_of
from tracker.rules.drafts.tables import Grid, GridCell, GridRow

_KINDS = {"t": "Tháng", "th": "Tháng", "thang": "Tháng", "q": "Quý", "quy": "Quý", "tuan": "Tuần"}
_CROSS = re.compile(r"^(?:[xX×✓✔√•●■▪+*–-]|[xX]{2})+$")
_TIMES = frozenset({Role.TIME, Role.START, Role.END})


def period_named(heading: str) -> str:
    """The period that a heading of such a column names: "T3" -> "Tháng 3"; "" for any other heading."""
    match = PERIOD.match(key_of(heading))
    if match is None:
        return ""
    year = f"/{match['year']}" if match["year"] else ""
    return f"{_KINDS[match['kind']]} {match['no'].upper()}{year}"


def fold_marked_periods(grid: Grid) -> Grid:
    """The same table with one column of times in place of its columns of periods; a table that is no calendar stays as it is."""
    periods = {column: name for column, heading in enumerate(grid.headings) if (name := period_named(heading))}
    if len(periods) < FEWEST_PERIODS or _TIMES & {role for c, role in enumerate(grid.roles) if c not in periods}:
        return grid
    marked = [_crosses(row, periods) for row in grid.rows]
    if not any(marked):
        return grid
    kept = [column for column in range(len(grid.roles)) if column not in periods]
    rows: list[GridRow] = []
    for row, columns in zip(grid.rows, marked, strict=True):
        words = _in_words(columns, periods)
        place = row[columns[0]].place if columns else None
        time = GridCell(words, replace(place, words=words) if place else None)
        rows.append((*(row[column] if column < len(row) else GridCell(absent=True) for column in kept), time))
    return replace(
        grid,
        rows=tuple(rows),
        roles=(*(grid.roles[column] for column in kept), Role.TIME),
        headings=(*(grid.headings[column] if column < len(grid.headings) else "" for column in kept), "Thời gian"),
    )


def _crosses(row: GridRow, periods: dict[int, str]) -> list[int]:
    """The columns of periods in which the row has its cross; none where one holds other words."""
    filled = [column for column in periods if column < len(row) and not is_blank(row[column].text)]
    return filled if all(_CROSS.match(row[column].text.strip()) for column in filled) else []


def _in_words(columns: Sequence[int], periods: dict[int, str]) -> str:
    """Tháng 2 - Tháng 3; Tháng 6: periods in a row as a range."""
    order = list(periods)
    places = [order.index(column) for column in columns]
    runs = [[place for _, place in run] for _, run in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])]
    names = [[periods[order[place]] for place in (run[0], run[-1])] for run in runs]
    return "; ".join(first if first == last else f"{first} - {last}" for first, last in names)
